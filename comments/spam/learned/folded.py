"""The lessons of a site ready for the fit, to which a few are added, or taken from, and their fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from comments.spam.learned.lessons import Lesson, Read, fitted
from comments.spam.learned.weights import SiteWeights

Key = tuple[int, int]


@dataclass(frozen=True)
class Folded:
    """Lessons by a key of the caller's, and what they teach as of a day.

    Always what `fold` makes of the same lessons, to the byte; nothing here ever changes, so that
    threads may share it.
    """

    lessons: Mapping[Key, Read]
    today: int
    weights: SiteWeights

    @classmethod
    def none(cls) -> Folded:
        """Return what a site knows that has decided nothing; needs no shipped weights."""
        return cls({}, 0, SiteWeights())

    def changed(
        self, *, added: Mapping[Key, Lesson], removed: Collection[Key], today: int
    ) -> Folded:
        """Return what some more lessons teach, without others; raises as `fold` does.

        Only those added are read: that is most of the work.
        """
        kept = {key: one for key, one in self.lessons.items() if key not in removed}
        kept |= {key: Read.of(one) for key, one in added.items()}
        return Folded(kept, today, fitted(kept.values(), today=today))
