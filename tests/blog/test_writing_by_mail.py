"""Posts by mail: a draft when a signature proves who wrote it, and otherwise nothing, told in a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import dns.resolver
import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from blog import outbox, workflow, writing_addresses
from blog.incoming import proof
from blog.incoming.words import own_words
from blog.models import Author, Image, Outbox, Post, Review, Version, WritingAddress
from blog.workflow import mailing
from ledger.models import Entry
from ledger.verify import Chain, problems
from tests.cast import edited
from tests.hostile_pictures import png_of_many_pixels
from tests.pictures import drawn

pytestmark = pytest.mark.django_db
WORDS = "The river rose two metres.\n\nSo did our floor."
TITLE = "Why we raised the floor"


@pytest.fixture(autouse=True)
def _takes_mail(settings: Any, zone: dict[str, Any]) -> None:
    settings.REPLY_ADDRESS = "reply@blog.example.com"


@pytest.fixture
def address(ceo: User) -> str:
    """The private address of Dana Whitfield."""
    return writing_addresses.address_of(workflow.renew_writing_address(by=ceo))


@pytest.fixture
def compose(ceo: User, address: str) -> Callable[..., EmailMessage]:
    """A mail of hers; any header can be said otherwise, or left out with `None`."""

    def build(text: str | None = WORDS, **said: Any) -> EmailMessage:
        message = EmailMessage()
        headers = {
            "From": f"Dana Whitfield <{ceo.email}>",
            "To": address,
            "Subject": TITLE,
            "Date": "Mon, 02 Nov 2026 12:00:00 +0000",
            "Message-ID": "<one@example.com>",
        }
        headers |= {name.replace("_", "-"): value for name, value in said.items()}
        for name, value in headers.items():
            if value is not None:
                message[name] = value
        if text is not None:
            message.set_content(text)
        return message

    return build


def raw(message: EmailMessage) -> bytes:
    """The bytes of a mail as it travels."""
    return bytes(message).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
def write(compose: Callable[..., EmailMessage]) -> Callable[..., bytes]:
    """The same as bytes, not signed."""
    return lambda *args, **said: raw(compose(*args, **said))


@pytest.fixture
def send(
    sign: Callable[..., bytes], receive: Callable[[bytes], tuple[int, str]]
) -> Callable[[EmailMessage], tuple[int, str]]:
    """Sign a mail and hand it in."""
    return lambda message: receive(sign(raw(message)))


def newest() -> Version:
    """The words of the draft that came last."""
    version = Version.objects.order_by("-pk").first()
    assert version is not None
    return version


def answer_to_her() -> Outbox:
    """The mail that went back."""
    return Outbox.objects.get()


def test_signed_mail_is_a_draft_and_only_a_draft(ceo, compose, send, client):
    assert send(compose(f"{WORDS}\n\n-- \nDana\nChief executive\n")) == (0, "drafted")
    post = Post.objects.get()
    assert (post.state, post.kind, post.live_version) == ("draft", "post", None)
    version = newest()
    assert (version.title, version.body, version.markup) == (TITLE, WORDS, "markdown")
    assert (version.author, version.byline_line) == (ceo.author, "Written by Dana Whitfield")
    assert client.get(post.get_absolute_url()).status_code == 404
    assert TITLE not in client.get("/").content.decode()
    assert TITLE not in client.get("/feed.atom").content.decode()
    assert not Review.objects.exists()


def test_what_happened_stands_in_the_record_without_her_words(ceo, compose, send):
    send(compose())
    saved, taken = Entry.objects.order_by("-sequence")[:2][::-1]
    assert (saved.verb, saved.actor, saved.channel) == ("save_version", ceo.pk, "mail")
    assert (taken.verb, taken.actor, taken.channel) == ("take_draft", ceo.pk, "mail")
    assert taken.facts["post"] == Post.objects.get().pk
    assert "example.com" not in str(taken.facts)
    assert "river" not in str(taken.facts)
    assert list(problems(Chain())) == []


def test_links_come_back_to_preview_and_editor(ceo, compose, send, at_desk):
    send(compose())
    row = answer_to_her()
    post = Post.objects.get()
    assert (row.to, row.subject) == (ceo.email, f"A draft: “{TITLE}”")
    assert row.headers["In-Reply-To"] == "<one@example.com>"
    outbox.send_due()
    words = mail.outbox[0].body
    for name in ("preview", "change"):
        path = reverse(f"admin:blog_post_{name}", args=[post.pk])
        assert f"http://testserver{path}" in words
        assert at_desk(ceo).get(path).status_code == 200
    assert "Not in the draft" not in words


def test_links_need_a_sign_in(compose, send, client):
    send(compose())
    for name in ("preview", "change"):
        path = reverse(f"admin:blog_post_{name}", args=[Post.objects.get().pk])
        assert client.get(path).status_code == 302


def test_same_mail_again_makes_nothing_not_even_after_the_draft_was_changed(ceo, compose, send):
    assert send(compose()) == (0, "drafted")
    post = Post.objects.get()
    workflow.save_version(post, edited(post, title="Another title"), by=ceo)
    before = (Version.objects.count(), Outbox.objects.count(), Entry.objects.count())
    assert send(compose()) == (0, "repeat")
    assert (Version.objects.count(), Outbox.objects.count(), Entry.objects.count()) == before


SECOND: dict[str, Callable[..., EmailMessage]] = {
    "same words under another Message-ID": lambda compose: compose(Message_ID="<two@example.com>"),
    "other words under the same Message-ID": lambda compose: compose("Other words."),
    "same words, otherwise wrapped": lambda compose: compose(
        f"{WORDS}\n", Message_ID="<two@example.com>"
    ),
}


@pytest.mark.parametrize("case", SECOND)
def test_second_mail_that_brings_the_same_is_refused(compose, send, case):
    send(compose())
    assert send(SECOND[case](compose)) == (os.EX_DATAERR, mailing.ALREADY)
    assert Post.objects.count() == 1


def test_new_address_does_not_make_old_mail_new(ceo, compose, send):
    send(compose())
    fresh = writing_addresses.address_of(workflow.renew_writing_address(by=ceo))
    status, sentence = send(compose(To=fresh, Message_ID="<two@example.com>"))
    assert (status, sentence) == (os.EX_DATAERR, mailing.ALREADY)


def test_same_title_with_other_words_is_another_draft(compose, send):
    send(compose())
    assert send(compose("More of it.", Message_ID="<two@example.com>")) == (0, "drafted")
    assert sorted(Post.objects.values_list("slug", flat=True)) == [
        "why-we-raised-the-floor",
        "why-we-raised-the-floor-2",
    ]


def test_two_subjects_without_text_are_two_drafts(compose, send):
    send(compose("", Subject="One idea"))
    send(compose("", Subject="Another idea", Message_ID="<two@example.com>"))
    assert list(Version.objects.order_by("pk").values_list("title", "body")) == [
        ("One idea", "One idea"),
        ("Another idea", "Another idea"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The river rose. So did we.\n\nMore.", "The river rose"),
        ("## What the river costs\n\nA lot.", "What the river costs"),
        (f"{'word ' * 40}", "word word word word word word word word word word word…"),
        ("\n\nWas it worth it? Yes.", "Was it worth it"),
    ],
)
def test_without_a_subject_the_first_words_are_the_title(compose, send, text, title):
    assert send(compose(text, Subject=None))[1] == "drafted"
    assert newest().title == title
    assert newest().body == text.strip()


def test_subject_too_long_for_a_title_is_kept_whole_above_the_text(compose, send):
    subject = "A very long thought that somebody dictated into the wrong field " * 5
    send(compose(Subject=subject))
    assert len(newest().title) <= 200
    assert newest().title.endswith("…")
    assert newest().body.startswith(subject.strip())


def test_words_in_any_alphabet_arrive(compose, send):
    send(compose("Zażółć gęślą jaźń. 语言", Subject="Grüße aus Łódź 你好"))
    assert (newest().title, newest().body) == ("Grüße aus Łódź 你好", "Zażółć gęślą jaźń. 语言")


def test_writer_without_a_byline_writes_under_that_of_the_chief_executive(
    ceo, writer, compose, send
):
    hers = writing_addresses.address_of(workflow.renew_writing_address(by=writer))
    send(compose(From=f"Sam Ortiz <{writer.email}>", To=hers))
    assert (newest().author, newest().saved_by) == (ceo.author, writer.pk)


def test_quoted_tail_is_left_out_and_she_hears_so(compose, send):
    send(
        compose(f"{WORDS}\n\nOn 2 Nov 2026 at 12:00, Sam <s@x.example> wrote:\n\n> old\n> words\n")
    )
    assert newest().body == WORDS
    assert "quoted below your words" in answer_to_her().text


@pytest.mark.parametrize(
    ("text", "words", "is_cut"),
    [
        ("One.\n> quoted by her\n\nTwo.", "One.\n> quoted by her\n\nTwo.", False),
        ("One.\n\n> tail\n>\n> tail\n", "One.", True),
        ("One.\n\n-----Original Message-----\nFrom: x\nold", "One.", True),
        ("One.\n-- \nDana\n\n> tail", "One.", False),
        ("One -- two.\n\n---\n\nThree.", "One -- two.\n\n---\n\nThree.", False),
        ("One.\n\nSent from my iPhone", "One.", False),
        ("Sent from my heart\nOne.", "Sent from my heart\nOne.", False),
        ("\n    indented\n", "    indented", False),
        ("", "", False),
    ],
)
def test_only_what_the_mail_program_added_is_cut(text, words, is_cut):
    assert own_words(text) == (words, is_cut)


# Pictures


def with_picture(message: EmailMessage, data: bytes | None = None, **said: Any) -> EmailMessage:
    """Attach a picture, as a telephone does."""
    options = {"maintype": "image", "subtype": "png", "filename": "river.png", **said}
    message.add_attachment(drawn() if data is None else data, **options)
    return message


def test_attached_pictures_stand_at_the_end(ceo, compose, send):
    message = with_picture(with_picture(compose()), drawn("JPEG"), subtype="jpeg", filename="b.jpg")
    assert send(message) == (0, "drafted")
    first, second = Image.objects.order_by("pk")
    assert newest().body == f"{WORDS}\n\n![]({first.address.url})\n\n![]({second.address.url})\n"
    assert (first.name, first.uploaded_by) == ("river.png", ceo.pk)
    assert Entry.objects.filter(verb="add_image", channel="mail").count() == 2
    assert "what each picture shows" in answer_to_her().text


def test_picture_of_a_draft_is_not_public(ceo, compose, send, client, at_desk):
    send(with_picture(compose()))
    address = Image.objects.get().address
    path = f"/media/images/{address.file_name(address.widths[0], 'jpg')}"
    assert client.get(path).status_code == 404
    assert at_desk(ceo).get(path).status_code == 200


def test_inline_picture_stands_where_it_stood(compose, send):
    message = compose("Before. [image: river.png] After.")
    message.add_alternative(
        '<p>Before.</p><img src="cid:river%40x" alt="river.png"><p>After.</p>'
        '<div>-- <br>Dana <img src="cid:logo@x"></div>',
        subtype="html",
    )
    part = message.get_payload()[1]
    part.add_related(drawn(), "image", "png", cid="<river@x>", filename="river.png")
    part.add_related(drawn("PNG", (20, 20)), "image", "png", cid="<logo@x>", filename="logo.png")
    assert send(message) == (0, "drafted")
    image = Image.objects.get()
    assert newest().body == f"Before.\n\n![]({image.address.url})\n\nAfter."


def test_picture_between_two_texts_stands_between_them(compose, send):
    message = compose("Before.")
    message.make_mixed()
    message.add_attachment(drawn(), "image", "png", filename="river.png", disposition="inline")
    message.add_attachment("After.\n", disposition="inline")
    send(message)
    assert newest().body == f"Before.\n\n![]({Image.objects.get().address.url})\n\nAfter."


def test_html_alone_is_read_as_text(compose, send):
    message = compose(None)
    message.set_content(
        "<style>p{}</style><p>The river <b>rose</b>.</p><script>x()</script>"
        "<p>So did &#65532;0&#65532; we.</p>",
        subtype="html",
    )
    message = with_picture(message)
    send(message)
    address = Image.objects.get().address.url
    assert newest().body == f"The river rose.\n\nSo did 0 we.\n\n![]({address})\n"


def test_quotation_within_html_stays_and_the_one_at_its_end_goes(compose, send):
    message = compose(None)
    message.set_content(
        '<p>One.</p><blockquote>quoted by her</blockquote><p>See <a href="https://x.example/">it</a>.</p>'
        '<div class="gmail_quote"><div>On 2 Nov 2026 Sam wrote:</div><blockquote>old</blockquote></div>',
        subtype="html",
    )
    send(message)
    assert newest().body == "One.\n\n> quoted by her\n\nSee [it](https://x.example/)."
    assert "quoted below your words" in answer_to_her().text


BAD_PICTURES: dict[str, tuple[bytes, str, str]] = {
    "bomb": (png_of_many_pixels(), "png", "20 million pixels"),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg+xml", "SVG"),
    "text": (b"no picture at all", "png", "no picture"),
    "half": (drawn("JPEG")[:200], "jpeg", "damaged"),
    "empty": (b"", "png", "empty"),
    "page behind": (drawn() + b"<html><body onload=alert(1)>", "png", "something else"),
}


@pytest.mark.parametrize("case", BAD_PICTURES)
def test_picture_that_cannot_be_taken_costs_no_word(compose, send, case):
    data, kind, why = BAD_PICTURES[case]
    message = with_picture(with_picture(compose(), data, subtype=kind, filename=f"bad.{kind[:3]}"))
    assert send(message) == (0, "drafted")
    assert newest().body == f"{WORDS}\n\n![]({Image.objects.get().address.url})\n"
    words = answer_to_her().text
    assert f"bad.{kind[:3]}: " in words
    assert why in words


def test_full_disk_costs_no_word(compose, send, monkeypatch):
    def full(*args: Any, **options: Any) -> Any:
        raise OSError("No space left on device")

    monkeypatch.setattr("blog.images.keep", full)
    send(with_picture(compose()))
    assert newest().body == WORDS
    assert "river.png: It could not be kept just now." in answer_to_her().text


def test_subject_stands_in_for_a_text_that_was_only_a_bad_picture(compose, send):
    assert send(with_picture(compose(""), b"no picture"))[1] == "drafted"
    assert newest().body == TITLE


def test_other_files_are_named_and_left_out(compose, send):
    message = compose()
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="../report.pdf")
    message.add_attachment("words", filename="notes.txt")
    message.add_attachment(compose(Subject="Inside"))
    send(message)
    words = answer_to_her().text
    assert all(f"- {name}\n" in words for name in ("report.pdf", "notes.txt"))
    assert newest().body == WORDS


def test_more_than_ten_pictures_are_named_and_left_out(compose, send, monkeypatch):
    monkeypatch.setattr("blog.incoming.pictures.MOST_PICTURES", 1)
    send(with_picture(with_picture(compose()), filename="second.png"))
    assert Image.objects.get().name == "river.png"
    assert "second.png: A mail brings at most" in answer_to_her().text


def test_account_without_the_right_to_add_pictures_keeps_its_words(writer, compose, send):
    hers = writing_addresses.address_of(workflow.renew_writing_address(by=writer))
    for group in writer.groups.all():
        group.permissions.remove(Permission.objects.get(codename="add_image"))
    send(with_picture(compose(From=writer.email, To=hers)))
    assert newest().body == WORDS
    assert "may not add pictures" in answer_to_her().text


# Who may not


STRANGERS: dict[str, Callable[..., bytes]] = {
    "another sender": lambda write, sign: sign(write(From="Dana Whitfield <eve@example.com>")),
    "her address as a name": lambda write, sign: sign(
        write(From='"dana@example.com" <eve@example.com>')
    ),
    "two senders": lambda write, sign: sign(write(From="dana@example.com, eve@example.com")),
    "two From headers": lambda write, sign: b"From: eve@example.com\r\n" + sign(write()),
    "no sender": lambda write, sign: write(From=None),
    "no token": lambda write, sign: sign(write(To="reply@blog.example.com")),
    "made-up token": lambda write, sign: sign(write(To=f"reply+w-1-{'a' * 20}@blog.example.com")),
    "number of no account": lambda write, sign: sign(
        write(To=f"reply+w-{'9' * 18}-{'a' * 20}@blog.example.com")
    ),
    "number that no row has": lambda write, sign: sign(
        write(To=f"reply+w-{'9' * 30}-{'a' * 20}@blog.example.com")
    ),
    "absence note": lambda write, sign: sign(write(Auto_Submitted="auto-replied")),
    "list": lambda write, sign: sign(write(Precedence="bulk")),
    "bounce": lambda write, sign: b"Return-Path: <>\r\n" + sign(write()),
    "no words": lambda write, sign: sign(write("\n\n", Subject=None)),
    "too long": lambda write, sign: sign(write("word " * 50_000)),
    "too many people": lambda write, sign: sign(
        write(To=", ".join(f"p{number}@example.org" for number in range(150)))
    ),
    "too many lines": lambda write, sign: write() + b"\n" * 700_000,
    "nothing": lambda write, sign: b"",
    "noise": lambda write, sign: bytes(range(256)) * 40,
}


@pytest.mark.parametrize("case", STRANGERS)
def test_what_is_not_hers_goes_back_and_leaves_nothing(address, write, sign, receive, case):
    before = Entry.objects.count()
    status, sentence = receive(STRANGERS[case](write, sign))
    assert status == os.EX_DATAERR
    assert sentence.endswith(".")
    assert "Dana" not in sentence
    assert (Post.objects.count(), Outbox.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_strangers_and_forgers_hear_the_same(address, write, sign, receive):
    stranger = receive(sign(write(From="eve@example.com")))
    assert stranger == (os.EX_DATAERR, mailing.NOT_TAKEN)
    assert receive(write()) == stranger


def test_answer_to_a_program_does_not_tell_whose_address_it_is(address, write, sign, receive):
    hers = receive(sign(write(Auto_Submitted="auto-replied")))
    assert receive(write(From="eve@example.com", Auto_Submitted="auto-replied")) == hers


@pytest.mark.parametrize("line", [b" " * 300, b"\t" * 300, b"a" * 1200])
def test_lines_that_are_slow_to_prove_are_not_looked_at(write, sign, line):
    def nobody_asks(name: str) -> bytes | None:
        raise AssertionError(name)

    mail = sign(write()) + line + b"\r\n"
    assert proof.doubt_about(mail, "dana@example.com", look_up=nobody_asks) == proof.BROKEN


UNPROVEN: dict[str, tuple[Callable[..., bytes], str]] = {
    "no signature": (lambda write, sign: write(), proof.NO_SIGNATURE),
    "edited body": (
        lambda write, sign: sign(write()).replace(b"two metres", b"ten metres"),
        proof.BROKEN,
    ),
    "edited subject": (
        lambda write, sign: sign(write()).replace(b"raised", b"lowers"),
        proof.BROKEN,
    ),
    "subject left open": (
        lambda write, sign: sign(write(), include_headers=[b"from", b"to", b"date"]),
        proof.OPEN,
    ),
    "subject added": (
        lambda write, sign: (
            b"Subject: Bought\r\n" + sign(write(Subject=None), include_headers=[b"from", b"to"])
        ),
        proof.OPEN,
    ),
    "wrong domain": (lambda write, sign: sign(write(), domain=b"evil.example"), proof.FOREIGN),
    "length": (lambda write, sign: sign(write(), length=True), proof.PARTIAL),
    "second subject": (lambda write, sign: b"Subject: x\r\n" + sign(write()), "two headers"),
    "no message-id": (
        lambda write, sign: sign(
            write(Message_ID=None), include_headers=[b"from", b"to", b"subject"]
        ),
        "no Message-ID",
    ),
}


@pytest.mark.parametrize("case", UNPROVEN)
def test_mail_in_her_name_without_proof_makes_no_draft_and_she_hears_of_it(
    ceo, address, zone, write, sign, receive, case
):
    zone["post._domainkey.evil.example"] = zone["post._domainkey.example.com"]
    build, because = UNPROVEN[case]
    assert receive(build(write, sign)) == (os.EX_DATAERR, mailing.NOT_TAKEN)
    assert not Post.objects.exists()
    row = answer_to_her()
    assert row.to == ceo.email
    assert because in row.text
    assert reverse("admin:blog_post_by_mail") in row.text
    assert "metres" not in row.text


def test_unsigned_subject_counts_as_none_where_there_is_none(compose, sign, receive):
    signed = sign(raw(compose(Subject=None)), include_headers=[b"from", b"to"])
    assert receive(signed) == (0, "drafted")


def test_address_on_the_envelope_alone_proves_nothing(address, write, sign, receive):
    blind = b"Delivered-To: " + address.encode() + b"\r\n" + sign(write(To="friend@example.org"))
    assert receive(blind) == (os.EX_DATAERR, mailing.NOT_TAKEN)
    assert mailing.NOT_NAMED in answer_to_her().text


def test_forger_cannot_fill_her_mailbox(ceo, write, receive):
    for _ in range(5):
        assert receive(write())[0] == os.EX_DATAERR
    assert Outbox.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        receive(write())
    assert Outbox.objects.count() == 2
    workflow.renew_writing_address(by=ceo)
    assert receive(write())[0] == os.EX_DATAERR
    assert Outbox.objects.count() == 2


def test_renewed_address_ends_the_old_one_at_once(ceo, address, write, sign, receive):
    signed = sign(write())
    fresh = writing_addresses.address_of(workflow.renew_writing_address(by=ceo))
    assert fresh != address
    assert receive(signed)[0] == os.EX_DATAERR
    assert receive(sign(write(To=fresh))) == (0, "drafted")


def test_address_that_is_renewed_while_its_mail_comes_in_takes_nothing(
    ceo, write, sign, receive, monkeypatch
):
    def slow(*args: Any, **options: Any) -> Any:
        workflow.renew_writing_address(by=ceo)
        return {}, []

    monkeypatch.setattr("blog.incoming.pictures.keep", slow)
    assert receive(sign(write())) == (os.EX_DATAERR, mailing.NOT_TAKEN)
    assert not Post.objects.exists()


def test_capital_letters_on_the_way_change_nothing(address, write, sign, receive):
    assert receive(sign(write(To=address.upper()))) == (0, "drafted")


def test_every_character_of_the_token_counts(address):
    for place in range(address.index("-", address.index("w-") + 2) + 1, address.index("@")):
        other = "2" if address[place] != "2" else "3"
        assert writing_addresses.read(address[:place] + other + address[place + 1 :]) is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "dana@other.example"}])
def test_account_that_changed_takes_no_mail(ceo, write, sign, receive, change):
    signed = sign(write())
    User.objects.filter(pk=ceo.pk).update(**change)
    assert receive(signed) == (os.EX_DATAERR, mailing.NOT_TAKEN)


def test_account_that_may_not_write_any_more_takes_no_mail(ceo, write, sign, receive):
    signed = sign(write())
    ceo.groups.clear()
    assert receive(signed) == (os.EX_DATAERR, mailing.NOT_TAKEN)


def test_site_without_a_byline_says_so(ceo, compose, send):
    Author.objects.all().delete()
    status, sentence = send(compose())
    assert (status, "byline" in sentence) == (os.EX_DATAERR, True)


def test_site_without_an_address_takes_nothing(settings, write, sign, receive):
    signed = sign(write())
    settings.REPLY_ADDRESS = ""
    assert receive(signed)[0] == os.EX_DATAERR


@pytest.mark.parametrize("cause", ["name server", "read-only"])
def test_what_passes_means_later(settings, zone, write, sign, receive, cause):
    if cause == "read-only":
        settings.READ_ONLY = True
    else:
        key = "post._domainkey.example.com"
        zone[key] = dns.resolver.LifetimeTimeout(timeout=1, errors=[])
    assert receive(sign(write()))[0] == os.EX_TEMPFAIL
    assert not Post.objects.exists()
    assert not Outbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_same_mail_five_times_at_once_is_one_draft(write, sign, run_together, keys):
    from blog.incoming.letter import read

    letter = read(sign(write()))
    came = run_together(
        5, lambda _: workflow.take_letter(letter, look_up=lambda _: keys[1]).value, reraise=True
    )
    assert sorted(came) == ["drafted", *["repeat"] * 4]
    assert (Post.objects.count(), Outbox.objects.count()) == (1, 1)


# Hostile mail


def test_subject_brings_no_header_of_its_own(compose, write, sign, receive):
    subject = "=?utf-8?q?Hello=0D=0ABcc=3A_eve=40example.com=0D=0A=0D=0ABody?="
    signed = sign(write(Subject=None).replace(b"To:", f"Subject: {subject}\r\nTo:".encode(), 1))
    assert receive(signed) == (0, "drafted")
    assert newest().title == "Hello Bcc: eve@example.com Body"
    outbox.send_due()
    (sent,) = mail.outbox
    assert sent.recipients() == ["dana@example.com"]
    assert "\n" not in sent.subject


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-7?q?Why+2AA-?= =?utf-8?q?_we=00_rose?=", "Why we rose"),
        (b"Gr\xc3\xbc\xc3\x9fe", "Grüße"),
        (b"Why \xff we rose", "Why \ufffd we rose"),
        (b"=?x-none?b?V2h5?=", "Why"),
        (b"=?utf-8?b?V2h5IHdl=?=", "Why we"),
        (b"=?utf-8?q?=?=", "="),
    ],
)
def test_odd_subject_is_read_as_well_as_can_be(write, sign, receive, subject, title):
    odd = write(Subject=None).replace(b"To:", b"Subject: " + subject + b"\r\nTo:", 1)
    assert receive(sign(odd)) == (0, "drafted")
    assert newest().title == title


def test_message_id_brings_no_header_of_its_own(compose, sign, receive):
    signed = sign(
        raw(compose(Message_ID=None)).replace(
            b"To:", b"Message-ID: <a@b>\r\n Bcc: eve@example.com\r\nTo:", 1
        )
    )
    assert receive(signed) == (0, "drafted")
    assert answer_to_her().headers == {}


def test_words_lose_what_no_reader_can_see(compose, send):
    send(compose("The \u202eriver\u202c\x07 rose\ufffc0\ufffc.", Subject="Why\u2066 we\u2069 rose"))
    assert (newest().title, newest().body) == ("Why we rose", "The river rose0.")


def test_markup_in_a_mail_is_harmless(ceo, compose, send, at_desk):
    send(compose("<script>alert(1)</script>\n\n[x](javascript:alert(1))"))
    path = reverse("admin:blog_post_preview", args=[Post.objects.get().pk])
    page = at_desk(ceo).get(path).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize("charset", ["punycode", "x-unknown", "utf-16", "zlib", "idna", "a" * 300])
def test_strange_charset_is_read_as_well_as_can_be(write, sign, receive, charset):
    mail_of_hers = write("Plain words that are long enough to see.")
    strange = mail_of_hers.replace(b'charset="utf-8"', f'charset="{charset}"'.encode())
    assert strange != mail_of_hers
    assert receive(sign(strange)) == (0, "drafted")


def test_deep_nesting_is_refused_before_it_is_read(write, sign, receive):
    inner = b"Content-Type: text/plain\r\n\r\nwords\r\n"
    for number in range(400):
        limit = f"b{number}".encode()
        inner = (
            b'Content-Type: multipart/mixed; boundary="'
            + limit
            + b'"\r\n\r\n--'
            + limit
            + b"\r\n"
            + inner
            + b"\r\n--"
            + limit
            + b"--\r\n"
        )
    head, _, _ = write().partition(b"Content-Type")
    assert receive(sign(head + inner))[0] == os.EX_DATAERR


def test_huge_headers_end_in_a_sentence(write, sign, receive):
    huge = b"X-Long: " + b"a" * 2_000_000 + b"\r\n" + b"X-A: b\r\n" * 50_000
    status, _ = receive(huge + sign(write()))
    assert status in {0, os.EX_DATAERR}


def test_file_name_is_one_short_line(compose, send):
    message = compose()
    message.add_attachment(
        b"x", "application", "zip", filename="a/../\u202e" + "evil" * 100 + ".zip"
    )
    send(message)
    (line,) = [line for line in answer_to_her().text.splitlines() if line.startswith("- ")]
    assert len(line) <= 102
    assert "\u202e" not in line


# The page


PAGE = "/admin/blog/post/by-mail/"


def test_page_makes_shows_and_renews_the_address(ceo, at_desk):
    browser = at_desk(ceo)
    assert "Make my address" in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, follow=True).status_code == 200
    first = writing_addresses.address_of(WritingAddress.objects.get(user=ceo))
    assert first in browser.get(PAGE).content.decode()
    browser.post(PAGE)
    second = writing_addresses.address_of(WritingAddress.objects.get(user=ceo))
    assert second != first
    assert writing_addresses.read(first) is None
    entries = Entry.objects.filter(verb="make_writing_address").order_by("sequence")
    assert [entry.facts for entry in entries] == [{"first": True}, {"first": False}]
    assert {entry.actor for entry in entries} == {ceo.pk}


def test_page_shows_nobody_the_address_of_another(ceo, writer, address, at_desk):
    assert address not in at_desk(writer).get(PAGE).content.decode()


def test_page_and_its_links_are_absent_without_mail_coming_in(ceo, settings, at_desk):
    browser = at_desk(ceo)
    for path in ("/admin/", "/admin/blog/post/"):
        assert PAGE in browser.get(path).content.decode()
    settings.REPLY_ADDRESS = ""
    for path in ("/admin/", "/admin/blog/post/"):
        assert PAGE not in browser.get(path).content.decode()
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE).status_code == 404
    assert not WritingAddress.objects.exists()


def test_page_opens_to_nobody_who_may_not_write(auditor, moderator, counsel, at_desk):
    for person in (auditor, moderator, counsel):
        assert at_desk(person).get(PAGE).status_code == 403
        assert at_desk(person).post(PAGE).status_code == 403
    assert not WritingAddress.objects.exists()


def test_local_part_fits_however_many_accounts_there_are(settings):
    settings.REPLY_ADDRESS = f"{'r' * 20}@blog.example.com"
    row = WritingAddress(pk=10**18 - 1)
    assert len(writing_addresses.address_of(row).partition("@")[0]) <= 64
