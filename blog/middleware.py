"""What each request needs to know of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from blog.models import Site

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
