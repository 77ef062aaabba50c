"""Repetition: the same or nearly the same words as an earlier comment.

The caller finds the few likeliest among all comments of thirty days (`comments.spam.minhash`); here
they are compared in full. The reason quotes this comment only: another reader's words must not outlive
their own erasure here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from comments.spam.addresses import host_of
from comments.spam.evidence import Evidence
from comments.spam.minhash import is_too_short, likeness, shingles, squeezed
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Seen, Submission

MOST_COMPARED = 5
"""Earlier comments that are compared in full."""
NEARLY_THE_SAME = 0.5
MANY_COPIES = 2
"""Earlier copies from which one sender repeats herself too often: this is the third."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields the most alike earlier comment; worse if that one was spam or had another sender.

    A person looks if a sender comes a third time, if several send the same, or if a person called
    one of the earlier comments spam.
    """
    text = squeezed(submission.text)
    if is_too_short(text):
        return
    own = shingles(text)
    earlier = history.alike[:MOST_COMPARED]
    rated = [(likeness(own, shingles(squeezed(seen.text))), seen) for seen in earlier]
    found = [(share, seen) for share, seen in rated if share >= NEARLY_THE_SAME]
    if found:
        yield _worst(submission, found)


def _worst(submission: Submission, found: list[tuple[float, Seen]]) -> Evidence:
    share, seen = max(found, key=lambda pair: (pair[1].state == "spam", pair[0]))
    weight = 1.7 if share < 1 else 2.1
    weight += 1.0 if seen.state == "spam" else 0.0
    weight += 0.4 if _has_other_sender(submission, seen) else 0.0
    reason = _reason(len(found), is_same=share == 1, was_spam=seen.state == "spam")
    said = reason % {"count": len(found), "words": quoted([submission.text])}
    copies = [earlier for _, earlier in found]
    return Evidence("duplicates", round(weight, 2), said, holds=_ask_for_a_look(submission, copies))


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


def _ask_for_a_look(submission: Submission, copies: list[Seen]) -> bool:
    return len(copies) >= MANY_COPIES or any(
        _has_other_sender(submission, seen) or (seen.state == "spam" and seen.is_decided)
        for seen in copies
    )


def _has_other_sender(submission: Submission, seen: Seen) -> bool:
    return (seen.name, host_of(seen.url)) != (submission.name, submission.host)
