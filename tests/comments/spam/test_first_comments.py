"""Where clean comments appear at once: not from somebody new on a new site, and nothing doubtful."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from blog.admin.site import SiteForm
from blog.models import Post, Site
from blog.models.site import CommentMode
from comments.models import Comment
from comments.moderation import (
    approve,
    come_back,
    mark_spam,
    reject,
    start_crisis,
    undo,
    withdraw,
)
from comments.spam import Assessment, Verdict
from comments.trust import FIRST_DAYS, FIRST_DECISIONS
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db
LATER = "We had the same flood in 2013, and our insurance never paid for the pumps."


def _say(monkeypatch: pytest.MonkeyPatch, verdict: Verdict) -> None:
    said = Assessment(0.5, verdict, ())
    monkeypatch.setattr("comments.moderation.submitting.assess", lambda *_, **__: said)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that finds everything clean."""
    _say(monkeypatch, Verdict.PUBLISH)


@pytest.fixture
def site(post: Post) -> Site:
    """A site where clean comments appear at once."""
    site = Site.current()
    site.comment_mode = "clean"
    site.save()
    return site


def decide(post: Post, moderator: Any, count: int) -> list[Comment]:
    """Comments that a person decided about, of every kind."""
    verbs = (approve, mark_spam, reject)
    made = [make_comment(post, body=f"Thought {number}.") for number in range(count)]
    return [verbs[n % 3](one, by=moderator, seen=1) for n, one in enumerate(made)]


def test_first_comment_waits_on_a_new_site(post: Post, site: Site, moderator: Any) -> None:
    assert make_comment(post, body=LATER).state == "pending"
    decide(post, moderator, FIRST_DECISIONS - 1)
    assert make_comment(post, body=f"{LATER} And yours?").state == "pending"


def test_ten_decisions_are_enough_and_an_undone_one_is_none(
    post: Post, site: Site, moderator: Any
) -> None:
    *_, last = decide(post, moderator, FIRST_DECISIONS)
    shown = make_comment(post, body=LATER)
    assert (shown.state, shown.decided_by) == ("approved", None)
    undo(last, by=moderator, seen=last.revision)
    assert make_comment(post, body=f"{LATER} And yours?", name="Olu").state == "pending"


def test_thirty_days_are_enough(post: Post, site: Site) -> None:
    begun = timezone.now()
    with time_machine.travel(begun + timedelta(days=FIRST_DAYS, minutes=-1)):
        assert make_comment(post, body=LATER).state == "pending"
    with time_machine.travel(begun + timedelta(days=FIRST_DAYS, minutes=1)):
        assert make_comment(post, body="Who decided about the height?").state == "approved"


@pytest.fixture
def old(site: Site) -> Any:
    """A site that is no longer new."""
    with time_machine.travel(timezone.now() + timedelta(days=FIRST_DAYS + 1)):
        yield site


@pytest.mark.parametrize("mode", ["open", "moderated"])
def test_by_choice_first_comments_always_wait(post: Post, old: Site, mode: str) -> None:
    old.comment_mode = mode
    old.save()
    assert make_comment(post, body=LATER).state == "pending"


@pytest.mark.parametrize(("verdict", "state"), [("hold", "pending"), ("spam", "spam")])
def test_doubtful_words_wait(
    post: Post, old: Site, monkeypatch: pytest.MonkeyPatch, verdict: str, state: str
) -> None:
    _say(monkeypatch, Verdict(verdict))
    assert make_comment(post, body=LATER).state == state


def test_private_words_wait(post: Post, old: Site) -> None:
    assert make_comment(post, body=LATER, visibility="private").state == "pending"


def test_who_was_refused_last_waits(post: Post, old: Site, moderator: Any) -> None:
    first = make_comment(post, body=LATER, email="mara@example.org")
    assert first.state == "approved"
    mark_spam(first, by=moderator, seen=first.revision)
    # Another name and network, the same address.
    again = make_comment(
        post, body="What did the river cost?", name="Olu", email="Mara@example.org"
    )
    assert again.state == "pending"


def test_crisis_holds_all(post: Post, old: Site, moderator: Any) -> None:
    until = timezone.now() + timedelta(hours=1)
    start_crisis(mode="hold", statement="", until=until, by=moderator)
    assert make_comment(post, body=LATER).state == "pending"


def test_form_says_what_happens(post: Post, old: Site) -> None:
    page = Client().get(post.get_absolute_url()).content.decode()
    assert "Most comments appear at once; a person reads some of them first." in page


def test_form_of_a_new_site_promises_nothing_that_will_wait(
    post: Post, site: Site, moderator: Any, send: Any
) -> None:
    promise = "Comments of readers we know appear at once; a person reads the others first."
    assert promise in Client().get(post.get_absolute_url()).content.decode()
    assert promise in send(body="").content.decode()
    decide(post, moderator, FIRST_DECISIONS)
    assert promise not in Client().get(post.get_absolute_url()).content.decode()


def test_choice_stands_on_the_form_of_the_site(client: Client, site: Site, ceo: Any) -> None:
    client.force_login(ceo)
    page = client.get("/admin/blog/site/1/change/").content.decode()
    assert "What is clearly no spam appears at once" in page
    assert (
        f"until people have decided about {FIRST_DECISIONS} comments or it is {FIRST_DAYS} days old."
    ) in page


def test_guide_and_form_say_the_same_of_a_new_site() -> None:
    guide = Path(settings.BASE_DIR, "docs", "guides", "moderator.md").read_text("utf-8")
    told = " ".join(guide.replace("**", "").split()).lower()
    help_text = str(SiteForm().fields["comment_mode"].help_text).lower()
    _, _, rule = help_text.partition(": ")
    assert rule.removesuffix(".") in told
    assert str(CommentMode.CLEAN.label).lower() in told


def test_withdrawn_and_back_again_it_is_public(post: Post, old: Site) -> None:
    shown = make_comment(post, body=LATER)
    assert come_back(withdraw(shown)).state == "approved"


@pytest.mark.parametrize("mode", ["clean", "open"])
def test_what_would_wait_now_waits_when_it_comes_back(
    post: Post, old: Site, moderator: Any, mode: str
) -> None:
    shown = withdraw(make_comment(post, body=LATER, email="mara@example.org"))
    # Meanwhile her address was refused, or the site lets only known people speak at once.
    if mode == "clean":
        other = make_comment(post, body="What did it cost?", name="Olu", email="mara@example.org")
        mark_spam(other, by=moderator, seen=other.revision)
    Site.objects.update(comment_mode=mode)
    assert come_back(shown).state == "pending"
