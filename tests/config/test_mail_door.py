"""The door for mail: a real LMTP client hands real mail in, and what it hears is true."""

from __future__ import annotations

import asyncio
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError

from blog import outbox, workflow, writing_addresses
from blog.models import Image, Outbox, Post, Version
from comments import reply_addresses
from comments.models import Comment
from config import mail_door, mail_in
from config.env import DoorAddress
from ledger.models import Entry
from tests.cast import make_post
from tests.comments.conftest import make_public
from tests.pictures import drawn

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "The river rose two metres.\n\nSo did our floor."


@pytest.fixture(autouse=True)
def _takes_mail(settings: Any, zone: dict[str, Any]) -> None:
    settings.REPLY_ADDRESS = "reply@blog.example.com"


@pytest.fixture
def address(ceo: User) -> str:
    """The private address of Dana Whitfield."""
    return writing_addresses.address_of(workflow.renew_writing_address(by=ceo))


@pytest.fixture
def write(ceo: User, address: str) -> Callable[..., bytes]:
    """A mail of hers with a picture, as it travels, not signed."""

    def build(text: str = WORDS, *, picture: bytes = b"", **said: Any) -> bytes:
        message = EmailMessage()
        headers = {"From": ceo.email, "To": address, "Subject": "Why we raised the floor"}
        headers |= {"Message-ID": "<one@example.com>", "Date": "Mon, 02 Nov 2026 12:00:00 +0000"}
        headers |= {name.replace("_", "-"): value for name, value in said.items()}
        for name, value in headers.items():
            message[name] = value
        message.set_content(text)
        if picture:
            message.add_attachment(picture, "image", "png", filename="river.png")
        return bytes(message).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    return build


@pytest.fixture
def door(tmp_path: Path) -> Iterator[mail_door.MailDoor]:
    """An open door at a socket of its own."""
    with opened(DoorAddress(path=str(tmp_path / "mail"))) as found:
        yield found


class opened:  # noqa: N801 - reads as what it is
    """A door that is open as long as the block lasts."""

    def __init__(self, where: DoorAddress) -> None:
        self.where = where
        self.is_open = threading.Event()
        self.thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        mail_door.listen(self.where, until=self._keep, opened=lambda _: self.is_open.set())

    def _keep(self, door: mail_door.MailDoor) -> None:
        self.door, self.loop = door, asyncio.get_running_loop()

    def __enter__(self) -> mail_door.MailDoor:
        self.thread.start()
        assert self.is_open.wait(20)
        return self.door

    def __exit__(self, *error: object) -> None:
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.door.stop)
        self.thread.join(30)
        assert not self.thread.is_alive()


def client_of(door: mail_door.MailDoor) -> smtplib.LMTP:
    """Knock at a door."""
    return smtplib.LMTP(door.address.path or door.address.host, door.address.port)


def hand_in(door: mail_door.MailDoor, raw: bytes, to: str) -> tuple[int, str]:
    """Hand a mail in as a mail server does; return the answer to it, or to its address."""
    with client_of(door) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("dana@example.com", [f"size={len(raw)}"])
        code, said = client.rcpt(to)
        if code == 250:
            code, said = client.data(raw)
        return code, said.decode()


def test_signed_mail_with_its_picture_becomes_a_draft_and_the_link_comes_back(
    ceo, door, address, write, sign
):
    with client_of(door) as client:
        assert client.sendmail(ceo.email, [address], sign(write(picture=drawn()))) == {}
    version = Version.objects.get()
    image = Image.objects.get()
    assert version.title == "Why we raised the floor"
    assert version.body == f"{WORDS}\n\n![]({image.address.url})\n"
    assert version.post.state == "draft"
    assert Entry.objects.filter(verb="take_draft", channel="mail", actor=ceo.pk).count() == 1
    outbox.send_due()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([ceo.email], "A draft: “Why we raised the floor”")
    assert f"/admin/blog/post/{version.post_id}/preview/" in sent.body


def test_smtp_is_spoken_as_well(ceo, address, write, sign):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        opened(DoorAddress("127.0.0.1", port)),
        smtplib.SMTP("127.0.0.1", port) as client,
    ):
        assert client.sendmail(ceo.email, [address], sign(write())) == {}
    assert Post.objects.count() == 1


def test_answer_to_a_comment_comes_through_the_same_door(ceo, moderator, door, write, sign):
    comment = make_public(make_post(ceo, slug="floor"), moderator)
    to = reply_addresses.address_for(comment, ceo)
    assert hand_in(door, sign(write("Ours said no.", To=to)), to) == (250, "2.0.0 published")
    assert Comment.objects.exclude(author=None).get().body == "Ours said no."


def test_envelope_says_what_a_mail_to_two_of_our_addresses_is(
    ceo, moderator, door, address, write, sign
):
    comment = make_public(make_post(ceo, slug="floor"), moderator)
    to = reply_addresses.address_for(comment, ceo)
    both = sign(write(To=f"{to}, {address}"))
    assert hand_in(door, both, address) == (250, "2.0.0 drafted")
    assert hand_in(door, both, to) == (250, "2.0.0 published")


def test_same_mail_again_is_taken_and_makes_nothing(door, address, write, sign):
    signed = sign(write())
    assert hand_in(door, signed, address) == (250, "2.0.0 drafted")
    assert hand_in(door, signed, address) == (250, "2.0.0 repeat")
    assert (Post.objects.count(), Outbox.objects.count()) == (1, 1)


def test_two_connections_with_the_same_mail_at_once_are_one_draft(
    door, address, write, sign, run_together
):
    signed = sign(write(picture=drawn()))
    said = run_together(3, lambda _: hand_in(door, signed, address), reraise=True)
    assert sorted(said) == [(250, "2.0.0 drafted"), *[(250, "2.0.0 repeat")] * 2]
    assert (Post.objects.count(), Outbox.objects.count(), Image.objects.count()) == (1, 1, 1)


def test_many_mails_at_once_are_each_one_draft(door, address, write, sign, run_together):
    mails = [sign(write(f"Thought {n}.", Message_ID=f"<{n}@example.com>")) for n in range(8)]
    said = run_together(8, lambda number: hand_in(door, mails[number], address), reraise=True)
    later = [number for number, answer in enumerate(said) if answer[0] == 451]
    for number in later:
        assert hand_in(door, mails[number], address)[0] == 250
    assert sorted(Version.objects.values_list("body", flat=True)) == [
        f"Thought {n}." for n in range(8)
    ]


def test_only_a_few_mails_are_taken_in_at_once(
    tmp_path, address, write, sign, run_together, monkeypatch
):
    now, most, lock = 0, 0, threading.Lock()

    def slow(*args: Any, **options: Any) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        return "drafted"

    monkeypatch.setattr(mail_door, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(mail_in, "take", slow)
    signed = sign(write())
    with opened(DoorAddress(path=str(tmp_path / "mail"))) as door:
        said = run_together(6, lambda _: hand_in(door, signed, address), reraise=True)
    assert said == [(250, "2.0.0 drafted")] * 6
    assert most == 2


@pytest.mark.parametrize(
    "to",
    ["reply@blog.example.com", "postmaster@blog.example.com", "reply+w-1-aaaa@blog.example.com"],
)
def test_address_that_is_none_is_refused_before_the_mail_is_sent(door, to):
    code, said = hand_in(door, b"Subject: x\r\n\r\nwords\r\n", to)
    assert (code, said) == (550, "5.1.1 Nothing is taken at this address.")


def test_refusal_is_one_plain_line(door, address, write):
    code, said = hand_in(door, write(), address)
    assert (code, said[:25]) == (550, "5.7.1 This address takes ")
    assert said.isascii()
    assert not Post.objects.exists()


def test_second_recipient_is_asked_for_again_and_the_first_is_served(door, address, write, sign):
    with client_of(door) as client:
        refused = client.sendmail("dana@example.com", [address, address], sign(write()))
    assert refused == {address: (452, b"4.5.3 One recipient at a time, please.")}
    assert Post.objects.count() == 1


def test_larger_mail_than_is_taken_is_refused_and_the_door_stays_open(
    door, address, write, sign, monkeypatch
):
    monkeypatch.setattr(mail_in, "MOST_BYTES", 20_000)
    signed = sign(write())
    with client_of(door) as client:
        client.ehlo_or_helo_if_needed()
        assert client.mail("dana@example.com", ["size=20001"])[0] == 552
        client.rset()
        client.mail("dana@example.com")
        client.rcpt(address)
        assert client.data(signed + b"x\r\n" * 10_000)[0] == 552
    assert hand_in(door, signed, address)[0] == 250


def test_read_only_site_leaves_the_mail_where_it_is(door, address, write, sign, settings):
    settings.READ_ONLY = True
    assert hand_in(door, sign(write()), address)[0] == 451
    settings.READ_ONLY = False
    assert hand_in(door, sign(write()), address)[0] == 250


@pytest.mark.parametrize("error", [OperationalError("database is locked"), ValueError("a fault")])
def test_busy_database_and_faults_of_ours_leave_the_mail_where_it_is(
    door, address, write, sign, monkeypatch, error
):
    def fail(*args: Any, **options: Any) -> Any:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("blog.workflow.mailing.begin_post", fail)
        assert hand_in(door, sign(write()), address)[0] == 451
        patch.setattr("config.mail_in.is_ours", fail)
        assert hand_in(door, sign(write()), address)[0] == 451
    assert not Outbox.objects.exists()
    assert hand_in(door, sign(write()), address)[0] == 250


def test_noise_never_closes_the_door(door, address, write, sign):
    noises = [
        b"\x00\xff" * 5000 + b"\r\n",
        b"LHLO x\r\nMAIL FROM:<\xff@x>\r\nRCPT TO:<\xff\xfe@\x80>\r\nDATA\r\n",
        b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<" + b"a" * 5000 + b">\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"LHLO x\r\nAUTH PLAIN AAAA\r\nSTARTTLS\r\nVRFY dana\r\nEXPN all\r\nDATA\r\n",
    ]
    for noise in noises:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(door.address.path)
            client.settimeout(5)
            client.sendall(noise)
            assert client.recv(100).startswith(b"220 ")
    assert hand_in(door, sign(write()), address)[0] == 250


def test_connection_that_breaks_in_the_middle_of_a_mail_makes_nothing(door, address, write, sign):
    signed = sign(write())
    client = client_of(door)
    client.ehlo_or_helo_if_needed()
    client.mail("dana@example.com")
    client.rcpt(address)
    client.putcmd("data")
    client.getreply()
    client.send(signed[:-10])
    client.close()
    assert hand_in(door, signed, address) == (250, "2.0.0 drafted")


def test_stop_finishes_the_mail_that_is_under_way(tmp_path, address, write, sign, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    take = mail_in.take

    def slow(*args: Any, **options: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return take(*args, **options)

    monkeypatch.setattr(mail_in, "take", slow)
    said: list[Any] = []
    place = opened(DoorAddress(path=str(tmp_path / "mail")))
    signed = sign(write())
    with place as door:
        sender = threading.Thread(target=lambda: said.append(hand_in(door, signed, address)))
        sender.start()
        assert begun.wait(20)
        place.loop.call_soon_threadsafe(door.stop)
        go_on.set()
        sender.join(20)
    assert said == [(250, "2.0.0 drafted")]
    assert not Path(door.address.path).exists()


def test_private_addresses_stay_out_of_the_log(door, address, write, sign, caplog):
    with caplog.at_level("INFO"):
        hand_in(door, sign(write()), address)
    assert "reply+w-" not in caplog.text


def test_no_door_without_the_setting(settings):
    settings.MAIL_DOOR = None
    with pytest.raises(CommandError, match="MAIL_DOOR is not set"):
        call_command("mail_door")


def test_door_that_cannot_open_says_so(database_url, tmp_path):
    wanted = {"MAIL_DOOR": str(tmp_path / "missing" / "mail"), "REPLY_ADDRESS": "reply@example.com"}
    opened = subprocess.run(
        [sys.executable, "manage.py", "mail_door"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url, **wanted},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert opened.returncode != 0
    assert "cannot open at" in opened.stderr


@pytest.fixture
def process(database_url: str, keys: tuple[bytes, bytes], tmp_path: Path) -> Iterator[Any]:
    """Start the door as a process of its own, which dies after a commit when it is told to."""
    started: list[subprocess.Popen[str]] = []

    def start(**more: str) -> tuple[subprocess.Popen[str], DoorAddress]:
        address = DoorAddress(path=str(tmp_path / "mail"))
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REPLY_ADDRESS": "reply@blog.example.com",
            "MAIL_DOOR": address.path,
            "DKIM_RECORD": keys[1].decode(),
            "MEDIA_ROOT": str(tmp_path / "media"),
            **more,
        }
        command = [sys.executable, "-m", "tests.config.door_process"]
        process = subprocess.Popen(
            command,
            cwd=django_settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline().startswith("Taking mail in at")
        return process, address

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_killed_between_commit_and_answer_the_mail_comes_again_and_is_one_draft(
    process, address, write, sign
):
    signed = sign(write())
    dying, where = process(DIES="after the commit")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        hand_in(mail_door_at(where), signed, address)
    assert dying.wait(20) == -signal.SIGKILL
    assert (Post.objects.count(), Outbox.objects.count()) == (1, 1)

    alive, where = process()
    assert hand_in(mail_door_at(where), signed, address) == (250, "2.0.0 repeat")
    assert (Post.objects.count(), Outbox.objects.count()) == (1, 1)
    alive.send_signal(signal.SIGTERM)
    assert alive.wait(20) == 0


def test_killed_before_the_commit_nothing_is_there_until_the_mail_comes_again(
    process, address, write, sign
):
    signed = sign(write())
    _, where = process(DIES="before the commit")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        hand_in(mail_door_at(where), signed, address)
    time.sleep(0.1)
    assert not Post.objects.exists()
    assert not Outbox.objects.exists()
    _, where = process()
    assert hand_in(mail_door_at(where), signed, address) == (250, "2.0.0 drafted")


def mail_door_at(where: DoorAddress) -> Any:
    """Stand in for the door of another process, of which a client needs the address only."""

    class Elsewhere:
        address = where

    return Elsewhere()
