"""What a process knows of kept pages: those in its memory, those on the shelf, and which still hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from blog.page_store.horizon import horizon
from blog.page_store.memory import Address, Memory
from blog.page_store.numbers import Numbers
from blog.page_store.page import Page
from blog.page_store.saying import SITE
from blog.page_store.shelf import Shelf
from blog.page_store.turns import Turns


class Keeper:
    """The one who is asked for a kept page, and given a new one."""

    def __init__(
        self,
        numbers: Numbers,
        shelf: Shelf,
        turns: Turns,
        *,
        settle: Callable[[], None] = lambda: None,
        edge_seconds: int = 0,
    ) -> None:
        """Open nothing yet.

        Args:
            settle: returns once all processes of this machine can see what was changed before.
            edge_seconds: for how long an edge may keep a page; 0 without one.
        """
        self.numbers, self.turns, self.settle = numbers, turns, settle
        self.edge_seconds = edge_seconds
        self.memory = Memory()
        self._shelf = shelf
        self._horizon: tuple[int, float] = (0, 0.0)

    def holds(self, page: Page, now: float) -> bool:
        """Whether nothing that a page shows has changed since before it was made."""
        mark = self.numbers.look(now)
        # A clock that was ahead has made pages with what is not to be seen yet.
        if mark is None or not page.begun <= now < page.until:
            return False
        if page.mark is not mark:
            if self.numbers.of(page.keys) > page.number:
                return False
            page.mark = mark
        return True

    def get(self, address: Address, now: float) -> Page | None:
        """Return the page of an address that holds now, from memory or else from the shelf."""
        page = self.memory.get(address)
        if page is not None and self.holds(page, now):
            return page
        page = self._shelf.get(address)
        if page is None or not self.holds(page, now):
            return None
        self.memory.put(address, page)
        return page

    def put(self, address: Address, page: Page) -> None:
        """Keep a page, here and for the other processes."""
        self.memory.put(address, page)
        self._shelf.put(address, page)

    def until(self, now: float) -> float:
        """Return until when any page holds by the clock alone, in seconds since the epoch.

        Asked of the database when a text, a setting or the clock has moved it, so once for most pages.
        """
        number = self.numbers.of([SITE])
        known, moment = self._horizon
        if known != number or now >= moment:
            moment = horizon(datetime.fromtimestamp(now, UTC)).timestamp()
            self._horizon = number, moment
        return moment
