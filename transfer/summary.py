"""What an import did, in plain words: for the terminal, and kept with its batch for the newsroom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from blog.models import Batch
from blog.plaintext import normalise
from transfer.telling import Line, told

MOST_LISTED = 1000
"""Lines of one list that are kept; of what comes after them only the number is told."""

SKIPPED = gettext_noop("Skipped")
CHANGED = gettext_noop("Changed since, not touched")
DRAFTS = gettext_noop("Kept as drafts")
NOTES = gettext_noop("Notes")
ADDED = gettext_noop("New comments on posts that were here already")
RESUMED = gettext_noop("Of these, here already from before it broke off")
KNOWN = gettext_noop("Here already from an earlier import")


class Summary:
    """Counts, lists and facts by their labels, in the order in which they came up first.

    A list holds sentences, or things with why: `{"title": …, "why": …, "more": …}`. It keeps the first
    `MOST_LISTED` lines, so that a hostile file cannot fill the memory. `batch` is what came in, if
    anything did, now or in an earlier run of the same file.
    """

    def __init__(self) -> None:
        self.batch: Batch | None = None
        self.counts: Counter[str] = Counter()
        self._lists: dict[str, list[Line]] = {}
        self._lengths: Counter[str] = Counter()
        self._facts: dict[str, Any] = {}

    def count(self, label: str, number: int = 1) -> None:
        """Add to the number under `label`."""
        if number:
            self.counts[label] += number

    def say(self, label: str, line: Line) -> None:
        """Add a line to the list under `label`, as often as it is said."""
        self._lengths[label] += 1
        kept = self._lists.setdefault(label, [])
        if len(kept) < MOST_LISTED:
            kept.append(_plain(line))

    def skip(self, what: str, title: str, why: str) -> None:
        """Tell that something of the source has no place here: what it is, which one, and why."""
        self.count(f"{SKIPPED}: {what}")
        named = f"{what}: {title}" if title else what
        self.say(SKIPPED, {"what": what, "title": named, "why": why})

    def note(self, title: str, why: str, more: str = "") -> None:
        """Tell something about one thing that came in.

        Args:
            why: a sentence of the catalogue, in English; it is translated when it is shown.
            more: words of the source that belong to it, and stay as they are.
        """
        self.say(NOTES, {"title": title, "why": why, **({"more": more} if more else {})})

    def add(self, other: Summary) -> None:
        """Take over all that `other` tells."""
        self.counts.update(other.counts)
        for label, lines in other._lists.items():
            for line in lines:
                self.say(label, line)
            self._lengths[label] += other._lengths[label] - len(lines)

    def state(self, facts: Mapping[str, Any]) -> None:
        """Add what the source says of itself."""
        self._facts.update({label: _fact(fact) for label, fact in facts.items()})

    def as_json(self) -> dict[str, Any]:
        """Return it by label: a number, a list of sentences or of things with why, or a fact."""
        lists = {label: [*lines, *self._rest(label)] for label, lines in self._lists.items()}
        return {**self._counted(), **self._facts, **lists}

    def lines(self, *, whole: bool = False) -> Iterator[str]:
        """Yield it line by line, for a terminal; `whole` shortens no list."""
        if not self.counts and not self._lists:
            yield "Nothing was found in it."
        for label, number in self._counted().items():
            yield f"{label}: {number:,}"
        for label, fact in self._facts.items():
            if isinstance(fact, list):
                yield from told(label, fact, whole=whole)
            else:
                yield f"{label}: {_spelt(fact)}"
        for label, lines in self._lists.items():
            yield from told(label, lines, left_out=self._left_out(label), whole=whole)

    def _counted(self) -> dict[str, int]:
        """Return the numbers, those of what was left out behind the others."""
        order = sorted(self.counts, key=lambda label: label.startswith(SKIPPED))
        return {label: self.counts[label] for label in order}

    def _left_out(self, label: str) -> int:
        return self._lengths[label] - len(self._lists[label])

    def _rest(self, label: str) -> list[Line]:
        left_out = self._left_out(label)
        return [f"and {left_out:,} more"] if left_out else []


def _plain(line: Line) -> Line:
    """Return a line without what no database keeps; much of it is quoted from the source."""
    if isinstance(line, str):
        return normalise(line)
    return {name: normalise(text) for name, text in line.items()}


def _fact(fact: Any) -> Any:
    """Return a fact without what no database keeps; it may quote the name of a file."""
    if isinstance(fact, list):
        return [_plain(line) for line in fact]
    return normalise(fact) if isinstance(fact, str) else fact


def _spelt(fact: object) -> str:
    is_number = isinstance(fact, int) and not isinstance(fact, bool)
    return f"{fact:,}" if is_number else str(fact)
