"""Praise that fits anywhere, and words that come from the post."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from comments.moderation import approve
from comments.spam import History, Verdict, assess
from comments.spam.checks import overlap, praise
from comments.spam.tokens import stem
from tests.comments.conftest import make_comment


def weight(check: Any, submission: Any) -> float:
    return math.fsum(e.weight for e in check(submission, History.empty()))


@pytest.mark.parametrize(
    "text",
    [
        "Superb blog! I stumbled upon your weblog and bookmarked it.",
        "I have added you to my blogroll, keep posting!",
        "This paragraph is truly fastidious, thanks admin.",
        "Insightful perspective! Content like this reminds us to stay curious.",
    ],
)
def test_pasted_praise_is_named_and_weighs_enough_to_hold(submission: Any, text: str) -> None:
    (found,) = praise.check(submission(text=text), History.empty())
    assert found.weight >= 1.9
    assert "fit under any post" in found.reason
    assert "“" in found.reason


@pytest.mark.parametrize(
    "text",
    ["great article btw!", "Thanks, the part on alarms helped", "Congratulations!", "Nice one.",
     "Thank you for the honesty 🙏", "Well said.", "Very interesting read, thank you!"],
)  # fmt: skip
def test_short_genuine_praise_is_published(submission: Any, text: str) -> None:
    assert assess(submission(text=text), History.empty()).verdict is Verdict.PUBLISH


def test_praise_about_the_post_is_not_generic(submission: Any) -> None:
    text = "Superb post, the failover and the certificate alarm could be ours. Bookmarked."
    assert weight(praise.check, submission(text=text)) == 0


def test_praise_in_answer_to_a_comment_weighs_half(submission: Any) -> None:
    text = "Nice blog, bookmarked."
    alone = weight(praise.check, submission(text=text))
    assert weight(praise.check, submission(text=text, is_reply=True)) == pytest.approx(alone / 2)


@pytest.mark.parametrize("text", ["", "No.", "Cancel my contract.", "谢谢分享", "👏👏👏"])
def test_a_text_without_praise_is_not_praise(submission: Any, text: str) -> None:
    assert weight(praise.check, submission(text=text)) == 0


def test_words_of_the_post_speak_for_the_reader_and_are_named(submission: Any) -> None:
    (found,) = overlap.check(submission(text="Our failover broke as well"), History.empty())
    assert found.weight == pytest.approx(-0.7)
    assert found.reason == "Speaks of what the post is about: “failover”."


def test_words_of_the_comment_it_answers_speak_for_the_reader(submission: Any) -> None:
    above = "Which gasket did you use on the second pump?"
    answer = submission(text="A gasket of graphite, and the failover", answered_text=above)
    (found,) = overlap.check(answer, History.empty())
    assert found.weight == pytest.approx(-1.4)
    assert found.reason == "Speaks of what stands above it: “failover”, “gasket”."
    alone = replace(answer, answered_text="Great article, thanks")
    assert weight(overlap.check, alone) == pytest.approx(-0.7)


def test_most_of_both_is_bounded_and_a_long_comment_is_read_in_part(submission: Any) -> None:
    words = "gasket graphite flange torque kubectl failover"
    assert weight(overlap.check, submission(text=words, answered_text=words)) == -1.6
    late = submission(text="gasket", answered_text="…" * 5_000 + " gasket")
    assert weight(overlap.check, late) == 0


@pytest.mark.django_db
def test_answer_in_a_thread_is_compared_with_what_it_answers(post: Any, moderator: Any) -> None:
    said = {"body": "Which gasket did you use on the second pump?"}
    above = approve(make_comment(post, **said), by=moderator, seen=1)
    answer = make_comment(post, body="A gasket of graphite.", parent=above)
    (found,) = [one for one in answer.evidence if one["check"] == "overlap"]
    assert found["reason"] == "Speaks of what stands above it: “gasket”."


def test_rare_shared_words_count_more_than_common_ones_up_to_a_limit(submission: Any) -> None:
    common = weight(overlap.check, submission(text="a week ago"))
    rare = weight(overlap.check, submission(text="kubectl again"))
    many = weight(overlap.check, submission(text="kubectl failover certificate alarm gateway logs"))
    assert many == -1.6 < rare < common < 0


def test_endings_do_not_hide_a_shared_word(submission: Any) -> None:
    post = "Prices rise"
    assert weight(overlap.check, submission(text="your pricing", post_text=post)) < 0
    assert {stem(word) for word in ("pricing", "prices", "price", "priced")} == {"pric"}


def test_words_that_stand_under_any_post_are_not_shared(submission: Any) -> None:
    found = submission(text="Great article, thanks", post_text="A great article, many thanks.")
    assert weight(overlap.check, found) == 0


def test_a_few_shared_words_in_a_long_text_count_half(submission: Any) -> None:
    padding = " ".join(f"zeb{letter}{other}u" for letter in "abcdef" for other in "ghijkl")
    short = weight(overlap.check, submission(text="kubectl"))
    assert weight(overlap.check, submission(text=f"kubectl {padding}")) == pytest.approx(short / 2)
