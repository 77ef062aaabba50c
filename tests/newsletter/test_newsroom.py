"""The newsletter in the newsroom: who may, what the buttons do, what is recorded; and a person's rights."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.models import Outbox, Site
from blog.refusal import Refused
from comments import moderation, person, person_export
from ledger.models import Entry
from ledger.verify import Chain, problems
from newsletter import joining, owning, sending
from newsletter.models import Delivery, Departure, Edition, Newsletter, Subscriber
from tests.cast import make_draft, make_post, make_user
from tests.newsletter.readers import MARA, make_reader

pytestmark = pytest.mark.django_db
PAGE = "/admin/newsletter/newsletter/"
LIST = "/admin/newsletter/subscriber/"


@pytest.fixture
def desk(ceo, client):
    client.force_login(ceo)
    return client


def press(desk, do, **more):
    answer = desk.post(PAGE, {"do": do, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def verbs():
    return list(
        Entry.objects.filter(verb__contains="newsletter")
        .order_by("sequence")
        .values_list("verb", flat=True)
    )


def test_chief_executive_switches_on_pauses_and_switches_off(desk):
    assert "The newsletter is off." in desk.get(PAGE).content.decode()
    assert "The newsletter is on." in press(desk, "on")
    assert Newsletter.current().is_on
    assert "Paused: nothing is sent." in press(desk, "pause")
    assert Newsletter.current().is_paused
    press(desk, "resume")
    assert not Newsletter.current().is_paused
    assert "The newsletter is off." in press(desk, "off")
    assert verbs() == [
        "switch_on_newsletter",
        "pause_newsletter",
        "resume_newsletter",
        "switch_off_newsletter",
    ]
    assert list(problems(Chain())) == []


def test_same_button_twice_is_recorded_once(desk):
    press(desk, "on")
    since = Newsletter.current().on_since
    press(desk, "on")
    assert Newsletter.current().on_since == since
    assert verbs() == ["switch_on_newsletter"]


def test_pause_of_what_is_off_is_refused(desk):
    assert "The newsletter is off. Switch it on first." in press(desk, "pause")
    assert verbs() == []


def test_day_and_hour_are_chosen(desk):
    press(desk, "on")
    page = press(desk, "week", weekday="4", hour="18")
    assert '<option value="4" selected>Friday' in page
    newsletter = Newsletter.current()
    assert (newsletter.weekday, newsletter.hour) == (4, 18)
    for weekday, hour in (("7", "1"), ("1", "24"), ("", "1"), ("x", "1"), ("1", "9" * 30)):
        assert "Choose a day" in press(desk, "week", weekday=weekday, hour=hour)
    assert Newsletter.current().hour == 18
    assert Entry.objects.get(verb="set_newsletter_week").facts == {"weekday": 4, "hour": 18}


def test_post_is_left_out_and_put_back(desk, ceo):
    press(desk, "on")
    draft = make_draft(ceo, title="Floors", slug="floors")
    assert "Do not mail it" in desk.get(PAGE).content.decode()
    assert "will not be mailed" in press(desk, "skip", post=draft.pk)
    assert Edition.objects.get().is_skipped
    assert "will be mailed" in press(desk, "include", post=draft.pk)
    assert not Edition.objects.exists()
    for key in ("", "x", "999999", "9" * 30):
        assert "not here any more" in press(desk, "skip", post=key)


def test_post_that_is_being_mailed_cannot_be_left_out(newsletter, ceo, clock):
    post = make_post(ceo, slug="floor")
    clock.shift(121)
    sending.send_some()
    with pytest.raises(Refused, match="being mailed"):
        owning.skip(post, by=ceo)


def test_unknown_button_says_so(desk):
    assert "Press one of the buttons." in press(desk, "explode")


def test_list_finds_one_and_shows_the_state(desk):
    make_reader()
    make_reader("ben@example.org", confirmed_at=None)
    make_reader("olu@example.org", paused_at=timezone.now())
    page = desk.get(LIST, {"q": "mara"}).content.decode()
    assert MARA in page
    assert "ben@" not in page
    for state, address in (("on", MARA), ("waiting", "ben@"), ("paused", "olu@")):
        page = desk.get(LIST, {"state": state}).content.decode()
        assert [name for name in (MARA, "ben@", "olu@") if name in page] == [address]
    change = reverse(
        "admin:newsletter_subscriber_change", args=[Subscriber.objects.get(email=MARA).pk]
    )
    assert "Gets mail" in desk.get(change).content.decode()
    assert desk.post(change, {"email": "x@example.org"}).status_code == 403


def test_counts_on_the_page_are_those_of_the_rows(desk):
    press(desk, "on")
    make_reader()
    make_reader("a@example.org", "weekly")
    make_reader("b@example.org", "weekly")
    make_reader("c@example.org", confirmed_at=None)
    make_reader("d@example.org", paused_at=timezone.now())
    page = desk.get(PAGE)
    assert page.context["counts"] == {"post": 1, "weekly": 2, "waiting": 1, "paused": 1}
    assert MARA not in page.content.decode()
    assert "v=spf1" in page.content.decode()
    assert "_dmarc.example.com" in page.content.decode()


def test_page_tells_what_was_sent(newsletter, ceo, clock, desk):
    make_reader()
    make_post(ceo, title="Floors", slug="floors")
    clock.shift(121)
    sending.send_some()
    Delivery.objects.update(state="failed", error="550 no", settled_at=timezone.now())
    page = desk.get(PAGE)
    (mailing,) = page.context["mailings"]
    assert (mailing.sent, mailing.failed, mailing.waiting) == (0, 1, 0)
    assert "550 no" in page.content.decode()


def test_page_costs_the_same_whatever_was_sent(
    newsletter, ceo, clock, desk, django_assert_max_num_queries
):
    for number in range(5):
        make_post(ceo, slug=f"post-{number}")
        make_draft(ceo, slug=f"draft-{number}")
    clock.shift(121)
    sending.send_some()
    with django_assert_max_num_queries(22):
        assert desk.get(PAGE).status_code == 200


def test_addresses_leave_as_a_file(desk):
    make_reader()
    answer = desk.post(PAGE, {"do": "export"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="newsletter.csv"' in answer["Content-Disposition"]
    assert MARA in answer.content.decode()


def send_file(desk, data, **more):
    file = SimpleUploadedFile("readers.csv", data, content_type="text/csv")
    return desk.post(f"{PAGE}import/", {"file": file, **more}, follow=True)


def test_addresses_come_in_from_a_file(desk):
    page = send_file(desk, b"email\nmara@example.org\n").content.decode()
    assert "1 new address is asked by mail first." in page
    assert Subscriber.objects.get().source == "file"


def test_each_number_of_a_file_has_its_own_sentence(desk):
    send_file(desk, b"email\nmara@example.org\n")
    page = send_file(desk, b"email\nmara@example.org\nben@example.org\nida@example.org\n")
    told = "2 new addresses are asked by mail first. 1 was here already. 0 had left or were erased"
    assert told in page.content.decode()


def test_bad_lines_are_listed_and_the_statement_stays(desk):
    answer = send_file(
        desk, b"email\nnobody\nmara@example.org\n", is_agreed="on", source="The old list"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2: This is no email address." in page
    assert 'value="The old list"' in page
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("data", "more", "sentence"),
    [
        (b"", {}, "This file is empty."),
        (b"mara@example.org", {"is_agreed": "on"}, "Say where they said yes"),
        (b"email\n", {}, "There is no address in this file."),
        (b"\xff\xfe\x00\x00", {}, "not in UTF-8"),
    ],
)
def test_file_that_is_refused_says_why(desk, data, more, sentence):
    answer = send_file(desk, data, **more)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_no_file_says_so(desk):
    answer = desk.post(f"{PAGE}import/", {})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


@pytest.mark.parametrize("who", ["writer", "counsel", "moderator", "auditor"])
def test_nobody_else_reads_or_decides(request, who, ceo, newsletter):
    user = request.getfixturevalue(who)
    make_reader()
    client = Client()
    client.force_login(user)
    for path in (PAGE, LIST, f"{PAGE}import/"):
        assert client.get(path).status_code == 403
    for path, do in ((PAGE, "off"), (PAGE, "export"), (f"{PAGE}import/", "")):
        assert client.post(path, {"do": do}).status_code == 403
    assert MARA not in client.get("/admin/").content.decode()
    for verb in (owning.switch_off, owning.pause, owning.resume):
        with pytest.raises(Refused):
            verb(by=user)
    assert Newsletter.current().is_on


def test_administrator_may(newsletter, client):
    client.force_login(make_user("Root Root", is_superuser=True))
    assert client.get(PAGE).status_code == client.get(LIST).status_code == 200


def test_person_gets_what_the_newsletter_holds_and_has_it_erased(newsletter, ceo, moderator, clock):
    make_reader()
    make_post(ceo, title="Floors", slug="floors")
    clock.shift(121)
    sending.send_some()
    assert ("Newsletter", 1) in person.holdings(MARA).elsewhere
    told = json.loads(json.dumps(person_export.export(MARA)))
    assert told["newsletter"][0]["wants"] == "post"
    assert told["newsletter"][0]["mailed"][0]["what"] == "Floors"
    erased = moderation.erase_person(MARA.upper(), by=moderator)
    assert erased.elsewhere == {"newsletter": 1}
    assert not Subscriber.objects.exists()
    assert not Outbox.objects.filter(to=MARA).exists()
    assert MARA not in str(Entry.objects.get(verb="erase").facts)
    assert person.holdings(MARA).is_empty


def test_person_who_left_is_found_by_her_mark(newsletter, moderator):
    joining.leave(make_reader().key)
    assert not person.holdings(MARA).is_empty
    moderation.erase_person(MARA, by=moderator)
    assert not Departure.objects.exists()
    assert person.holdings(MARA).is_empty


def test_week_begins_when_it_is_switched_on(newsletter, ceo, clock):
    assert newsletter.told_until == newsletter.on_since
    owning.switch_off(by=ceo)
    clock.shift(timedelta(days=1))
    owning.switch_on(by=ceo)
    assert Newsletter.current().told_until == timezone.now()


def test_page_about_privacy_speaks_of_the_newsletter_while_it_is_on(ceo, desk, monkeypatch):
    from config.privacy import privacy_text
    from newsletter import privacy

    assert "new posts by mail" not in privacy_text(Site.current())
    press(desk, "on")
    monkeypatch.setattr(privacy, "UNCONFIRMED_DAYS", 17)
    monkeypatch.setattr(privacy, "DELIVERY_DAYS", 53)
    told = privacy_text(Site.current())
    assert "within 17 days" in told
    assert "for 53 days" in told
    assert "for 53 days" in desk.get(PAGE).content.decode()
