"""The style sheet as one file, compressed once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from blog import stylesheet as sheets
from blog.codings import best_coding

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"


@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the joined sheet, in the best coding the browser takes.

    An old `digest` gets today's sheet, which must not be kept: a page that was stored before an
    update is better dressed in the new sheet than in none.
    """
    sheet = sheets.current()
    coding = best_coding(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(sheet.encodings[coding], content_type="text/css; charset=utf-8")
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOR_EVER if digest == sheet.digest else _ASK_AGAIN
    return response
