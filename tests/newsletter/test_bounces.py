"""What mail servers refuse: counted by days, paused after three, and forgiven by one success."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from blog import outbox
from blog.models import Outbox
from newsletter import health, joining, sending
from newsletter.models import Delivery, Subscriber
from tests.cast import make_post
from tests.newsletter.readers import MARA, make_reader, make_readers
from tests.smtp import MailServer, mail_server

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=2, seconds=1)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real mail server that the site sends through."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def mail_a_post(ceo, clock, number):
    make_post(ceo, slug=f"post-{number}")
    clock.shift(SOON)
    sending.send_some()
    outbox.send_due()


def test_address_is_paused_after_three_refusals_on_three_days(newsletter, ceo, clock, server):
    reader = make_reader()
    server.answer = f"550 5.1.1 <{MARA}> unknown"
    for number in range(3):
        assert reader.paused_at is None
        mail_a_post(ceo, clock, number)
        mail_a_post(ceo, clock, f"{number}-again")
        reader.refresh_from_db()
        assert reader.refused_days == number + 1
        clock.shift(timedelta(days=1))
    assert reader.paused_at is not None
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    server.answer = "250 OK"
    mail_a_post(ceo, clock, "later")
    assert server.taken == []
    failure = health.last_failure()
    assert failure is not None
    assert failure.error == f"550 5.1.1 <{MARA}> unknown"


def test_success_in_between_begins_the_count_anew(newsletter, ceo, clock, server):
    reader = make_reader()
    for number, answer in enumerate(["550 no", "550 no", "250 OK", "550 no", "550 no"]):
        server.answer = answer
        mail_a_post(ceo, clock, number)
        clock.shift(timedelta(days=1))
    reader.refresh_from_db()
    assert (reader.refused_days, reader.paused_at) == (2, None)


def test_refusal_that_may_pass_counts_for_nothing_and_is_tried_again(
    newsletter, ceo, clock, server
):
    reader = make_reader()
    server.answer = "451 4.7.1 Greylisted"
    mail_a_post(ceo, clock, 1)
    assert Delivery.objects.get().state == "waiting"
    server.answer = "250 OK"
    clock.shift(timedelta(minutes=2))
    outbox.send_due()
    reader.refresh_from_db()
    assert (Delivery.objects.get().state, reader.refused_days) == ("sent", 0)


def test_one_refused_address_holds_up_nobody(newsletter, ceo, clock, server, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    make_readers(6)
    server.answer = "451 4.7.1 Greylisted"
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    for _ in range(3):
        sending.send_some()
        outbox.send_due()
    assert Delivery.objects.count() == 6
    assert Outbox.objects.filter(attempts=1).count() == 6


def test_leaving_takes_what_the_server_said_along(newsletter, ceo, clock, server):
    reader = make_reader()
    server.answer = f"550 5.1.1 <{MARA}> unknown"
    mail_a_post(ceo, clock, 1)
    joining.leave(reader.key)
    assert not Subscriber.objects.exists()
    assert MARA not in str(list(Delivery.objects.values()))
    assert health.mailings()[0].failed == 1
