"""Comparing posts by their words, and writing the list of each that is near others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.db import transaction

from blog import languages
from blog.batching import batched
from blog.models import NearPost, TellingWords
from blog.related.nearness import Nearness

MOST_NEAR = 12
"""Posts kept for each: more than a page shows, as some may be of its series, or taken off."""

_BATCH = 200

Shown = Callable[[list[int], str], Iterable[int]]


class Known:
    """The words of all posts at one moment. Posts of two languages are not near each other."""

    def __init__(self) -> None:
        """Read them all."""
        self.read_from: dict[int, tuple[int | None, str]] = {}
        self._nearness: dict[int, Nearness] = {}
        for codes in _languages():
            before = len(self.read_from)
            nearness = Nearness(self._words(codes))
            numbers = islice(self.read_from, before, None)
            self._nearness |= dict.fromkeys(numbers, nearness)

    def _words(self, codes: Sequence[str]) -> Iterator[tuple[int, dict[str, int]]]:
        rows = TellingWords.objects.filter(language__in=codes).order_by("post")
        values = rows.values_list("post", "rendering", "language", "words")
        for number, rendering, language, words in values.iterator(chunk_size=_BATCH):
            self.read_from[number] = (rendering, language)
            if rendering:
                yield number, words

    def near(self, number: int, most: int | None = MOST_NEAR) -> list[tuple[int, int]]:
        """Return at most so many posts near one, or all, with their thousandths; the nearest first."""
        nearness = self._nearness.get(number)
        return nearness.near(number, most or len(self.read_from)) if nearness else []

    def changed_since(self) -> list[int]:
        """Return the posts whose words were read meanwhile: lists written from these may lack them."""
        now = TellingWords.objects.values_list("post", "rendering", "language")
        return [number for number, *found in now if self.read_from.get(number) != tuple(found)]


def compare(waiting: Sequence[int], show: Shown) -> None:
    """Write what is near these posts, and anew each list of another in which one belongs or stood.

    A list is always computed from the words of all posts, so it is full whoever left it. The others
    come first: after an interruption these are still waiting.
    """
    known = Known()
    for numbers in batches(show([*_touched(known, waiting), *waiting], "related posts")):
        _write(known, numbers)
    for numbers in batches(known.changed_since()):
        TellingWords.objects.filter(post__in=numbers).update(is_compared=False)
    # Of posts taken off, that stand in no list any more.
    TellingWords.objects.filter(rendering=None, is_compared=True).delete()


def batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Yield numbers in lists that a transaction can take."""
    return batched(numbers, _BATCH)


def _touched(known: Known, waiting: Sequence[int]) -> list[int]:
    """Return the other posts in whose lists these may belong, or stand so far."""
    others: set[int] = set()
    if len(waiting) < len(known.read_from):
        others.update(other for number in waiting for other, _ in known.near(number, None))
        for numbers in batches(waiting):
            listing = NearPost.objects.filter(other__in=numbers)
            others.update(listing.values_list("post", flat=True))
    return sorted(others.difference(waiting))


def _write(known: Known, numbers: Sequence[int]) -> None:
    """Write the lists of these posts, of words that are still as they were read."""
    lists = {number: known.near(number) for number in numbers}
    concerned = {other for found in lists.values() for other, _ in found}.union(numbers)
    with transaction.atomic():
        rows = TellingWords.objects.filter(post__in=concerned).order_by("post")
        held = rows.select_for_update(no_key=True).values_list("post", "rendering", "language")
        now = {number: tuple(found) for number, *found in held}
        valid = {number for number in concerned if now.get(number) == known.read_from.get(number)}
        written = [number for number in numbers if number in valid]
        NearPost.objects.filter(post__in=written).delete()
        NearPost.objects.bulk_create(
            NearPost(post_id=number, other_id=other, nearness=thousandths)
            for number in written
            for other, thousandths in lists[number]
            if other in valid
        )
        TellingWords.objects.filter(post__in=written).update(is_compared=True)


def _languages() -> list[list[str]]:
    """Return the codes that words are kept under, those of one language together."""
    found: dict[str, list[str]] = {}
    for code in TellingWords.objects.order_by().values_list("language", flat=True).distinct():
        found.setdefault((code or languages.of_site()).partition("-")[0], []).append(code)
    return list(found.values())
