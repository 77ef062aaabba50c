"""Signing in, out and back in: slow for guessers, quick to end, and never told to the wrong mailbox."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from blog import outbox, roles
from blog.models import Outbox
from comments.models import Throttle
from config import signin
from tests.config.conftest import PASSWORD, make_user

LOGIN = "/admin/login/"
RESET = "/admin/password_reset/"
TOO_MANY = "Too many attempts."


@pytest.fixture
def writer(db: None) -> User:
    """A colleague."""
    return make_user("writer", roles.WRITER)


def try_password(password: str, *, username: str = "writer", address: str = "192.0.2.7") -> Any:
    return Client().post(
        LOGIN, {"username": username, "password": password, "next": "/admin/"}, REMOTE_ADDR=address
    )


def fail(times: int, **where: str) -> None:
    for _ in range(times):
        assert "Please enter the correct" in try_password("wrong", **where).content.decode()


def test_colleague_signs_in_and_out(client: Client, writer: User) -> None:
    response = client.post(LOGIN, {"username": "writer", "password": PASSWORD, "next": "/admin/"})
    assert response.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302


def test_every_page_says_sign_in_and_sign_out(client: Client, writer: User) -> None:
    pages = [client.get(path) for path in (LOGIN, RESET, f"{RESET}done/", "/admin/reset/done/")]
    client.force_login(writer)
    new = {"new_password1": "four slow green trams", "new_password2": "four slow green trams"}
    pages += [client.get("/admin/"), client.get("/admin/password_change/")]
    pages += [
        client.post("/admin/password_change/", {"old_password": PASSWORD} | new, follow=True),
        client.post("/admin/logout/"),
    ]
    words = [re.sub(r"<[^>]*>", " ", page.content.decode()) for page in pages]
    assert not [page for page in words if re.search(r"log(ged)? ?(in|out)\b", page, re.IGNORECASE)]
    assert [page for page in words if "Sign out" in page] == words[4:7]


def test_account_that_may_not_open_a_page_is_offered_another(client: Client, writer: User) -> None:
    client.force_login(User.objects.create_user("reader"))
    assert "You are signed in as reader" in client.get(LOGIN + "?next=/admin/").content.decode()


def test_sixth_attempt_waits_even_with_the_right_password(writer: User) -> None:
    fail(signin.ATTEMPTS)
    assert (
        "Too many attempts. Please try again in 15 minutes."
        in try_password(PASSWORD).content.decode()
    )


def test_pause_ends_after_fifteen_minutes_and_knocking_does_not_prolong_it(writer: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        fail(signin.ATTEMPTS)
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        assert "again in 1 minute." in try_password(PASSWORD).content.decode()
    with time_machine.travel(start + timedelta(minutes=15, seconds=2), tick=False):
        assert try_password(PASSWORD).status_code == 302


def test_owner_signs_in_from_elsewhere_meanwhile(writer: User) -> None:
    fail(signin.ATTEMPTS)
    assert try_password(PASSWORD, address="198.51.100.9").status_code == 302


def test_other_spellings_of_the_name_count_together(writer: User) -> None:
    fail(3, username="WRITER")
    fail(2)
    assert TOO_MANY in try_password(PASSWORD).content.decode()


def test_another_account_from_the_same_network_is_not_held_up(writer: User) -> None:
    make_user("auditor", roles.AUDITOR)
    fail(signin.ATTEMPTS)
    assert try_password(PASSWORD, username="auditor").status_code == 302


def test_success_forgets_the_failures_before_it(writer: User) -> None:
    fail(4)
    assert try_password(PASSWORD).status_code == 302
    fail(4)
    assert try_password(PASSWORD).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_counted_each(run_together: Any) -> None:
    waits = run_together(
        20, lambda _: signin.seconds_to_wait("sign-in", "writer", "n"), reraise=True
    )
    assert waits.count(0) == signin.ATTEMPTS


def test_switch_for_load_tests_counts_nothing(writer: User, settings: Any) -> None:
    settings.THROTTLE = False
    fail(8)
    assert not Throttle.objects.exists()


def test_counter_tells_neither_name_nor_network_and_is_forgotten(writer: User) -> None:
    fail(1)
    assert not any("writer" in counter.key for counter in Throttle.objects.all())
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert signin.forget() == 2
    assert not Throttle.objects.exists()


def test_session_key_changes_at_sign_in(client: Client, writer: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = "planted"
    session.save()
    planted = session.session_key
    client.cookies["session"] = planted or ""
    client.post(LOGIN, {"username": "writer", "password": PASSWORD, "next": "/admin/"})
    assert client.session.session_key != planted


def test_changed_password_ends_the_other_sign_ins(writer: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.login(username="writer", password=PASSWORD)
    new = {"new_password1": "four slow green trams", "new_password2": "four slow green trams"}
    here.post("/admin/password_change/", {"old_password": PASSWORD} | new)
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def ask(address: str, **extra: Any) -> Any:
    return Client().post(RESET, {"email": address}, **extra)


def test_forgotten_password_is_reset_by_mail(writer: User) -> None:
    assert ask("writer@example.com").headers["Location"] == "/admin/password_reset/done/"
    outbox.send_due()
    (sent,) = mail.outbox
    assert sent.to == ["writer@example.com"]
    link = re.search(r"http://testserver(/admin/reset/\S+)", str(sent.body))
    assert link
    client = Client()
    page = client.get(link[1], follow=True)
    new = "three loud blue herons"
    answer = client.post(page.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert try_password(new).status_code == 302
    assert try_password(PASSWORD).status_code == 200


def test_link_never_follows_the_host_of_the_request(writer: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ask("writer@example.com", headers={"host": "evil.example"})
    outbox.send_due()
    body = str(mail.outbox[0].body)
    assert "evil.example" not in body
    assert "http://testserver/admin/reset/" in body


def test_unknown_address_gets_the_same_answer_and_no_mail(
    writer: User, django_assert_num_queries: Any
) -> None:
    answers = []
    for address in ("writer@example.com", "nobody@example.com"):
        response = ask(address)
        answers.append((response.status_code, response.headers["Location"], response.content))
    assert answers[0] == answers[1]
    assert Outbox.objects.count() == 2
    outbox.send_due()
    assert [sent.to for sent in mail.outbox] == [["writer@example.com"]]
    assert Outbox.objects.count() == 1


def test_unknown_address_costs_the_same_queries(writer: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for address in ("writer@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            ask(address, REMOTE_ADDR="192.0.2.7" if address[0] == "w" else "198.51.100.7")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!unusable"}])
def test_account_that_cannot_sign_in_gets_no_link(writer: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=writer.pk).update(**change)
    ask("writer@example.com")
    outbox.send_due()
    assert mail.outbox == []


def test_mail_goes_to_the_address_as_the_account_spells_it(writer: User) -> None:
    ask("WRITER@EXAMPLE.COM")
    outbox.send_due()
    assert mail.outbox[0].to == ["writer@example.com"]


def test_asking_too_often_is_slowed_down(writer: User) -> None:
    for number in range(signin.ATTEMPTS):
        ask(f"{number}@example.com")
    assert TOO_MANY in ask("writer@example.com").content.decode()
    assert Outbox.objects.count() == signin.ATTEMPTS


@pytest.mark.django_db
def test_one_network_tries_many_accounts_only_so_often(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(signin.NETWORK_ATTEMPTS):
            client.post(LOGIN, {"username": f"nobody{number}", "password": "x"})
        last = client.post(LOGIN, {"username": "somebody", "password": "x"})
    assert "Too many attempts" in last.content.decode()


def test_another_person_of_the_same_network_still_signs_in(writer: User) -> None:
    fail(signin.ATTEMPTS)
    other = Client(REMOTE_ADDR="127.0.0.200")
    response = other.post(LOGIN, {"username": "writer", "password": PASSWORD, "next": "/admin/"})
    assert response.status_code == 302
