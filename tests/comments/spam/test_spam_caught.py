"""What the checks are for: spam of every family waits, and no reader is called a spammer."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from comments.spam import Evidence, History, Submission, Verdict, assess

VARIANTS = 200
LEAST_OF_A_FAMILY = 0.75
"""Praise without a link comes closest: on real blogs, readers write the same."""


def names_something_of(submission: Submission, found: Evidence) -> bool:
    """This finding quotes words, a host or a name of the comment, or marks words that spoke against it."""
    if any(weight > 0 and word in submission.text.lower() for word, weight in found.words):
        return True
    whole = f"{submission.text}\n{submission.name}\n{submission.url}".casefold()
    whole = re.sub(r"[\W_]+", " ", whole)
    items = re.findall("“(.+?)”", found.reason)
    heads = [re.split(r" \(for | → |…", item)[0].casefold() for item in items]
    return any(re.sub(r"[\W_]+", " ", head).strip() in whole for head in heads)


def is_caught_with_a_reason(case: Any) -> bool:
    found = assess(case.submission, case.history)
    against = [e for e in found.evidence if e.weight > 0]
    return found.verdict is not Verdict.PUBLISH and any(
        names_something_of(case.submission, e) for e in against
    )


@pytest.mark.parametrize("seed", [2, 7, 2026])
def test_nine_of_ten_spam_variants_wait_or_are_called_spam_with_a_reason(
    spam_generator: Any, seed: int
) -> None:
    cases = list(spam_generator(seed).cases(VARIANTS))
    assert len({case.submission.text for case in cases}) > VARIANTS * 0.8
    caught = [case for case in cases if is_caught_with_a_reason(case)]
    missed = [case.submission.text for case in cases if case not in caught]
    assert len(caught) >= 0.9 * VARIANTS, missed


def test_no_family_of_spam_slips_through(spam_generator: Any) -> None:
    cases = list(spam_generator(11).cases(1_200))
    total = Counter(case.family for case in cases)
    caught = Counter(case.family for case in cases if is_caught_with_a_reason(case))
    assert len(total) == 12
    assert {family: caught[family] / total[family] for family in total if
            caught[family] < LEAST_OF_A_FAMILY * total[family]} == {}  # fmt: skip


def test_the_generator_repeats_itself_for_a_seed_and_only_then(spam_generator: Any) -> None:
    first, again, other = (list(spam_generator(seed).cases(30)) for seed in (3, 3, 4))
    assert first == again != other


def test_at_most_two_of_a_hundred_genuine_comments_are_called_spam(genuine: Any) -> None:
    assert len(genuine) >= 100
    called = [c.submission.text for c in genuine
              if assess(c.submission, c.history).verdict is Verdict.SPAM]  # fmt: skip
    assert len(called) <= 2, called


def test_at_most_one_of_twenty_genuine_comments_waits(genuine: Any) -> None:
    held = [c.submission.text for c in genuine
            if assess(c.submission, c.history).verdict is not Verdict.PUBLISH]  # fmt: skip
    assert len(held) <= len(genuine) / 20, held


def test_genuine_comments_with_a_link_field_are_still_not_spam(genuine: Any) -> None:
    for case in genuine:
        linked = Submission(**{**_fields(case.submission), "url": "https://my-firm.example"})
        assert assess(linked, History.empty()).verdict is not Verdict.SPAM, linked.text


def test_comments_in_other_scripts_are_published(genuine: Any) -> None:
    foreign = [c for c in genuine if _is_mostly_not_ascii(c.submission.text)]
    assert len(foreign) >= 8
    for case in foreign:
        assert assess(case.submission, case.history).verdict is Verdict.PUBLISH


def _is_mostly_not_ascii(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(not letter.isascii() for letter in letters) > len(letters) / 2


def _fields(submission: Submission) -> dict[str, Any]:
    return {name: getattr(submission, name) for name in Submission.__dataclass_fields__}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IJWTS wow! Why can't I think of tinhgs like that?", "Kaylea"),
        ("3rtuBR fbabbfkzlluk", "yykysdysab"),
        ("heullfp artlice", "Ann"),
    ],
)
def test_the_owners_two_kinds_are_not_published(submission: Any, text: str, name: str) -> None:
    found = assess(submission(text=text, name=name), History.empty())
    assert found.verdict is Verdict.HOLD


def test_a_thought_that_ends_in_praise_is_published(submission: Any) -> None:
    text = "Our failover was never rehearsed either, so I put a date in the calendar. great article btw!"
    assert assess(submission(text=text), History.empty()).verdict is Verdict.PUBLISH
