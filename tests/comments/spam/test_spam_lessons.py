"""Lessons: one decision teaches, its undo unteaches, and no angry day poisons the rest."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam import History, assess
from comments.spam.learned.features import features_of
from comments.spam.learned.lessons import DAY, HALF_LIFE, WHOLE, Lesson, fold, lesson_of
from comments.spam.learned.model import (
    MOST_OF_SITE,
    MOST_TRUST_IN_TYPED,
    TYPED,
    of_site,
    probability,
)
from comments.spam.learned.table import PLACES, UNIT, Features, Group
from comments.spam.learned.weights import SiteWeights
from comments.spam.rows import read_rows
from tests import shared

NOTHING = SiteWeights()
POISONED = 1_000
places = st.lists(st.integers(0, PLACES - 1), min_size=1, max_size=8, unique=True)
lessons = st.builds(
    Lesson,
    st.builds(
        lambda scale, kept: Features((Group("words", scale, tuple(sorted(kept))),)).packed(),
        st.integers(1, UNIT),
        places,
    ),
    st.integers(-WHOLE, WHOLE),
    st.integers(0, 2 * HALF_LIFE),
)


def test_a_decision_moves_the_comment_and_those_like_it(submission: Any) -> None:
    sent = features_of(submission(text="Our flanges ship from Duisburg, ask for the list."))
    alike = features_of(submission(text="Flanges from Duisburg, list on request."))
    other = features_of(submission(text="How long did the failover take?"))
    site = fold([lesson_of(sent, NOTHING, is_spam=True, day=3)], today=3)
    moved = [probability(one, site) - probability(one, NOTHING) for one in (sent, alike, other)]
    assert min(moved[:2]) > 2 * abs(moved[2])


def test_what_a_site_taught_is_a_row_of_its_own(submission: Any) -> None:
    sent = submission(text="Our flanges ship from Duisburg.")
    site = fold([lesson_of(features_of(sent), NOTHING, is_spam=True, day=0)], today=0)
    (row,) = [e for e in assess(sent, History(site=site)).evidence if e.check == "learned_site"]
    assert 0 < row.weight <= MOST_OF_SITE


@settings(max_examples=200)
@given(st.lists(lessons, max_size=12), lessons, st.randoms())
def test_undo_leaves_what_would_have_been_byte_for_byte(
    kept: list[Lesson], undone: Lesson, dice: Any
) -> None:
    before = fold(kept, today=2 * HALF_LIFE).as_bytes()
    taught = [*kept, undone]
    dice.shuffle(taught)
    fold(taught, today=2 * HALF_LIFE)
    taught.remove(undone)
    assert fold(taught, today=2 * HALF_LIFE).as_bytes() == before


def test_a_lesson_fades_by_half_in_a_half_life(submission: Any) -> None:
    lesson = Lesson(Features((Group("words", UNIT, (5,)),)).packed(), 100, 0)
    now, later, long_ago = (
        fold([lesson], today=day).numbers[5] for day in (0, HALF_LIFE, 3 * HALF_LIFE)
    )
    assert (later, long_ago) == (now // 2, now // 8)


def test_the_lessons_of_a_day_count_for_no_more_than_a_bound() -> None:
    packed = Features((Group("words", UNIT // 64, (5,)),)).packed()
    full = fold([Lesson(packed, DAY, 0)], today=0).numbers[5]
    angry = fold([Lesson(packed, WHOLE, 0)] * POISONED, today=0).numbers[5]
    assert 0 < angry <= full


def test_features_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="not packed features"):
        fold([Lesson(b"\x00\x01", 5, 0)], today=0)


@pytest.mark.parametrize("says_spam", [[True], [False], [True, False]])
def test_a_thousand_poisoned_lessons_in_a_day_flip_no_verdict_in_a_hundred(
    says_spam: list[bool],
) -> None:
    rows = read_rows(shared.file("spam/public_test.jsonl"))
    Random(5).shuffle(rows)
    poisoned = [
        (features_of(row.submission), row.is_spam)
        for row in rows[:POISONED]
        if (not row.is_spam) in says_spam
    ]
    taught = [
        lesson_of(features, NOTHING, is_spam=not is_spam, day=0)
        for features, is_spam in poisoned * (POISONED // len(poisoned) + 1)
    ]
    site = fold(taught[:POISONED], today=0)
    judged = [row.submission for row in rows[POISONED : 2 * POISONED]]
    before = [assess(one, History.empty()).verdict for one in judged]
    after = [assess(one, History(site=site)).verdict for one in judged]
    flipped = sum(one is not other for one, other in zip(before, after, strict=True))
    assert flipped <= len(judged) / 100


def test_name_and_link_that_were_approved_give_no_trust(submission: Any) -> None:
    known = {"name": "Jane Miller", "url": "https://jane.example", "email_domain": "jane.example"}
    approved = [submission(text=f"Which of the {n} pumps stood there?", **known) for n in range(9)]
    site = fold(
        [lesson_of(features_of(one), NOTHING, is_spam=False, day=0) for one in approved], today=0
    )
    typed = features_of(submission(text="🙂", **known))
    alone = Features(tuple(group for group in typed.groups if group.name in TYPED))
    assert {group.name for group in alone.groups} == {"name", "link"}
    assert of_site(alone, site) == 0


def test_name_and_link_that_were_spam_count_against_them(submission: Any) -> None:
    known = {"name": "Jane Miller", "url": "https://jane.example", "email_domain": "jane.example"}
    site = fold(
        [lesson_of(features_of(submission(**known)), NOTHING, is_spam=True, day=0)], today=0
    )
    alone = Features(
        tuple(one for one in features_of(submission(**known)).groups if one.name in TYPED)
    )
    assert of_site(alone, site) > 0


@pytest.mark.parametrize("name", ["Michael", "Martin", "John", "Mark Smith"])
@pytest.mark.parametrize("domain", ["gmx.de", "mit.edu", "example.org"])
def test_no_typed_name_or_address_is_worth_much(submission: Any, name: str, domain: str) -> None:
    found = assess(submission(name=name, email_domain=domain), History.empty())
    typed = [e.weight for e in found.evidence if e.check in {"learned_name", "learned_link"}]
    assert min(typed) >= -MOST_TRUST_IN_TYPED
    assert found.log_odds == pytest.approx(sum(e.weight for e in found.evidence))
