"""Counting the page that Django has just made; a front that serves kept pages calls `noting` itself."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase

from audience.noting import note_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_TEXTS = frozenset({"blog:post", "blog:page"})
_SHOWN = frozenset({200, 304})


def count_reads(get_response: GetResponse) -> GetResponse:
    """Note who was shown a post or a page, once it has been made; nothing is written to the database."""
    if not settings.COUNT_READS:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        found = request.resolver_match
        if found and found.view_name in _TEXTS and response.status_code in _SHOWN:
            note_request(request.path, request.META, address=request.META.get("REMOTE_ADDR", ""))
        return response

    return middleware
