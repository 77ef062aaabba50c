"""Decisions from the desk: in JSON, about all similar ones, taken back, and what a card says."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import roles
from comments import moderation
from comments.desk.hosts import hosts_in, spelled_out
from comments.desk.reasons import REASONS
from comments.models import AnswerDraft, Comment, Decision, Edit, Report
from comments.moderation.deciding import REASON_LENGTH
from ledger.models import Entry
from tests.cast import make_user
from tests.comments.conftest import make_comment, make_public
from tests.comments.test_desk_tabs import make_edit

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/comment/"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def desk(moderator) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(moderator)
    return client


def press(client: Client, comment: Comment, value: str, **more: Any) -> Any:
    """Press one button of a card, by the script."""
    fields = {"verb": value, f"seen-{comment.pk}": comment.revision, **more}
    return client.post(
        f"{DESK}{comment.pk}/decide/", fields, headers={"Accept": "application/json"}
    )


def snapshot() -> dict[str, list[Any]]:
    """Every row that a decision may touch, but those of the record."""
    models = (Comment, Edit, Report, AnswerDraft, Decision)
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}


def test_script_is_told_what_became_of_it_and_how_to_undo(post, desk):
    comment = make_comment(post)
    answer = press(desk, comment, "approve").json()
    assert answer["sentence"] == "The comment of Mara Quist is public now."
    assert answer["decided"] == [{"pk": comment.pk, "revision": 2}]
    assert 28 <= answer["undo"]["seconds"] <= 30
    assert (answer["counts"]["decide"], answer["counts"]["public"]) == (0, 1)
    undone = desk.post(answer["undo"]["address"], {"seen": answer["undo"]["seen"]}, **JSON).json()
    assert undone["undone"] == [{"pk": comment.pk, "revision": 1}]
    assert undone["counts"]["decide"] == 1


def test_undo_leaves_every_row_as_it_was(post, desk):
    comment = make_comment(post)
    before = snapshot()
    way = press(desk, comment, "reject:3").json()["undo"]
    assert Comment.objects.get().reason == REASONS[2]
    desk.post(way["address"], {"seen": way["seen"]}, **JSON)
    assert snapshot() == before


def test_stale_decision_of_the_script_is_answered_with_the_card_and_what_differs(post, desk, ceo):
    comment = make_comment(post, body="The river rose.")
    Edit.objects.create(comment=comment, state="taken", revision=2, before=comment.body,
                        body="The sea rose.", body_html="", sanitizer=1)  # fmt: skip
    Comment.objects.filter(pk=comment.pk).update(body="The sea rose.", revision=2)
    response = press(desk, comment, "approve")
    assert response.status_code == 409
    card = response.json()["card"]
    assert "Somebody was faster" in card
    assert "removed: </span>river</del>" in card
    assert f'name="seen-{comment.pk}" value="2"' in card
    assert Comment.objects.get().state == "pending"


def test_refusal_is_told_to_the_script(post, desk):
    note = make_comment(post, visibility="private")
    response = press(desk, note, "approve")
    assert response.status_code == 422
    assert "never published" in response.json()["problem"]


def test_repeat_whose_answer_was_lost_is_no_conflict(post, desk, ceo):
    comment = make_comment(post)
    assert press(desk, comment, "approve").status_code == 200
    again = press(desk, comment, "approve")
    assert again.status_code == 200
    assert again.json()["undo"]["seen"] == 2
    assert Entry.objects.filter(verb="approve").count() == 1
    assert press(desk, comment, "reject").status_code == 409
    other = Client()
    other.force_login(ceo)
    assert press(other, comment, "approve").status_code == 409


def similar_fields(client: Client, comment: Comment, query: str = "") -> dict[str, str]:
    """What the page sends along about those similar to a comment."""
    page = client.get(f"{DESK}{query}").content.decode()
    names = (f"similar-{comment.pk}", f"unread-{comment.pk}")
    return {
        name: page.split(f'name="{name}" value="')[1].split('"')[0]
        for name in names
        if name in page
    }


def test_similar_ones_are_decided_together_and_taken_back_together(post, desk):
    flood = [make_comment(post, name=f"Bot {n}", body="Cheap watches") for n in range(3)]
    other = make_comment(post, name="Mara", body="Something else.")
    before = snapshot()
    fields = similar_fields(desk, flood[0])
    answer = press(desk, flood[0], "mark_spam:similar", **fields).json()
    assert answer["sentence"] == "3 comments are marked as spam."
    assert Decision.objects.values("group").distinct().count() == 1
    other.refresh_from_db()
    assert other.state == "pending"
    assert "/undo/" in answer["undo"]["address"]
    undone = desk.post(answer["undo"]["address"], {}, **JSON).json()
    assert len(undone["undone"]) == 3
    assert snapshot() == before


def test_of_similar_ones_that_moved_on_only_those_are_left_out(post, desk, moderator):
    flood = [make_comment(post, name=f"Bot {n}", body="Cheap watches") for n in range(3)]
    fields = similar_fields(desk, flood[0])
    moderation.approve(flood[1], by=moderator, seen=1)
    answer = press(desk, flood[0], "mark_spam:similar", **fields).json()
    assert [one["pk"] for one in answer["decided"]] == [flood[0].pk, flood[2].pk]
    assert [one["pk"] for one in answer["refused"]] == [flood[1].pk]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"body": "Same words"}, {"body": "Same words"}),
        ({"email": "bot@example.net"}, {"email": "bot@example.net"}),
        ({"name": "Bot"}, {"name": "Bot"}),
        ({"url": "https://casino.example/a"}, {"url": "https://www.casino.example/b"}),
    ],
)
def test_what_makes_comments_similar(post, desk, one, other):
    first = make_comment(post, **{"name": "Ada", "body": "First", **one})
    second = make_comment(post, **{"name": "Bo", "body": "Second", **other})
    assert similar_fields(desk, first)[f"similar-{first.pk}"] == f"{second.pk}.1"


def test_what_nobody_has_read_is_refused_together_and_never_published(post, desk):
    comments = [make_comment(post, email="bot@example.net", body=f"Words {n}") for n in range(51)]
    fields = similar_fields(desk, comments[0])
    assert fields[f"unread-{comments[0].pk}"] == f"{comments[50].pk}.1"
    press(desk, comments[0], "approve:similar", **fields)
    assert Comment.objects.get(pk=comments[50].pk).state == "pending"
    assert Comment.objects.filter(state="approved").count() == 50


def test_undo_is_offered_without_a_script_for_half_a_minute(post, desk, moderator):
    comment = make_comment(post)
    fields = {"verb": "approve", f"seen-{comment.pk}": "1", "query": "tab=decide"}
    page = desk.post(f"{DESK}{comment.pk}/decide/", fields, follow=True).content.decode()
    assert f'action="{DESK}{comment.pk}/undo/"' in page
    assert "for 30 seconds" in page
    page = desk.post(f"{DESK}{comment.pk}/undo/", {"seen": "2"}, follow=True).content.decode()
    assert "Undone." in page
    assert Comment.objects.get().state == "pending"
    assert "way-back" not in page.split("<body")[1].split("desk-tabs")[0]


def test_nobody_undoes_what_somebody_else_decided(post, desk, ceo):
    comment = make_comment(post)
    moderation.approve(comment, by=ceo, seen=1)
    response = desk.post(f"{DESK}{comment.pk}/undo/", {"seen": "2"}, **JSON)
    assert response.status_code == 422
    assert "Somebody else decided" in response.json()["problem"]


@pytest.mark.parametrize("path", ["{pk}/undo/", "{pk}/release/", "undo/{group}/"])
def test_get_undoes_and_releases_nothing(post, desk, moderator, path):
    comment = make_public(post, moderator)
    group = Decision.objects.get().group
    assert desk.get(DESK + path.format(pk=comment.pk, group=group)).status_code == 405
    assert Comment.objects.get().state == "approved"


def test_new_words_are_published_or_kept_away(post, desk, moderator):
    taken, refused = make_public(post, moderator, body="A"), make_public(post, moderator, body="B")
    for comment in (taken, refused):
        make_edit(comment)
    page = desk.get(f"{DESK}?tab=edited").content.decode()
    assert "added: </span>Other words altogether.</ins>" in page
    assert press(desk, taken, "accept_edit").status_code == 200
    assert press(desk, refused, "refuse_edit:1").status_code == 200
    taken.refresh_from_db()
    refused.refresh_from_db()
    assert (taken.body, refused.body) == ("Other words altogether.", "B")


def test_appeal_is_granted_from_its_tab(post, desk, ceo):
    comment = make_comment(post)
    moderation.reject(comment, by=ceo, seen=1)
    comment = moderation.appeal(Comment.objects.get(), "Please look again.")
    page = desk.get(f"{DESK}?tab=appeals").content.decode()
    assert "Please look again." in page
    assert 'value="grant_appeal"' in page
    assert press(desk, comment, "grant_appeal").status_code == 200
    assert Comment.objects.get().state == "approved"


def test_draft_is_written_by_a_moderator_and_released_by_her_alone(post, desk, ceo, moderator):
    comment = make_public(post, moderator)
    address = f"{DESK}{comment.pk}/"
    fields = {"verb": "draft", "text": "Thank you.", f"seen-{comment.pk}": comment.revision}
    desk.post(f"{address}answer/", fields)
    draft = AnswerDraft.objects.get()
    comment.refresh_from_db()
    fields = {"verb": "release", f"draft-{comment.pk}": draft.pk}
    fields |= {f"seen-{comment.pk}": comment.revision}
    assert desk.post(f"{address}release/", fields, **JSON).status_code == 422
    assert not comment.replies.exists()
    hers = Client()
    hers.force_login(ceo)
    assert "Release under my name" in hers.get(f"{address}change/").content.decode()
    assert hers.post(f"{address}release/", fields, **JSON).status_code == 200
    reply = comment.replies.get()
    assert (reply.body, reply.author) == ("Thank you.", ceo.author)


def test_card_knows_the_writer_and_where_links_lead(post, desk, moderator):
    make_public(post, moderator, name="Mara", body="One", email="mara@example.org")
    spam = make_comment(post, name="M. Q.", body="Two", email="mara@example.org")
    moderation.mark_spam(spam, by=moderator, seen=1)
    parent = make_public(post, moderator, name="Ada", body="What did yours say?")
    make_comment(post, name="Mara", email="mara@example.org", parent=parent,
                 body="Read https://xn--pple-43d.com/x now")  # fmt: skip
    page = html.unescape(desk.get(DESK).content.decode())
    assert "1 approved, 1 refused" in page
    assert "also as <bdi>M. Q.</bdi>" in page
    assert "What did yours say?" in page
    assert "\u0430pple.com = xn--pple-43d.com" in page
    assert 'href="https://xn' not in page


@pytest.mark.parametrize(
    ("tab", "act"), [("public", "approve"), ("spam", "mark_spam"), ("done", "reject")]
)
def test_a_decided_comment_is_no_history_of_its_own_writer(post, desk, moderator, tab, act):
    comment = make_comment(post, name="Mara", email="mara@example.org")
    getattr(moderation, act)(comment, by=moderator, seen=1)
    page = desk.get(f"{DESK}?tab={tab}").content.decode()
    assert "0 approved, 0 refused, first time here" in page


def test_only_what_people_decided_is_told_of_a_writer(post, desk, moderator):
    make_public(post, moderator, name="Mara", body="Read.", email="mara@example.org")
    for number, state in enumerate(["approved", "spam", "spam"]):
        alone = make_comment(post, name="Mara", body=f"No {number}.", email="mara@example.org")
        Comment.objects.filter(pk=alone.pk).update(state=state)
    make_comment(post, name="Mara", body="The newest.", email="mara@example.org")
    assert "1 approved, 0 refused, known since" in desk.get(DESK).content.decode()


@pytest.mark.parametrize("host", ["bücher.example", "xn--bcher-kva.example"])
def test_hosts_are_spelled_both_ways(host):
    found = spelled_out(host)
    assert (found.shown, found.ascii) == ("bücher.example", "xn--bcher-kva.example")


@pytest.mark.parametrize(
    "host", ["xn--.com", "xn--999999999999.com", "xn--a-ecp.ru", "a\u202eb.com"]
)
def test_odd_hosts_print_nothing_invisible(host):
    found = spelled_out(host)
    assert found.shown.isprintable()
    assert found.ascii.isascii()


def test_host_stands_once_however_often_it_is_linked():
    text = "https://a.example/1 https://a.example/2 [b](https://b.example)"
    assert [host.shown for host in hosts_in(text, "https://a.example")] == [
        "a.example",
        "b.example",
    ]


def test_reasons_fit_and_are_kind():
    assert all(len(reason) <= REASON_LENGTH and reason.endswith(".") for reason in REASONS)
    assert len(REASONS) <= 9


def queries_for(client: Client, path: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(path).status_code == 200
    return len(context)


@pytest.mark.parametrize("tab", ["decide", "edited", "reported"])
def test_fifty_cards_take_no_more_queries_than_two(post, desk, moderator, tab):
    make_user("Eva Berg", roles.MODERATOR)

    def add(number: int) -> None:
        body, email = f"Words {number}", f"reader{number}@example.org"
        if tab == "decide":
            make_comment(
                post, name=f"R {number}", body=body, email=email, url=f"https://{number}.example"
            )
            return
        comment = make_public(post, moderator, name=f"R {number}", body=body, email=email)
        if tab == "edited":
            make_edit(comment)
        else:
            Report.objects.create(comment=comment, reader=str(number), reason="abuse")

    for number in range(2):
        add(number)
    few = queries_for(desk, f"{DESK}?tab={tab}")
    for number in range(2, 50):
        add(number)
    assert queries_for(desk, f"{DESK}?tab={tab}") == few
    assert few <= 30


def test_signed_out_script_is_led_to_the_sign_in(post, moderator: User):
    comment = make_comment(post)
    assert press(Client(), comment, "approve")["Location"].startswith("/admin/login/")
