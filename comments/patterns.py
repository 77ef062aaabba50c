"""Regular expressions that people write: tried before they are kept, and never run without a limit.

A pattern is a small program, and some run for ever: `(a+)+$` on thirty letters. Nobody can tell in
general which, so it is tried on texts that are grown from its own pieces, and its time is limited
whenever it runs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import product

import regex
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PATTERN_SECONDS = 0.1
"""How long one pattern may look at one text."""

TRIAL_SECONDS = 4.0
"""How long one is tried before it is kept."""

_PATIENCE = 0.25
"""For one text of the trial; longer than in earnest, so that a busy machine refuses nothing good."""

_FLAGS = regex.IGNORECASE | regex.MULTILINE
_SIZES = (*range(1, 41), 64, 200, 600)
_MOST_PIECES = 16
_LETS_DOWN = "\u00a7"
# `((a{100}){100}){100}` takes minutes to be compiled, where no limit of time reaches.
_MOST_REPEATS = 2_000
_NAMED = regex.compile(r"\\[pPNxugLQ]\{[^{}]*\}|\\.", regex.DOTALL)
_BRACES = regex.compile(r"\{([^{}]*)\}")
_COUNTED = regex.compile(r"(\d*)(?:,(\d*))?")
_TOO_CLEVER = regex.compile(r"\(\?(?:R|[+-]?\d|&|P>)|\{[^{}]*(?:<|[eids]\b)[^{}]*\}")
_PARTS = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|.", regex.DOTALL)
_CLASSES = {"w": "a", "d": "1", "s": " ", "W": "!", "D": "a", "S": "a", "n": "\n", "t": "\t"}
_SIGNS = frozenset("^$*+?{}()|,:=!<>")

_SLOW = gettext_lazy(
    "This pattern can take for ever on some texts. Say it more simply: repeat nothing that repeats."
)


def require_harmless(pattern: str) -> None:
    """Refuse a pattern that is wrong, that fits nothing at all, or that can take for ever.

    Raises:
        ValueError: says which of these in a sentence.
    """
    try:
        compiled = _compiled(pattern)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(_("This is no pattern: %(error)s.") % {"error": error}) from error
    for text in ("", "a", "a b", "\u00e9 2\n"):
        found = _found(compiled, text)
        if found and not found.group():
            raise ValueError(_("This fits an empty text, so it would catch every comment."))
    ends = time.monotonic() + TRIAL_SECONDS
    for text in _grown(pattern):
        if time.monotonic() > ends:
            raise ValueError(_SLOW)
        _found(compiled, text)


def fits(pattern: str, text: str, *, until: float) -> bool:
    """Return whether a pattern is found in a text; capitals do not matter, and `^` begins each line.

    Args:
        until: when all patterns of a comment must have ended, by `time.monotonic`.

    Raises:
        TimeoutError: it took longer than `PATTERN_SECONDS`, or nothing was left until then.
        ValueError, regex.error: it is none that `require_harmless` lets pass.
    """
    left = min(PATTERN_SECONDS, until - time.monotonic())
    if left <= 0:
        raise TimeoutError
    return _compiled(pattern).search(text, timeout=left) is not None


def _compiled(pattern: str) -> regex.Pattern[str]:
    if _TOO_CLEVER.search(_NAMED.sub("", pattern)):
        raise ValueError(_("it calls itself, or fits by likeness"))
    if _repeats(pattern) > _MOST_REPEATS:
        raise ValueError(_("it counts too far"))
    return regex.compile(pattern, _FLAGS)


def _repeats(pattern: str) -> int:
    """Return how often something may be repeated by counting alone, were all counts nested."""
    braces = map(_COUNTED.fullmatch, _BRACES.findall(_NAMED.sub("", pattern)))
    counts = [found.groups(default="") for found in braces if found]
    return math.prod(max(int(digits[:6] or 1) for digits in count) for count in counts)


def _found(compiled: regex.Pattern[str], text: str) -> regex.Match[str] | None:
    try:
        return compiled.search(text, timeout=_PATIENCE)
    except TimeoutError as error:
        raise ValueError(_SLOW) from error


def _grown(pattern: str) -> Iterator[str]:
    """Yield texts that repeat what the pattern looks for and then let it down, the short ones first."""
    pieces = _pieces(pattern)
    before = ["".join(pieces[:number]) for number in range(len(pieces))]
    units = [*zip(before, pieces, strict=True)]
    units += [
        (head, f"{one}{two}") for head, one, two in zip(before, pieces, pieces[1:], strict=False)
    ]
    # With all its letters at the end, a pattern cannot give up early because one is missing.
    ends = ("", _LETS_DOWN, f"{_LETS_DOWN}{''.join(pieces)}{_LETS_DOWN}")
    for size, (head, unit), end in product(_SIZES, units, ends):
        yield unit * size + end
        if head:
            yield head + unit * size + end


def _pieces(pattern: str) -> list[str]:
    """Return the letters a pattern looks for, in their order; one of each set of letters."""
    found = map(_piece, _PARTS.findall(pattern))
    return list(dict.fromkeys(filter(None, found)))[:_MOST_PIECES]


def _piece(part: str) -> str:
    if part.startswith("\\"):
        return _CLASSES.get(part[1:], "" if part[1:].isalnum() else part[1:])
    if part == ".":
        return "a"
    if len(part) > 1:
        return "a" if part.startswith("[^") else part[1:2]
    return "" if part in _SIGNS else part
