"""Many called spam under one domain, whatever stands before the @."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Post
from comments.facts import history_of
from comments.models import Comment
from comments.moderation import approve, mark_spam
from comments.spam import Counts, History, Verdict, assess
from comments.spam.checks import domain
from tests.comments.conftest import make_comment
from tests.comments.spam.conftest import make_submission

HOUSE = "house.example"


def found(counts: Counts, email_domain: str = HOUSE) -> list[tuple[float, str]]:
    sent = make_submission(email_domain=email_domain)
    return [(one.weight, one.reason) for one in domain.check(sent, History(domain=counts))]


@pytest.mark.django_db
def test_comment_from_a_domain_of_spam_is_told_so(post: Post, moderator: Any) -> None:
    for number in range(3):
        sent = make_comment(post, body=f"Spam number {number}", email=f"s{number}@House.example")
        mark_spam(sent, by=moderator, seen=1)
    approve(make_comment(post, body="Mine", email="new@other.example"), by=moderator, seen=1)
    judged = make_comment(post, body="What did the pumps cost?", email="new@house.example")
    (row,) = [one for one in judged.evidence if one["check"] == "domain"]
    assert row["reason"] == "Other addresses of “house.example”: 0 approved, 3 spam."
    assert row["weight"] > 0


@pytest.mark.django_db
def test_her_own_address_and_longer_domains_are_not_counted(post: Post, moderator: Any) -> None:
    for number, email in enumerate(
        ["mara@house.example", "x@warehouse.example", "x@a.house.example"]
    ):
        mark_spam(make_comment(post, body=f"No {number}", email=email), by=moderator, seen=1)
    known = history_of(Comment(post=post, name="M", email="Mara@house.example"))
    assert known.domain == Counts()
    assert history_of(Comment(post=post, name="M")).domain == Counts()


@pytest.mark.parametrize(
    ("counts", "email_domain"),
    [
        (Counts(spam=2), HOUSE),
        (Counts(spam=3, approved=9), HOUSE),
        (Counts(approved=50), HOUSE),
        (Counts(spam=90), "gmail.com"),
        (Counts(spam=90), "yahoo.co.uk"),
        (Counts(spam=90), ""),
    ],
)
def test_few_mixed_good_and_common_domains_say_nothing(counts: Counts, email_domain: str) -> None:
    assert found(counts, email_domain) == []


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_domain_gives_no_trust_and_is_bounded(spam: int, rejected: int, approved: int) -> None:
    counts = Counts(spam=spam, rejected=rejected, approved=approved)
    assert all(0 < weight <= 1.5 for weight, _ in found(counts))


def test_domain_alone_never_makes_spam() -> None:
    known = History(domain=Counts(spam=10_000))
    assert assess(make_submission(email_domain=HOUSE), known).verdict is not Verdict.SPAM
