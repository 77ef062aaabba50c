"""Joining by double opt-in, choosing, leaving; and who cannot be flooded, found out or tricked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import outbox
from blog.models import Outbox
from comments.models import Correspondent
from comments.throttle import LIMITS
from newsletter import joining, owning, retention
from newsletter.addresses import address_of
from newsletter.links import choices_address, confirm_address
from newsletter.models import Departure, Subscriber
from tests.cast import make_post
from tests.comments.correspondence import make_listener
from tests.newsletter.readers import (
    FOREIGN,
    MARA,
    ONE_CLICK,
    OWN,
    delivered,
    make_reader,
    path_in,
    reached,
)
from tests.surface import routes

pytestmark = pytest.mark.django_db


def sign_up(email=MARA, *, client=None, headers=OWN, **more):
    return (client or Client(enforce_csrf_checks=True)).post(
        "/subscribe/", {"email": email, **more}, **headers
    )


def path_of(address):
    return address.removeprefix("http://testserver")


def test_reader_joins_with_two_mails_and_no_cookie(newsletter, clock, ceo):
    client = Client(enforce_csrf_checks=True)
    answer = sign_up(" Mara@Example.org ", client=client, kind="weekly")
    assert (answer.status_code, answer["Location"]) == (303, "/subscribe/sent/")
    assert "Look into your mailbox" in client.get(answer["Location"]).content.decode()
    reader = Subscriber.objects.get()
    assert (reader.email, reader.kind, reader.confirmed_at) == (MARA, "weekly", None)
    (asked,) = reached()
    assert "Please confirm" in asked.subject
    path = path_in(asked, "/confirm/")
    for _ in range(3):
        assert "Yes, send me new posts" in client.get(path).content.decode()
        assert client.head(path).status_code == 200
    reader.refresh_from_db()
    assert reader.confirmed_at is None
    for _ in range(2):
        page = client.post(path).content.decode()
        assert "You are on the list" in page
    assert 'value="weekly" checked' in page
    reader.refresh_from_db()
    assert reader.confirmed_at is not None
    assert client.cookies == {}


def test_all_is_absent_until_it_is_switched_on(ceo, client):
    make_post(ceo, slug="floor")
    for path in ("/", "/posts/floor/"):
        assert "subscribe" not in client.get(path).content.decode()
    for path in ("/subscribe/", "/subscribe/sent/"):
        assert client.get(path).status_code == 404
    assert sign_up().status_code == 404
    assert not Subscriber.objects.exists()
    owning.switch_on(by=ceo)
    for path in ("/", "/posts/floor/"):
        assert 'href="/subscribe/"' in client.get(path).content.decode()
    assert 'action="/subscribe/"' in client.get("/posts/floor/").content.decode()
    assert client.get("/subscribe/").status_code == 200


def test_form_sends_nothing_that_differs_from_reader_to_reader(newsletter, ceo, client):
    make_post(ceo, slug="floor")
    page = client.get("/posts/floor/").content
    assert page == Client().get("/posts/floor/").content
    assert b"csrf" not in page.lower()


def test_answer_and_statements_are_the_same_known_or_not(newsletter):
    def attempt(email):
        with CaptureQueriesContext(connection) as queries:
            answer = sign_up(email)
        return answer.status_code, answer["Location"], len(queries)

    make_reader("there@example.org")
    make_reader("waits@example.org", confirmed_at=None)
    assert (
        attempt("new@example.org") == attempt("there@example.org") == attempt("waits@example.org")
    )


def test_somebody_on_the_list_is_told_so_and_nothing_changes(newsletter, clock):
    reader = make_reader()
    sign_up(kind="weekly")
    (told,) = reached()
    assert "already" in told.subject
    assert "/confirm/" not in told.body
    assert path_of(choices_address(reader)) == path_in(told, "/mine/")
    reader.refresh_from_db()
    assert reader.kind == "post"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "mara",
        "mara@",
        "a b@example.org",
        '"a b"@example.org',
        '"a\\\n"@example.org',
        "mara@example.org\nBcc: all@example.org",
        "mara@example.org\r\nBcc: all@example.org",
        "mara@example.org,ben@example.org",
        "mara@example.org\x00",
        "mara\u202e@example.org",
        f"{'a' * 250}@example.org",
        "<mara@example.org>",
    ],
)
def test_what_is_no_address_comes_back_with_a_sentence(newsletter, email):
    answer = sign_up(email)
    assert answer.status_code == 422
    assert "Enter an email address such as name@example.com." in answer.content.decode()
    assert not Subscriber.objects.exists()
    assert not Outbox.objects.exists()
    with pytest.raises(ValueError, match="no address"):
        address_of(email)


def test_unknown_frequency_is_refused_and_the_address_stays_in_the_form(newsletter):
    answer = sign_up(kind="hourly")
    assert answer.status_code == 422
    assert f'value="{MARA}"' in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_page_of_somebody_else_signs_nobody_up(newsletter):
    for headers in (FOREIGN, {"HTTP_ORIGIN": "null"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        answer = sign_up(headers=headers)
        assert answer.status_code == 403
        assert f'value="{MARA}"' in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_old_browser_that_says_nothing_may_join(newsletter):
    assert sign_up(headers={}).status_code == 303
    assert Subscriber.objects.exists()


def test_script_that_fills_every_field_gets_the_same_answer_and_nothing_else(newsletter):
    answer = sign_up(subject="Great offer")
    assert (answer.status_code, answer["Location"]) == (303, "/subscribe/sent/")
    assert not Subscriber.objects.exists()


def test_one_network_is_slowed_down(newsletter):
    codes = [
        sign_up(f"reader{number}@example.org").status_code
        for number in range(LIMITS[joining.LIMIT].network + 1)
    ]
    assert codes == [303] * (len(codes) - 1) + [429]
    late = sign_up("late@example.org")
    assert int(late["Retry-After"]) > 0
    assert 'value="late@example.org"' in late.content.decode()


def test_one_address_is_slowed_down_from_everywhere(newsletter):
    codes = []
    for number in range(8):
        headers = {**OWN, "REMOTE_ADDR": f"192.0.{number}.1"}
        codes.append(sign_up(headers=headers).status_code)
    assert codes == [303] * 6 + [429] * 2


def test_mailbox_is_asked_once_an_hour_and_three_times_a_day_under_any_tag(newsletter, clock):
    addresses = (MARA, "mara+a@example.org", "mara+b@example.org")
    for _ in range(48):
        for address in addresses:
            sign_up(address)
        outbox.send_due()
        clock.shift(timedelta(minutes=30))
    sent = [message for message in mail.outbox if message.to[0] in addresses]
    assert len(sent) == joining.CONFIRMING_A_DAY


def test_mail_that_asked_before_she_said_yes_is_not_sent_after(newsletter, clock):
    sign_up()
    (first,) = reached()
    clock.shift(timedelta(minutes=5))
    sign_up()
    clock.shift(timedelta(minutes=5))
    Client().post(path_in(first, "/confirm/"))
    clock.shift(timedelta(hours=2))
    assert len(reached()) == 1


def test_nobody_who_wanted_no_mail_at_all_is_asked(newsletter, clock):
    Correspondent.objects.create(email=MARA, muted_at=newsletter.on_since)
    assert sign_up().status_code == 303
    assert reached() == []


def test_confirmation_is_good_for_three_days(newsletter, clock):
    reader = make_reader(confirmed_at=None)
    path = path_of(confirm_address(reader))
    clock.shift(timedelta(days=2, hours=23))
    assert Client().get(path).status_code == 200
    clock.shift(timedelta(hours=2))
    assert Client().get(path).status_code == Client().post(path).status_code == 404
    reader.refresh_from_db()
    assert reader.confirmed_at is None


def test_who_never_says_yes_is_forgotten(newsletter, clock):
    sign_up()
    reached()
    stays = make_reader("ben@example.org")
    clock.shift(timedelta(days=3, minutes=1))
    retention.forget()
    assert list(Subscriber.objects.all()) == [stays]


def test_links_are_for_one_purpose_and_not_to_be_forged(newsletter):
    reader = make_reader(confirmed_at=None)
    choose, yes = path_of(choices_address(reader)), path_of(confirm_address(reader))
    assert MARA not in choose + yes
    for path in (
        choose.replace("/mine/", "/confirm/"),
        yes.replace("/confirm/", "/mine/"),
        f"{choose[:-3]}xx/",
        f"/subscribe/mine/{reader.key.hex}/",
        "/subscribe/mine/x/",
        "/subscribe/mine/%00/",
        "/subscribe/confirm/1:2:3/",
    ):
        for answer in (Client().get(path), Client().post(path, ONE_CLICK)):
            assert answer.status_code == 404, path
    assert Subscriber.objects.filter(confirmed_at=None).count() == 1


def test_one_click_erases_the_address_from_anywhere_and_twice_is_fine(newsletter, clock):
    reader = make_reader()
    path = path_of(choices_address(reader))
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        answer = client.post(path, ONE_CLICK, **FOREIGN)
        assert answer.status_code == 200
        assert "You are not on the list" in answer.content.decode()
        assert client.cookies == {}
    assert not Subscriber.objects.exists()
    assert MARA not in str(list(Departure.objects.values()))
    assert Departure.objects.count() == 1
    assert "not on the list" in Client().get(path).content.decode()


def test_opening_the_choices_changes_nothing(newsletter, client):
    path = path_of(choices_address(make_reader()))
    page = client.get(path).content.decode()
    assert 'value="post" checked' in page
    assert MARA not in page
    assert Subscriber.objects.count() == 1


def test_she_chooses_how_often_and_leaves_by_a_button(newsletter, client):
    reader = make_reader()
    path = path_of(choices_address(reader))
    for kind in ("weekly", "post"):
        page = client.post(path, {"choice": kind}, **OWN).content.decode()
        assert "It is done." in page
        assert f'value="{kind}" checked' in page
    assert client.post(path, {"choice": "x"}, **OWN).status_code == 422
    assert client.post(path, {"choice": "weekly"}, **FOREIGN).status_code == 403
    reader.refresh_from_db()
    assert reader.kind == "post"
    assert "erased" in client.post(path, {"choice": "leave"}, **OWN).content.decode()
    assert not Subscriber.objects.exists()


def test_leaving_works_while_the_newsletter_is_off(newsletter, ceo, client):
    path = path_of(choices_address(make_reader()))
    owning.switch_off(by=ceo)
    assert client.get(path).status_code == 200
    client.post(path, ONE_CLICK)
    assert not Subscriber.objects.exists()


def test_who_left_can_join_again(newsletter, clock):
    Client().post(path_of(choices_address(make_reader())), ONE_CLICK)
    sign_up()
    (asked,) = reached()
    Client().post(path_in(asked, "/confirm/"))
    assert Subscriber.objects.confirmed().count() == 1
    assert not Departure.objects.exists()


def test_confirming_ends_a_pause(newsletter, clock):
    reader = make_reader(paused_at=newsletter.on_since, refused_days=3)
    sign_up()
    (asked,) = reached()
    Client().post(path_in(asked, "/confirm/"))
    reader.refresh_from_db()
    assert (reader.paused_at, reader.refused_days) == (None, 0)


def test_leaving_the_newsletter_leaves_comments_alone(newsletter, ceo):
    listener = make_listener(make_post(ceo, slug="floor"))
    Client().post(path_of(choices_address(make_reader())), ONE_CLICK)
    listener.refresh_from_db()
    assert listener.email == MARA
    assert not Correspondent.objects.exists()


def test_busy_database_says_so_and_keeps_the_address(newsletter, monkeypatch):
    def busy(*args):
        raise DatabaseError

    monkeypatch.setattr(joining, "ask", busy)
    answer = sign_up()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert f'value="{MARA}"' in answer.content.decode()


def test_private_pages_are_kept_by_nobody(newsletter, client):
    reader = make_reader()
    for path in (path_of(choices_address(reader)), path_of(confirm_address(reader))):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_addresses_of_private_pages_are_in_no_log():
    from config.logs import without_secrets

    names = {"newsletter:confirm", "newsletter:choices"}
    found = [route for route in routes() if route.name in names]
    assert len(found) == 2
    for route in found:
        path = next(iter(route.paths({"token": ["abc:secret"]})))
        assert "secret" not in without_secrets(f"GET {path} 200")


def test_copy_of_the_site_takes_nobody_in(newsletter, ceo, client):
    from comments.openness import CLOSED_HERE

    make_post(ceo, slug="floor")
    page = client.get("/posts/floor/", **{CLOSED_HERE: "Closed here."}).content.decode()
    assert not re.search(r'(href|action)="/subscribe/', page)
    assert reverse("newsletter:subscribe") == "/subscribe/"


def test_leaving_is_no_way_to_be_asked_again_and_again(newsletter, clock):
    for _ in range(6):
        joining.ask(MARA, Subscriber.Kind.POST)
        delivered()
        found = Subscriber.objects.filter(email=MARA).first()
        if found:
            joining.leave(found.key)
    assert len(mail.outbox) == joining.CONFIRMING_A_DAY
    clock.shift(timedelta(days=1, minutes=1))
    joining.ask(MARA, Subscriber.Kind.POST)
    delivered()
    assert len(mail.outbox) == joining.CONFIRMING_A_DAY + 1


def test_spellings_of_one_mailbox_get_one_mail_and_hold_up_nobody(newsletter, ceo, clock):
    make_reader()
    for number in range(60):
        joining.ask(f"evil+{number}@example.org", Subscriber.Kind.POST)
    for spelling in ("mara", "m.ara", "ma.ra", "mar.a+x"):
        joining.ask(f"{spelling}@gmail.com", Subscriber.Kind.POST)
    make_post(ceo, slug="floor")
    clock.shift(timedelta(minutes=3))
    for _ in range(4):
        delivered()
    to = [message.to[0] for message in mail.outbox]
    assert len([address for address in to if address.startswith("evil")]) == 1
    assert len([address for address in to if address.endswith("gmail.com")]) == 1
    assert len(reached()) == 1
