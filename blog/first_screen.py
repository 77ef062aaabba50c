"""Whether title, byline and In brief of a post fit on the first screen of a telephone.

It is an estimate from the lengths of the texts, with the sizes of `static/css/parts/post.css` and
`brief.css`. `tests/browser/test_first_screen.py` holds it against a browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from textwrap import wrap

SCREEN = 844
"""Pixels: the height of a common telephone, which is 390 wide."""

LONG_TITLE = 60
"""Signs; templates give a longer title smaller letters."""

LONG_BRIEF = 500
"""Signs of all points together; templates give a longer one smaller letters."""

_HEADER = 89  # the name of the site, and one row of its menu
_SPACES = 56  # above the title, and between the parts
_BRIEF_FRAME = 40  # its label, and the space around the points
_POINT_FRAME = 13
_DATE = 25


def lines_too_many(title: str, byline: str, brief: Sequence[str]) -> int:
    """Return by how many lines of In brief a post ends below the first screen; 0 when it fits."""
    if not brief:
        return 0
    line = 21.8 if sum(map(len, brief)) > LONG_BRIEF else 23.2
    over = _title(title) + _byline(byline) + _brief(brief, line) + _HEADER + _SPACES - SCREEN
    return max(0, ceil(over / line))


def _title(text: str) -> float:
    return _lines(text, 23) * 28.8 if len(text) > LONG_TITLE else _lines(text, 20) * 32.6


def _byline(text: str) -> float:
    return _lines(text, 32) * 22 + _DATE


def _brief(points: Sequence[str], line: float) -> float:
    return _BRIEF_FRAME + sum(_POINT_FRAME + _lines(point, 42) * line for point in points)


def _lines(text: str, signs: int) -> int:
    return len(wrap(text, signs))
