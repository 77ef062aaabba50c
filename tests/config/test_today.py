"""The first page says what waits for the person who looks, with a count and the way there."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import workflow
from blog.models import Post, Site
from comments import moderation
from tests.cast import make_draft, make_post
from tests.comments.conftest import make_comment, make_public
from tests.imports import make_import

pytestmark = pytest.mark.django_db
POSTS = "/admin/blog/post/"
DESK = "/admin/comments/comment/"


def page_of(user: User) -> str:
    """The first page as `user` sees it."""
    browser = Client()
    browser.force_login(user)
    return unescape(browser.get("/admin/").content.decode())


def lines(user: User) -> dict[str, str]:
    """The lines of the first page, and where each of them leads."""
    found = re.findall(r'<li><a href="([^"]+)">(.*?)</a></li>', page_of(user))
    return {re.sub(r"<[^>]+>", "", said): address for address, said in found}


def at_list(user: User, address: str) -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_nothing_waits_for_whoever_has_just_begun(ceo):
    page = page_of(ceo)
    assert "Nothing waits for you. All is done." in page
    assert "What comes next" not in page


def test_texts_wait_for_their_signer_and_come_back_to_their_writer(ceo, writer):
    for title in ("One", "Two"):
        workflow.submit(make_draft(writer, author=ceo.author, title=title), by=writer)
    back = workflow.submit(make_draft(writer, author=ceo.author, title="Three"), by=writer)
    workflow.request_changes(back, by=ceo, note="Shorter.")
    assert lines(ceo) == {"2 texts wait for you to sign": f"{POSTS}?needs=you"}
    hers = lines(writer)
    assert hers["1 text came back to you"] == f"{POSTS}?needs=you"
    assert hers["3 drafts of yours"] == f"{POSTS}?state=draft&needs=yours"
    assert "3 posts" in at_list(writer, hers["3 drafts of yours"])


def test_signed_text_waits_for_whoever_asked(ceo, writer):
    workflow.approve(workflow.submit(make_draft(writer, author=ceo.author), by=writer), by=ceo)
    assert lines(writer)["1 text is signed, ready to publish"] == f"{POSTS}?needs=you"


def test_imported_drafts_are_nobodys_but_wait_to_be_adopted(ceo):
    batch, _ = make_import("one", "two")
    assert list(lines(ceo).items()) == [
        (
            f"The import of {batch.file_name} waits for you to adopt it",
            f"/admin/blog/batch/{batch.pk}/change/",
        )
    ]


def test_comments_wait_for_those_who_decide(ceo, moderator):
    post = make_post(ceo)
    make_comment(post, body="First.")
    make_comment(post, body="Second.", name="Ben")
    make_comment(post, body="For you.", name="Ada", visibility="private")
    assert lines(moderator) == {
        "2 comments wait for a decision": f"{DESK}?tab=decide",
        "1 private note waits for an answer": f"{DESK}?tab=private",
    }


def test_question_waits_until_one_of_us_answers_it(ceo, moderator):
    post = make_post(ceo)
    make_public(post, moderator, body="A fine text.", name="Ben")
    asked = make_public(post, moderator, body="What did it cost?", name="Ines")
    make_public(post, moderator, body="I wonder, too.", name="Ute", parent=asked)
    for person in (moderator, ceo):
        found = lines(person)["1 question of a reader has no answer yet"]
        assert found == f"{DESK}?tab=questions"
        page = at_list(person, found)
        assert ("What did it cost?" in page, "A fine text." in page) == (True, False)
    moderation.answer(asked, "Forty million.", by=ceo, seen=asked.revision)
    assert not any("question" in line for line in lines(moderator))


def test_question_of_long_ago_or_under_a_hidden_post_waits_no_longer(ceo, moderator):
    hidden, old = make_post(ceo, slug="hidden"), make_post(ceo, slug="old")
    make_public(hidden, moderator, body="Who paid?", name="Ines")
    make_public(old, moderator, body="Who paid for it?", name="Ute")
    old.comments.update(created_at=timezone.now() - timedelta(days=91))
    assert "1 question of a reader has no answer yet" in lines(moderator)
    workflow.unpublish(hidden, by=ceo)
    assert not any("question" in line for line in lines(moderator))


def test_notes_lead_to_the_post_until_they_are_read(ceo, writer):
    post = make_draft(writer, author=ceo.author, title="The floor")
    workflow.add_note(post, "Name the year.", by=ceo)
    workflow.add_note(post, "And the town.", by=ceo)
    address = lines(writer)["2 new notes on “The floor”"]
    assert "Name the year." in at_list(writer, address)
    assert not any("note" in line for line in lines(writer))


def test_next_post_is_named_with_its_moment_and_the_others_counted(ceo, writer):
    Site.objects.update(time_zone="UTC")
    for days in (3, 2, 5):
        post = make_draft(ceo, title=f"In {days} days")
        workflow.approve(workflow.submit(post, by=ceo), by=ceo)
        workflow.schedule(post, by=ceo, at=timezone.now() + timedelta(days=days))
    found = lines(writer)
    (line,) = [line for line in found if line.startswith("“In 2 days” goes public on ")]
    post = Post.objects.get(slug="in-2-days")
    assert found[line] == f"{POSTS}{post.pk}/change/"
    assert found["2 more are scheduled"] == f"{POSTS}coming/"


def test_schedule_that_a_quiet_period_stopped_is_told(ceo):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.schedule(post, by=ceo, at=timezone.now() + timedelta(days=1))
    Post.objects.update(state=Post.State.PAUSED)
    assert lines(ceo)["1 text was stopped by a quiet period"] == f"{POSTS}?state=paused"


def test_each_sees_only_what_is_hers_to_see(ceo, writer, counsel, moderator, auditor):
    post = make_post(ceo)
    make_comment(post, body="First?")
    workflow.submit(make_draft(writer, author=ceo.author), by=writer)
    assert lines(auditor) == lines(counsel) == {}
    assert [*lines(moderator)] == ["1 comment waits for a decision"]
    assert [*lines(writer)] == ["1 draft of yours"]


def test_page_asks_as_many_questions_for_much_as_for_little(ceo, writer, moderator):
    post = make_post(ceo)

    def questions(number: int) -> int:
        for n in range(number):
            text = make_draft(writer, author=ceo.author, title=f"T{n}")
            workflow.submit(text, by=writer)
            workflow.add_note(text, "Look.", by=writer)
            make_comment(post, name=f"R{n}", body=f"Comment {n} of {number}?")
        browser = Client()
        browser.force_login(ceo)
        browser.get("/admin/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/admin/")
        return len(captured)

    assert questions(2) == questions(4)
    assert questions(1) <= 32


def test_names_are_escaped(ceo: Any, writer: Any) -> None:
    post = make_draft(writer, author=ceo.author, title="<img src=x>")
    workflow.add_note(post, "Look.", by=writer)
    browser = Client()
    browser.force_login(ceo)
    assert "on “&lt;img src=x&gt;”" in browser.get("/admin/").content.decode()


def test_post_whose_moment_is_a_quiet_one_is_not_said_to_come(ceo, writer):
    post = make_draft(ceo, title="Not then")
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    moment = timezone.now() + timedelta(days=2)
    workflow.schedule(post, by=ceo, at=moment)
    assert any("Not then" in line for line in lines(writer))
    workflow.plan_quiet(
        starts_at=moment - timedelta(hours=1),
        ends_at=moment + timedelta(hours=1),
        reason="Results",
        by=ceo,
    )
    assert not any("Not then" in line for line in lines(writer))
