"""Large JSON read piece by piece: rows of chosen lists, one at a time, never the whole file.

The bounds hold while it is read: how deep it nests, how long one value is, how large one row.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from transfer.items import SourceError

DEEPEST = 64
LONGEST_VALUE = 32 * 1024 * 1024
"""Bytes between one token and the next: a text with its quotes."""

MOST_VALUES = 100_000
"""Names and values in one row."""

_BOM = b"\xef\xbb\xbf"
_OPENING = frozenset({"start_map", "start_array"})
_CLOSING = frozenset({"end_map", "end_array"})

Path_ = tuple[str, ...]
Event = tuple[str, Any]


def rows(path: Path, wanted: Callable[[Path_], bool]) -> Iterator[tuple[Path_, Any]]:
    """Yield every value whose place in the file is `wanted`, with the place.

    A place is the names on the way from the top; `[]` stands for an element of a list.

    Raises:
        SourceError: the file is no JSON, ends too early, or is made to do harm.
    """
    with path.open("rb") as file:
        if file.read(len(_BOM)) != _BOM:
            file.seek(0)
        source = _Bounded(file)
        try:
            yield from _rows(source, _events(source), wanted)
        except ijson.IncompleteJSONError as error:
            raise SourceError(_sentence(path, error)) from error
        except (ijson.JSONError, ValueError, OverflowError) as error:
            raise SourceError(f"{path.name} is no valid JSON.") from error


def _events(source: _Bounded) -> Iterator[Event]:
    """Return the tokens, numbers as machines count them.

    The other way makes a number of Python of each: of one with thousands of digits it makes a crash.
    """
    return iter(ijson.basic_parse(source, buf_size=65536, use_float=True))


def _sentence(path: Path, error: Exception) -> str:
    # The parser has one error for a file that ends and for one that is wrong; its words tell which.
    ends = ("premature EOF", "Incomplete JSON", "incomplete")
    if any(words in str(error) for words in ends):
        return f"{path.name} is not complete: it ends in the middle."
    return f"{path.name} is no valid JSON."


class _Bounded:
    """A file that is read on only while tokens come out of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.since_token = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.since_token += len(data)
        if self.since_token > LONGEST_VALUE:
            raise SourceError(f"It holds one value of more than {LONGEST_VALUE // 1024**2} MB.")
        return data


def _rows(
    source: _Bounded, events: Iterator[Event], wanted: Callable[[Path_], bool]
) -> Iterator[tuple[Path_, Any]]:
    place: list[str] = []
    for kind, value in events:
        source.since_token = 0
        if kind == "map_key":
            place[-1] = value
            continue
        if kind in _CLOSING:
            place.pop()
            continue
        here = tuple(place)
        if wanted(here):
            yield here, _built(source, kind, value, events)
        elif kind in _OPENING:
            if len(place) >= DEEPEST:
                raise SourceError(f"It is nested more than {DEEPEST} levels deep.")
            place.append("[]" if kind == "start_array" else "")


def _built(source: _Bounded, kind: str, value: Any, events: Iterator[Event]) -> Any:
    """Return the value that begins with this event, and take its events."""
    if kind not in _OPENING:
        return value
    top: Any = {} if kind == "start_map" else []
    open_values, names, count = [top], [""], 0
    while open_values:
        kind, value = next(events)
        source.since_token = 0
        count += 1
        if count > MOST_VALUES:
            raise SourceError(f"One entry of it holds more than {MOST_VALUES:,} values.")
        if kind == "map_key":
            names[-1] = value
        elif kind in _CLOSING:
            open_values.pop()
            names.pop()
        else:
            made = {} if kind == "start_map" else [] if kind == "start_array" else value
            _put(open_values[-1], names[-1], made)
            if kind in _OPENING:
                if len(open_values) >= DEEPEST:
                    raise SourceError(f"It is nested more than {DEEPEST} levels deep.")
                open_values.append(made)
                names.append("")
    return top


def _put(container: Any, name: str, value: Any) -> None:
    if isinstance(container, dict):
        container[name] = value
    else:
        container.append(value)


def nested(text: str) -> Any:
    """Return what a text that is itself JSON holds, with the bounds of `rows`; `None` if it is none."""
    if not text.startswith(("{", "[")) or len(text) > LONGEST_VALUE:
        return None
    source = _Bounded(io.BytesIO(text.encode("utf-8", "replace")))
    events = _events(source)
    try:
        kind, value = next(events)
        return _built(source, kind, value, events)
    except (ijson.JSONError, SourceError, ValueError, StopIteration):
        return None
