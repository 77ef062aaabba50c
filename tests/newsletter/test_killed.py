"""A worker that is killed at any statement, or has another beside it, sends each address one message."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from blog import outbox
from blog.models import Outbox
from newsletter import joining, sending
from newsletter.models import Delivery, Edition, Newsletter, Subscriber
from tests.cast import make_post
from tests.newsletter.readers import make_reader, make_readers

SOON = timedelta(minutes=2, seconds=1)


class Killed(BaseException):
    """The end of a process; no handler of ours may catch it."""


def killed_at(number: int, work: Any) -> bool:
    """Do `work` up to its statement of this number; whether it was killed there."""
    count = 0

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(watch):
            work()
    except Killed:
        return True
    return False


def messages() -> Counter[tuple[str, str]]:
    """Count the messages by address and Message-ID: what arrives twice as the same is one."""
    return Counter({(m.to[0], m.message()["Message-ID"]) for m in mail.outbox})


@pytest.mark.django_db(transaction=True)
def test_killed_at_each_statement_of_handing_over(newsletter, ceo, clock, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    make_readers(5)
    make_reader("weekly@example.org", "weekly")
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    number = 1
    while killed_at(number, sending.send_some):
        number += 1
        assert Edition.objects.count() <= 1
        assert Outbox.objects.count() == Delivery.objects.filter(state="waiting").count() <= 2
    assert number > 10
    for _ in range(4):
        outbox.send_due()
        sending.send_some()
    assert Counter(m.to[0] for m in mail.outbox) == {f"reader{n}@example.org": 1 for n in range(5)}


@pytest.mark.django_db(transaction=True)
def test_killed_at_each_statement_of_sending(newsletter, ceo, clock):
    make_readers(3)
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    sending.send_some()
    number = 1
    while killed_at(number, outbox.send_due):
        number += 1
        clock.shift(outbox.LEASE + timedelta(seconds=1))
        Outbox.objects.update(attempts=0)
        sending.send_some()
    outbox.send_due()
    assert number > 10
    by_address = Counter(address for address, _ in messages())
    assert by_address == {f"reader{n}@example.org": 1 for n in range(3)}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_killed_at_each_statement_of_the_week(newsletter, ceo, clock):
    make_readers(2, kind="weekly")
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    sending.send_some()
    clock.shift(timedelta(days=6) - timedelta(hours=5))
    number = 1
    while killed_at(number, sending.send_some):
        number += 1
        assert Edition.objects.filter(post=None).count() <= 1
    outbox.send_due()
    assert len(mail.outbox) == 2
    assert Edition.objects.filter(post=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_address_one_message(newsletter, ceo, clock, run_together):
    make_readers(40)
    make_post(ceo, slug="floor")
    clock.shift(SOON)

    def work(number: int) -> None:
        for _ in range(4):
            sending.send_some()
            outbox.send_due(limit=10)

    run_together(4, work, reraise=connection.vendor == "postgresql")
    for _ in range(2):
        clock.shift(outbox.LEASE + timedelta(seconds=1))
        sending.send_some()
        outbox.send_due()
    assert Edition.objects.count() == 1
    assert Delivery.objects.filter(state="sent").count() == 40
    assert Counter(m.to[0] for m in mail.outbox) == {f"reader{n}@example.org": 1 for n in range(40)}


@pytest.mark.django_db(transaction=True)
def test_readers_leave_while_it_is_handed_over(newsletter, ceo, clock, run_together):
    readers = make_readers(30)
    make_post(ceo, slug="floor")
    clock.shift(SOON)

    def work(number: int) -> None:
        if number == 0:
            sending.send_some()
            outbox.send_due()
        else:
            for reader in readers[number::4]:
                joining.leave(reader.key)

    run_together(4, work, reraise=connection.vendor == "postgresql")
    for reader in readers:
        if reader not in readers[0::4]:
            joining.leave(reader.key)
    assert Subscriber.objects.count() == len(readers[0::4])
    left = {reader.email for number in (1, 2, 3) for reader in readers[number::4]}
    assert not Outbox.objects.filter(to__in=left).exists()
    assert not Delivery.objects.filter(subscriber=None, state="waiting").exists()


@pytest.mark.django_db(transaction=True)
def test_one_address_asks_at_once_from_everywhere(newsletter, clock, run_together):
    run_together(6, lambda number: joining.ask("mara@example.org", "post"), reraise=True)
    assert Subscriber.objects.count() == Outbox.objects.count() == 1
    assert Newsletter.current().is_on
