"""The style sheet as one file, compressed once."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from blog import stylesheet as sheets

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"


@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the joined sheet, in the best coding the browser takes.

    An old `digest` gets today's sheet, which must not be kept: a page that was stored before an
    update is better dressed in the new sheet than in none.
    """
    sheet = sheets.current()
    coding = _best_coding(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(sheet.encodings[coding], content_type="text/css; charset=utf-8")
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOR_EVER if digest == sheet.digest else _ASK_AGAIN
    return response


def _best_coding(accepted: str) -> str:
    """Return `br`, `gzip` or `identity` for an Accept-Encoding header (RFC 9110, 12.5.3)."""
    offers = [offer.strip().lower() for offer in accepted.split(",")]
    refused = re.compile(r";\s*q=0(\.0*)?$")
    names = {offer.split(";")[0].strip() for offer in offers if not refused.search(offer)}
    return next((coding for coding in ("br", "gzip") if coding in names), "identity")
