"""What each request needs to know of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import timezone

from blog.models import Site
from blog.old_addresses import find
from blog.path_spelling import NAMING

# What shows no date: asking the database for the site there would be waste, or defeat the purpose.
TIMELESS = ("/healthz", "/readyz", "/site.", "/media/")


def site_of(request: HttpRequest) -> Site:
    """Return the site of this request, read once. One query the first time."""
    if not hasattr(request, "_site"):
        request._site = Site.current()  # type: ignore[attr-defined]
    return cast(Site, request._site)  # type: ignore[attr-defined]


def site_time_zone(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show and read every date in the time zone the owner chose."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(TIMELESS):
            return get_response(request)
        with timezone.override(site_of(request).zone):
            return get_response(request)

    return middleware


def old_addresses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer 301 where no page is and an old address leads somewhere; an answer costs a few queries.

    A page that answers is never asked about, but for the front page with a key such as `?p=12`, by
    which other blogs name a page.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        found = _found(request) if _is_named_by_query(request) else None
        if found is None:
            response = get_response(request)
            found = _found(request) if response.status_code == 404 else None
        return _moved_to(found) if found else response

    return middleware


def _is_named_by_query(request: HttpRequest) -> bool:
    return request.path == "/" and not NAMING.isdisjoint(request.GET)


def _found(request: HttpRequest) -> str | None:
    is_read = request.method in {"GET", "HEAD"} and not request.path.startswith("/admin/")
    return find(request.get_full_path()) if is_read else None


def _moved_to(address: str) -> HttpResponseBase:
    response = HttpResponsePermanentRedirect(address)
    # Kept by anybody, but asked about again: after a slug was changed and changed back, a browser
    # that believed the first answer for ever would be sent to and fro.
    response.headers["Cache-Control"] = "public, no-cache"
    return response
