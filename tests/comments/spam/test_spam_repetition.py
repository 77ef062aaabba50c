"""Repetition of earlier comments, and earlier decisions about the same sender."""

from __future__ import annotations

import math
from typing import Any

import pytest

from blog.models import Post, Site
from comments.spam import Counts, History, Seen, Verdict, assess
from comments.spam.checks import duplicates, history
from tests.comments.conftest import make_comment

TEXT = "My neighbour collects old radios and your words fit our little club of listeners so well."

RIVER = (
    "The river rose at our place in the same week, and the floor of the hall took a year to dry; we"
    " wrote up what the insurance paid, and where the pumps had to stand, for whoever asks."
)


def remembered(text: str, state: str = "approved", **sender: str) -> History:
    return History(alike=(Seen(text, sender.get("name", "Other"), sender.get("url", ""), state),))


def weight(check: Any, submission: Any, known: History) -> float:
    return math.fsum(e.weight for e in check(submission, known))


def _history_of(source: str, counts: Counts) -> History:
    sources: dict[str, Any] = {source: counts}
    return History(**sources)


def test_the_same_words_again_are_held_and_named(submission: Any) -> None:
    found = assess(submission(text=TEXT), remembered(TEXT))
    assert found.verdict is Verdict.HOLD
    assert found.evidence[0].check in {"duplicates", "prior"}
    assert any("The same words were sent before, once: “My neighbour" in e.reason
               for e in found.evidence)  # fmt: skip


@pytest.mark.parametrize(
    "earlier",
    [TEXT.upper(), TEXT.replace(" ", "\n"), TEXT.replace("radios", "stamps"), TEXT + " Bye!"],
)
def test_nearly_the_same_words_are_found(submission: Any, earlier: str) -> None:
    assert weight(duplicates.check, submission(text=TEXT), remembered(earlier)) >= 1.7


def test_a_repeated_text_in_chinese_is_found(submission: Any) -> None:
    text = "我们公司也取消了一半的会议但是新员工确实觉得孤单"
    assert weight(duplicates.check, submission(text=text), remembered(text)) >= 2


def test_repeating_what_was_called_spam_weighs_more(submission: Any) -> None:
    spam = weight(duplicates.check, submission(text=TEXT), remembered(TEXT, "spam"))
    assert spam == weight(duplicates.check, submission(text=TEXT), remembered(TEXT)) + 1


def test_another_name_or_link_under_the_same_words_weighs_more(submission: Any) -> None:
    mine = submission(text=TEXT, name="Ann", url="https://ann.example")
    same = weight(duplicates.check, mine, remembered(TEXT, name="Ann", url="http://ann.example/x"))
    assert (
        weight(duplicates.check, mine, remembered(TEXT, name="Bo", url="http://ann.example")) > same
    )
    assert (
        weight(duplicates.check, mine, remembered(TEXT, name="Ann", url="http://b.example")) > same
    )


def test_no_words_or_names_of_the_other_reader_are_copied(submission: Any) -> None:
    known = remembered(TEXT + " Yours, Zebulon", name="Zebulon Quist")
    (found,) = duplicates.check(submission(text=TEXT), known)
    assert "Zebulon" not in found.reason


@pytest.mark.parametrize("text", ["", "+1", "Thanks for sharing!", "Congratulations!"])
def test_short_texts_may_repeat(submission: Any, text: str) -> None:
    assert weight(duplicates.check, submission(text=text), remembered(text)) == 0


def test_another_answer_to_the_same_post_is_no_repetition(submission: Any) -> None:
    other = "My neighbour fixes bicycles and told me which chain oil to use every single month."
    assert weight(duplicates.check, submission(text=TEXT), remembered(other)) == 0


def test_one_that_shares_a_band_by_chance_hides_no_repetition(submission: Any) -> None:
    other = Seen("Quite other things about other things", "x", "", "spam")
    known = History(alike=(other, Seen(TEXT, "x", "", "approved")))
    (found,) = duplicates.check(submission(text=TEXT), known)
    assert found.weight == weight(duplicates.check, submission(text=TEXT), remembered(TEXT))
    assert "once" in found.reason


def test_a_sender_never_seen_says_nothing(submission: Any) -> None:
    assert list(history.check(submission(), History.empty())) == []


def test_earlier_spam_from_an_address_speaks_against_it(submission: Any) -> None:
    (found,) = history.check(submission(), History(address=Counts(spam=3)))
    assert found.weight == pytest.approx(1.39)
    assert found.reason == (
        "Earlier comments with this e-mail address: 0 approved, 0 rejected, 3 spam."
    )


def test_earlier_approved_comments_speak_for_an_address_up_to_a_limit(submission: Any) -> None:
    counts = [Counts(approved=n) for n in (1, 3, 100_000)]
    known = [History(address=one, is_recognised=True) for one in counts]
    weights = [weight(history.check, submission(), one) for one in known]
    assert 0 > weights[0] > weights[1] > weights[2] == -1.5


@pytest.mark.parametrize("source", ["name", "host", "address"])
def test_what_anybody_can_type_never_gives_trust(submission: Any, source: str) -> None:
    assert weight(history.check, submission(), _history_of(source, Counts(approved=50))) == 0
    assert weight(history.check, submission(), _history_of(source, Counts(spam=50))) > 0


@pytest.mark.parametrize("source", ["address", "name", "network", "host"])
def test_every_source_counts_and_is_bounded(submission: Any, source: str) -> None:
    (found,) = history.check(submission(), _history_of(source, Counts(spam=10**9)))
    assert 0 < found.weight <= 2.5


def test_trust_does_not_carry_spam_past_a_person(submission: Any) -> None:
    text = "Buy backlinks, online casino bonus, cheap viagra at http://a.example http://b.example"
    known = History(address=Counts(approved=500))
    assert assess(submission(text=text), known).verdict is not Verdict.PUBLISH


@pytest.mark.parametrize(
    "earlier",
    [
        (Seen(TEXT, "Other", "", "approved"),),
        (Seen(TEXT, "Miriam Haas", "", "approved"),) * 2,
        (Seen(TEXT, "Miriam Haas", "", "spam", is_decided=True),),
    ],
    ids=["another sender", "third time", "called spam by a person"],
)
def test_copy_is_held_whatever_else_speaks_for_it(submission: Any, earlier: Any) -> None:
    (found,) = duplicates.check(submission(text=TEXT), History(alike=earlier))
    assert found.holds


@pytest.mark.parametrize("state", ["approved", "spam"])
def test_second_time_of_one_sender_holds_nothing_by_itself(submission: Any, state: str) -> None:
    known = History(alike=(Seen(TEXT, "Miriam Haas", "", state),))
    (found,) = duplicates.check(submission(text=TEXT), known)
    assert not found.holds


@pytest.mark.django_db
def test_near_copies_of_several_senders_wait(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    Site.objects.update(comment_mode="clean")
    monkeypatch.setattr("comments.trust.is_welcome", lambda _: True)
    copies = [
        make_comment(post, body=f"{RIVER} {greeting} regards", name=f"Reader {greeting}")
        for greeting in ("Best", "Hello", "Kind", "Good")
    ]
    assert [one.state for one in copies] == ["approved", *["pending"] * 3]
