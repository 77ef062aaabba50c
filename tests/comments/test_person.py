"""Access and erasure: one address, everything under it as JSON, and then nothing of it anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from blog import outbox
from blog.models import Author, Outbox, Post, SearchEntry
from blog.refusal import Refused
from comments import moderation, person, person_export
from comments.models import (
    AnswerDraft,
    Appeal,
    Block,
    Comment,
    Correspondent,
    Decision,
    Echo,
    Edit,
    Notice,
    Report,
)
from comments.moderation import erase_person
from comments.private_links import private_path
from ledger.models import Entry
from tests.comments.conftest import make_comment, make_public
from tests.surface import body_of, crawl

pytestmark = pytest.mark.django_db

SECRET = "zqcanary"
ADDRESS = f"{SECRET}@example.org"
PAGE = "/admin/comments/comment/person/"
WORDS: dict[str, str] = {
    "name": f"{SECRET} name",
    "email": f"{SECRET.title()}@example.org",
    "url": f"https://{SECRET}.example/",
    "body": f"{SECRET} body, and more words of hers than anybody would write by chance.",
}


def tables() -> str:
    """Everything in the database, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(found)


def traces() -> list[str]:
    return [line for line in tables().splitlines() if SECRET in line.lower()]


def lived(post: Post, ceo: User, moderator: User) -> dict[str, Comment]:
    """All that can happen to what one person sent, and everywhere it can be written down."""
    public = make_public(post, moderator, **WORDS)
    below = make_public(post, moderator, name="Ines", body="I see that differently.", parent=public)
    html = {"body_html": f"<p>{SECRET}</p>", "sanitizer": 1, "before": f"{SECRET} before"}
    Edit.objects.create(comment=public, state="waiting", revision=3, body=f"{SECRET} b", **html)
    Report.objects.create(comment=public, reader="r" * 64, reason="other", note=f"Is {SECRET}")
    mine = {"email": ADDRESS, "post": post}
    Notice.objects.create(comment=public, answer=below, what="answered", **mine)
    told = Notice.objects.create(comment=below, answer=public, what="answered", **mine)
    Notice.objects.filter(pk=told.pk).update(email="ines@example.org")
    Correspondent.objects.create(email=ADDRESS, mode="weekly")
    author = Author.objects.get(user=ceo)
    draft = {"author": author, "text": f"Dear {SECRET}"}
    AnswerDraft.objects.create(comment=public, **draft)
    refused = make_comment(post, **WORDS | {"body": f"{SECRET} two"})
    moderation.reject(refused, by=moderator, seen=1, reason=f"No, {SECRET}.")
    Appeal.objects.create(comment=refused, text=f"{SECRET} appeals")
    spam = make_comment(post, **WORDS | {"body": f"{SECRET} three"})
    moderation.mark_spam(spam, by=moderator, seen=1)
    removed = make_public(post, moderator, **WORDS | {"body": f"{SECRET} four"})
    moderation.remove(removed, by=moderator, seen=removed.revision, reason=SECRET)
    withdrawn = make_comment(post, **WORDS | {"body": f"{SECRET} five"})
    gone = {"withdrawn_at": timezone.now(), "withdrawn_from": "pending"}
    Comment.objects.filter(pk=withdrawn.pk).update(state="withdrawn", **gone)
    note = make_comment(post, **WORDS | {"body": f"{SECRET} six", "visibility": "private"})
    moderation.answer_privately(note, f"Dear {SECRET}", by=ceo, seen=note.revision)
    # Last, since what it catches is spam or waits.
    Block.objects.create(kind="address", value=ADDRESS, note=f"{SECRET} again")
    outbox.send("mo@example.com", f"{SECRET} name wrote", f"Read /comments/{public.pk}/ now.")
    sent = outbox.send("mo@example.com", f"{SECRET} name answered", "")
    Outbox.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    make_comment(post, name="Someone", email="someone@example.com", body="This stays as it is.")
    return {"public": public, "below": below, "removed": removed, "note": note}


@pytest.fixture
def life(post: Post, ceo: User, moderator: User) -> dict[str, Comment]:
    """The life of one reader here."""
    return lived(post, ceo, moderator)


# Access


def test_export_holds_all_of_her_words_and_nothing_of_others(life):
    made = json.loads(json.dumps(person_export.export(f"  {ADDRESS.upper()} ")))
    public = made["comments"][0]
    assert public["body"] == WORDS["body"]
    assert public["edits"][0]["body"] == f"{SECRET} b"
    assert public["drafts_of_answers"][0]["text"] == f"Dear {SECRET}"
    assert [one["reason"] for one in public["reports_by_others"]] == ["other"]
    assert len(made["comments"]) == 6
    assert {one["state"] for one in made["comments"]} == {
        *("approved", "rejected", "spam", "removed", "withdrawn", "pending")
    }
    assert made["comments"][1]["appeal"]["text"] == f"{SECRET} appeals"
    assert made["comments"][5]["answer"] == f"Dear {SECRET}"
    assert public["taught_the_spam_filter"]["is_spam"] is False
    keys = Echo.objects.filter(comment=life["public"]).values_list("key", flat=True)
    assert public["known_again_by"] == sorted(map(str, keys)) != []
    assert made["mail_wishes"][0]["mode"] == "weekly"
    assert [one["what"] for one in made["still_to_be_told"]] == ["answered"]
    assert [one["to"] for one in made["mail"]] == [ADDRESS]
    assert made["blocklist"][0]["value"] == ADDRESS
    assert {one["verb"] for one in made["record"]} >= {"submit_comment", "approve", "reject"}
    text = json.dumps(made)
    for word in ("Ines", "someone@example.com", "mo@example.com", "r" * 64, "Mo Derator"):
        assert word not in text


def test_export_of_an_address_nobody_used_is_empty(life):
    made = person_export.export("nobody@example.org")
    assert not any(value for value in made.values() if isinstance(value, list))


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("ann@example.org", True),
        ("Write to Ann@Example.org.", True),
        ("<ann@example.org>, bo@example.org", True),
        ("joann@example.org", False),
        ("jo.ann@example.org", False),
        ("jo+ann@example.org", False),
        ("ann@example.org.uk", False),
        ("ann@example.organic", False),
    ],
)
def test_only_the_whole_address_names_a_person(text, is_named):
    assert person.names_address(text, "ann@example.org") is is_named


def test_erasing_a_person_leaves_what_names_somebody_with_a_longer_address(post, moderator):
    ann, joann = "ann@example.org", "joann@example.org"
    for address in (ann, joann):
        make_comment(post, name="A", email=address, body=f"I am {address}.")
        Block.objects.create(kind="address", value=address, note=f"{address} asked for it")
    assert len(person_export.export(ann)["blocklist"]) == 1
    assert erase_person(ann, by=moderator).blocks == 1
    assert Block.objects.get().value == joann
    assert Comment.objects.filter(email=joann, body=f"I am {joann}.").exists()


@pytest.mark.parametrize("text", ["", "  ", "mara", "@", "a b@example.org", "x@y@ z"])
def test_what_is_no_address_is_refused(text, moderator):
    with pytest.raises(Refused):
        erase_person(text, by=moderator)


# Erasure


def test_nothing_of_her_is_in_any_table_afterwards(life, moderator):
    assert len(traces()) > 15
    erased = erase_person(ADDRESS, by=moderator)
    assert traces() == []
    assert len(erased.comments) == 6
    assert "someone@example.com" in tables()
    call_command("verify_ledger", verbosity=0)


def test_nothing_of_her_is_on_any_page_afterwards(life, moderator, post, client):
    start = {"/", "/sitemap.xml", "/feed.atom", "/search/?q=body", post.get_absolute_url()}
    before = "".join(body_of(answer) for answer in crawl(client, start).values())
    assert SECRET in before
    paths = {private_path(comment) for comment in life.values()}
    erase_person(ADDRESS, by=moderator)
    for address, answer in crawl(client, start | paths).items():
        assert SECRET not in body_of(answer).lower(), address
    assert not SearchEntry.objects.filter(kind="comment", number=life["public"].pk).exists()


def test_rows_stay_so_that_answers_stand_under_a_placeholder(life, moderator, post, client):
    rows = Comment.objects.count()
    erase_person(ADDRESS, by=moderator)
    assert Comment.objects.count() == rows
    page = client.get(post.get_absolute_url()).content.decode()
    assert f'id="c{life["public"].pk}"' in page
    assert "Its writer took this comment back." in page
    assert "I see that differently." in page


def test_erased_comment_can_neither_come_back_nor_be_decided(life, moderator):
    erase_person(ADDRESS, by=moderator)
    for comment in Comment.objects.filter(body=""):
        assert comment.state == "withdrawn"
        assert not comment.can_come_back
        for verb in ("approve", "reject", "mark_spam", "remove", "restore"):
            with pytest.raises(Refused):
                getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)


def test_decision_made_before_cannot_be_undone_into_her_words(post, moderator):
    comment = make_comment(post, **WORDS)
    approved = moderation.approve(comment, by=moderator, seen=1)
    erase_person(ADDRESS, by=moderator)
    assert not Decision.objects.exists()
    for seen in (approved.revision, Comment.objects.get().revision):
        with pytest.raises(Refused):
            moderation.undo(comment, by=moderator, seen=seen)
    assert traces() == []


def test_revision_is_one_that_the_comment_never_had(post, moderator):
    comment = make_comment(post, **WORDS)
    moderation.undo(moderation.approve(comment, by=moderator, seen=1), by=moderator, seen=2)
    erase_person(ADDRESS, by=moderator)
    assert Comment.objects.get().revision == 4


def test_record_says_it_once_with_numbers_only(life, moderator):
    erased = erase_person(ADDRESS, by=moderator)
    entry = Entry.objects.get(verb="erase")
    assert entry.facts["comments"] == erased.comments
    assert entry.facts["person"] == person.mark_of(ADDRESS)
    assert entry.actor == moderator.pk
    assert SECRET not in str(entry.facts)
    assert erase_person(ADDRESS, by=moderator).is_nothing
    assert Entry.objects.filter(verb="erase").count() == 1


def test_what_she_writes_later_stays(life, moderator, post):
    erase_person(ADDRESS, by=moderator)
    again = make_comment(post, **WORDS)
    again.refresh_from_db()
    assert again.body == WORDS["body"]


def test_mail_to_others_that_tells_of_somebody_else_stays(life, moderator):
    kept = outbox.send("mo@example.com", "Two comments wait", "Read /comments/1234567/ now.")
    erase_person(ADDRESS, by=moderator)
    assert list(Outbox.objects.filter(sent_at=None, digest="")) == [kept]


def test_many_comments_go_in_one_transaction(post, moderator, monkeypatch):
    monkeypatch.setattr(person, "AT_ONCE", 2)
    for number in range(5):
        make_comment(post, **WORDS | {"body": f"{SECRET} says {number} times"})
    assert len(erase_person(ADDRESS, by=moderator).comments) == 5
    assert traces() == []


def test_fault_on_the_way_leaves_everything(life, moderator, monkeypatch):
    before = tables()

    def fail(*args: Any, **options: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("comments.moderation.erasing.record", fail)
    with pytest.raises(RuntimeError):
        erase_person(ADDRESS, by=moderator)
    assert tables() == before


def test_only_who_decides_may_erase(life, writer):
    with pytest.raises(Refused):
        erase_person(ADDRESS, by=writer)
    assert len(traces()) > 15


def test_comments_that_repeat_her_are_named(life, post, moderator):
    quote = make_public(post, moderator, name="Bo", body=f"> {WORDS['body']}\n\nReally?")
    assert person.holdings(ADDRESS).quoted_in == (quote.pk,)


# The command


def test_command_writes_json_that_nobody_else_may_read(life, tmp_path: Path, capsys):
    call_command("person", ADDRESS, "--json", str(tmp_path / "her.json"))
    path = tmp_path / "her.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(path.read_text())["comments"]) == 6
    call_command("person", ADDRESS, "--json", "-")
    assert json.loads(capsys.readouterr().out)["address"] == ADDRESS
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("person", ADDRESS, "--json", str(path))


def test_command_asks_back_before_it_erases(life, moderator, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("person", ADDRESS, "--erase", "--by", moderator.username)
    assert len(traces()) > 15
    call_command("person", ADDRESS, "--erase", "--by", moderator.username, "--yes")
    assert traces() == []
    assert Entry.objects.get(verb="erase").channel == "command"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--erase", "--yes"], "Say who erases"),
        (["--erase", "--yes", "--by", "nobody"], "There is no account"),
        (["--erase", "--yes", "--by", "wim"], "may not decide"),
    ],
)
def test_command_wants_somebody_who_may(life, writer, options, sentence):
    User.objects.filter(pk=writer.pk).update(username="wim")
    with pytest.raises(CommandError, match=sentence):
        call_command("person", ADDRESS, *options)
    assert len(traces()) > 15


# The page in the newsroom


@pytest.fixture
def newsroom(moderator: User, client: Client) -> Client:
    """The browser of a moderator."""
    client.force_login(moderator)
    return client


def test_page_looks_up_downloads_and_erases(life, newsroom, post):
    page = newsroom.get(PAGE, {"comment": life["public"].pk}).content.decode()
    assert WORDS["email"] in page
    looked = newsroom.post(PAGE, {"address": ADDRESS, "do": "look"}).content.decode()
    assert "of which 1 public" in looked
    made = newsroom.post(PAGE, {"address": ADDRESS, "do": "download"})
    assert made["Content-Disposition"] == 'attachment; filename="person.json"'
    assert "no-store" in made["Cache-Control"]
    assert len(made.json()["comments"]) == 6
    unsure = newsroom.post(PAGE, {"address": ADDRESS, "do": "erase"})
    assert unsure.status_code == 400
    assert "Nothing is erased yet" in unsure.content.decode()
    assert len(traces()) > 15
    done = newsroom.post(PAGE, {"address": ADDRESS, "do": "erase", "is_sure": "yes"}, follow=True)
    assert "Erased. 6 comments blanked." in done.content.decode()
    assert SECRET not in done.content.decode()
    assert traces() == []


def test_page_of_a_comment_leads_there(life, newsroom):
    page = newsroom.get(f"/admin/comments/comment/{life['public'].pk}/change/")
    assert f"{PAGE}?comment={life['public'].pk}" in page.content.decode()


def test_page_answers_alike_to_who_may_not_whatever_is_held(life, client, writer):
    client.force_login(writer)
    answers = {
        (answer.status_code, answer.content)
        for address in (ADDRESS, "nobody@example.org")
        for do in ("look", "download", "erase")
        for answer in [client.post(PAGE, {"address": address, "do": do, "is_sure": "yes"})]
    }
    assert {status for status, _ in answers} == {403}
    assert len(answers) == 1
    assert client.get(PAGE, {"comment": life["public"].pk}).status_code == 403


def test_wrong_address_is_told_and_stays_in_the_field(newsroom):
    answer = newsroom.post(PAGE, {"address": "mara", "do": "look"})
    assert answer.status_code == 400
    assert 'value="mara"' in answer.content.decode()


def test_address_of_an_account_is_nobodys_to_hand_out_or_erase(post, moderator, ceo, client):
    """Mail to colleagues that waits holds links that release, decide, or set a password."""
    outbox.send(ceo.email, "An answer waits for you", "/comments/decide/token/")
    with pytest.raises(Refused, match="belongs to an account"):
        person_export.export(ceo.email)
    with pytest.raises(Refused, match="belongs to an account"):
        moderation.erase_person(ceo.email.upper(), by=moderator)
    assert Outbox.objects.filter(to=ceo.email).exists()


@pytest.mark.parametrize("odd", ["a\0@b.example", "a" * 300 + "@b.example", "a@b.example\u202e"])
def test_odd_address_is_refused_with_a_sentence(moderator, odd):
    with pytest.raises(Refused, match="Enter one e-mail address"):
        moderation.erase_person(odd, by=moderator)
