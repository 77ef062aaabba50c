"""The figures of the report: each is a plain count, and its interval the textbook's."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.spam import Evidence
from comments.spam.hindsight import (
    Judged,
    Share,
    by_week,
    calibration,
    figures,
    looked_at,
    wilson,
)
from comments.spam.measures import calibration_error
from comments.spam.policy import CARES, HOLD_AT, SPAM_AT, USUAL_CARE, Verdict, hold_at
from comments.spam.what_if import by_check, positions

MONDAY, LATER = date(2026, 3, 2), date(2026, 3, 16)


def judged(score: float, verdict: str, is_spam: bool, **more: object) -> Judged:
    return Judged(score, Verdict(verdict), is_spam, **{"week": MONDAY, **more})  # type: ignore[arg-type]


SEVEN = [
    judged(0.99, "spam", True),
    judged(0.97, "spam", True, was_automatic=True, drawn=True),
    judged(0.96, "spam", False, was_automatic=True, drawn=True),
    judged(0.60, "hold", True, week=LATER),
    judged(0.40, "hold", False),
    judged(0.10, "hold", False, by_rule=True),
    judged(0.01, "publish", True, was_automatic=True, drawn=True),
]
ANY = st.lists(
    st.builds(
        judged,
        st.floats(0, 1),
        st.sampled_from(["publish", "hold", "spam"]),
        st.booleans(),
        by_rule=st.booleans(),
        week=st.sampled_from([MONDAY, LATER]),
    )
)


def test_each_figure_is_a_plain_count() -> None:
    found = figures(SEVEN)
    assert found.precision == Share(2, 3)
    assert found.recall == Share(2, 4)
    assert found.stopped == Share(3, 4)
    assert found.harmed == Share(1, 3)
    assert found.delayed == Share(2, 3)


def test_random_look_counts_only_what_was_drawn() -> None:
    assert looked_at(SEVEN) == (Share(1, 1), Share(1, 2))
    assert looked_at([judged(0.05, "publish", True, was_automatic=True)]) == (
        Share(0, 0),
        Share(0, 0),
    )


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # The first two are worked out in Newcombe, Statistics in Medicine 17 (1998), table I.
    [(81, 263, 25, 37), (15, 148, 6, 17), (41, 43, 84, 99), (0, 20, 0, 17), (29, 29, 88, 100)],
)
def test_interval_is_wilsons(part: int, whole: int, low: int, high: int) -> None:
    share = Share(part, whole)
    assert (share.low, share.high) == (low, high)


def test_nothing_of_nothing_could_be_anything() -> None:
    assert (Share(0, 0).low, Share(0, 0).high, Share(0, 0).percent) == (0, 100, 0)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_the_share(counts: tuple[int, int]) -> None:
    part, whole = counts
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1


def test_tenths_hold_what_was_expected_and_what_was_so() -> None:
    deciles = calibration(SEVEN)
    last = deciles[9]
    assert (last.first, last.last, last.spam) == (90, 100, Share(2, 3))
    assert last.expected == pytest.approx(100 * (0.99 + 0.97 + 0.96) / 3)
    assert [decile.spam.whole for decile in deciles] == [1, 1, 0, 0, 1, 0, 1, 0, 0, 3]
    off = 3 * abs(200 / 3 - last.expected) + abs(100 - 60) + 40 + 10 + abs(100 - 1)
    error = calibration_error([(one.score, one.is_spam) for one in SEVEN])
    assert 100 * error == pytest.approx(off / 7)
    assert calibration_error([]) == 0


@given(ANY)
def test_every_comment_lies_in_one_tenth_and_one_week(some: list[Judged]) -> None:
    assert sum(decile.spam.whole for decile in calibration(some)) == len(some)
    weeks = by_week(some)
    assert [week for week, _ in weeks] == sorted({one.week for one in some})
    assert sum(one.stopped.whole for _, one in weeks) == figures(some).stopped.whole


def test_positions_say_who_would_have_waited() -> None:
    found = {one.care: (one.waited, one.wrong, one.missed) for one in positions(SEVEN)}
    assert found[USUAL_CARE] == (3, 2, 1)
    assert found[1] == (1, 1, 2)
    assert found[7] == (3, 2, 1)


@given(ANY)
def test_more_care_lets_more_wait_and_less_spam_through(some: list[Judged]) -> None:
    found = positions(some)
    for less, more in pairwise(found):
        assert less.waited <= more.waited
        assert less.missed >= more.missed


def test_care_moves_the_threshold_around_the_shipped_one() -> None:
    thresholds = [hold_at(care) for care in CARES]
    assert thresholds == sorted(thresholds, reverse=True)
    assert hold_at(USUAL_CARE) == HOLD_AT
    assert 0 < min(thresholds) < max(thresholds) < SPAM_AT


def test_each_check_alone_stops_what_its_own_findings_stop() -> None:
    prior = Evidence("prior", -2.2, "x")
    heavy, light = Evidence("links", 3.0, "x"), Evidence("words", 1.0, "x")
    trap, note = Evidence("trap", 0.3, "x", holds=True), Evidence("name", 0.4, "x")
    found = [([prior, heavy, light], True), ([prior, light, light], True), ([prior, trap], False),
             ([prior, light, note], False), ([prior], False)]  # fmt: skip
    rows = {one.check: (one.right, one.spam, one.genuine) for one in by_check(found)}
    # Two light findings of one check weigh enough together; one of them speaks and stops nothing.
    assert rows == {
        "links": (Share(1, 1), Share(1, 2), Share(0, 3)),
        "words": (Share(2, 3), Share(1, 2), Share(0, 3)),
        "trap": (Share(0, 1), Share(0, 2), Share(1, 3)),
    }
    assert by_check([]) == []


def test_what_ships_learned_is_told_in_rows_and_together() -> None:
    rows = [Evidence(f"learned_{group}", 0.8, "x") for group in ("words", "name", "site")]
    found = {one.check: one.spam for one in by_check([(rows, True)])}
    assert found.keys() == {"learned", "learned_words", "learned_name", "learned_site"}
    assert found["learned"] == Share(1, 1)
    assert found["learned_words"] == Share(0, 1)
