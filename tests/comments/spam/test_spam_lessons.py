"""Lessons: one decision teaches, its undo unteaches, and no angry day drowns the others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam import History, assess
from comments.spam.assessment import logistic
from comments.spam.learned.features import features_of
from comments.spam.learned.folded import Folded, Key
from comments.spam.learned.lessons import DAY, HALF_LIFE, Lesson, Read, counted, fitted, fold
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
from comments.spam.training.own import OWN_FILES
from tests.pace import seconds

NOTHING = SiteWeights()
places = st.lists(st.integers(0, PLACES - 1), min_size=1, max_size=8, unique=True)
lessons = st.builds(
    Lesson,
    st.builds(
        lambda scale, kept: Features((Group("words", scale, tuple(sorted(kept))),)).packed(),
        st.integers(1, UNIT),
        places,
    ),
    st.booleans(),
    st.integers(0, 2 * HALF_LIFE),
)


def lesson(features: Features, *, is_spam: bool, day: int = 0) -> Lesson:
    return Lesson(features.packed(), is_spam, day)


def test_a_decision_moves_the_comment_and_those_like_it(submission: Any) -> None:
    sent = features_of(submission(text="Our flanges ship from Duisburg, ask for the list."))
    alike = features_of(submission(text="Flanges from Duisburg, list on request."))
    other = features_of(submission(text="How long did the failover take?"))
    site = fold([lesson(sent, is_spam=True)], today=0)
    moved = [probability(one, site) - probability(one, NOTHING) for one in (sent, alike, other)]
    assert min(moved[:2]) > 2 * abs(moved[2])


def test_what_a_site_taught_is_a_row_of_its_own(submission: Any) -> None:
    sent = submission(text="Our flanges ship from Duisburg.")
    site = fold([lesson(features_of(sent), is_spam=True)], today=0)
    (row,) = [e for e in assess(sent, History(site=site)).evidence if e.check == "learned_site"]
    assert 0 < row.weight <= MOST_OF_SITE


@settings(max_examples=200)
@given(st.lists(lessons, max_size=12), st.randoms())
def test_lessons_add_up_in_any_order(taught: list[Lesson], dice: Any) -> None:
    shuffled = list(taught)
    dice.shuffle(shuffled)
    one, other = (fold(some, today=2 * HALF_LIFE) for some in (taught, shuffled))
    assert one.as_bytes() == other.as_bytes()


@settings(max_examples=200)
@given(st.lists(lessons, max_size=12), lessons)
def test_undo_leaves_what_would_have_been_byte_for_byte(kept: list[Lesson], undone: Lesson) -> None:
    known: dict[Key, Lesson] = {(number, 0): one for number, one in enumerate(kept)}
    key, today = (len(kept), 0), 2 * HALF_LIFE
    before = Folded.none().changed(added=known, removed=(), today=today)
    taught = before.changed(added={key: undone}, removed=(), today=today)
    assert taught.weights.as_bytes() == fold([*kept, undone], today=today).as_bytes()
    after = taught.changed(added={}, removed=[key], today=today)
    assert after.weights.as_bytes() == before.weights.as_bytes()


def test_few_lessons_teach_what_the_link_field_means_here(submission: Any) -> None:
    def sent(text: str, url: str = "") -> Features:
        return features_of(submission(text=text, url=url))

    spam = [sent(f"Well said {word}.", "https://shop.example") for word in ("sir", "all", "you")]
    genuine = [sent(f"We moved {word} that way.") for word in ("mail", "search", "billing")]
    site = fold(
        [lesson(one, is_spam=True) for one in spam]
        + [lesson(one, is_spam=False) for one in genuine],
        today=0,
    )
    linked, bare = sent("What did it cost?", "https://other.example"), sent("What did it cost?")
    assert of_site(linked, site) > of_site(bare, site) + 0.3


def test_a_lesson_counts_half_after_a_half_life() -> None:
    old = Read.of(Lesson(b"", True, 0))
    assert counted([old], today=0) == [1]
    assert counted([old], today=HALF_LIFE) == [0.5]
    assert counted([Read.of(Lesson(b"", True, 9))], today=0) == [1]


def test_fifty_ordinary_decisions_of_a_day_count_in_full(submission: Any) -> None:
    genuine = features_of(submission(text="Which of the two pumps failed first, and why?"))
    spam = features_of(submission(text="Nice post, thank you for sharing."))
    taught = [lesson(genuine, is_spam=False)] * 45 + [lesson(spam, is_spam=True)] * 5
    assert counted(list(map(Read.of, taught)), today=0) == [1] * 50


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=200))
def test_the_errors_of_a_day_count_for_no_more_than_a_bound(
    decided: list[tuple[bool, int]],
) -> None:
    taught = [Read.of(Lesson(b"", is_spam, day)) for is_spam, day in decided]
    counts = counted(taught, today=0)
    for day in range(4):
        of_day = [
            count * abs(one.lesson.is_spam - logistic(one.prior))
            for one, count in zip(taught, counts, strict=True)
            if one.lesson.day == day
        ]
        assert sum(of_day) <= DAY + 1e-9


def test_a_thousand_wrong_decisions_in_a_day_move_like_a_few(submission: Any) -> None:
    sent = features_of(submission(text="Which of the two pumps failed first, and why?"))
    wrong = lesson(sent, is_spam=True)
    few, angry = (fold([wrong] * count, today=0) for count in (DAY + 1, 1_000))
    assert probability(sent, angry) == pytest.approx(probability(sent, few), abs=0.02)


def test_features_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="not packed features"):
        fold([Lesson(b"\x00\x01", True, 0)], today=0)


def test_the_fit_of_five_hundred_lessons_takes_a_moment() -> None:
    rows = [row for file in OWN_FILES for row in read_rows(file)][::4][:500]
    ready = [
        Read.of(lesson(features_of(row.submission), is_spam=row.is_spam, day=at // 20))
        for at, row in enumerate(rows)
    ]
    assert len(ready) == 500
    assert seconds(lambda: fitted(ready, today=25), 0.08) < 0.08


def test_name_and_link_that_were_approved_give_no_trust(submission: Any) -> None:
    known = {"name": "Jane Miller", "url": "https://jane.example", "email_domain": "jane.example"}
    approved = [submission(text=f"Which of the {n} pumps stood there?", **known) for n in range(9)]
    site = fold([lesson(features_of(one), is_spam=False) for one in approved], today=0)
    typed = features_of(submission(text="🙂", **known))
    alone = Features(tuple(group for group in typed.groups if group.name in TYPED))
    assert {group.name for group in alone.groups} == {"name", "link"}
    assert of_site(alone, site) == 0


def test_name_and_link_that_were_spam_count_against_them(submission: Any) -> None:
    known = {"name": "Jane Miller", "url": "https://jane.example", "email_domain": "jane.example"}
    site = fold([lesson(features_of(submission(**known)), is_spam=True)], today=0)
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
