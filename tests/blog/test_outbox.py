"""Mail leaves once its transaction is committed, at least once, and never with a forged header."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from blog import outbox
from blog.models import Outbox, Site
from blog.outbox import delivering
from blog.outbox.queue import digests
from tests.smtp import MailServer, mail_server

NAMES = iter(range(1_000_000))


@pytest.fixture
def digest() -> Iterator[str]:
    """The name of a digest that nobody else uses, forgotten afterwards."""
    name = f"tests.digest-{next(NAMES)}"
    yield name
    digests.pop(name, None)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real mail server that the site sends through."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def later(minutes: float) -> Any:
    return timezone.now() + timedelta(minutes=minutes)


@pytest.mark.django_db
def test_message_is_sent_under_the_sites_name_and_address(settings: Any) -> None:
    settings.SITE_HOST = "blog.example.com"
    Site(name="Plain Words", sender_email="news@example.com").save()
    row = outbox.send("ada@example.com", "Hello", "Dear Ada,\n", reply_to="dana@example.com")

    assert outbox.send_due() == 1

    (sent,) = mail.outbox
    assert sent.from_email == "Plain Words <news@example.com>"
    assert sent.to == ["ada@example.com"]
    assert sent.reply_to == ["dana@example.com"]
    assert sent.body == "Dear Ada,\n"
    assert sent.message()["Message-ID"] == f"<{row.key}@blog.example.com>"


@pytest.mark.django_db
def test_site_without_a_sender_address_uses_noreply_at_its_host(settings: Any) -> None:
    settings.SITE_HOST = "blog.example.com"
    outbox.send("ada@example.com", "Hello", "Text")
    outbox.send_due()
    assert mail.outbox[0].from_email == "noreply@blog.example.com"


@pytest.mark.django_db
def test_sent_row_keeps_no_text_and_is_not_sent_again() -> None:
    row = outbox.send("ada@example.com", "Reset", "https://example.com/reset/secret-token/")
    outbox.send_due()
    assert outbox.send_due(now=later(600)) == 0
    row.refresh_from_db()
    assert row.sent_at is not None
    assert row.text == ""
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_message_for_later_waits_for_its_moment() -> None:
    outbox.send("ada@example.com", "Hello", "Text", due_at=later(30))
    assert outbox.send_due() == 0
    assert outbox.send_due(now=later(31)) == 1


@pytest.mark.django_db(transaction=True)
def test_message_of_a_transaction_that_fails_is_never_sent() -> None:
    def fail() -> None:
        with transaction.atomic():
            outbox.send("ada@example.com", "Hello", "Text")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert outbox.send_due() == 0


@pytest.mark.django_db
def test_subject_of_several_lines_becomes_one() -> None:
    outbox.send("ada@example.com", "Hello\r\nBcc: all@example.com", "Text")
    outbox.send_due()
    (sent,) = mail.outbox
    assert sent.subject == "Hello Bcc: all@example.com"
    assert sent.message()["Bcc"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["to", "reply_to"])
def test_address_with_a_line_break_is_not_sent_and_stops_nobody(field: str) -> None:
    addresses = {
        "to": "ada@example.com",
        "reply_to": "",
        field: "x@example.com\nBcc: y@example.com",
    }
    row = outbox.send(addresses["to"], "Hello", "Text", reply_to=addresses["reply_to"])
    outbox.send("bob@example.com", "Hello", "Text")

    assert outbox.send_due() == 1

    assert mail.outbox[0].to == ["bob@example.com"]
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.last_error


@pytest.mark.django_db
def test_name_of_the_site_cannot_forge_a_header() -> None:
    Site(name="Words\nBcc: all@example.com", sender_email="news@example.com").save()
    outbox.send("ada@example.com", "Hello", "Text")
    outbox.send_due()
    assert mail.outbox[0].message()["Bcc"] is None


@pytest.mark.django_db
def test_refused_message_keeps_the_servers_answer_and_is_tried_again(server: MailServer) -> None:
    server.answer = "451 Mailbox busy"
    row = outbox.send("ada@example.com", "Hello", "Text")

    assert outbox.send_due() == 0
    row.refresh_from_db()
    assert row.last_error == "451 Mailbox busy"
    assert row.attempts == 1

    server.answer = "250 OK"
    assert outbox.send_due() == 0
    assert outbox.send_due(now=later(1.1)) == 1
    assert "Subject: Hello" in server.taken[0]


@pytest.mark.django_db
def test_refused_message_does_not_hold_up_the_next(server: MailServer) -> None:
    outbox.send("one@example.com", "One", "Text")
    server.answer = "550 No such mailbox"
    outbox.send_due(limit=1)
    server.answer = "250 OK"
    outbox.send("two@example.com", "Two", "Text")
    assert outbox.send_due() == 1


@pytest.mark.django_db
def test_round_ends_when_the_server_cannot_be_reached(server: MailServer, settings: Any) -> None:
    with mail_server() as gone:
        settings.EMAIL_PORT = gone.port
    rows = [outbox.send(f"{name}@example.com", "Hello", "Text") for name in ("one", "two")]

    assert outbox.send_due() == 0

    attempts = Outbox.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert list(attempts.values_list("attempts", flat=True)) == [1, 0]


@pytest.mark.django_db
def test_attempts_spread_over_about_a_day_and_then_end(server: MailServer) -> None:
    server.answer = "451 Later"
    start = timezone.now()
    row = outbox.send("ada@example.com", "Hello", "Text")
    moment = start
    while row.attempts < outbox.MAX_ATTEMPTS:
        outbox.send_due(now=moment)
        row.refresh_from_db()
        last, moment = moment, row.due_at
    assert timedelta(hours=20) < last - start < timedelta(hours=30)
    server.answer = "250 OK"
    assert outbox.send_due(now=moment + timedelta(days=2)) == 0


@pytest.mark.django_db
def test_message_of_a_crashed_worker_goes_out_again_under_the_same_id(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.send("ada@example.com", "Hello", "Text")
    with monkeypatch.context() as crash:
        crash.setattr(delivering, "change", kill)
        with pytest.raises(KeyboardInterrupt):
            outbox.send_due()

    assert outbox.send_due() == 0
    assert outbox.send_due(now=timezone.now() + outbox.LEASE) == 1
    assert len(set(map(message_id, server.taken))) == 1
    assert len(server.taken) == 2


@pytest.mark.django_db
def test_lease_counts_from_the_moment_a_row_is_taken() -> None:
    outbox.send("slow@example.com", "Slow", "Text")
    outbox.send("ada@example.com", "Hello", "Text", due_at=later(0.001))
    ended: list[bool] = []

    def slowly(row: Outbox, moment: Any) -> bool:
        ended.append(row.lease_until is None or row.lease_until <= timezone.now())
        clock.shift(outbox.LEASE + timedelta(minutes=1))
        return True

    with (
        time_machine.travel(timezone.now(), tick=False) as clock,
        mock.patch.object(delivering, "_deliver", slowly),
    ):
        clock.shift(timedelta(seconds=1))
        outbox.send_due(limit=2)
    assert ended == [False, False]


def kill(*args: Any, **kwargs: Any) -> None:
    raise KeyboardInterrupt


def message_id(raw: str) -> str:
    return next(line for line in raw.splitlines() if line.startswith("Message-ID:"))


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_message(run_together: Any) -> None:
    for number in range(20):
        outbox.send(f"{number}@example.com", "Hello", "Text")
    counts = run_together(4, lambda _: outbox.send_due(), reraise=True)
    assert sum(counts) == 20
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(
        f"{n}@example.com" for n in range(20)
    )


@pytest.mark.django_db
def test_second_digest_while_one_waits_is_the_same_row(digest: str) -> None:
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    outbox.send_digest("ada@example.com", digest, due_at=later(60))
    outbox.send_digest("bob@example.com", digest, due_at=later(0))
    assert Outbox.objects.filter(digest=digest).count() == 2


@pytest.mark.django_db
def test_digest_is_written_when_it_is_sent(digest: str) -> None:
    happened: list[str] = []
    outbox.register_digest(digest, lambda row: ("News", f"{row.to}: {', '.join(happened)}"))
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    happened.append("first")
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    happened.append("second")

    assert outbox.send_due(now=later(1)) == 1

    assert mail.outbox[0].body == "ada@example.com: first, second"
    row = Outbox.objects.get(digest=digest)
    assert (row.subject, row.text) == ("News", "")
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    assert Outbox.objects.filter(digest=digest, sent_at=None).count() == 1


@pytest.mark.django_db
def test_digest_with_nothing_left_to_tell_is_closed_unsent(digest: str) -> None:
    outbox.register_digest(digest, lambda row: None)
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    assert outbox.send_due(now=later(1)) == 0
    assert mail.outbox == []
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_digest_that_cannot_be_written_is_tried_again_and_stops_nobody(digest: str) -> None:
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    outbox.send("bob@example.com", "Hello", "Text", due_at=later(0.5))
    assert outbox.send_due(now=later(1)) == 1
    outbox.register_digest(digest, lambda row: ("News", "Text"))
    assert outbox.send_due(now=later(3)) == 1


@pytest.mark.django_db
def test_digest_that_failed_is_written_anew(digest: str, server: MailServer) -> None:
    words = iter([("One", "Old"), ("Two", "New")])
    outbox.register_digest(digest, lambda row: next(words))
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    server.answer = "451 Later"
    outbox.send_due(now=later(1))
    server.answer = "250 OK"
    assert outbox.send_due(now=later(5)) == 1
    assert "Subject: Two" in server.taken[0]


@pytest.mark.django_db
def test_digest_that_failed_gives_way_to_a_newer_one(
    digest: str, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.register_digest(digest, lambda row: ("News", "Text"))
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    server.answer = "451 Later"
    compose = delivering._compose

    def compose_while_more_happens(row: Outbox) -> bool:
        is_composed = compose(row)
        outbox.send_digest("ada@example.com", digest, due_at=later(60))
        return is_composed

    monkeypatch.setattr(delivering, "_compose", compose_while_more_happens)
    outbox.send_due(now=later(1))
    (left,) = Outbox.objects.filter(digest=digest)
    assert left.due_at > later(50)


@pytest.mark.django_db
def test_digest_that_is_given_up_leaves_its_name_free(digest: str, server: MailServer) -> None:
    outbox.register_digest(digest, lambda row: ("News", "Text"))
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    server.answer = "550 No such mailbox"
    outbox.send_due(now=later(1))
    assert not Outbox.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [1, 60], ids=["before its lease ends", "long afterwards"])
def test_digest_whose_worker_died_in_the_last_attempt_begins_again(
    digest: str, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    outbox.register_digest(digest, lambda row: ("News", "Text"))
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    with monkeypatch.context() as crash:
        crash.setattr(delivering, "_compose", kill)
        with pytest.raises(KeyboardInterrupt):
            outbox.send_due()
    assert outbox.send_due(now=later(600)) == 0

    with time_machine.travel(later(minutes)):
        outbox.send_digest("ada@example.com", digest, due_at=later(0))
        assert outbox.send_due(now=later(10)) == 1
    assert [sent.subject for sent in mail.outbox] == ["News"]


@pytest.mark.django_db
def test_digest_counted_on_again_during_its_last_attempt_is_kept(digest: str) -> None:
    # Nobody has registered what writes its words yet, so the attempt fails.
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    put_back = delivering._put_back

    def put_back_late(*args: Any) -> None:
        outbox.send_digest("ada@example.com", digest, due_at=later(0))
        put_back(*args)

    with mock.patch.object(delivering, "_put_back", put_back_late):
        outbox.send_due()
    outbox.register_digest(digest, lambda row: ("News", "Text"))
    assert outbox.send_due(now=later(10)) == 1


@pytest.mark.django_db(transaction=True)
def test_digest_tells_what_a_transaction_that_counts_on_it_commits(
    digest: str, run_together: Any
) -> None:
    told: list[int] = []

    def build(row: Outbox) -> tuple[str, str]:
        told.append(Site.objects.count())
        return "News", "Text"

    outbox.register_digest(digest, build)
    outbox.send_digest("ada@example.com", digest, due_at=timezone.now())
    is_counting_on_it, may_commit = threading.Event(), threading.Event()

    def happen() -> None:
        with transaction.atomic():
            Site(name="Made meanwhile").save()
            outbox.send_digest("ada@example.com", digest, due_at=timezone.now())
            is_counting_on_it.set()
            may_commit.wait(5)

    def work() -> None:
        is_counting_on_it.wait(5)
        threading.Timer(0.2, may_commit.set).start()
        outbox.send_due()

    run_together(2, lambda number: [happen, work][number](), reraise=True)
    assert told == [1]


@pytest.mark.django_db
def test_old_rows_are_removed_and_waiting_ones_kept() -> None:
    sent = outbox.send("ada@example.com", "Sent", "Text")
    outbox.send_due()
    given_up = outbox.send("bob@example.com", "Given up", "Text")
    Outbox.objects.filter(pk=given_up.pk).update(attempts=outbox.MAX_ATTEMPTS)
    waiting = outbox.send("cyd@example.com", "Waiting", "Text")
    assert outbox.purge() == 0
    assert outbox.purge(now=timezone.now() + timedelta(days=outbox.SENT_DAYS, minutes=1)) == 2
    assert list(Outbox.objects.all()) == [waiting]
    assert sent.pk not in Outbox.objects.values_list("pk", flat=True)


@pytest.mark.django_db
def test_message_goes_out_as_text_and_html_with_the_headers_it_brings() -> None:
    row = outbox.send(
        "ada@example.com",
        "Hello",
        "Dear Ada",
        html="<p>Dear Ada</p>",
        headers={"List-Unsubscribe": "<https://example.com/x>"},
    )
    outbox.send_due()
    sent = mail.outbox[0]
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.body, sent.alternatives[0][0]) == ("Dear Ada", "<p>Dear Ada</p>")
    assert sent.message()["List-Unsubscribe"] == "<https://example.com/x>"
    row.refresh_from_db()
    assert (row.text, row.html, row.headers) == ("", "", {})


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Bcc", "Message-ID", "X-Mail", "References\r\nBcc"])
def test_message_brings_no_header_that_is_not_allowed(name: str) -> None:
    with pytest.raises(ValueError, match="brings no header"):
        outbox.send("ada@example.com", "Hello", "Text", headers={name: "x"})


@pytest.mark.django_db
def test_header_of_several_lines_becomes_one() -> None:
    outbox.send("ada@example.com", "Hello", "Text", headers={"References": "<a>\r\nBcc: b@c.de"})
    outbox.send_due()
    message = mail.outbox[0].message()
    assert message["References"] == "<a> Bcc: b@c.de"
    assert message["Bcc"] is None


@pytest.mark.django_db
def test_digest_may_say_after_a_colon_which_one_it_is(digest: str) -> None:
    outbox.register_digest(digest, lambda row: outbox.Words("News", f"About {row.digest}"))
    outbox.send_digest("ada@example.com", f"{digest}:12", due_at=later(0))
    outbox.send_digest("ada@example.com", f"{digest}:13", due_at=later(0))
    assert outbox.send_due(now=later(1)) == 2
    assert {sent.body for sent in mail.outbox} == {f"About {digest}:12", f"About {digest}:13"}
    assert set(Outbox.objects.values_list("digest", flat=True)) == {f"{digest}:12", f"{digest}:13"}


@pytest.mark.django_db
def test_digest_is_told_when_it_has_left_and_only_then(digest: str, server: MailServer) -> None:
    left: list[str] = []
    outbox.register_digest(
        digest, lambda row: ("News", "Text"), sent=lambda row: left.append(row.to)
    )
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    server.answer = "451 Later"
    outbox.send_due(now=later(1))
    assert left == []
    server.answer = "250 OK"
    outbox.send_due(now=later(5))
    assert left == ["ada@example.com"]


@pytest.mark.django_db
def test_digest_that_is_too_early_waits_and_uses_up_no_attempt(digest: str) -> None:
    until = later(30)

    def build(row: Outbox) -> tuple[str, str]:
        if timezone.now() < until:
            raise outbox.NotYet(until)
        return "News", "Text"

    outbox.register_digest(digest, build)
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    assert outbox.send_due(now=later(1)) == 0
    row = Outbox.objects.get()
    assert (row.digest, row.attempts, row.due_at) == (digest, 0, until)
    with time_machine.travel(later(31)):
        assert outbox.send_due() == 1


@pytest.mark.django_db
def test_digest_of_a_killed_worker_goes_out_again_word_for_word(
    digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = iter([("One", "First"), ("Two", "Second")])
    left: list[str] = []
    outbox.register_digest(
        digest, lambda row: next(words), sent=lambda row: left.append(row.digest)
    )
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    with monkeypatch.context() as crash:
        crash.setattr(delivering, "_mark_sent", kill)
        with pytest.raises(KeyboardInterrupt):
            outbox.send_due(now=later(1))
    outbox.send_digest("ada@example.com", digest, due_at=later(0))
    assert outbox.send_due(now=later(10)) == 2
    assert sorted(sent.subject for sent in mail.outbox) == ["One", "One", "Two"]
    assert left == [digest, digest]


@pytest.mark.django_db
def test_digest_that_asks_is_told_at_once_when_an_address_is_refused_for_good(
    digest: str, server: MailServer
) -> None:
    told: list[tuple[str, outbox.Failure]] = []
    outbox.register_digest(
        digest,
        lambda row: ("News", "Text"),
        failed=lambda row, failure: told.append((row.digest, failure)),
    )
    name = f"{digest}:7"
    outbox.send_digest("ada@example.com", name, due_at=timezone.now())
    server.answer = "550 5.1.1 No such mailbox"
    assert outbox.send_due() == 0
    ((told_name, failure),) = told
    assert (told_name, failure.is_for_good) == (name, True)
    assert failure.answer == "550 5.1.1 No such mailbox"
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_digest_that_asks_is_told_after_the_last_attempt_of_what_may_pass(
    digest: str, server: MailServer
) -> None:
    told: list[bool] = []
    outbox.register_digest(
        digest,
        lambda row: ("News", "Text"),
        failed=lambda row, failure: told.append(failure.is_for_good),
    )
    outbox.send_digest("ada@example.com", digest, due_at=timezone.now())
    server.answer = "451 4.7.1 Try again later"
    for _ in range(outbox.MAX_ATTEMPTS):
        assert told == []
        Outbox.objects.update(due_at=timezone.now())
        outbox.send_due()
    assert told == [False]
    assert not Outbox.objects.exists()
