"""The WSGI entry point that a server loads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.stopping import Application, heeding_notice, stop_at_once_while_loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)", re.ASCII)
_BOUNDARY = re.compile(r";\s*boundary=\"?([\w'()+,./:=? -]{1,70})", re.ASCII | re.IGNORECASE)


def plain_content_type(application: Application) -> Application:
    """Leave nothing of a Content-Type but the type itself and the boundary of its parts.

    Every form here is UTF-8. Django would take the charset a request claims for its query as well, and
    names such as `rot13` end in a fault there; others raise before any middleware could answer.
    """

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if claimed := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = _plain(claimed)
        return application(environ, start_response)

    return call


def _plain(claimed: str) -> str:
    kind, boundary = _TYPE.match(claimed), _BOUNDARY.search(claimed)
    if kind is None:
        return ""
    return f'{kind[1]}; boundary="{boundary[1].rstrip()}"' if boundary else kind[1]


def _with_page_store(application: Application) -> Application:
    # Only now are the apps loaded.
    from config import pages

    return pages.in_front_of(application)


stop_at_once_while_loading()
application = heeding_notice(_with_page_store(plain_content_type(get_wsgi_application())))


def _begin_to_write_reads() -> None:
    # Only now are the apps loaded.
    from audience import storing

    if settings.COUNT_READS:
        storing.begin()


def _load_all_addresses() -> None:
    """Import what every page needs now, and not while the first reader waits."""
    for pattern in get_resolver().url_patterns:
        # Those of an app are imported when they are first asked for.
        getattr(pattern, "url_patterns", None)


_begin_to_write_reads()
_load_all_addresses()
