"""The newsroom carries the site's name, says what is missing, and tests the mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from blog import outbox, roles
from blog.models import Outbox, Site
from ledger import guards
from ledger.record import Actor, record
from tests.config.conftest import make_user
from tests.smtp import MailServer, mail_server

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def newsroom(client: Client, founder: User) -> Client:
    """The founder's browser, signed in."""
    client.force_login(founder)
    return client


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real mail server that the site sends through."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def index_of(client: Client) -> str:
    return client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/auth/user/", "/admin/password_change/", "/admin/ledger/entry/"]
)
def test_every_page_carries_the_name_of_the_site(newsroom: Client, path: str) -> None:
    page = newsroom.get(path).content.decode()
    assert "Letters from the shop floor" in page
    assert "Django" not in page
    assert "Plainspoken" not in page


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/password_reset/"])
@pytest.mark.django_db
def test_pages_before_signing_in_carry_it_too(client: Client, founder: User, path: str) -> None:
    page = client.get(path).content.decode()
    assert "Letters from the shop floor" in page
    assert "Django" not in page


@pytest.mark.parametrize("path", ["/admin/", "/admin/auth/user/add/"])
def test_pages_have_a_strict_policy_and_nothing_inline(newsroom: Client, path: str) -> None:
    response = newsroom.get(path)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", page)
    assert "css/admin.css" in page


def test_mail_in_files_is_pointed_out(newsroom: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = FILES
    assert "Mail goes to files, not to people." in index_of(newsroom)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "Mail goes to files" not in index_of(newsroom)


def test_missing_guards_are_pointed_out(newsroom: Client) -> None:
    assert "has lost its guards" not in index_of(newsroom)
    guards.drop()
    assert "has lost its guards" in index_of(newsroom)


def test_bare_administrator_is_told_what_she_lacks(client: Client, founder: User) -> None:
    client.force_login(make_user("root", is_superuser=True))
    page = index_of(client)
    assert "manage.py setup --user root" in page
    assert "a byline" in page


def test_complete_account_is_told_nothing(newsroom: Client) -> None:
    assert "Your account lacks" not in index_of(newsroom)


@pytest.mark.parametrize("role", [roles.WRITER, roles.COUNSEL, roles.MODERATOR, roles.AUDITOR])
def test_settings_and_commands_are_shown_to_those_who_run_the_site(
    client: Client, founder: User, settings: Any, role: str
) -> None:
    settings.EMAIL_BACKEND = FILES
    Site.objects.update(demo={"users": [], "posts": []})
    theirs = ("EMAIL_URL", "manage.py demo --remove", "Send a test mail")
    client.force_login(make_user("carla", roles.CEO))
    page = index_of(client)
    assert all(words in page for words in theirs)
    assert all(page.index("What needs you today") < page.index(words) for words in theirs)
    client.force_login(make_user("other", role))
    assert not any(words in index_of(client) for words in theirs)
    assert client.post("/admin/test-mail/").status_code == 403
    guards.drop()
    assert "has lost its guards" in index_of(client)


def test_record_is_called_so_and_its_times_have_24_hours(client: Client, founder: User) -> None:
    Site.objects.update(time_zone="UTC")
    with time_machine.travel("2026-03-04 15:30Z", tick=False):
        record("submit", "blog.post:12", by=Actor.system())
    client.force_login(make_user("ada", roles.AUDITOR))
    page = client.get("/admin/ledger/entry/").content.decode()
    assert "<h1>Record</h1>" in page
    assert "Select entry" not in page
    assert "4 Mar 2026, 15:30" in page
    assert 'href="/admin/ledger/entry/"' in index_of(client)


def test_demonstration_is_called_one(newsroom: Client) -> None:
    Site.objects.update(demo={"users": [], "posts": []})
    assert "This is a demonstration." in index_of(newsroom)


def send_test(client: Client) -> str:
    return client.post("/admin/test-mail/", follow=True).content.decode()


def test_test_mail_is_sent_at_once(newsroom: Client, server: MailServer) -> None:
    assert "The mail server took the test." in send_test(newsroom)
    (message,) = server.taken
    assert "To: dana@example.com" in message
    assert "From: Letters from the shop floor <letters@example.com>" in message


def test_refusal_of_the_mail_server_is_told_in_its_own_words(
    newsroom: Client, server: MailServer
) -> None:
    server.answer = "550 Relaying denied"
    assert "The answer: 550 Relaying denied" in send_test(newsroom)


def test_mail_server_that_is_not_there_is_told(newsroom: Client, settings: Any) -> None:
    with mail_server() as gone:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", gone.port
    assert "Connection refused" in send_test(newsroom)


def test_test_mail_to_a_file_is_not_called_sent(newsroom: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = FILES
    assert "was written to a file" in send_test(newsroom)
    assert len(list(Path(settings.EMAIL_FILE_PATH).iterdir())) == 1


def test_account_without_an_address_is_told_so(newsroom: Client) -> None:
    User.objects.update(email="")
    assert "has no e-mail address" in send_test(newsroom)
    assert mail.outbox == []


def test_test_mail_is_for_staff_and_needs_a_post(newsroom: Client) -> None:
    assert newsroom.get("/admin/test-mail/").status_code == 405
    assert Client().post("/admin/test-mail/").headers["Location"].startswith("/admin/login/")
    reader = User.objects.create_user("reader", "reader@example.com", "x")
    outsider = Client()
    outsider.force_login(reader)
    assert outsider.post("/admin/test-mail/").status_code == 302
    assert mail.outbox == []


def test_test_mail_needs_the_token_of_its_form(founder: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(founder)
    assert client.post("/admin/test-mail/").status_code == 403
    assert mail.outbox == []


def test_roles_are_not_edited_in_the_admin(newsroom: Client) -> None:
    assert newsroom.get("/admin/auth/group/").status_code == 404
    assert set(roles.ROLES) == {"CEO", "Writer", "Counsel", "Moderator", "Auditor"}


def test_outgoing_mail_is_shown_with_the_servers_answer_but_never_its_text(
    newsroom: Client, server: MailServer
) -> None:
    server.answer = "550 No such mailbox"
    row = outbox.send("ada@example.com", "A new password", "https://example.com/secret-link/")
    outbox.send_due()
    for path in ("/admin/blog/outbox/", f"/admin/blog/outbox/{row.pk}/change/"):
        page = newsroom.get(path).content.decode()
        assert "550 No such mailbox" in page
        assert "Will be tried again" in page
        assert "secret-link" not in page


def test_given_up_mail_can_be_tried_again(newsroom: Client) -> None:
    row = outbox.send("ada@example.com", "Hello", "Text")
    sent = outbox.send("bob@example.com", "Sent before", "Text")
    outbox.send_due()
    Outbox.objects.filter(pk=row.pk).update(attempts=outbox.MAX_ATTEMPTS, sent_at=None, text="Text")
    assert outbox.send_due() == 0
    picked = {"action": "try_again", "_selected_action": [row.pk, sent.pk]}
    page = newsroom.post("/admin/blog/outbox/", picked, follow=True).content.decode()
    assert "1 will be tried again" in page
    assert outbox.send_due() == 1


def test_outgoing_mail_is_for_administrators(client: Client, ceo: User) -> None:
    client.force_login(ceo)
    assert client.get("/admin/blog/outbox/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/admin/auth/user/?password__startswith=pbkdf2",
        "/admin/auth/user/?username__startswith=d",
        "/admin/blog/outbox/?text__contains=reset",
        "/admin/comments/comment/?email__startswith=m",
        "/admin/comments/comment/?network=x",
    ],
)
def test_lists_cannot_be_asked_for_what_they_do_not_show(admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code in {302, 400}


def test_front_page_begins_with_posts_and_leads_to_what_is_coming(ceo, client):
    client.force_login(ceo)
    page = client.get("/admin/").content.decode()
    heads = [page.index(f'class="app-{app} ') for app in ("blog", "comments", "auth", "ledger")]
    assert heads == sorted(heads)
    assert page.index("/admin/blog/post/coming/") < heads[0]
    assert page.index('id="blog-post"') < page.index('id="blog-author"')
