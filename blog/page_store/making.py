"""Having Django make a page, once for all who wait for it, and keeping what it says may be kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import DatabaseError, close_old_connections
from django.urls import Resolver404, resolve, reverse

from blog.page_store.admitting import is_admitted
from blog.page_store.keeper import Keeper
from blog.page_store.memory import Address
from blog.page_store.page import Header, Page, encoded, kept_headers
from blog.page_store.saying import Keeping, keeping_of, listen

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

MOST_IN_QUERY = 20
"""Names in a query; with more it is nobody's link to a page."""

HOPELESS_FOR = 2.0
"""Seconds for which nobody waits for a page again, after what was made could not be kept."""

MOST_HOPELESS = 10_000
"""Addresses that a process knows of; with more it forgets all."""


@dataclass(frozen=True, slots=True)
class Unkept:
    """What Django answered where nothing may be kept."""

    status: str
    headers: list[Header]
    body: bytes

    @property
    def status_code(self) -> int:
        """The number in its status."""
        return int(self.status[:3])

    def send(self, method: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as Django did."""
        start_response(self.status, self.headers)
        return [self.body] if method == "GET" else []


@dataclass(frozen=True, slots=True)
class _Wanted:
    address: Address
    keeping: Keeping


class Maker:
    """Pages made by `application`."""

    def __init__(self, application: Application, keeper: Keeper) -> None:
        """Make nothing yet."""
        self._application, self._keeper = application, keeper
        self._hopeless: dict[Address, float] = {}

    def page(self, environ: Environ) -> Page | Unkept | None:
        """Return the page a request asks for, kept or made; None when it is none that can be kept."""
        wanted = _wanted(environ)
        if wanted is None or self._keeper.numbers.look(time.time()) is None:
            return None
        found = self._keeper.get(wanted.address, time.time())
        if found is None and not self._is_hopeless(wanted.address):
            with self._keeper.turns.of(wanted.address):
                found = self._keeper.get(wanted.address, time.time())
                if found is None and not self._is_hopeless(wanted.address):
                    return self._make(wanted, environ)
        return found

    def _is_hopeless(self, address: Address) -> bool:
        """Whether whoever asks had better have it made for herself, beside all the others."""
        return time.monotonic() < self._hopeless.get(address, 0.0)

    def _give_up(self, address: Address) -> None:
        if len(self._hopeless) >= MOST_HOPELESS:
            self._hopeless = {}
        self._hopeless[address] = time.monotonic() + HOPELESS_FOR

    def _make(self, wanted: _Wanted, environ: Environ) -> Page | Unkept | None:
        # Everything by which it may be found too old is read before the page is made.
        now = time.time()
        if self._keeper.numbers.look(now) is None:
            return None
        try:
            number, until = self._keeper.numbers.last, self._keeper.until(now)
        except DatabaseError:
            # No request has begun, so nobody else hangs up. Django says what is wrong.
            close_old_connections()
            return None
        asked = _plain(wanted.address, environ)
        said = listen(asked, now)
        answer = _ask(self._application, asked)
        if not is_admitted(said, answer.status_code, answer.headers, len(answer.body)):
            if not answer.status.startswith("5"):
                self._give_up(wanted.address)
            return answer
        keys = tuple(sorted(said.keys))
        page = Page(
            number,
            keys,
            now,
            until if said.until is None else min(until, said.until),
            wanted.keeping.is_read,
            kept_headers(answer.headers, keys, self._keeper.edge_seconds),
            encoded(answer.body),
        )
        self._keeper.put(wanted.address, page)
        return page


def _wanted(environ: Environ) -> _Wanted | None:
    path: str = environ["PATH_INFO"]
    if not path.isascii() or environ.get("SCRIPT_NAME"):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    keeping = keeping_of(match.func)
    # One page has one address: /page/2/, and not /page/02/ as well.
    if keeping is None or reverse(match.view_name, args=match.args, kwargs=match.kwargs) != path:
        return None
    query = _chosen(keeping, environ.get("QUERY_STRING", ""))
    return None if query is None else _Wanted((path, query), keeping)


def _chosen(keeping: Keeping, query: str) -> str | None:
    """Return the part of a query that chooses a page; None where the page is not to be kept."""
    if not query:
        return ""
    try:
        said = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_IN_QUERY))
    except ValueError:
        return None
    chosen = {name: said[name] for name in keeping.by if name in said}
    is_ours = all(keeping.by[name].fullmatch(value) for name, value in chosen.items())
    return urlencode(chosen) if is_ours and keeping.unless.isdisjoint(said) else None


# What would make the answer another one than that of any other reader.
_OF_ONE_READER = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")


def _plain(address: Address, environ: Environ) -> Environ:
    """Return the request for a page as anybody makes it."""
    asked = {name: value for name, value in environ.items() if name not in _OF_ONE_READER}
    return asked | {"REQUEST_METHOD": "GET", "QUERY_STRING": address[1]}


def _ask(application: Application, environ: Environ) -> Unkept:
    started: list[tuple[str, list[Header]]] = []
    answer = application(environ, lambda status, headers, *_: started.append((status, headers)))
    try:
        body = b"".join(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()
    status, headers = started[-1]
    return Unkept(status, headers, body)
