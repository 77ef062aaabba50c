"""Numbers behind names that would be alike: `our-plan-2`, `our-plan-3`."""

from __future__ import annotations

from collections.abc import Callable


class Numbering:
    """Goes on where it stopped, so that thousands of things with one name take no longer each."""

    def __init__(self) -> None:
        """Begin to count."""
        self._next: dict[str, int] = {}

    def free(self, base: str, is_taken: Callable[[str], bool]) -> str:
        """Return `base` with the next number that is free."""
        number = self._next.get(base, 2)
        while is_taken(f"{base}-{number}"):
            number += 1
        self._next[base] = number + 1
        return f"{base}-{number}"

    def forget(self) -> None:
        """Begin to count again, after a transaction that came to nothing."""
        self._next.clear()
