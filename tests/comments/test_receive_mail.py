"""Answers by mail: hers when a signature proves it, held when nothing does, else refused."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import dkim
import dns.resolver
import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError
from django.utils import timezone

from blog import outbox
from blog.incoming import proof
from blog.incoming.letter import read
from blog.incoming.words import MARKER
from blog.models import Author, Outbox
from comments import moderation, reply_addresses
from comments.models import AnswerDraft, Comment, Edit
from ledger.models import Entry
from tests.comments.conftest import make_comment, make_public
from tests.comments.test_drafting import draft_for, rows
from tests.signed_mail import SIGNED

pytestmark = pytest.mark.django_db
WORDS = "Ours said no, and we built it anyway."


@pytest.fixture(autouse=True)
def _takes_mail(settings: Any, zone: dict[str, Any]) -> None:
    settings.REPLY_ADDRESS = "reply@blog.example.com"


@pytest.fixture
def comment(post: Any, moderator: Any) -> Comment:
    """A public comment that she may answer."""
    return make_public(post, moderator)


@pytest.fixture
def write(ceo: Any, comment: Comment) -> Callable[..., bytes]:
    """A reply of hers, not signed; any header can be said otherwise, or left out with `None`."""

    def build(text: str = WORDS, *, html: str = "", about: Comment = comment, **said: Any) -> bytes:
        message = EmailMessage()
        headers = {
            "From": f"Dana Whitfield <{ceo.email}>",
            "To": reply_addresses.address_for(about, ceo),
            "Subject": "Re: 1 comment waits for you",
            "Date": "Mon, 02 Nov 2026 12:00:00 +0000",
            "Message-ID": "<one@example.com>",
        }
        headers |= {name.replace("_", "-"): value for name, value in said.items()}
        for name, value in headers.items():
            if value is not None:
                message[name] = value
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        return bytes(message).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    return build


def answers() -> list[Comment]:
    """What is in the thread under her name."""
    return list(Comment.objects.exclude(author=None))


def test_signed_reply_is_public_under_her_name(ceo, comment, write, sign, receive, client, post):
    quoted = f"{WORDS}\n\nOn 2 Nov 2026, Letters wrote:\n> {MARKER}\n> 1 comment\n"
    assert receive(sign(write(quoted))) == (0, "published")
    (reply,) = answers()
    assert (reply.body, reply.name, reply.badge) == (WORDS, "Dana Whitfield", "Chief executive")
    assert WORDS in client.get(post.get_absolute_url()).content.decode()
    entry = Entry.objects.get(verb="answer")
    assert (entry.actor, entry.channel) == (ceo.pk, "mail")
    assert entry.facts.keys() >= {"message", "text"}
    assert "example.com" not in str(entry.facts)


def test_notification_itself_can_be_answered(ceo, moderator, post, write, sign, receive):
    waiting = make_comment(post, body="Another thought of mine.")
    outbox.send_due()
    hers = next(message for message in mail.outbox if message.to == [ceo.email])
    assert receive(sign(write(To=hers.reply_to[0]))) == (0, "published")
    waiting.refresh_from_db()
    assert waiting.state == "approved"
    assert answers()[0].parent == waiting


def test_private_note_is_answered_privately(ceo, post, write, sign, receive):
    note = make_comment(post, visibility="private", email="mara@example.org")
    assert receive(sign(write(about=note))) == (0, "published")
    note.refresh_from_db()
    assert (note.answer, note.answered_by) == (WORDS, "Dana Whitfield")
    assert answers() == []
    assert Outbox.objects.filter(to="mara@example.org").exists()
    status, sentence = receive(sign(write("Once more.", about=note, Message_ID="<2@example.com>")))
    assert (status, "waits" in sentence) == (65, True)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_mail_server_may_add_its_lines(write, sign, receive, ending):
    raw = sign(write()).replace(b"\r\n", ending)
    raw = (
        b"From dana@example.com Mon Nov  2 12:00:00 2026"
        + ending
        + b"Delivered-To: x@y"
        + ending
        + raw
    )
    assert receive(raw) == (0, "published")


def test_same_mail_again_changes_nothing_not_even_after_an_undo(ceo, comment, write, sign, receive):
    raw = sign(write())
    receive(raw)
    before, entries = rows(), Entry.objects.count()
    assert receive(raw) == (0, "repeat")
    assert (rows(), Entry.objects.count()) == (before, entries)
    comment.refresh_from_db()
    moderation.undo(comment, by=ceo, seen=comment.revision)
    assert receive(raw) == (0, "repeat")
    assert answers() == []


def test_replay_under_another_message_id_is_refused(write, sign, receive):
    raw = sign(write(), include_headers=[b"from", b"to"])
    assert receive(raw) == (0, "published")
    status, sentence = receive(raw.replace(b"<one@", b"<two@"))
    assert (status, "before" in sentence) == (65, True)
    assert len(answers()) == 1


@pytest.mark.parametrize("kind", [b'text/plain; charset="utf-16-le"', b"text/html"])
def test_replay_that_reads_the_same_body_otherwise_is_refused(write, sign, receive, kind):
    raw = sign(write("Ours said no > and we built it anyway."), include_headers=[b"from", b"to"])
    assert receive(raw) == (0, "published")
    again = raw.replace(b"<one@", b"<two@").replace(b'text/plain; charset="utf-8"', kind)
    assert again.count(kind) == 1
    status, sentence = receive(again)
    assert (status, "before" in sentence) == (65, True)
    assert len(answers()) == 1


def edited(raw: bytes) -> bytes:
    return raw.replace(b"we built", b"we never built")


HELD: dict[str, tuple[Callable[..., bytes], str]] = {
    "no signature": (lambda write, sign: write(), proof.NO_SIGNATURE),
    "edited body": (lambda write, sign: edited(sign(write())), proof.BROKEN),
    "edited subject": (
        lambda write, sign: sign(write()).replace(b"Re: 1 comment", b"Re: 2 comment"),
        proof.BROKEN,
    ),
    "bad signature": (lambda write, sign: sign(write()).replace(b"b=", b"b=BBBB", 1), ""),
    "wrong domain": (
        lambda write, sign: sign(write(), domain=b"evil.example"),
        proof.FOREIGN,
    ),
    "domain that only ends alike": (
        lambda write, sign: sign(write(), domain=b"ample.com"),
        proof.FOREIGN,
    ),
    "domain below": (
        lambda write, sign: sign(write(), domain=b"mail.example.com"),
        proof.FOREIGN,
    ),
    "top-level domain": (lambda write, sign: sign(write(), domain=b"com"), proof.FOREIGN),
    "length": (lambda write, sign: sign(write(), length=True), proof.PARTIAL),
    "length and more words": (
        lambda write, sign: sign(write(), length=True) + b"And more that is not hers.\r\n",
        proof.PARTIAL,
    ),
    "to left open": (
        lambda write, sign: sign(write(), include_headers=[b"from", b"date"]),
        proof.OPEN,
    ),
    "second to": (lambda write, sign: b"To: other@example.com\r\n" + sign(write()), "two headers"),
    "second subject": (lambda write, sign: b"Subject: x\r\n" + sign(write()), "two headers"),
    "second type": (
        lambda write, sign: b"Content-Type: text/html\r\n" + sign(write()),
        "two headers",
    ),
    "bare line end": (
        lambda write, sign: b"X-A: b\rX-C: d\r\n" + sign(write()),
        "control characters",
    ),
    "nul": (
        lambda write, sign: sign(write()).replace(b"<one@", b"<o\0ne@"),
        "control characters",
    ),
    "misspelt header": (
        lambda write, sign: b"X-A: b\r\nFrom : eve@example.com\r\n" + sign(write()),
        "misspelt",
    ),
    "no message-id": (
        lambda write, sign: sign(write(Message_ID=None), include_headers=[b"from", b"to"]),
        "no Message-ID",
    ),
    "weak hash": (
        lambda write, sign: sign(write(), signature_algorithm=b"rsa-sha1"),
        proof.WEAK,
    ),
}


@pytest.mark.parametrize("case", HELD)
def test_doubtful_mail_is_held_for_her(ceo, comment, zone, write, sign, receive, case):
    for domain in ("evil.example", "ample.com", "mail.example.com", "com"):
        zone[f"post._domainkey.{domain}"] = zone["post._domainkey.example.com"]
    build, because = HELD[case]
    assert receive(build(write, sign)) == (0, "held")
    assert answers() == []
    draft = AnswerDraft.objects.get()
    assert (draft.source, draft.state, draft.author) == ("mail", "waiting", ceo.author)
    assert draft.held_because
    assert because in draft.held_because
    with time_machine.travel(timezone.now() + timedelta(seconds=36)):
        outbox.send_due()
    hers = next(message for message in mail.outbox if "An answer to" in message.subject)
    assert hers.to == [ceo.email]
    assert draft.held_because in hers.body


@pytest.mark.parametrize(
    "record", [None, b"", b"v=DKIM1; p=", b"v=DKIM1; p=AAAA", b"\xff;;=", "test"]
)
def test_key_that_is_none_proves_nothing(zone, keys, write, sign, receive, record):
    name = "post._domainkey.example.com"
    if record is None:
        del zone[name]
    else:
        zone[name] = [keys[1] + b"; t=y" if record == "test" else record]
    assert receive(sign(write())) == (0, "held")


def test_two_keys_under_one_name_prove_nothing(zone, keys, write, sign, receive):
    zone["post._domainkey.example.com"] = [keys[1], keys[1]]
    assert receive(sign(write())) == (0, "held")


def test_small_key_proves_nothing(zone, write, receive):
    private = subprocess.run(
        ["openssl", "genrsa", "-traditional", "768"], capture_output=True, check=True
    ).stdout
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"],
        input=private,
        capture_output=True,
        check=True,
    ).stdout
    zone["post._domainkey.example.com"] = [b"v=DKIM1; p=" + base64.b64encode(public)]
    raw = write()
    header = dkim.sign(raw, b"post", b"example.com", private, include_headers=SIGNED)
    assert receive(header + raw) == (0, "held")


def test_domain_above_hers_may_sign(ceo, comment, write, sign, receive):
    ceo.email = "dana@office.example.com"
    ceo.save()
    assert receive(sign(write())) == (0, "published")


def test_one_good_signature_among_others_is_enough(write, sign, receive, zone):
    zone["post._domainkey.list.example"] = zone["post._domainkey.example.com"]
    assert receive(sign(sign(write()), domain=b"list.example")) == (0, "published")


def test_address_on_the_envelope_alone_is_held(ceo, comment, write, sign, receive):
    token = reply_addresses.address_for(comment, ceo).encode()
    raw = b"Delivered-To: " + token + b"\r\n" + sign(write(To="friend@example.org"))
    assert receive(raw) == (0, "held")
    assert "envelope" in AnswerDraft.objects.get().held_because


def test_name_server_that_is_silent_means_later(zone, write, sign, receive):
    zone["post._domainkey.example.com"] = dns.resolver.LifetimeTimeout(timeout=1, errors=[])
    status, _ = receive(sign(write()))
    assert status == os.EX_TEMPFAIL
    assert not AnswerDraft.objects.exists()


def test_busy_database_means_later(write, sign, receive, monkeypatch):
    def busy(*args: Any, **options: Any) -> Any:
        raise DatabaseError("database is locked")

    monkeypatch.setattr("comments.moderation.replying.lock", busy)
    assert receive(sign(write()))[0] == os.EX_TEMPFAIL


def test_site_that_only_reads_means_later(write, sign, receive, settings):
    settings.READ_ONLY = True
    assert receive(sign(write()))[0] == os.EX_TEMPFAIL


REFUSED: dict[str, Callable[..., bytes]] = {
    "not her address": lambda write, sign: sign(write(From="Dana Whitfield <eve@example.com>")),
    "her name, not her address": lambda write, sign: sign(
        write(From='"dana@example.com" <eve@example.com>')
    ),
    "two senders": lambda write, sign: sign(write(From="dana@example.com, eve@example.com")),
    "two From headers": lambda write, sign: b"From: eve@example.com\r\n" + sign(write()),
    "two of her own": lambda write, sign: b"From: dana@example.com\r\n" + sign(write()),
    "no sender": lambda write, sign: write(From=None),
    "no token": lambda write, sign: sign(write(To="reply@blog.example.com")),
    "made-up token": lambda write, sign: sign(
        write(To=f"reply+1-1-zzz-{'a' * 20}@blog.example.com")
    ),
    "absence note": lambda write, sign: sign(write(Auto_Submitted="auto-replied")),
    "list": lambda write, sign: sign(write(Precedence="bulk")),
    "bounce": lambda write, sign: b"Return-Path: <>\r\n" + sign(write()),
    "no words": lambda write, sign: sign(write(f"\n> {MARKER}\n> hello")),
    "too many words": lambda write, sign: sign(write("word " * 1100)),
    "too large": lambda write, sign: sign(write()) + b"x" * 1_000_000,
    "header that is none": lambda write, sign: b"X-A : b\r\n" + sign(write()),
    "nothing": lambda write, sign: b"",
    "noise": lambda write, sign: bytes(range(256)) * 40,
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_hers_is_refused_and_not_stored(comment, write, sign, receive, case):
    before, entries = rows(), Entry.objects.count()
    status, sentence = receive(REFUSED[case](write, sign))
    assert status == os.EX_DATAERR
    assert sentence.endswith(".")
    assert (rows(), Entry.objects.count()) == (before, entries)


def test_token_of_another_comment_person_or_time_is_nothing(
    ceo, moderator, comment, post, write, sign, receive
):
    good = reply_addresses.address_for(comment, ceo)
    assert receive(sign(write(To=reply_addresses.address_for(comment, moderator))))[0] == 65
    for place in range(len("reply+"), good.index("@")):
        changed = good[:place] + ("2" if good[place] != "2" else "3") + good[place + 1 :]
        assert reply_addresses.read(changed) is None
    assert reply_addresses.read(good.upper()) == (comment.pk, ceo.pk)
    with time_machine.travel(timezone.now() + timedelta(days=32)):
        assert receive(sign(write(To=good)))[0] == 65


def test_reply_counts_only_while_she_is_the_author(ceo, comment, writer, write, sign, receive):
    raw = sign(write())
    Author.objects.update(user=writer)
    assert receive(raw)[0] == 65
    Author.objects.update(user=ceo)
    type(ceo).objects.filter(pk=ceo.pk).update(is_active=False)
    assert receive(raw)[0] == 65
    assert answers() == []


def test_site_without_an_address_takes_nothing(settings, write, sign, receive):
    raw = sign(write())
    settings.REPLY_ADDRESS = ""
    assert receive(raw)[0] == 65


@pytest.mark.parametrize("verb", ["remove", "mark_spam"])
def test_comment_that_is_gone_is_not_answered(comment, moderator, write, sign, receive, verb):
    getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)
    assert receive(sign(write()))[0] == 65
    assert receive(write())[0] == 65
    assert answers() == []


def test_reply_to_words_that_changed_before_they_were_public_is_held(
    ceo, post, write, sign, receive
):
    waiting = make_comment(post, body="New words.")
    Edit.objects.create(
        comment=waiting,
        state="taken",
        revision=2,
        before="Old words.",
        body="New words.",
        body_html="<p>New words.</p>",
        sanitizer=1,
    )
    assert receive(sign(write(about=waiting))) == (0, "held")
    waiting.refresh_from_db()
    assert waiting.state == "pending"


def test_unproven_mail_displaces_no_draft_of_the_newsroom(comment, moderator, write, receive):
    draft = draft_for(comment, moderator)
    assert receive(write())[0] == 65
    draft.refresh_from_db()
    assert draft.state == "waiting"


def test_she_releases_what_was_held(ceo, write, receive):
    receive(write())
    moderation.release_answer(AnswerDraft.objects.get(), by=ceo)
    (reply,) = answers()
    assert reply.body == WORDS


def test_html_alone_is_read_as_text(write, sign, receive, ceo, comment):
    message = EmailMessage()
    message["From"], message["Message-ID"] = ceo.email, "<html@example.com>"
    message["To"] = reply_addresses.address_for(comment, ceo)
    message.set_content(
        "<style>p{}</style><div>Ours said <b>no</b>.</div><div><br></div><div>We built it.</div>"
        '<div class="gmail_quote"><div>On 2 Nov Mo wrote:</div><blockquote>old</blockquote></div>',
        subtype="html",
    )
    raw = bytes(message).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert receive(sign(raw, include_headers=[b"from", b"to"])) == (0, "published")
    assert answers()[0].body == "Ours said no.\n\nWe built it."


def test_markup_in_a_mail_is_shown_as_text(write, sign, receive, client, post):
    receive(sign(write("<script>alert(1)</script> and <b>bold</b>")))
    assert "<script>alert" not in client.get(post.get_absolute_url()).content.decode()


def test_local_part_fits_however_many_comments_there_are(ceo, settings):
    settings.REPLY_ADDRESS = f"{'r' * 20}@blog.example.com"
    comment = Comment(pk=36**10 - 1)
    ceo.pk = 36**6 - 1
    address = reply_addresses.address_for(comment, ceo)
    assert len(address.partition("@")[0]) <= 64
    assert reply_addresses.read(address) == (comment.pk, ceo.pk)


@pytest.mark.django_db(transaction=True)
def test_same_mail_five_times_at_once_is_one_answer(ceo, comment, write, sign, run_together, keys):
    letter = read(sign(write()))
    results = run_together(
        5, lambda _: moderation.take_reply(letter, look_up=lambda _: keys[1]).value, reraise=True
    )
    assert sorted(results) == ["published", *["repeat"] * 4]
    assert len(answers()) == 1
