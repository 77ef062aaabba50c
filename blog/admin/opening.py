"""The form of a post as it opens: with what was typed and never saved, or empty beside other forms."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from blog import workflow
from blog.admin.forms_sent import as_key, kind_of, may_write
from blog.admin.pages import address, row_number, say, to, user_of
from blog.forms import PostForm
from blog.models import Post, Unsaved, Version
from blog.typed import COMING, as_sent, differs
from blog.unsaved_words import OtherForm, kept_words, unsaved_of


def opened_form(
    admin: ModelAdmin[Post], request: HttpRequest, post: Post | None, kind: str, user: User
) -> tuple[PostForm, Unsaved | None]:
    """Return the form of `post`, or of a new one, and the kept words it shows where there are any.

    `?draft=` in the address names one form of a new post among several, and `?from=` an earlier text of
    a post, to be used again.
    """
    earlier = _earlier(post, request.GET.get("from", ""))
    if earlier:
        say(
            request,
            _("These are the words of %(number)s. Save them to use them again.")
            % {"number": earlier.number},
        )
        return PostForm(post=post, kind=kind, user=user, earlier=earlier), None
    key = as_key(request.GET.get("draft", "")) if post is None else None
    form = PostForm(post=post, kind=kind, user=user)
    if key:
        form.initial["draft_key"] = key
    kept = kept_words(user, post, kind, key) if may_write(admin, request, post) else None
    if kept is None:
        return form, None
    values = as_sent(kept.values)
    if kept.draft_key:
        values["draft_key"] = str(kept.draft_key)
    typed = PostForm(values, post=post, kind=kept.kind, user=user, is_kept=True)
    is_newer = differs(typed) or COMING in kept.values
    return (typed, kept) if is_newer else (form, None)


def _earlier(post: Post | None, number: str) -> Version | None:
    """Return an earlier text whose words are still there, by the number that an address names."""
    asked = row_number(number)
    if post is None or asked is None:
        return None
    versions = post.versions.select_related("author").filter(number=asked)
    return versions.filter(redacted_at__isnull=True).first()


def dropped(request: HttpRequest, post: Post | None, draft_key: str) -> HttpResponse:
    """Forget what was kept of this form, and show it as it was before."""
    workflow.drop(by=user_of(request), post=post, draft_key=as_key(draft_key))
    if post:
        say(request, _("This is the saved text again."))
        return to("change", post.pk)
    say(request, _("This is an empty form again."))
    # With a key of its own it stays empty, whatever else is kept.
    query = urlencode({"kind": kind_of(request), "draft": str(uuid.uuid4())})
    return HttpResponseRedirect(f"{address('add')}?{query}")


def other_forms(request: HttpRequest, form: PostForm) -> list[OtherForm]:
    """Return the other new posts that this person writes, for somebody who opens one more."""
    if form.post or request.method == "POST":
        return []
    key = str(form["draft_key"].value() or "")
    return unsaved_of(form.user, new_only=True, besides=key)
