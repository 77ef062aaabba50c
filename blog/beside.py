"""Threads that work beside the requests of a web process, until it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.util import Finalize


def run_beside(thread: threading.Thread, *, end: Callable[[], None]) -> None:
    """Start a thread, and call `end` when this process ends.

    Web servers run the site in children of `multiprocessing`, which pass over `atexit`; this holds there
    and in any other process.
    """
    thread.start()
    Finalize(None, end, exitpriority=0)
