"""Deciding from a mail: opening a link changes nothing, a button does its one thing, once."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from blog import outbox, roles
from blog.models import Outbox
from comments import mail_links, moderation
from comments.models import AnswerDraft, Comment, NoticeChoice
from config.logs import without_secrets
from ledger.models import Entry
from tests.cast import make_user
from tests.comments.conftest import make_comment
from tests.comments.test_drafting import draft_for, rows

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^/\s]+(/comments/decide/\S+/)")


def mailed(user: Any) -> list[str]:
    """The paths of the links in the last mail to somebody."""
    outbox.send_due()
    message = next(message for message in reversed(mail.outbox) if message.to == [user.email])
    return LINK.findall(str(message.body))


def buttons(response: Any) -> dict[str, str]:
    """The buttons of a page: what each says, and where it posts to."""
    page = response.content.decode()
    forms = re.findall(r'<form[^>]*action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    return {
        re.sub(r"<[^>]+>", "", body.rpartition("<button")[2].partition(">")[2]).strip(): unescape(
            path
        )
        for path, body in forms
        if path.startswith("/comments/decide/")
    }


@pytest.fixture
def browser() -> Client:
    """A browser without a session, and with the checks that real ones meet."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("button", "state", "verb"),
    [
        ("Approve", "approved", "approve"),
        ("Reject", "rejected", "reject"),
        ("Spam", "spam", "mark_spam"),
    ],
)
def test_each_button_decides_as_that_person(post, moderator, browser, button, state, verb):
    comment = make_comment(post)
    (path,) = mailed(moderator)
    page = browser.get(path)
    assert set(buttons(page)) == {"Approve", "Reject", "Spam"}
    assert "insurance" in page.content.decode()
    answer = browser.post(buttons(page)[button], {"reason": "Too\nlong. "}, follow=True)
    assert answer.status_code == 200
    comment.refresh_from_db()
    assert comment.state == state
    assert comment.reason == ("Too long." if verb == "reject" else "")
    entry = Entry.objects.get(verb=verb)
    assert (entry.actor, entry.channel) == (moderator.pk, "mail")
    assert not browser.cookies


def test_opening_every_link_three_times_changes_nothing(post, moderator, browser):
    for number in range(3):
        make_comment(post, body=f"Thought {number} about the floor.")
    paths = mailed(moderator)
    assert len(paths) == 3
    before, entries = rows(), Entry.objects.count()
    for _ in range(3):
        for path in paths:
            for button in [path, *buttons(browser.get(path)).values()]:
                assert browser.get(button).status_code == 200
                assert browser.head(button).status_code == 200
    assert (rows(), Entry.objects.count()) == (before, entries)


def test_link_is_in_both_parts_of_the_mail(post, moderator, browser):
    make_comment(post)
    (path,) = mailed(moderator)
    message = next(message for message in mail.outbox if message.to == [moderator.email])
    (html, kind) = message.alternatives[0]
    assert kind == "text/html"
    assert f'href="http://testserver{path}"' in str(html)


def test_page_is_stored_nowhere_and_tells_nobody_where_it_was(post, moderator, browser):
    make_comment(post)
    (path,) = mailed(moderator)
    response = browser.get(path)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert path not in without_secrets(f"GET {path}")


def test_undo_takes_it_back_and_the_link_stays_used(post, moderator, browser):
    comment = make_comment(post)
    before = rows()
    (path,) = mailed(moderator)
    before["Outbox"] = rows()["Outbox"]
    approve = buttons(browser.get(path))["Approve"]
    done = browser.post(approve, follow=True)
    undo = buttons(done)["Undo"]
    assert browser.post(undo).status_code == 200
    assert rows() == before
    for again in (approve, undo):
        answer = browser.post(again)
        assert answer.status_code == 410
        assert "done already" in answer.content.decode()
    assert browser.get(path).status_code == 410
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_second_press_says_it_is_done(post, moderator, browser):
    make_comment(post)
    (path,) = mailed(moderator)
    found = buttons(browser.get(path))
    browser.post(found["Approve"])
    before, entries = rows(), Entry.objects.count()
    for button in found.values():
        assert browser.post(button).status_code == 410
    assert (rows(), Entry.objects.count()) == (before, entries)


def test_undo_ends_after_half_a_minute(post, moderator, browser):
    comment = make_comment(post)
    (path,) = mailed(moderator)
    done = browser.post(buttons(browser.get(path))["Approve"])
    undo = buttons(browser.get(done["Location"]))["Undo"]
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        assert buttons(browser.get(done["Location"])) == {}
        answer = browser.post(undo)
        assert answer.status_code in {409, 422}
    comment.refresh_from_db()
    assert comment.state == "approved"


def test_stale_link_shows_what_changed(post, ceo, moderator, browser):
    comment = make_comment(post)
    (path,) = mailed(moderator)
    found = buttons(browser.get(path))
    moderation.reject(comment, by=ceo, seen=1)
    for answer in (browser.get(path), browser.post(found["Approve"])):
        assert answer.status_code == 409
        assert "not published" in answer.content.decode()
    comment.refresh_from_db()
    assert comment.state == "rejected"


def test_link_ends_after_three_days(post, moderator, browser):
    comment = make_comment(post)
    (path,) = mailed(moderator)
    found = buttons(browser.get(path))
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        for answer in (browser.get(path), browser.post(found["Approve"])):
            assert answer.status_code == 410
            assert "/admin/" in answer.content.decode()
    comment.refresh_from_db()
    assert comment.state == "pending"


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"email": "elsewhere@example.com"}, {"groups": []}]
)
def test_link_is_worth_what_the_account_is(post, moderator, browser, change):
    comment = make_comment(post)
    (path,) = mailed(moderator)
    found = buttons(browser.get(path))
    if "groups" in change:
        moderator.groups.clear()
    else:
        type(moderator).objects.filter(pk=moderator.pk).update(**change)
    for answer in (browser.get(path), browser.post(found["Approve"])):
        assert answer.status_code == 403
        assert "insurance" not in answer.content.decode()
    comment.refresh_from_db()
    assert comment.state == "pending"


@pytest.mark.parametrize("token", ["x", "a.b", "a:b.c", "eyJhIjpbXX0.xxx", "%00", "é"])
def test_made_up_token_is_nothing(browser, db, token):
    assert browser.get(f"/comments/decide/{token}/").status_code == 404
    assert browser.post(f"/comments/decide/{token}/").status_code == 404


def test_token_that_is_changed_anywhere_is_nothing(post, moderator, browser):
    make_comment(post)
    (path,) = mailed(moderator)
    for place in range(len("/comments/decide/"), len(path) - 1, 7):
        other = "A" if path[place] != "A" else "B"
        changed = path[:place] + other + path[place + 1 :]
        assert browser.get(changed).status_code in {404, 301}


def test_link_of_the_mail_itself_is_no_button(post, moderator, browser):
    comment = make_comment(post)
    (path,) = mailed(moderator)
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 400
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_reason_that_is_too_long_comes_back(post, moderator, browser):
    make_comment(post)
    (path,) = mailed(moderator)
    answer = browser.post(buttons(browser.get(path))["Reject"], {"reason": "word " * 80})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "at most 300" in page
    assert "word word word" in page


def test_private_note_is_closed_and_never_published_from_a_mail(post, moderator, browser):
    note = make_comment(post, visibility="private")
    (path,) = mailed(moderator)
    found = buttons(browser.get(path))
    assert set(found) == {"Close without an answer", "Spam"}
    browser.post(found["Close without an answer"])
    note.refresh_from_db()
    assert note.state == "rejected"


def test_who_may_not_decide_gets_no_link(post, ceo, writer, moderator):
    make_user("Pia Roth", roles.MODERATOR)
    ceo.groups.clear()
    make_comment(post)
    assert mailed(ceo) == []
    assert len(mailed(moderator)) == 1


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(post, moderator, browser, method):
    make_comment(post)
    (path,) = mailed(moderator)
    assert getattr(browser, method)(path).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_once_decide_once(post, ceo, moderator, run_together):
    make_comment(post)
    comment = Comment.objects.get()
    link = mail_links.link_for(comment, moderator, ["approve"])
    results = run_together(10, lambda _: Client().post(link.path).status_code, reraise=True)
    assert sorted(results)[0] == 303
    assert set(sorted(results)[1:]) <= {409, 410}
    assert Entry.objects.filter(verb="approve").count() == 1


def drafted(comment: Comment, moderator: Any, ceo: Any) -> tuple[AnswerDraft, str]:
    """A draft that waits for her, and the link that she got."""
    draft = draft_for(comment, moderator)
    with time_machine.travel(timezone.now() + timedelta(seconds=36)):
        (path,) = mailed(ceo)
    return draft, path


def test_she_releases_a_draft_from_the_mail(post, ceo, moderator, browser, client):
    comment = make_comment(post)
    NoticeChoice.objects.create(user=ceo, mode="off")
    draft, path = drafted(comment, moderator, ceo)
    page = browser.get(path)
    assert "CANARY" in page.content.decode()
    assert set(buttons(page)) == {"Release under my name", "Drop it"}
    done = browser.post(buttons(page)["Release under my name"], follow=True)
    assert "under your name" in done.content.decode()
    public = client.get(post.get_absolute_url()).content.decode()
    assert "CANARY" in public
    assert Entry.objects.filter(verb="release_answer", channel="mail", actor=ceo.pk).exists()
    undone = browser.post(buttons(done)["Undo"])
    assert undone.status_code == 200
    assert "CANARY" not in client.get(post.get_absolute_url()).content.decode()
    draft.refresh_from_db()
    assert draft.state == "waiting"


def test_she_drops_a_draft_from_the_mail(post, ceo, moderator, browser):
    draft, path = drafted(make_comment(post), moderator, ceo)
    found = buttons(browser.get(path))
    browser.post(found["Drop it"])
    draft.refresh_from_db()
    assert draft.state == "dropped"
    assert browser.post(found["Release under my name"]).status_code == 410
    assert Comment.objects.count() == 1


def test_draft_can_still_be_released_after_a_moderator_approved(post, ceo, moderator, browser):
    comment = make_comment(post)
    _, path = drafted(comment, moderator, ceo)
    old = buttons(browser.get(path))["Release under my name"]
    comment.refresh_from_db()
    moderation.approve(comment, by=moderator, seen=comment.revision)
    stale = browser.post(old)
    assert stale.status_code == 409
    assert path.rpartition(".")[0][:20] in stale.content.decode()
    browser.post(buttons(browser.get(path))["Release under my name"])
    assert Comment.objects.filter(author=ceo.author).count() == 1


def test_draft_that_answers_other_words_can_only_be_dropped(post, ceo, moderator, browser):
    comment = make_comment(post)
    _, path = drafted(comment, moderator, ceo)
    Comment.objects.filter(pk=comment.pk).update(body="Something else entirely.")
    page = browser.get(path)
    assert page.status_code == 409
    assert set(buttons(page)) == {"Drop it"}


def test_mail_about_a_draft_that_is_undone_never_leaves(post, ceo, moderator):
    comment = make_comment(post)
    draft_for(comment, moderator)
    comment.refresh_from_db()
    moderation.undo(comment, by=moderator, seen=comment.revision)
    with time_machine.travel(timezone.now() + timedelta(seconds=36)):
        outbox.send_due()
    assert not [message for message in mail.outbox if "An answer to" in message.subject]


def test_draft_shows_nowhere_but_in_the_newsroom(post, ceo, moderator, client):
    comment = make_comment(post)
    draft_for(comment, moderator)
    make_user("Wes Otto", roles.WRITER)
    for path in ("/", post.get_absolute_url(), "/search/?q=CANARY", "/feed.atom"):
        assert "CANARY:" not in client.get(path).content.decode()
    assert "CANARY" not in str(list(Outbox.objects.exclude(to=ceo.email).values()))


def test_page_says_which_way_each_reason_speaks(post, moderator, browser):
    comment = make_comment(post)
    rows = {"For it.": 2.0, "Against it.": -1.0, "Look.": 0.0}
    evidence = [
        {"check": "links", "weight": weight, "reason": reason, "holds": not weight}
        for reason, weight in rows.items()
    ]
    Comment.objects.filter(pk=comment.pk).update(evidence=evidence)
    page = browser.get(mailed(moderator)[0]).content.decode()
    reasons = page.partition('class="decide__reasons"')[2].partition("</ul>")[0]
    told = [re.sub("<[^>]+>", "", one) for one in re.findall(r"<li>(.*?)</li>", reasons)]
    assert told == ["Look.", "For it. Speaks for spam.", "Against it. Speaks for a reader."]
