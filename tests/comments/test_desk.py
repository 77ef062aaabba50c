"""The moderation desk in the admin: what it shows, and that each button calls the verb."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from comments import moderation
from comments.desk.choices import VERBS
from comments.models import Comment
from ledger.models import Entry
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/comment/"


@pytest.fixture
def desk(moderator) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(moderator)
    return client


def decide(desk: Client, comment: Comment, verb: str, **more: str):
    """Press one button of a card."""
    fields = {"verb": verb, f"seen-{comment.pk}": str(comment.revision), **more}
    return desk.post(f"{DESK}{comment.pk}/decide/", fields)


def test_waiting_comment_is_shown_whole_with_its_evidence(post, desk):
    body = "Hello <b>there</b>\n\nread https://casino.example now"
    comment = make_comment(post, body=body, email="mara@example.org")
    page = html.unescape(desk.get(DESK).content.decode())
    assert body in page
    assert post.title in page
    assert "mara@example.org" in page
    for finding in comment.evidence:
        assert finding["reason"] in page


def test_text_of_a_comment_is_never_markup_on_the_desk(post, desk):
    make_comment(post, name="<script>x</script>", body="<script>alert(1)</script>")
    page = desk.get(DESK).content.decode()
    assert "<script>alert" not in page
    assert "<script>x" not in page


@pytest.mark.parametrize(
    ("verb", "state"), [("approve", "approved"), ("reject", "rejected"), ("mark_spam", "spam")]
)
def test_one_button_decides(post, desk, verb, state):
    comment = make_comment(post)
    response = decide(desk, comment, verb, query="tab=decide&evil=1")
    assert response.status_code == 302
    assert response["Location"] == f"{DESK}?tab=decide"
    assert Comment.objects.get().state == state


def test_reason_goes_along(post, desk):
    comment = make_comment(post)
    decide(desk, comment, "reject", **{f"reason-{comment.pk}": "Names a private person."})
    assert Comment.objects.get().reason == "Names a private person."


def test_stale_button_answers_409_with_how_it_is_now(post, desk, moderator):
    comment = make_comment(post)
    moderation.mark_spam(comment, by=moderator, seen=1)
    response = decide(desk, comment, "approve")
    assert response.status_code == 409
    assert "Somebody was faster" in response.content.decode()
    assert Comment.objects.get().state == "spam"


def test_bulk_action_decides_each_by_itself(post, desk, moderator):
    fresh, stale = make_comment(post, body="One"), make_comment(post, body="Two")
    moderation.reject(stale, by=moderator, seen=1)
    fields = {
        "action": "approve",
        "_selected_action": [fresh.pk, stale.pk],
        f"seen-{fresh.pk}": "1",
        f"seen-{stale.pk}": "1",
    }
    page = desk.post(f"{DESK}?tab=all&q=Mara", fields, follow=True).content.decode()
    fresh.refresh_from_db()
    stale.refresh_from_db()
    assert (fresh.state, stale.state) == ("approved", "rejected")
    assert "The comment of Mara Quist is public now." in page
    assert "Somebody was faster" in page


@pytest.mark.parametrize(
    ("verb", "state", "said"),
    [
        ("approve", "pending", "2 comments are public now."),
        ("reject", "pending", "2 comments are not published."),
        ("mark_spam", "pending", "2 comments are marked as spam."),
        ("remove", "approved", "2 comments are taken away."),
        ("restore", "rejected", "2 comments wait for a decision again."),
    ],
)
def test_bulk_action_says_what_happened(post, desk, verb, state, said):
    both = [make_comment(post, body="One"), make_comment(post, body="Two")]
    Comment.objects.update(state=state)
    fields = {"action": verb, "_selected_action": [one.pk for one in both]}
    fields |= {f"seen-{one.pk}": "1" for one in both}
    page = desk.post(f"{DESK}?tab=all", fields, follow=True).content.decode()
    assert said in page


def test_get_decides_nothing(post, desk):
    comment = make_comment(post)
    assert desk.get(f"{DESK}{comment.pk}/decide/?verb=approve").status_code == 405
    assert Comment.objects.get().state == "pending"


def test_button_needs_the_csrf_token(post, moderator):
    comment = make_comment(post)
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    assert decide(client, comment, "approve").status_code == 403


@pytest.mark.parametrize("verb", ["", "delete", "submit", "__class__"])
def test_unknown_verb_is_refused(post, desk, verb):
    assert decide(desk, make_comment(post), verb).status_code == 403


def test_writer_reads_the_desk_but_has_no_buttons(post, writer):
    comment = make_comment(post)
    client = Client()
    client.force_login(writer)
    assert comment.body in html.unescape(client.get(DESK).content.decode())
    assert "/decide/" not in client.get(DESK).content.decode()
    assert decide(client, comment, "approve").status_code == 403


def test_stranger_is_sent_to_the_sign_in(post, client):
    comment = make_comment(post)
    for path in (
        DESK,
        f"{DESK}{comment.pk}/change/",
        f"{DESK}{comment.pk}/decide/",
        f"{DESK}{comment.pk}/answer/",
    ):
        assert client.post(path, {"verb": "approve"})["Location"].startswith("/admin/login/")
    assert Comment.objects.get().state == "pending"


def test_tabs_count_what_they_hold(post, desk, moderator):
    make_comment(post, body="One")
    make_comment(post, body="Two", visibility="private")
    make_public(post, moderator, body="Three")
    page = " ".join(desk.get(DESK).content.decode().split())
    for name in ("To decide", "Only to the author", "Public"):
        assert re.search(
            f'{name} <span class="desk-tabs__count" data-count="[a-z]+">1</span>', page
        )
    assert 'data-count="spam">0</span>' in page


def test_private_note_has_its_own_tab_and_no_approve_button(post, desk):
    make_comment(post, body="Between us", visibility="private")
    assert "Between us" not in desk.get(DESK).content.decode()
    page = desk.get(f"{DESK}?tab=private").content.decode()
    assert "Between us" in page
    assert 'value="approve"' not in page.split('class="desk"')[1]


@pytest.mark.parametrize("tab", ["public", "questions", "private"])
def test_answer_stands_out_where_an_answer_is_waited_for(post, desk, moderator, tab):
    make_public(post, moderator, body="What did it cost?")
    make_comment(post, visibility="private")
    buttons = desk.get(f"{DESK}?tab={tab}").content.decode().split('class="card__buttons"')[1]
    assert buttons.index('<summary class="button default">Answer') < buttons.index('name="verb"')
    takes_away = re.findall(r'<button[^>]*value="(?:reject|remove|mark_spam)"[^>]*>', buttons)
    assert takes_away
    assert not any("default" in button for button in takes_away)


@pytest.mark.parametrize("person", ["writer", "counsel", "auditor"])
def test_private_note_and_address_are_not_for_every_colleague(request, post, person):
    make_comment(post, body="CANARY between us", visibility="private", email="canary@example.org")
    public = make_comment(post, body="For all to read", email="canary@example.org")
    client = Client()
    client.force_login(request.getfixturevalue(person))
    for path in (
        f"{DESK}?tab=private",
        DESK,
        f"{DESK}?q=canary",
        f"{DESK}{public.pk}/change/",
        "/admin/",
    ):
        page = client.get(path).content.decode()
        assert "CANARY between" not in page
        assert "canary@example.org" not in page
        assert "private note" not in page


def test_owner_of_the_byline_reads_her_private_notes(post, ceo):
    make_comment(post, body="Between us", visibility="private")
    client = Client()
    client.force_login(ceo)
    assert "Between us" in client.get(f"{DESK}?tab=private").content.decode()


def test_page_of_a_comment_shows_its_history(post, desk, moderator):
    comment = make_comment(post)
    moderation.reject(comment, by=moderator, seen=1, reason="Off the subject.")
    page = desk.get(f"{DESK}{comment.pk}/change/").content.decode()
    for words in ("Arrived", "Rejected", "Off the subject.", moderator.get_full_name()):
        assert words in page


def test_approve_and_answer_in_one_step(post, desk):
    comment = make_comment(post)
    response = desk.post(
        f"{DESK}{comment.pk}/answer/", {"text": "Thank you.", f"seen-{comment.pk}": "1"}
    )
    assert response.status_code == 302
    comment.refresh_from_db()
    assert comment.state == "approved"
    assert comment.replies.get().body == "Thank you."
    assert Entry.objects.filter(verb="answer").count() == 1


def test_refused_answer_keeps_its_text(post, desk, moderator):
    comment = make_comment(post)
    moderation.reject(comment, by=moderator, seen=1)
    moderation.restore(comment, by=moderator, seen=2)
    fields = {"text": "Words worth keeping", f"seen-{comment.pk}": "1"}
    response = desk.post(f"{DESK}{comment.pk}/answer/", fields)
    assert response.status_code == 409
    assert "Words worth keeping</textarea>" in response.content.decode()


def test_comments_are_neither_added_nor_deleted_here(post, desk, admin_client):
    comment = make_comment(post)
    for client in (desk, admin_client):
        assert client.get(f"{DESK}add/").status_code == 403
        assert client.post(f"{DESK}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Comment.objects.filter(pk=comment.pk).exists()


@pytest.mark.parametrize(
    "query", ["tab=nothing", "tab=%00", "q=%00", "q=" + "x" * 2000, "p=99999", "o=99", "e=1"]
)
def test_odd_queries_are_answered(post, desk, query):
    make_comment(post)
    assert desk.get(f"{DESK}?{query}").status_code in {200, 302}


@pytest.mark.parametrize("tick", ["x", "", "1e9", "9" * 40, "\0", "٣"])
def test_a_tick_that_is_no_number_is_refused(post, desk, tick):
    make_comment(post)
    fields = {"action": "approve", "_selected_action": [tick]}
    assert desk.post(DESK, fields).status_code == 400
    assert Comment.objects.get().state == "pending"


def test_every_verb_says_of_one_and_of_several_what_happened():
    for verb in VERBS.values():
        one, two = (verb.done_together % {"count": count} for count in (1, 2))
        assert one.startswith("1 comment ")
        assert two.startswith("2 comments ")
