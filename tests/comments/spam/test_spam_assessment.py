"""The sum of the evidence: its laws, the verdicts, and what a failing check does."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments.spam import Evidence, History, Seen, Submission, Verdict, assess, verdict_for
from comments.spam.assessment import judge, logistic
from comments.spam.policy import HOLD_AT, SPAM_AT

anything = st.text(st.characters(exclude_categories=()), max_size=300)
seen = st.builds(Seen, anything, anything, anything, st.sampled_from(["pending", "spam"]))
submissions = st.builds(
    Submission,
    text=anything,
    name=anything,
    email_domain=anything,
    url=anything,
    post_title=anything,
    post_text=anything,
    network=st.none() | anything,
    elapsed_ms=st.none() | st.integers(),
    stamp_state=st.sampled_from(["fresh", "missing", "expired"]),
    is_trap_filled=st.booleans(),
    is_reply=st.booleans(),
    origin_known=st.booleans(),
    languages=st.lists(st.sampled_from(["en", "zh-Hant", "fa"]) | anything, max_size=3).map(tuple),
)


def finding(check: str, weight: float, *, holds: bool = False) -> Evidence:
    return Evidence(check, weight, "A reason.", holds)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(submissions, st.lists(seen, max_size=4))
def test_any_submission_gets_a_score_that_its_evidence_sums_to(
    submission: Submission, recent: list[Seen]
) -> None:
    found = assess(submission, History(alike=tuple(recent)))
    assert found.failed == ()
    assert 0 <= found.score <= 1
    assert found.log_odds == pytest.approx(math.fsum(e.weight for e in found.evidence))
    assert found.score == pytest.approx(logistic(found.log_odds))
    sizes = [abs(e.weight) for e in found.evidence]
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(submissions)
def test_every_reason_can_be_stored_and_read_back(submission: Submission) -> None:
    for found in assess(submission, History.empty()).evidence:
        stored = json.dumps(found.as_dict(), ensure_ascii=False).encode("utf-8")
        assert Evidence.from_dict(json.loads(stored)) == found
        assert found.reason.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🙂",
        "\x00",
        "\ud800 lone",
        "شكرا",
        "谢谢",
        "a" * 5_000,
        "http://a.example " * 1_000,
    ],
    ids=["empty", "blank", "emoji", "nul", "surrogate", "arabic", "chinese", "long", "1000 links"],
)
def test_odd_texts_are_assessed_like_any_other(submission: Any, text: str) -> None:
    assert assess(submission(text=text), History.empty()).failed == ()


def test_a_harmless_comment_is_advised_for_publishing(submission: Any) -> None:
    found = assess(submission(), History.empty())
    assert found.verdict is Verdict.PUBLISH
    assert found.score < HOLD_AT


def test_the_same_submission_gets_the_same_assessment_twice(submission: Any) -> None:
    spam = submission(text="Buy cheap backlinks at http://seo.example now")
    assert assess(spam, History.empty()) == assess(spam, History.empty())


def test_a_failing_check_holds_says_so_and_lets_the_others_speak(
    submission: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(submission: Submission, history: History) -> Iterator[Evidence]:
        yield finding("broken", -6.0)
        raise RuntimeError

    def heavy(submission: Submission, history: History) -> list[Evidence]:
        return [finding("heavy", 1.5)]

    with caplog.at_level(logging.ERROR, "comments.spam.assessment"):
        found = judge(submission(), History.empty(), [("broken", broken), ("heavy", heavy)])
    assert found.verdict is Verdict.HOLD
    assert found.failed == ("broken",)
    asked = [e for e in found.evidence if not e.check.startswith("learned_")]
    assert [e.check for e in asked] == ["prior", "heavy", "broken"]
    assert "“broken” could not finish" in asked[-1].reason
    assert "Spam check broken failed" in caplog.text


def test_a_failing_check_keeps_the_rest_from_calling_it_spam() -> None:
    heavy = [finding("one", 4.0), finding("two", 4.0)]
    assert verdict_for(0.99, heavy) is Verdict.SPAM
    assert verdict_for(0.99, heavy, failed=["overlap"]) is Verdict.HOLD


def test_one_check_alone_never_makes_spam_however_much_it_says() -> None:
    assert verdict_for(0.999, [finding("words", 3.6), finding("words", 3.6)]) is Verdict.HOLD
    assert verdict_for(0.999, [finding("words", 6.0), finding("links", 0.4)]) is Verdict.HOLD
    assert verdict_for(0.999, [finding("words", 3.6), finding("links", 0.6)]) is Verdict.SPAM


def test_what_ships_learned_is_one_voice_and_what_the_site_taught_another() -> None:
    learned = [finding("learned_words", 3.0), finding("learned_name", 3.0)]
    assert verdict_for(0.999, learned) is Verdict.HOLD
    assert verdict_for(0.999, [*learned, finding("praise", 0.5)]) is Verdict.SPAM
    assert verdict_for(0.999, [*learned, finding("learned_site", 0.5)]) is Verdict.SPAM


def test_the_verdict_turns_at_the_thresholds() -> None:
    both = [finding("words", 3.0), finding("links", 3.0)]
    below_hold = math.nextafter(HOLD_AT, 0)
    below_spam = math.nextafter(SPAM_AT, 0)
    verdicts = [verdict_for(score, both) for score in (below_hold, HOLD_AT, below_spam, SPAM_AT)]
    assert verdicts == [Verdict.PUBLISH, Verdict.HOLD, Verdict.HOLD, Verdict.SPAM]


def test_evidence_that_holds_needs_no_score() -> None:
    assert verdict_for(0.01, [finding("timing", 0.3, holds=True)]) is Verdict.HOLD


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, 6.1, -6.1])
def test_a_weight_that_is_no_weight_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="is not within"):
        finding("wild", weight)


@pytest.mark.parametrize(("log_odds", "score"), [(0, 0.5), (-1e9, 0), (1e9, 1), (-2.2, 0.0998)])
def test_log_odds_of_any_size_become_a_score(log_odds: float, score: float) -> None:
    assert logistic(log_odds) == pytest.approx(score, abs=1e-4)
