"""The values at the head of a text that this program wrote, when somebody else may have changed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Values(dict[str, Any]):
    """The head of a file, asked for by what its values must be.

    Each question raises `TypeError` or `ValueError`, with the name, when they are something else.
    """

    def text(self, name: str) -> str:
        """Return a text, empty when it is not there."""
        value = self.get(name, "")
        if not isinstance(value, str):
            raise TypeError(name)
        return value

    def one_of(self, name: str, known: Sequence[str], *, default: str | None = None) -> str:
        """Return one of the known texts."""
        value = self.text(name) if name in self or default is None else default
        if value not in known:
            raise ValueError(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise TypeError(name)
        return tuple(value)

    def named(self, name: str, parts: Sequence[str]) -> dict[str, str] | None:
        """Return texts by their names, and no others."""
        value: dict[str, str] | None = self.get(name)
        if value is not None and not _is_named(value, parts):
            raise TypeError(name)
        return value

    def rows(self, name: str, parts: Sequence[str]) -> tuple[dict[str, str], ...]:
        """Return a list of such."""
        value = self.get(name, [])
        if not isinstance(value, list) or not all(_is_named(row, parts) for row in value):
            raise TypeError(name)
        return tuple(value)

    def number(self, name: str) -> int | None:
        """Return a small number, if there is one."""
        value = self.get(name)
        if value is not None and not (type(value) is int and 0 <= value < 32768):
            raise TypeError(name)
        return value


def _is_named(value: object, parts: Sequence[str]) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(parts)
        and all(isinstance(text, str) for text in value.values())
    )
