"""What each request needs to know of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import timezone

from blog import early
from blog.live_addresses import has_view
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


def early_links(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Name in the `Link` header what a page for readers is drawn with, after what its view named there.

    A browser asks for it before it has read the page, and a server in front may pass it on while the page
    is still made (103, RFC 8297). `{% early %}` in a template says what it is. The newsroom needs none.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        links = early.named_in(request)
        if links and not request.path.startswith("/admin/"):
            named = [response["Link"]] if response.has_header("Link") else []
            response.headers["Link"] = ", ".join([*named, *links])
        return response

    return middleware


class OldAddresses:
    """Answer 301 where no page is and an old address leads somewhere, before a 404 page is made.

    A page that answers is never asked about, but for the front page with a key such as `?p=12`, by
    which other blogs name a page. What is no page is asked about with a few queries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Stand around all views."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Lead on from a path that no view has, else ask the view."""
        found = _found(request) if _has_no_view(request) else None
        return _moved_to(found) if found else self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Lead on from a path whose view has found nothing."""
        found = _found(request) if isinstance(exception, Http404) else None
        return _moved_to(found) if found else None


def _has_no_view(request: HttpRequest) -> bool:
    is_named_by_query = request.path == "/" and not NAMING.isdisjoint(request.GET)
    return is_named_by_query or not has_view(request.path)


def _found(request: HttpRequest) -> str | None:
    is_read = request.method in {"GET", "HEAD"} and not request.path.startswith("/admin/")
    return find(request.get_full_path()) if is_read else None


def _moved_to(address: str) -> HttpResponseBase:
    response = HttpResponsePermanentRedirect(address)
    # Kept by anybody, but asked about again: after a slug was changed and changed back, a browser
    # that believed the first answer for ever would be sent to and fro.
    response.headers["Cache-Control"] = "public, no-cache"
    return response
