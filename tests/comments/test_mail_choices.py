"""Less mail, or none: with one click from anywhere; more mail only from our own page."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.serializers import serialize
from django.test import Client
from django.utils import timezone

from blog import outbox, roles
from blog.models import Outbox
from comments import moderation
from comments.models import Comment, Correspondent, Notice
from comments.private_links import private_path
from comments.reader_links import choices_address
from config import accounts, passwords
from tests.comments.conftest import OWN, make_comment
from tests.comments.correspondence import LINK, MARA, NOON, everything_after, make_listener
from tests.surface import routes

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FOREIGN = {"HTTP_ORIGIN": "https://mail.example.net"}


def path_of(comment):
    return urlsplit(choices_address(comment)).path


def public(post, moderator, **said):
    return moderation.approve(make_listener(post, **said), by=moderator, seen=1)


def test_one_click_ends_all_mail_without_a_cookie_and_twice_is_fine(post, moderator):
    comment = public(post, moderator)
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        assert client.post(path_of(comment), ONE_CLICK, **FOREIGN).status_code == 200
        assert client.cookies == {}
    assert Correspondent.objects.get(email=MARA).muted_at is not None
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False) as clock:
        assert everything_after(clock, hours=1) == []


def test_opening_the_page_changes_nothing(post, client):
    comment = make_listener(post)
    for _ in range(3):
        page = client.get(path_of(comment)).content.decode()
    assert not Correspondent.objects.exists()
    assert re.search(r'value="single" checked', page)
    assert post.title in page
    assert MARA not in page


@pytest.mark.parametrize("mode", ["daily", "weekly", "single"])
def test_she_chooses_how_often(post, client, mode):
    comment = make_listener(post)
    page = client.post(path_of(comment), {"choice": mode}, **OWN).content.decode()
    assert "It is done." in page
    assert f'value="{mode}" checked' in page
    assert Correspondent.objects.get(email=MARA).mode == mode


@pytest.mark.parametrize("mode", ["daily", "weekly", "single"])
def test_foreign_page_cannot_let_more_mail_come(post, client, mode):
    comment = make_listener(post)
    client.post(path_of(comment), {"choice": "none"})
    assert client.post(path_of(comment), {"choice": mode}, **FOREIGN).status_code == 403
    assert Correspondent.objects.get(email=MARA).muted_at is not None


def test_unconfirmed_address_can_only_choose_less(post, client):
    comment = make_comment(post, email=MARA, notify=True)
    client.post(path_of(comment), {"choice": "none"}, **OWN)
    page = client.post(path_of(comment), {"choice": "single"}, **OWN).content.decode()
    assert Correspondent.objects.get(email=MARA).muted_at is not None
    assert 'value="single"' not in page


def test_leaving_a_conversation_leaves_the_others(post, ceo, moderator, client):
    from tests.cast import make_post

    other = make_post(ceo, title="Another", slug="another")
    here, there = make_listener(post), make_listener(other)
    client.post(path_of(here), {"choice": "leave"}, **FOREIGN)
    with time_machine.travel(NOON, tick=False) as clock:
        for comment in (here, there):
            moderation.approve(comment, by=moderator, seen=1)
        (sent,) = everything_after(clock, hours=1)
    assert "Another" in sent.subject
    client.post(path_of(here), {"choice": "single"}, **OWN)
    here.refresh_from_db()
    assert here.wants_answers


def test_change_from_single_to_daily_takes_along_what_waits(post, moderator, client):
    with time_machine.travel(NOON, tick=False) as clock:
        comment = public(post, moderator)
        client.post(path_of(comment), {"choice": "daily"}, **OWN)
        assert everything_after(clock, hours=1) == []
        clock.move_to(NOON.replace(day=6, hour=8))
        assert len(everything_after(clock, seconds=1)) == 1
        public(post, moderator, body="Another thought.")
        client.post(path_of(comment), {"choice": "single"}, **OWN)
        assert len(everything_after(clock, minutes=16)) == 2
        assert (
            not Outbox.objects.filter(to=MARA, sent_at=None)
            .exclude(digest__contains=":")
            .filter(due_at__lte=timezone.now())
        )
    assert not Notice.objects.exists()


def test_nothing_chosen_says_so(post, client):
    assert client.post(path_of(make_listener(post)), {"choice": "x"}, **OWN).status_code == 422


def test_link_works_two_years_later_and_not_for_ever(post, client):
    comment = make_listener(post)
    path = path_of(comment)
    with time_machine.travel(timezone.now() + timedelta(days=729)):
        assert client.post(path, ONE_CLICK).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=731)):
        assert client.post(path, ONE_CLICK).status_code == 404


def test_forged_link_answers_404(post, client):
    path = path_of(make_listener(post))
    for forged in (
        path[:-3] + "/",
        "/comments/mail/1/",
        "/comments/mail/x/",
        "/comments/mail/1:2:3/",
    ):
        assert client.post(forged, ONE_CLICK).status_code == 404


def test_private_page_has_the_same_choices_once_confirmed(post, client):
    comment = make_listener(post)
    page = client.get(private_path(comment)).content.decode()
    assert f'action="/comments/mail/{comment.pk}:' in page
    assert 'value="weekly"' in page


def every_mail(post, ceo, moderator, client):
    """Have each mail sent that this site sends to anybody."""
    admin = User.objects.create_superuser("root", "root@example.com", "nine quiet otters hum")
    accounts.invite("New Colleague", "new@example.com", [roles.WRITER], by=admin)
    form = passwords.ResetForm({"email": moderator.email})
    assert form.is_valid()
    form.save()
    outbox.send_due()
    accounts.change(
        moderator,
        by=admin,
        seen=accounts.fingerprint(moderator),
        name=(moderator.first_name, moderator.last_name),
        email="mo.new@example.com",
        to_roles=[roles.MODERATOR],
        is_superuser=False,
    )
    moderator.refresh_from_db()
    waiting = make_comment(post, email="new-reader@example.org", notify=True, body="First.")
    note = make_comment(post, email=MARA, visibility="private", body="Between us.")
    outbox.send_due()
    moderation.answer_privately(note, "Thank you.", by=ceo, seen=1)
    refused = make_listener(post, email="ben@example.org", body="Second.")
    moderation.reject(refused, by=moderator, seen=1, reason="No.")
    heard = public(post, moderator)
    moderation.answer(heard, "It did.", by=moderator, seen=heard.revision)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        outbox.send_due()
    assert waiting.pk
    return list(mail.outbox)


def rows():
    models = (Comment, Notice, Outbox, Correspondent, User)
    return {model.__name__: serialize("json", model.objects.order_by("pk")) for model in models}


def test_every_link_of_every_mail_changes_nothing_however_often_it_is_fetched(
    post, ceo, moderator, client
):
    sent = every_mail(post, ceo, moderator, client)
    known = {
        "invites",
        "new password",
        "was changed",
        "wait for you",
        "address?",
        "your note",
        "About",
        "News",
    }
    subjects = "\n".join(message.subject for message in sent)
    assert {word for word in known if word not in subjects} == set()
    before = rows()
    links = set()
    for message in sent:
        assert message.alternatives, message.subject
        html = message.alternatives[0][0]
        in_html = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html)}
        assert in_html == set(LINK.findall(message.body)), message.subject
        links |= in_html | set(LINK.findall(message.extra_headers.get("List-Unsubscribe", "")))
    assert len(links) >= 8
    for link in links:
        for _ in range(3):
            url = urlsplit(link)
            status = Client().get(url.path, query_params={}).status_code
            # Of two mails about one note, the first may tell of what has moved on since.
            assert status in {200, 301, 302, 409}, link
    assert rows() == before


def test_every_mail_to_a_reader_offers_a_way_out(post, ceo, moderator, client):
    sent = every_mail(post, ceo, moderator, client)
    readers = [message for message in sent if message.to[0].endswith("@example.org")]
    assert len(readers) >= 4
    for message in readers:
        headers = message.message()
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = headers["List-Unsubscribe"].strip("<>")
        assert link in message.body
        assert Client().post(urlsplit(link).path, ONE_CLICK, **FOREIGN).status_code == 200
    silenced = set(Correspondent.objects.exclude(muted_at=None).values_list("email", flat=True))
    assert silenced == {message.to[0] for message in readers}


def test_html_of_mail_loads_nothing_and_is_valid(post, ceo, moderator, client):
    import html5lib

    for message in every_mail(post, ceo, moderator, client):
        html = message.alternatives[0][0]
        html5lib.HTMLParser(strict=True).parse(html)
        assert not re.search(r"<(img|link|script|style|iframe|object)\b|url\(|src=", html)
        assert '<meta name="color-scheme" content="light dark">' in html


def test_the_addresses_are_in_no_log():
    from config.logs import without_secrets

    named = [
        route for route in routes() if route.name in {"comments:confirm", "comments:mail_choices"}
    ]
    assert len(named) == 2
    for route in named:
        path = next(iter(route.paths({"token": ["12:abc:secret"]})))
        assert "secret" not in without_secrets(f"GET {path} 200")
