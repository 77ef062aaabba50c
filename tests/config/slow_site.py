"""The settings of a site with one page more, which takes its time, for `test_stopping.py`."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from config.settings import *  # noqa: F403 - all of them, and one more middleware
from config.settings import MIDDLEWARE as OURS

SLOW = "/slow-page/"
SECONDS = 2.5
"""Longer than the notice of a stop."""

LENGTH = 3_000_000
"""Bytes, more than fits into the buffers of a connection that nobody reads from."""

MIDDLEWARE = ["tests.config.slow_site.slow_page", *OURS]


def slow_page(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer one address late, and with much."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path != SLOW:
            return get_response(request)
        time.sleep(SECONDS)
        return HttpResponse(b"x" * LENGTH, headers={"Content-Length": str(LENGTH)})

    return middleware
