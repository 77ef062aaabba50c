"""The settings of a site whose kept pages do not hear of changes: whoever judges pages must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponseBase

from config.settings import *  # noqa: F403 - all of them, and one more middleware
from config.settings import MIDDLEWARE as OURS

MIDDLEWARE = ["tests.deaf_site.deaf", *OURS]


def deaf(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let no key have a number, so that each page holds for ever."""
    # Only now are the apps loaded.
    from blog.page_store.numbers import Numbers

    def of(numbers: Numbers, keys: Iterable[str]) -> int:
        return 0

    Numbers.of = of  # type: ignore[assignment, method-assign]
    return get_response
