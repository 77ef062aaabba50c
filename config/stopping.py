"""How `serve` tells its web processes that it will stop, before it stops them.

A server that closes a connection in the moment in which the next request comes over it loses that
request (RFC 9112, section 9.3.1). So a stop is announced first: from then on each answer closes its
connection, in order, and `/readyz` says 503, by which a load balancer goes elsewhere.
"""

from __future__ import annotations

import logging
import mmap
import os
import signal
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from blog.stopping import STOPPING

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

log = logging.getLogger(__name__)

VARIABLE = "STOP_NOTICE"
"""Names the file to web processes, in the environment that `serve` gives them."""


class Notice:
    """One byte, 0 until `give`, in a file that each web process looks at without a system call."""

    def __init__(self) -> None:
        """Make the file; it goes with this object."""
        self._file = tempfile.NamedTemporaryFile(prefix="plainspoken-stop-", buffering=0)  # noqa: SIM115
        self._file.write(b"\0")

    @property
    def environ(self) -> dict[str, str]:
        """What a web process needs in its environment to see the notice."""
        return {VARIABLE: self._file.name}

    def give(self) -> None:
        """Tell all of them."""
        self._file.seek(0)
        self._file.write(b"\1")


def stop_at_once_while_loading() -> None:
    """Let SIGTERM end this web process until its server has a handler of its own for it.

    Until then it has inherited that of the process above it, which takes the signal and stops nothing:
    a stop that came just after a start would wait for this process until it is killed, while readers
    are sent to it. Nobody has been promised an answer here yet.
    """
    if VARIABLE in os.environ:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def heeding_notice(application: Application) -> Application:
    """Return `application`, whose answers close their connections once the notice was given.

    Without a `serve` above it, that is `application` itself.
    """
    path = os.environ.get(VARIABLE)
    notice = _read(path) if path else None
    if notice is None:
        return application

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not notice[0]:
            return application(environ, start_response)
        environ[STOPPING] = True
        return application(environ, _closing(start_response))

    return call


def _read(path: str) -> mmap.mmap | None:
    """Map the byte; None, and a line in the log, when somebody has tidied up the temporary files."""
    try:
        with Path(path).open("rb") as file:
            return mmap.mmap(file.fileno(), 1, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        log.warning("No file at %s: a stop will come to this web process without notice.", path)
        return None


def _closing(start_response: Any) -> Any:
    """Return a `start_response` that adds `Connection: close`.

    PEP 3333 leaves this header to the server; granian 2.8 passes it on and does what it says, and has
    no other way to be asked.
    """

    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
        return start_response(status, [*headers, ("Connection", "close")], *error)

    return start
