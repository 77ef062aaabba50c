"""The load of requests that are few or that wrk cannot send: each is answered in full and counted.

When its time is over, wrk goes and leaves a request on each connection, for which the server works on
after the count. Among thousands that is nothing; among the ten of a page that is rendered it is much.
And wrk waits for the body of an answer to HEAD, which never comes.
"""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from collections.abc import Callable

from bench.load.figures import Load

PATIENCE = 60
"""Seconds without a sign of life after which what is not answered has failed."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"


class Line:
    """A connection on which one request is under way at a time."""

    def __init__(self, port: int) -> None:
        """Connect to a port of 127.0.0.1."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._read = b""
        self._sent_at = 0.0
        self._is_head = False

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self._read, self._is_head = b"", request.startswith(b"HEAD ")
        self._sent_at = time.perf_counter()
        self.socket.sendall(request)

    @property
    def body(self) -> bytes:
        """The body of the last answer, as far as it has come."""
        return self._read.partition(_END)[2]

    def receive(self) -> tuple[int, float] | None:
        """Read what has come; return status and milliseconds once it is whole, status 0 for a fault."""
        part = self.socket.recv(1 << 20)
        self._read += part
        head, end, body = self._read.partition(_END)
        took = (time.perf_counter() - self._sent_at) * 1000
        if not part:
            return 0, took
        if not end:
            return None
        missing = body_length(head, is_head=self._is_head) - len(body)
        if missing > 0:
            return None
        return (int(head[9:12]) if missing == 0 else 0), took


def body_length(head: bytes, *, is_head: bool) -> int:
    """Return how many bytes must follow this head; SystemExit if it does not tell."""
    if is_head or head[9:12] == b"304":
        return 0
    found = _LENGTH.search(head + b"\r\n")
    if found is None:
        raise SystemExit("An answer without Content-Length cannot be measured here.")
    return int(found[1])


def ask(
    port: int, request: Callable[[], bytes], *, status: int, seconds: float, connections: int
) -> Load:
    """Send what `request` returns over so many connections, and again when it is answered.

    Nothing new is sent after `seconds`; the load ends with the last answer. An answer of another
    `status` has failed, and its connection is given up.
    """
    times: list[float] = []
    failed = 0
    begun = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = Line(port)
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(request())
        while selector.get_map():
            ready = selector.select(PATIENCE)
            for key, _ in ready or [(key, 0) for key in list(selector.get_map().values())]:
                answer = key.data.receive() if ready else (0, PATIENCE * 1000)
                if answer is None:
                    continue
                times.append(answer[1])
                failed += answer[0] != status
                if answer[0] == status and time.perf_counter() - begun < seconds:
                    key.data.send(request())
                else:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    return Load(len(times), time.perf_counter() - begun, *_percentiles(times), failed)


def _percentiles(times: list[float]) -> tuple[float, float]:
    """Return the 50th and the 99th percentile."""
    if len(times) < 2:
        return times[0], times[0]
    hundredths = statistics.quantiles(times, n=100, method="inclusive")
    return hundredths[49], hundredths[98]
