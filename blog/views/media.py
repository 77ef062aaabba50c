"""Pictures: of the site itself (logo, favicon, portraits), and of posts."""

from __future__ import annotations

import logging
import re

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.cards import card_of, drawn
from blog.image_addresses import FORMATS, ImageAddress, read_file_name
from blog.image_files import store
from blog.middleware import site_of
from blog.models import Image, ImageUse, Post
from blog.sealed_pictures import digest, digests_of, part_name, with_facts

# Names are made by blog.pictures: a digest and one of the types it writes.
_NAME = re.compile(r"[0-9a-f]{32}\.(png|webp)")
_TYPES = {"png": "image/png", "webp": "image/webp"}
_logger = logging.getLogger(__name__)
_FOR_EVER = "public, max-age=31536000, immutable"
# What can be taken back is asked for again; the answer is mostly that nothing has changed.
_WHILE_PUBLIC = "public, max-age=300, must-revalidate"


@require_safe
def site_picture(request: HttpRequest, name: str) -> FileResponse:
    """Serve one picture under its fixed type; its name changes with its content."""
    match = _NAME.fullmatch(name)
    path = f"site/{name}"
    if not match or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=_TYPES[match[1]])
    response.headers["Cache-Control"] = _FOR_EVER
    return response


@require_safe
def card(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Serve the card of a public post; the address of an earlier one leads to today's."""
    posts = Post.objects.published().posts().select_related("live_version__author")
    found = card_of(get_object_or_404(posts, slug=slug), site_of(request))
    if found is None:
        raise Http404
    if name != found.digest:
        return redirect("blog:card", slug, found.digest)
    etag = f'"{name}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(drawn(found), content_type="image/png")
    response.headers["Cache-Control"] = _WHILE_PUBLIC
    response.headers["ETag"] = etag
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def post_picture(request: HttpRequest, name: str) -> HttpResponse:
    """Serve one picture of a post, under its fixed type, to those who may see words that show it.

    That is everybody while the public may read such words, and otherwise who works with pictures in
    the newsroom. Who is signed in is asked only then, so what everybody sees touches no session.
    """
    asked = read_file_name(name)
    if asked is None:
        return _not_found()
    address, width, kind = asked
    image = _picture(address)
    is_public: bool = getattr(image, "is_public", False)
    if not is_public and not _works_with_pictures(request):
        return _not_found()
    etag = f'"{name}"'
    response = get_conditional_response(request, etag=etag) if is_public else None
    if response is None:
        data = _data(image, width, kind) if image else None
        if data is None:
            return _not_found()
        response = HttpResponse(data, content_type=FORMATS[kind])
        response.headers["Content-Disposition"] = "inline"
    if is_public:
        response.headers["Cache-Control"] = _WHILE_PUBLIC
        response.headers["ETag"] = etag
        # Feed readers in a browser show the text, pictures included, on an address of their own.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _picture(address: ImageAddress) -> Image | None:
    """Return a picture, and whether words that the public may read now show it. One query."""
    shown = ImageUse.objects.filter(
        image=OuterRef("pk"), version__live_posts__in=Post.objects.published()
    )
    size = {"width": address.width, "height": address.height}
    pictures = Image.objects.filter(key=address.key, **size).annotate(is_public=Exists(shown))
    return with_facts(pictures).first()


def _data(image: Image, width: int, kind: str) -> bytes | None:
    """Return the bytes of one file, or `None` where it is gone or no longer what was kept."""
    path = store.shown_path(image.address.file_name(width, kind))
    try:
        # A few hundred kilobytes: read whole, so that no file stays open for a slow reader.
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    known = digests_of(image)
    if not known or known.get(part_name(width, kind)) == digest(data):
        return data
    _logger.error("The picture file %s was changed on the disk and is not served.", path.name)
    return None


def _works_with_pictures(request: HttpRequest) -> bool:
    user = request.user
    return user.is_active and user.is_staff and user.has_perm("blog.view_image")


def _not_found() -> HttpResponse:
    """Answer alike for what is not there and for what is not to be seen, and for this moment only."""
    response = HttpResponseNotFound(_("There is no such picture.\n"), content_type="text/plain")
    add_never_cache_headers(response)
    return response
