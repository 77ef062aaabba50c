"""The switch for a crisis: one press, everywhere, from the next request on, and over by itself."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post, Site
from blog.refusal import Refused
from comments.models import Comment
from comments.moderation import approve, end_crisis, end_crisis_in_time, start_crisis
from config.jobs import JOBS
from ledger.models import Entry
from tests.comments.conftest import OWN, make_comment
from tests.comments.test_submitting import kept_text

pytestmark = pytest.mark.django_db
SWITCH = "/admin/comments/comment/crisis/"
SAID = "There was an <accident>. We tell you here what we know."


@pytest.fixture
def desk(ceo, moderator) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(moderator)
    return client


def press(desk: Client, **changes: str) -> Any:
    """Press the button of the page."""
    return desk.post(
        SWITCH, {"mode": "close", "hours": "4", "statement": SAID, "then": "start"} | changes
    )


def verbs() -> list[str]:
    about = Entry.objects.filter(subject="blog.site:1", verb__endswith="_crisis")
    return list(about.order_by("sequence").values_list("verb", flat=True))


def test_closing_works_from_the_next_request_on_and_keeps_the_words(desk, send, post, client):
    assert press(desk).status_code == 302
    page = html.unescape(client.get(post.get_absolute_url()).content.decode())
    response = send(body="Words worth keeping")
    assert SAID in page
    assert "Comments are closed on the whole site until" in page
    assert 'id="comment-form"' not in page
    assert response.status_code == 403
    assert kept_text(response) == "Words worth keeping"
    answer = response.content.decode()
    assert "There was an &lt;accident&gt;." in answer
    assert not Comment.objects.exists()


@pytest.mark.parametrize("policy", ["site", "open", "moderated", "closed"])
def test_closing_goes_before_what_a_post_says(desk, send, post, policy):
    Post.objects.filter(pk=post.pk).update(comment_policy=policy)
    press(desk)
    assert send().status_code == 403


def test_holding_lets_everything_wait_also_of_readers_we_know(desk, send, post, moderator, client):
    Site.objects.update(comment_mode="open")
    Comment.objects.filter(pk=make_comment(post, email="mara@example.org").pk).update(
        confirmed_at=timezone.now()
    )
    approve(Comment.objects.get(), by=moderator, seen=1)
    hers = {"email": "mara@example.org", "headers": OWN | {"REMOTE_ADDR": "192.0.2.1"}}
    assert send(body="Before it happened, at the river.", **hers).status_code == 303
    assert Comment.objects.latest("pk").state == "approved"
    press(desk, mode="hold")
    response = send(body="After it happened, at the river.", **hers)
    assert Comment.objects.latest("pk").state == "pending"
    assert "There was an &lt;accident&gt;" in client.get(response["Location"]).content.decode()
    assert "There was an &lt;accident&gt;" in client.get(post.get_absolute_url()).content.decode()


def test_statement_is_in_every_answer_of_the_form(desk, send):
    press(desk, mode="hold")
    assert "There was an &lt;accident&gt;" in send(name="").content.decode()


def test_it_ends_by_itself_and_the_worker_records_it_once(desk, send, post, client):
    press(desk, hours="1")
    assert end_crisis_in_time() is False
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "accident" not in client.get(post.get_absolute_url()).content.decode()
        assert send().status_code == 303
        assert end_crisis_in_time() is True
        assert end_crisis_in_time() is False
    assert verbs() == ["start_crisis", "end_crisis"]
    last = Entry.objects.filter(verb="end_crisis").get()
    assert (last.actor, last.actor_label) == (None, "The system")
    assert end_crisis_in_time in {job.run for job in JOBS}


def test_second_click_changes_nothing_and_another_choice_does(desk):
    press(desk)
    press(desk)
    assert verbs() == ["start_crisis"]
    press(desk, mode="hold")
    assert verbs() == ["start_crisis"] * 2
    assert Site.current().crisis == "hold"


def test_one_button_ends_it_and_a_second_click_is_harmless(desk, send):
    press(desk)
    desk.post(SWITCH, {"then": "end"})
    desk.post(SWITCH, {"then": "end"})
    assert verbs() == ["start_crisis", "end_crisis"]
    assert send().status_code == 303


def test_desk_says_that_it_is_on_and_can_end_it(desk):
    page = desk.get("/admin/comments/comment/").content.decode()
    assert SWITCH in page
    assert "Let comments go on as usual" not in page
    press(desk)
    page = desk.get("/admin/comments/comment/").content.decode()
    assert "All comments are closed until" in page
    assert "Let comments go on as usual" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mode": ""}, "Choose what shall happen."),
        ({"mode": "delete"}, "not one of the available choices"),
        ({"hours": ""}, "Choose for how long."),
        ({"hours": "9999999"}, "not one of the available choices"),
        ({"statement": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(desk, changes, sentence):
    answer = press(desk, **{"statement": "Kept words", **changes})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert changes.get("statement", "Kept words") in answer.content.decode()
    assert verbs() == []


def test_record_holds_no_words(desk):
    press(desk)
    facts = Entry.objects.get(verb="start_crisis").facts
    assert facts["mode"] == "close"
    assert "accident" not in str(facts)


@pytest.mark.parametrize("person", ["writer", "counsel", "auditor"])
def test_who_may_not_decide_neither_sees_nor_turns_it(request, person, moderator):
    user = request.getfixturevalue(person)
    client = Client()
    client.force_login(user)
    assert client.get(SWITCH).status_code == 403
    assert press(client).status_code == 403
    with pytest.raises(Refused):
        start_crisis(mode="close", statement="", until=timezone.now() + timedelta(hours=1), by=user)
    with pytest.raises(Refused):
        end_crisis(by=user)
    assert verbs() == []


@pytest.mark.parametrize("hours", [0, -1, 24 * 31])
def test_moment_makes_sense(ceo, hours):
    until = timezone.now() + timedelta(hours=hours)
    with pytest.raises(Refused):
        start_crisis(mode="hold", statement="", until=until, by=ceo)


def test_chief_executive_may_and_anybody_may_not(ceo, client, post):
    assert press(client).status_code == 302
    assert verbs() == []
    client.force_login(ceo)
    press(client)
    assert Site.current().crisis == "close"


def test_page_of_a_post_asks_no_more_than_before(desk, post, client):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(post.get_absolute_url())
        return len(captured)

    count()
    before = count()
    press(desk, mode="hold")
    assert count() == before


def test_form_of_the_site_that_was_read_before_ends_no_crisis(ceo, moderator, monkeypatch):
    """The owner saves the site while a moderator turns the switch: both stay."""
    from blog.admin.site import SiteForm

    clean = SiteForm.clean_accent

    def slow(form: Any) -> str:
        until = timezone.now() + timedelta(hours=1)
        start_crisis(mode="close", statement="", until=until, by=moderator)
        return str(clean(form))

    monkeypatch.setattr(SiteForm, "clean_accent", slow)
    client = Client()
    client.force_login(ceo)
    said = {"name": "Renamed", "time_zone": "UTC", "comment_mode": "moderated"}
    client.post("/admin/blog/site/1/change/", said | {"trust_after": "1", "decide_within": "24"})
    site = Site.current()
    assert (site.name, site.crisis) == ("Renamed", "close")
