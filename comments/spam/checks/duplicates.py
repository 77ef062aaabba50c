"""Repetition: the same or nearly the same words as an earlier comment.

Likeness is Jaccard's coefficient over runs of five letters (shingles; Broder, 1997). A few probes
find the candidates first, so that two hundred earlier comments cost about a millisecond. The
reason quotes this comment only: another reader's words must not outlive their own erasure here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from comments.spam.addresses import host_of
from comments.spam.evidence import Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Seen, Submission

MOST_COMPARED = 200
COMPARED_CHARACTERS = 600
SHORTEST_TEXT = 30
"""Bytes below which two people may well say the same: “Thanks for sharing!”."""
NEARLY_THE_SAME = 0.5
_SHINGLE, _PROBE, _PROBES, _HITS, _MOST_CANDIDATES = 5, 8, 12, 3, 5


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields the most alike earlier comment; worse if that one was spam or had another sender."""
    text = squeezed(submission.text)
    if len(text.encode("utf-8", "ignore")) < SHORTEST_TEXT:
        return
    own = shingles(text)
    alike = [
        (likeness(own, shingles(earlier)), seen) for earlier, seen in _candidates(text, history)
    ]
    found = [(share, seen) for share, seen in alike if share >= NEARLY_THE_SAME]
    if found:
        yield _worst(submission, found)


def _candidates(text: str, history: History) -> list[tuple[str, Seen]]:
    """Returns the few earlier comments that contain most of the probes."""
    probes = _probes_of(text)
    rated = []
    for seen in history.recent[:MOST_COMPARED]:
        earlier = squeezed(seen.text)
        hits = _hits(probes, earlier)
        if hits >= _HITS and 0.5 <= len(earlier) / len(text) <= 2:
            rated.append((hits, earlier, seen))
    rated.sort(key=lambda row: -row[0])
    return [(earlier, seen) for _, earlier, seen in rated[:_MOST_CANDIDATES]]


def _hits(probes: list[str], earlier: str) -> int:
    """Counts the probes in a text; none of every third one means that none is worth looking for."""
    if not any(probe in earlier for probe in probes[::3]):
        return 0
    return sum(probe in earlier for probe in probes)


def squeezed(text: str) -> str:
    """Returns the beginning of a text in lower case with single spaces."""
    return " ".join(text[:COMPARED_CHARACTERS].casefold().split())


def _probes_of(text: str) -> list[str]:
    step = max(1, (len(text) - _PROBE) // _PROBES)
    return [text[at : at + _PROBE] for at in range(0, max(1, len(text) - _PROBE), step)]


def likeness(one: set[str], other: set[str]) -> float:
    """Returns the share of shingles that two texts have in common, 0 to 1 (Jaccard)."""
    return len(one & other) / (len(one | other) or 1)


def shingles(text: str) -> set[str]:
    """Returns every run of five letters of a squeezed text."""
    return {text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))}


def _worst(submission: Submission, found: list[tuple[float, Seen]]) -> Evidence:
    share, seen = max(found, key=lambda pair: (pair[1].state == "spam", pair[0]))
    weight = 1.7 if share < 1 else 2.1
    weight += 1.0 if seen.state == "spam" else 0.0
    weight += 0.4 if _has_other_sender(submission, seen) else 0.0
    reason = _reason(len(found), is_same=share == 1, was_spam=seen.state == "spam")
    said = reason % {"count": len(found), "words": quoted([submission.text])}
    return Evidence("duplicates", round(weight, 2), said)


def _reason(count: int, *, is_same: bool, was_spam: bool) -> str:
    if is_same and was_spam:
        return ngettext(
            "The same words were sent before, once, and called spam: %(words)s.",
            "The same words were sent before, %(count)s times, and called spam: %(words)s.",
            count,
        )
    if is_same:
        return ngettext(
            "The same words were sent before, once: %(words)s.",
            "The same words were sent before, %(count)s times: %(words)s.",
            count,
        )
    if was_spam:
        return ngettext(
            "Nearly the same words were sent before, once, and called spam: %(words)s.",
            "Nearly the same words were sent before, %(count)s times, and called spam: %(words)s.",
            count,
        )
    return ngettext(
        "Nearly the same words were sent before, once: %(words)s.",
        "Nearly the same words were sent before, %(count)s times: %(words)s.",
        count,
    )


def _has_other_sender(submission: Submission, seen: Seen) -> bool:
    return (seen.name, host_of(seen.url)) != (submission.name, submission.host)
