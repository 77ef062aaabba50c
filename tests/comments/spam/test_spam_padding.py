"""Neither padding nor the words of the post carry a link past a person, nor does a link field that sells."""

from __future__ import annotations

from typing import Any

import pytest

from blog.models import Post, Site
from comments.spam import History, Verdict, assess
from comments.spam.checks import links, overlap, padding
from tests.comments.conftest import make_comment

NOTHING = History.empty()
TALK = (
    "The river rose at our place as well, and the floor of the hall took a year to dry. We asked our"
    " insurance twice before anybody came, and those who came had never seen a pump. "
)
SALE = "Buy viagra online without prescription: https://cheap-viagra-pills.com"


@pytest.fixture
def open_post(post: Post, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A post where what is clean appears at once."""
    Site.objects.update(comment_mode="clean")
    monkeypatch.setattr("comments.trust.is_welcome", lambda _: True)
    return post


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [SALE, "More is here: https://river-notes.example.com/floor"])
@pytest.mark.parametrize("pad", [TALK * 9, "on a sea " * 90], ids=["talk", "short words"])
def test_link_behind_all_that_is_read_waits(open_post: Post, sent: str, pad: str) -> None:
    comment = make_comment(open_post, body=f"{pad}\n\n{sent}", name="Zed Qu")
    assert comment.state in {"pending", "spam"}
    assert "padding" in {one["check"] for one in comment.evidence}


@pytest.mark.parametrize(
    "text", ["", TALK, TALK * 9, f"See https://river.example.com for this. {TALK * 9}"]
)
def test_long_words_without_a_far_link_are_no_padding(submission: Any, text: str) -> None:
    assert list(padding.check(submission(text=text), NOTHING)) == []


@pytest.mark.parametrize("more", ["", " See https://example.org/a.", " Play at the online casino."])
def test_words_of_the_post_speak_for_nobody_who_links_or_sells(submission: Any, more: str) -> None:
    shared = submission(text=f"The failover of the kubectl gateway broke.{more}")
    weights = [one.weight for one in overlap.check(shared, NOTHING)]
    assert [weight < 0 for weight in weights] == ([] if more else [True])


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["luckyspin-casino.com", "cheapviagra.example", "buy-seo.example"])
def test_link_field_that_sells_waits_under_any_name(open_post: Post, host: str) -> None:
    typed = {"name": "Anna Berg", "url": f"https://{host}", "body": TALK.strip()}
    assert make_comment(open_post, **typed).state in {"pending", "spam"}


@pytest.mark.parametrize("host", ["berg-plumbing.example", "anna.example", "bakery-shop.example"])
def test_link_field_of_an_honest_trade_holds_nothing(submission: Any, host: str) -> None:
    found = links.check(submission(url=f"https://{host}"), NOTHING)
    assert not any(one.holds for one in found)


def test_rows_still_sum_when_a_field_sells(submission: Any) -> None:
    found = assess(submission(url="https://luckyspin-casino.com"), NOTHING)
    assert found.verdict is not Verdict.PUBLISH
    assert found.log_odds == pytest.approx(sum(one.weight for one in found.evidence))
