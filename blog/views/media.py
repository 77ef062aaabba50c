"""Pictures of the site itself: logo, favicon, portraits."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# Names are made by blog.pictures: a digest and one of the types it writes.
_NAME = re.compile(r"[0-9a-f]{32}\.(png|webp)")
_TYPES = {"png": "image/png", "webp": "image/webp"}


@require_safe
def site_picture(request: HttpRequest, name: str) -> FileResponse:
    """Serve one picture under its fixed type; its name changes with its content."""
    match = _NAME.fullmatch(name)
    path = f"site/{name}"
    if not match or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=_TYPES[match[1]])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
