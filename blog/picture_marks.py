"""Marks that hold the place of a picture while it is sent: for the writer's eyes, never for a reader's."""

from __future__ import annotations

import re
from collections.abc import Iterator

# As the script of the form spells them; with or without the name of the file.
_MARK = re.compile(r"\[picture \d{1,9} is coming(?:: [^\[\]\n]{0,255})?\]")
_WITH_ITS_LINE = re.compile(_MARK.pattern + r"(?:\r?\n){0,2}")


def marks_in(text: str) -> list[str]:
    """Return the marks in a text, in their order."""
    return _MARK.findall(text)


def without_marks(text: str) -> str:
    """Return a text without its marks, and without the empty lines that came with them."""
    return _WITH_ITS_LINE.sub("", text)


def mark_problems(text: str) -> Iterator[str]:
    """Yield a sentence when a text still waits for a picture."""
    marks = marks_in(text)
    if marks:
        yield (
            f"A picture is missing where the text says “{marks[0]}”."
            " Add the picture again, and take this line out of the text."
        )
