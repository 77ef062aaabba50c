"""The rows of a table: what is asked of which server, in turns, A B A B."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tqdm import tqdm

from bench.load import whole, wrk
from bench.load.figures import Load, Round
from bench.load.servers import Server
from bench.load.site import BROWSER

CONNECTIONS = 8
FEW = 2
"""Connections at a time for what takes a processor so long that more would only wait."""
WARMING, SLOW_WARMING = 20, 3
"""Requests, each after the other."""


@dataclass(frozen=True)
class Row:
    """One kind of request to one server, which answers it with `status` each time.

    `is_slow` is for what a processor does not do a thousand times a second. `body` makes the body of a
    POST, another one each time.
    """

    name: str
    server: Server
    path: str
    headers: Mapping[str, str]
    status: int = 200
    method: str = "GET"
    connections: int = CONNECTIONS
    is_slow: bool = False
    body: Callable[[], bytes] | None = None
    asks_again: bool = False
    """With the tag of the answer as it is now; a page that is kept may have been made anew meanwhile."""

    def size(self) -> int:
        """Ask once, and return the bytes of the body; SystemExit if the answer is another."""
        body = self.body() if self.body else None
        headers = self._tagged().headers
        answer = self.server.fetch(self.path, headers, self.method, body)
        if answer.status != self.status:
            raise SystemExit(f"{self.name}: {self.path} answered {answer.status}.")
        return len(answer.body)

    def measure(self, seconds: int) -> Round:
        """Ask for so many seconds; return what it cost. SystemExit if a request failed."""
        asked = self._tagged()
        before = self.server.used_ms()
        load = asked._load(seconds)
        used = self.server.used_ms() - before
        if not load.requests:
            raise SystemExit(f"{self.name}: nothing was answered in {seconds} seconds.")
        if load.failed:
            raise SystemExit(f"{self.name}: {load.failed} of {load.requests} requests failed.")
        return Round.of(load, used)

    def _tagged(self) -> Row:
        """Return this row with its tag among the headers, if it asks with one."""
        if not self.asks_again:
            return self
        tag = self.server.fetch(self.path, self.headers).headers.get("etag")
        if tag is None:
            raise SystemExit(f"{self.name}: the answer has no ETag.")
        return replace(self, headers={**self.headers, "If-None-Match": tag}, asks_again=False)

    def _load(self, seconds: int) -> Load:
        if self.is_slow or self.method != "GET":
            return whole.ask(
                self.server.port,
                self._request,
                status=self.status,
                seconds=seconds,
                connections=self.connections,
            )
        return wrk.ask(
            f"http://127.0.0.1:{self.server.port}{self.path}",
            headers=self.headers,
            seconds=seconds,
            connections=self.connections,
        )

    def _request(self) -> bytes:
        """Return a request as it goes over the line."""
        body = self.body() if self.body else b""
        headers = dict(self.headers) | ({"Content-Length": str(len(body))} if self.body else {})
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + body


def page(name: str, server: Server, path: str, *, codings: str = "gzip, br") -> Row:
    """Return the row of a page as a browser asks for it."""
    return Row(name, server, path, {**BROWSER, "Accept-Encoding": codings})


def slow(row: Row) -> Row:
    """Return the row of the same, if it is a page that is rendered each time."""
    return replace(row, is_slow=True, connections=FEW)


def unchanged(row: Row) -> Row:
    """Return the row of asking again with the tag that the answer of `row` carries: a 304."""
    return replace(row, name=f"{row.name}, 304", status=304, asks_again=True)


def head(row: Row) -> Row:
    """Return the row of asking for the head alone of what `row` asks for."""
    return replace(row, name=f"{row.name}, HEAD", method="HEAD")


def measure(rows: Sequence[Row], *, rounds: int, seconds: int) -> dict[str, list[Round]]:
    """Measure each row once in each round, after some requests for warming; return the rounds by name."""
    found: dict[str, list[Round]] = {row.name: [] for row in rows}
    for row in tqdm(rows, desc="warming", unit="row", disable=None, leave=False):
        for _ in range(SLOW_WARMING if row.is_slow else WARMING):
            row.size()
    turns = [row for _ in range(rounds) for row in rows]
    for row in tqdm(turns, desc="measuring", unit="row", disable=None, leave=False):
        found[row.name].append(row.measure(seconds))
    return found
