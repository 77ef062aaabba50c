"""Telling an edge (Varnish, a content delivery network) which of the pages it keeps have changed.

It is asked with `PURGE` and the keys in `Surrogate-Key`, as Varnish's xkey and its relatives take them.
"""

from __future__ import annotations

import http.client
import logging
import re
import socket
import threading
import time
from urllib.parse import urlsplit

from blog.beside import run_beside
from blog.page_store.numbers import Numbers
from blog.page_store.saying import SITE

logger = logging.getLogger(__name__)

EDGE_SECONDS = 10
"""Seconds for which an edge keeps a page without asking, and so how late it is when it cannot be told."""

_EVERY = 1.0
"""Seconds between two looks at what other processes have changed."""

_PATIENCE = 1.0
"""Seconds, in all, for which anybody waits until the edge has been told."""

_MOST_KEYS = 100
"""Keys in one request, since Varnish takes 8,000 bytes of a header; of more it is told as of `SITE`."""

_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r\n]")
_LONGEST_STATUS = 1000
"""Bytes of a line with a status."""


class Edge:
    """The edge at `url`, told of each change by the request that made it, and by a thread of all others."""

    def __init__(self, url: str, numbers: Numbers) -> None:
        """Begin nothing yet. At the first word it is told of everything."""
        self._url, self._numbers = url, numbers
        self._lock = threading.Lock()
        self._told = 0
        self._has_failed = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="edge", daemon=True)

    def begin(self) -> None:
        """Tell it of what other processes change, until this one ends."""
        run_beside(self._thread, end=self.end)

    def end(self) -> None:
        """Stop telling."""
        self._stop.set()
        self._thread.join(2 * _PATIENCE)

    def tell(self) -> None:
        """Tell it of what has changed, within a second; an edge that takes longer is left to the thread."""
        until = time.monotonic() + _PATIENCE
        if self._has_failed or self._last() <= self._told:
            return
        if self._lock.acquire(timeout=_PATIENCE):
            try:
                # Whoever held the lock may have told it of ours too.
                last = self._last()
                if last > self._told:
                    self._tell_since(self._told, last, until)
            except Exception as error:  # noqa: BLE001 - the change is made, and its answer must say so
                self._complain(error)
            finally:
                self._lock.release()

    def _run(self) -> None:
        """Tell of each change twice.

        A page that the edge had asked for before a change may reach it after it was told.
        """
        older = newer = 0
        while not self._stop.wait(_EVERY):
            try:
                last = self._last()
                if last > older:
                    # Without the lock, so that no request waits for it. To be told twice does no harm.
                    self._tell_since(older, last, time.monotonic() + _PATIENCE)
                    older, newer = newer, last
            except Exception as error:  # noqa: BLE001 - without this thread nobody tells of others' changes
                self._complain(error)

    def _last(self) -> int:
        """Return the last number; 0 while nobody knows it, when nothing may be kept either."""
        return 0 if self._numbers.look(time.time()) is None else self._numbers.last

    def _tell_since(self, number: int, last: int, until: float) -> None:
        keys = self._numbers.since(number)
        is_all = not number or SITE in keys or len(keys) > _MOST_KEYS
        _purge(self._url, SITE if is_all else " ".join(keys), until)
        self._has_failed = False
        self._told = max(self._told, last)

    def _complain(self, error: Exception) -> None:
        """Say once what is wrong, until it has worked again."""
        if not self._has_failed:
            logger.warning(
                "The edge at %s cannot be told of changes and shows them up to %s seconds late: %s",
                self._url,
                EDGE_SECONDS,
                error,
            )
        self._has_failed = True


def _purge(url: str, keys: str, until: float) -> None:
    """Have an edge let go of the pages with one of some keys.

    Args:
        until: when that must be done, by `time.monotonic`. To look up a name takes as long as it takes.

    Raises:
        OSError: it could not be reached in time, or answered with no 2xx.
        http.client.HTTPException, ValueError: it cannot be asked for this.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    edge = kind(parts.hostname or "", parts.port, timeout=_left(until))
    try:
        edge.connect()
        edge.sock.settimeout(_left(until))
        edge.request("PURGE", parts.path or "/", headers={"Surrogate-Key": keys})
        status = _status(edge.sock, until)
    finally:
        edge.close()
    if not 200 <= status < 300:
        raise OSError(f"it answered {status}")


def _status(edge: socket.socket, until: float) -> int:
    """Read the status of an answer, and no more of it.

    Not by `http.client`, whose timeout begins anew with each byte that comes.
    """
    said = b""
    while b"\n" not in said and len(said) < _LONGEST_STATUS:
        edge.settimeout(_left(until))
        part = edge.recv(_LONGEST_STATUS)
        if not part:
            break
        said += part
    found = _STATUS.match(said)
    if found is None:
        raise OSError("it answered with no status")
    return int(found[1])


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("it took too long")
    return seconds
