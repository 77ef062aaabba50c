"""Overwriting kept pages that do not hold any more, so that no word that was erased stays in their file."""

from __future__ import annotations

import threading
import time

from blog.beside import run_beside
from blog.page_store.numbers import Numbers
from blog.page_store.shelf import Shelf

EVERY = 60.0
"""Seconds between two looks, and so about how long words stay after they were erased."""


class Sweeper:
    """A thread of each web process, which needs no reader and no worker to do its work."""

    def __init__(self, numbers: Numbers, shelf: Shelf) -> None:
        """Begin nothing yet.

        Args:
            shelf: one that nobody waits for, since it is busy while pages are overwritten.
        """
        self._numbers, self._shelf = numbers, shelf
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def begin(self) -> None:
        """Sweep now and again, until this process ends."""
        run_beside(self._thread, end=self.end)

    def end(self) -> None:
        """Stop sweeping."""
        self._stop.set()
        self._thread.join(1)

    def sweep(self) -> None:
        """Overwrite what does not hold now; nothing while nobody knows what does."""
        now = time.time()
        if self._numbers.look(now) is not None:
            self._shelf.sweep(self._numbers.of, now)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.sweep()
