"""The page store of this site: where its files lie, whose requests it answers, and who counts them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from audience.noting import note_request
from blog.page_store.edge import EDGE_SECONDS, Edge
from blog.page_store.front import Application, Front
from blog.page_store.keeper import Keeper
from blog.page_store.numbers import Numbers
from blog.page_store.program import fingerprint
from blog.page_store.shelf import Shelf
from blog.page_store.sweeping import Sweeper
from blog.page_store.turns import Turns
from config.middleware import client_address, is_trusted

Environ = dict[str, Any]

_LONGEST_HOST = 261
"""Characters of a name, 255 at most (RFC 1035, 2.3.4), and of a port."""


def in_front_of(application: Application) -> Application:
    """Return the application with the page store before it, or as it is where that is switched off."""
    path = settings.PAGE_STORE
    if path is None:
        return application
    numbers = _numbers(path.with_suffix(".numbers.sqlite3"))
    edge = _edge(numbers)

    def settle() -> None:
        numbers.settle()
        if edge:
            edge.tell()

    program = fingerprint()
    Sweeper(numbers, Shelf(path, program)).begin()
    keeper = Keeper(
        numbers,
        Shelf(path, program),
        Turns(path.with_suffix(".turns")),
        settle=settle,
        edge_seconds=EDGE_SECONDS if edge else 0,
    )
    return Front(application, keeper, accepts=is_for_the_site, on_read=count)


def _numbers(path: Path) -> Numbers:
    """Return the numbers in the site's own database, or those this machine keeps at `path`."""
    if connection.vendor == "sqlite":
        return Numbers(Path(str(connection.settings_dict["NAME"])))
    # With the driver of PostgreSQL, which a site on SQLite has no use for.
    from blog.page_store.mirror import Mirror

    mirror = Mirror(path)
    mirror.listener.begin()
    return mirror


def _edge(numbers: Numbers) -> Edge | None:
    if not settings.EDGE_PURGE:
        return None
    edge = Edge(settings.EDGE_PURGE, numbers)
    edge.begin()
    return edge


def is_for_the_site(environ: Environ) -> bool:
    """Whether a request names the site as `SITE_URL` does, over TLS where that begins with https.

    Django answers the others, with a redirect or a refusal or under another name.
    """
    host: str = environ.get("HTTP_HOST", "")
    is_said_secure = environ.get("HTTP_X_FORWARDED_PROTO") == "https"
    # What a stranger sends is remembered only while it is short.
    return len(host) <= _LONGEST_HOST and _is_for_the_site(
        host, environ["wsgi.url_scheme"], is_said_secure, environ.get("REMOTE_ADDR", "")
    )


@lru_cache(maxsize=1024)
def _is_for_the_site(host: str, scheme: str, is_said_secure: bool, remote: str) -> bool:
    if host.lower() != urlsplit(settings.SITE_URL).netloc:
        return False
    is_secure = scheme == "https" or (is_said_secure and is_trusted(remote))
    return is_secure or not settings.IS_HTTPS


def count(environ: Environ) -> None:
    """Note that somebody was shown a text from the store."""
    note_request(environ["PATH_INFO"], environ, client_address)
