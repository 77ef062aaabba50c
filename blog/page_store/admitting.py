"""Which of Django's answers are kept: the one rule, for the store and for whoever acts on it before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from blog.page_store.page import Header
from blog.page_store.saying import Said, said_in

LARGEST = 4 * 1024 * 1024
"""Bytes of a page that is kept."""

_FOR_ONE_READER = re.compile(r"private|no-store|no-cache")


def is_admitted(said: Said, status: int, headers: Iterable[Header], size: int) -> bool:
    """Return whether an answer is kept.

    Args:
        said: what was said of it while it was made.
        headers: all that are sent with it, cookies included.
        size: bytes of its body.
    """
    found = {name.lower(): value.lower() for name, value in headers}
    varies = {name.strip() for name in found.get("vary", "").split(",")}
    return (
        said.may_be_kept
        and status == 200
        and "set-cookie" not in found
        and "content-encoding" not in found
        # The one way in which readers differ that the store knows of.
        and varies <= {"", "accept-encoding"}
        and not _FOR_ONE_READER.search(found.get("cache-control", ""))
        and size <= LARGEST
    )


def will_be_admitted(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether a response of Django's, as it stands now, is made for the store and kept there."""
    said = said_in(request.META)
    if said is None or not isinstance(response, HttpResponse):
        return False
    cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
    headers = [*response.items(), *cookies]
    return is_admitted(said, response.status_code, headers, len(response.content))
