"""Counting the page that Django has just made; the page store calls `noting` itself for those it keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase

from audience.noting import note_request
from blog.page_store.admitting import will_be_admitted

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_TEXTS = frozenset({"blog:post", "blog:page"})
_SHOWN = frozenset({200, 304})


def count_reads(get_response: GetResponse) -> GetResponse:
    """Note who was shown a post or a page, once it has been made; nothing is written to the database."""
    if not settings.COUNT_READS:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if will_be_admitted(request, response):
            return response
        found = request.resolver_match
        if found and found.view_name in _TEXTS and response.status_code in _SHOWN:
            note_request(request.path, request.META, _address)
        return response

    return middleware


def _address(meta: Mapping[str, Any]) -> str:
    # The reader's own, by now.
    address: str = meta.get("REMOTE_ADDR", "")
    return address
