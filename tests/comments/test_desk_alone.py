"""What no person here has decided: the desk says so on the card, in the history and on the tab."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Post, Site
from comments import moderation
from comments.models import Comment
from comments.spam import Assessment, Verdict
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/comment/"
ALONE = {
    "publish": "It appeared without a person here.",
    "spam": "No person here has called it spam.",
}
TABS = {"publish": "public", "spam": "spam"}


@pytest.fixture
def desk(moderator: User) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def judged(post: Post, monkeypatch: pytest.MonkeyPatch):
    """Make a comment that the filter judges by itself, on a site that lets it."""
    Site.objects.update(comment_mode="clean")
    monkeypatch.setattr("comments.trust.is_welcome", lambda _: True)

    def make(verdict: str, score: float = 0.5, body: str = "Words.") -> Comment:
        said = Assessment(score, Verdict(verdict), ())
        monkeypatch.setattr("comments.moderation.submitting.assess", lambda *_, **__: said)
        return make_comment(post, body=body)

    return make


def page_of(desk: Client, comment: Comment) -> str:
    """The page of one comment."""
    return desk.get(f"{DESK}{comment.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("verdict", "score", "said"),
    [
        ("publish", 0.03, "Published by the filter (score 3 %)"),
        ("spam", 0.987, "Called spam by the filter (score 99 %)"),
        ("hold", 0.4, "<td>Arrived</td>"),
    ],
)
def test_history_says_what_the_filter_did(desk, judged, verdict, score, said):
    page = page_of(desk, judged(verdict, score))
    assert said in page
    assert page.count("by the filter") == (verdict != "hold")


@pytest.mark.parametrize("verdict", ["publish", "spam"])
def test_card_says_that_no_person_has_decided(desk, judged, moderator, verdict):
    comment = judged(verdict)
    listed = f"{DESK}?tab={TABS[verdict]}"
    for page in (page_of(desk, comment), desk.get(listed).content.decode()):
        assert ALONE[verdict] in page
    verb = {"publish": moderation.approve, "spam": moderation.mark_spam}[verdict]
    verb(comment, by=moderator, seen=comment.revision)
    for page in (page_of(desk, comment), desk.get(listed).content.decode()):
        assert comment.body in page
        assert ALONE[verdict] not in page


def test_undo_leaves_it_to_the_filter_again(desk, judged, moderator):
    comment = judged("spam")
    done = moderation.mark_spam(comment, by=moderator, seen=1)
    moderation.undo(done, by=moderator, seen=done.revision)
    assert ALONE["spam"] in page_of(desk, comment)


def test_what_waits_and_what_we_say_ourselves_is_no_such_case(desk, post, ceo, moderator):
    waiting = make_comment(post)
    answered = make_public(post, moderator, body="A question.")
    moderation.answer(answered, "An answer.", by=ceo, seen=answered.revision)
    for comment in (waiting, answered.replies.get()):
        page = page_of(desk, comment)
        assert not [said for said in ALONE.values() if said in page]


def test_spam_that_nobody_has_confirmed_stands_first_and_is_counted(desk, judged, moderator):
    old, middle, new = (judged("spam", body=f"Offer {n}.") for n in range(3))
    moderation.mark_spam(new, by=moderator, seen=1)
    page = desk.get(f"{DESK}?tab=spam").content.decode()
    shown = [int(pk) for pk in re.findall(r'data-card="(\d+)"', page)]
    assert shown == [middle.pk, old.pk, new.pk]
    assert re.search(r'data-count="spam">3<', page)
    assert re.search(r'data-count="unconfirmed">2</span> unconfirmed', page)


def test_script_is_told_how_many_are_unconfirmed(desk, judged):
    first, _second = (judged("spam", body=f"Offer {n}.") for n in range(2))
    sent = {"verb": "mark_spam", f"seen-{first.pk}": 1}
    answer = desk.post(f"{DESK}{first.pk}/decide/", sent, headers={"accept": "application/json"})
    counts = answer.json()["counts"]
    assert (counts["spam"], counts["unconfirmed"]) == (2, 1)


def test_tab_says_nothing_of_unconfirmed_ones_where_there_are_none(desk, judged, moderator):
    moderation.mark_spam(judged("spam"), by=moderator, seen=1)
    assert "unconfirmed" not in desk.get(f"{DESK}?tab=spam").content.decode()
