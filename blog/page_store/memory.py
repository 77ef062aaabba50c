"""The pages that one process holds ready."""

from __future__ import annotations

import threading

from blog.page_store.page import Page

Address = tuple[str, str]
"""A path and the part of the query that chooses a page."""

MOST = 16 * 1024 * 1024
"""Bytes of pages; those that came first go first."""


class Memory:
    """Pages by address, at most `MOST` bytes of them."""

    def __init__(self, most: int = MOST) -> None:
        """Begin with none."""
        self._most = most
        self._size = 0
        self._pages: dict[Address, Page] = {}
        self._lock = threading.Lock()
        self.get = self._pages.get

    def put(self, address: Address, page: Page) -> None:
        """Hold a page ready in place of the one that was there."""
        with self._lock:
            self._take(address)
            self._pages[address] = page
            self._size += page.size
            while self._size > self._most:
                self._take(next(iter(self._pages)))

    def _take(self, address: Address) -> None:
        if gone := self._pages.pop(address, None):
            self._size -= gone.size
