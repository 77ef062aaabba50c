"""Cutting a long text where it can be cut, so that each piece is rendered in a bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LONGEST_FENCE = 40
"""A fence of more marks than this is decoration; it is cut like any other line."""


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield `text` in parts of at most `limit` characters, cut between its blocks where possible.

    A block that is too long alone is cut between lines, a line between words, a word anywhere. A
    fenced block that is cut is closed and opened again, so that code stays code. No word is lost.
    """
    held = ""
    for block in _blocks(text):
        if len(held) + 2 + len(block) <= limit:
            held = f"{held}\n\n{block}" if held else block
            continue
        if held:
            yield held
        *whole, held = _cut(block, limit)
        yield from whole
    if held:
        yield held


def _blocks(text: str) -> Iterator[str]:
    """Yield what blank lines part, but a fenced block as one."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if not line and not fence:
            if lines:
                yield "\n".join(lines)
            lines = []
            continue
        lines.append(line)
        fence = _after(line, fence)
    if lines:
        yield "\n".join(lines)


def _after(line: str, fence: str) -> str:
    """Return the fence that is open after `line`, or an empty string."""
    marks = _FENCE.match(line)
    if marks is None or len(marks[1]) > _LONGEST_FENCE:
        return fence
    if not fence:
        return marks[1]
    is_end = marks[1].startswith(fence) and line.strip() == marks[1]
    return "" if is_end else fence


def _cut(block: str, limit: int) -> list[str]:
    """Return a block in parts of at most `limit` characters."""
    if len(block) <= limit:
        return [block]
    room = limit - 2 * _LONGEST_FENCE - 2
    parts: list[str] = []
    held: list[str] = []
    length, fence = 0, ""
    for line in (part for whole in block.split("\n") for part in _short(whole, room)):
        if held and length + len(line) + 1 > room:
            parts.append("\n".join([*held, fence] if fence else held))
            held, length = ([fence], len(fence) + 1) if fence else ([], 0)
        held.append(line)
        length += len(line) + 1
        fence = _after(line, fence)
    return [*parts, "\n".join(held)]


def _short(line: str, limit: int) -> Iterator[str]:
    """Yield a line in parts of at most `limit` characters, cut behind a space where there is one."""
    while len(line) > limit:
        at = line.rfind(" ", 1, limit) + 1 or limit
        yield line[:at]
        line = line[at:]
    yield line
