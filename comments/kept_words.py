"""The last net under a comment: whatever goes wrong around the view, the words come back.

The view answers for what it knows of: closed, invalid, throttled, broken. This middleware answers
for the rest: a post that went away while somebody was writing, a database that does not answer, a
fault in other middleware. It needs no database.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_SUBMIT = re.compile(
    r"/posts/[^/]+/comments/|/comments/mine/[^/]+/(?:edit|withdraw|come-back|appeal|consent)/"
)
_FIELDS = ("name", "email", "url", "body", "parent", "visibility", "notify")
_SENTENCES = {
    404: gettext_lazy("What you were writing about is not here any more."),
    413: gettext_lazy(
        "That is more than one megabyte, so it was not read. Your browser still has it: go back."
    ),
}
_OTHERWISE = gettext_lazy(
    "Something went wrong, and nothing was saved. Your words are below: please send them again."
)


def keep_words(get_response: GetResponse) -> GetResponse:
    """Answer a failed comment with a page that holds its words in an editable field."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if (
            request.method != "POST"
            or response.status_code < 400
            or not _SUBMIT.fullmatch(request.path)
        ):
            return response
        if response.status_code == 405 or getattr(response, "holds_words", False):
            return response
        return _page(request, response.status_code)

    return middleware


def _page(request: HttpRequest, status: int) -> HttpResponse:
    # What was too large was not read, and is not read now.
    words = {name: request.POST.get(name, "") for name in _FIELDS} if status != 413 else {}
    private, _, step = request.path.rstrip("/").rpartition("/")
    context = {
        "private": f"{private}/" if step != "comments" and status != 404 else "",
        "sentence": _SENTENCES.get(status, _OTHERWISE),
        "words": words,
        "action": request.path,
    }
    page = render_to_string("comments/kept_words.html", context)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
