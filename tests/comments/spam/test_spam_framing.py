"""Nobody is framed, and nobody is trusted, by what anybody could have sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from blog.models import Post, Site
from comments.arrival import Arrival, Origin
from comments.facts import history_of
from comments.models import Comment
from comments.moderation import Said, approve, mark_spam, submit
from comments.spam import Counts, Evidence, Verdict, verdict_for

pytestmark = pytest.mark.django_db
JANE = {"name": "Jane Miller", "email": "jane@miller.example", "url": "https://janemiller.example"}
ASKED = "How high did the river stand at your door, and who paid for the floor in the end?"
SALE = "Buy cheap viagra online, casino free spins, best price {n} https://viagra{n}.example.com"


@pytest.fixture(autouse=True)
def open_site(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is clean appears at once, also of somebody new."""
    Site.objects.update(comment_mode="clean")
    monkeypatch.setattr("comments.trust.is_welcome", lambda _: True)


def say(post: Post, body: str, network: str = "hers", **sender: str) -> Comment:
    came = Arrival(network=network, origin=Origin.OWN, stamp="fresh", elapsed_ms=120_000)
    known: dict[str, Any] = {"name": "Zed", **sender, "body": body}
    return submit(post, Said(**known), came).comment


def findings(comment: Comment) -> dict[str, float]:
    return {one["check"]: one["weight"] for one in comment.evidence}


def test_spam_typed_in_her_name_holds_nothing_of_hers(post: Post) -> None:
    for number in range(6):
        sent = say(post, SALE.format(n=number), f"attacker {number}", **JANE)
        assert sent.state == Comment.State.SPAM
    hers = say(post, ASKED, **JANE)
    assert (hers.state, findings(hers).keys() & {"history", "company"}) == ("approved", set())


def test_decided_spam_in_her_name_does_not_count_for_her_address(
    post: Post, moderator: User
) -> None:
    for number in range(3):
        sent = say(post, SALE.format(n=number), f"attacker {number}", **JANE)
        mark_spam(sent, by=moderator, seen=sent.revision)
    known = history_of(say(post, ASKED, **JANE))
    assert (known.address, known.name) == (Counts(), Counts(spam=3))


def test_what_others_sent_is_no_second_opinion() -> None:
    words = Evidence("words", 3.6, "They sell.")
    others = [Evidence("history", 2.5, "Spam before."), Evidence("company", 1.8, "Other names.")]
    assert verdict_for(0.99, [words, *others]) is Verdict.HOLD
    assert verdict_for(0.99, [words, Evidence("links", 1.0, "Links.")]) is Verdict.SPAM


def test_nobody_builds_trust_by_comments_that_nobody_read(post: Post) -> None:
    sender = {"email": "zed@example.net", "url": "https://luckyspin.example"}
    first = say(post, "Play at the best online casino with a welcome bonus, I did.", **sender)
    for number in range(6):
        say(post, f"Which of the {number + 2} pumps stood in the hall that night?", **sender)
    again = say(post, "Play at the best online casino with a welcome bonus, I did. Yes.", **sender)
    assert "history" not in findings(again)
    assert again.score >= first.score


def confirmed(post: Post, moderator: User, count: int) -> None:
    """Comments of Jane's that a person approved and whose address she confirmed."""
    for number in range(count):
        comment = say(post, f"Which of the {number + 2} pumps stood in the hall?", **JANE)
        approve(comment, by=moderator, seen=comment.revision)
    Comment.objects.update(confirmed_at=timezone.now())


@pytest.mark.parametrize("network, is_trusted", [("hers", True), ("elsewhere", False)])
def test_her_address_gives_trust_only_from_where_she_confirmed_it(
    post: Post, moderator: User, network: str, is_trusted: bool
) -> None:
    confirmed(post, moderator, 3)
    weight = findings(say(post, ASKED, network, **JANE)).get("history", 0.0)
    assert (weight < 0) is is_trusted


def test_her_address_name_and_link_carry_no_spam_past_a_person(post: Post, moderator: User) -> None:
    confirmed(post, moderator, 4)
    sent = say(post, SALE.format(n=1), "elsewhere", **JANE)
    assert sent.state in {Comment.State.PENDING, Comment.State.SPAM}
