"""Telling an edge (Varnish, a content delivery network) which of the pages it keeps have changed.

It is asked with `PURGE` and the keys in `Surrogate-Key`, as Varnish's xkey and its relatives take them.
"""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections.abc import Sequence
from multiprocessing.util import Finalize
from urllib.parse import urlsplit

from blog.batching import batched
from blog.page_store.numbers import Numbers
from blog.page_store.saying import SITE

logger = logging.getLogger(__name__)

EDGE_SECONDS = 10
"""Seconds for which an edge keeps a page without asking, and so how late it is when it cannot be told."""

_EVERY = 1.0
"""Seconds between two looks at what other processes have changed."""

_TIMEOUT = 1.0
_MOST_KEYS = 100
"""Keys in one request: Varnish takes 8,000 bytes of a header."""


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
        self._thread.start()
        # Web servers run the site in children of `multiprocessing`, which pass over `atexit`.
        Finalize(None, self.end, exitpriority=0)

    def end(self) -> None:
        """Stop telling."""
        self._stop.set()
        self._thread.join(2 * _TIMEOUT)

    def tell(self) -> None:
        """Tell it of what has changed; an edge that does not answer is left to the thread."""
        last = self._last()
        if not self._has_failed and last > self._told:
            self._tell_since(self._told, last)

    def _run(self) -> None:
        """Tell of each change twice.

        A page that the edge had asked for before a change may reach it after it was told.
        """
        older = newer = 0
        while not self._stop.wait(_EVERY):
            last = self._last()
            if last > older and self._tell_since(older, last):
                older, newer = newer, last

    def _last(self) -> int:
        """Return the last number; 0 while nobody knows it, when nothing may be kept either."""
        return 0 if self._numbers.look(time.time()) is None else self._numbers.last

    def _tell_since(self, number: int, last: int) -> bool:
        keys = self._numbers.since(number)
        with self._lock:
            is_told = self._purge([SITE] if SITE in keys or not number else keys)
            if is_told:
                self._told = max(self._told, last)
            return is_told

    def _purge(self, keys: Sequence[str]) -> bool:
        try:
            for some in batched(keys, _MOST_KEYS):
                _send(self._url, " ".join(some))
        except (OSError, http.client.HTTPException) as error:
            self._complain(error)
            return False
        self._has_failed = False
        return True

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


def _send(url: str, keys: str) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    edge = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    try:
        edge.request("PURGE", parts.path or "/", headers={"Surrogate-Key": keys})
        status = edge.getresponse().status
    finally:
        edge.close()
    if not 200 <= status < 300:
        raise OSError(f"it answered {status}")
