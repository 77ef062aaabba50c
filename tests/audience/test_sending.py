"""The mail of the Monday minute: on time, once a week, to whoever wants it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from audience import sending
from audience.models import Minute, MinuteChoice
from blog import outbox
from blog.models import Outbox, Post, Site
from tests.cast import make_post, make_user

pytestmark = pytest.mark.django_db
SEVEN = datetime(2030, 5, 13, 5, 0, tzinfo=UTC)
PAGE = "/admin/audience/minute/"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The Thursday before."""
    with time_machine.travel(SEVEN - timedelta(days=4), tick=False) as moving:
        yield moving


@pytest.fixture
def blog(ceo: User, post: Post) -> Post:
    """A site in Berlin with a post."""
    Site.objects.update(time_zone="Europe/Berlin")
    return post


def sent() -> list[str]:
    """Let the worker do what it does now; everybody who was ever sent the minute."""
    sending.send_minute()
    outbox.send_due()
    return sorted(m.to[0] for m in mail.outbox if "Monday minute" in m.subject)


def test_mail_goes_out_on_monday_at_seven_of_the_site_and_once(blog, ceo, clock):
    assert sent() == []
    clock.move_to(SEVEN - SECOND)
    assert sent() == []
    clock.move_to(SEVEN)
    for _ in range(3):
        assert sent() == [ceo.email]
        clock.shift(60)
    (letter,) = mail.outbox
    assert letter.subject == "Your Monday minute: the week of 6 May"
    assert "http://testserver/admin/audience/minute/?week=2030-05-06" in letter.body
    assert Minute.objects.get().week == date(2030, 5, 6)
    clock.move_to(SEVEN + timedelta(days=7))
    assert sent() == [ceo.email] * 2


def test_mail_that_is_a_day_late_is_left_out(blog, clock):
    clock.move_to(SEVEN + timedelta(days=1))
    assert sent() == []
    assert not Minute.objects.exists()


def test_worker_that_comes_late_on_the_day_still_sends(blog, ceo, clock):
    clock.move_to(SEVEN + timedelta(hours=23))
    assert sent() == [ceo.email]


def test_site_without_a_post_gets_no_mail(ceo, clock):
    clock.move_to(SEVEN)
    assert sent() == []
    clock.shift(3 * 3600)
    make_post(ceo, slug="floor")
    assert sent() == []


def test_crash_after_queueing_sends_no_second_mail(blog, ceo, clock):
    clock.move_to(SEVEN)
    sending.send_minute()
    assert Outbox.objects.filter(sent_at=None, digest__startswith=sending.MINUTE).count() == 1
    assert sending.send_minute() == 0
    assert sent() == [ceo.email]
    Outbox.objects.all().delete()
    assert sent() == [ceo.email]


def test_two_workers_at_once_send_one_mail(transactional_db: None, ceo, run_together, clock):
    make_post(ceo, slug="floor")
    clock.move_to(SEVEN + timedelta(hours=3))
    counts = run_together(4, lambda number: sending.send_minute(), reraise=True)
    assert sorted(counts) == [0, 0, 0, 1]
    assert Outbox.objects.filter(digest__startswith=sending.MINUTE).count() == 1


@pytest.fixture
def at_page() -> Any:
    """Press a button of the page as somebody."""

    def press(user: User, do: str) -> str:
        client = Client()
        client.force_login(user)
        return client.post(PAGE, {"do": do}, follow=True).content.decode()

    return press


def test_each_person_chooses_for_herself(blog, ceo, moderator, writer, at_page, clock):
    assert "every Monday at seven." in at_page(moderator, "mail")
    assert "No longer" in at_page(ceo, "no-mail") or "no longer" in at_page(ceo, "no-mail")
    clock.move_to(SEVEN)
    assert sent() == [moderator.email]
    assert MinuteChoice.objects.count() == 2


def test_who_changes_her_mind_before_it_leaves_gets_none(blog, ceo, at_page, clock):
    clock.move_to(SEVEN)
    sending.send_minute()
    at_page(ceo, "no-mail")
    outbox.send_due()
    assert mail.outbox == []
    assert not Outbox.objects.filter(digest__startswith=sending.MINUTE).exists()


@pytest.mark.parametrize("do", ["", "nonsense", "mail\0"])
def test_button_that_is_none_changes_nothing(blog, ceo, at_page, do):
    assert "Press one of the buttons." in at_page(ceo, do)
    assert not MinuteChoice.objects.exists()


def test_account_without_an_address_is_told(blog, at_page, ceo):
    User.objects.filter(pk=ceo.pk).update(email="")
    assert "no e-mail address" in at_page(ceo, "mail")
    assert not MinuteChoice.objects.exists()


def test_disabled_account_and_one_without_a_role_get_none(blog, ceo, moderator, at_page, clock):
    at_page(moderator, "mail")
    moderator.groups.clear()
    User.objects.filter(pk=ceo.pk).update(is_active=False)
    clock.move_to(SEVEN)
    assert sent() == []


def test_staff_without_a_role_may_not_choose(blog, at_page):
    plain = make_user("Pia Plain")
    client = Client()
    client.force_login(plain)
    assert client.post(PAGE, {"do": "mail"}).status_code == 403
    assert not MinuteChoice.objects.exists()
