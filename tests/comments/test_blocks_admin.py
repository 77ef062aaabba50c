"""The blocklist in the newsroom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from comments.models import Block
from comments.moderation import block
from ledger.models import Entry

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/block/"


@pytest.fixture
def desk(moderator) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(moderator)
    return client


def form(**changes: str) -> dict[str, str]:
    """The fields as a browser sends them."""
    empty = {"note": "", "expires_at": ""}
    return {"kind": "word", "value": "Casino", "effect": "hold"} | empty | changes


def test_rule_is_added_changed_and_taken_off_on_the_record(desk):
    assert desk.post(f"{LIST}add/", form()).status_code == 302
    rule = Block.objects.get()
    assert (rule.value, rule.effect) == ("casino", "hold")
    change = f"{LIST}{rule.pk}/change/"
    Block.objects.update(hits=7)
    assert desk.post(change, form(effect="spam", note="Floods")).status_code == 302
    assert desk.post(change, form(effect="spam", note="Floods", value="CASINO")).status_code == 302
    rule.refresh_from_db()
    assert (rule.effect, rule.note, rule.hits) == ("spam", "Floods", 7)
    assert "block_change" in desk.get(f"{LIST}{rule.pk}/history/").content.decode()
    assert desk.post(f"{LIST}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    verbs = Entry.objects.filter(verb__startswith="block_").order_by("sequence")
    names = list(verbs.values_list("verb", flat=True))
    assert names[0] == "block_add"
    assert names[-1] == "block_remove"
    assert not Block.objects.exists()


def test_many_are_taken_off_at_once(desk, moderator):
    keys = [block("word", word, by=moderator).pk for word in ("one", "two")]
    sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    assert desk.post(LIST, sent).status_code == 302
    assert Entry.objects.filter(verb="block_remove").count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "pattern", "value": "(a+)+$"}, "can take for ever"),
        ({"kind": "pattern", "value": "("}, "This is no pattern"),
        ({"kind": "pattern", "value": "x*"}, "would catch every comment"),
        ({"kind": "network", "value": "casino"}, "Write an IP address"),
        ({"kind": "address", "value": "casino"}, "Write an address such as"),
        ({"kind": "domain", "value": "a b"}, "Write a domain such as"),
        ({"value": "…"}, "Write at least one letter"),
        ({"value": ""}, "Write what it should catch"),
        ({"kind": ""}, "This field is required"),
        ({"value": "x" * 301}, "at most 300 characters"),
        ({"value": "ﷺ" * 60}, "300 characters fit"),
        ({"expires_at": "2020-01-01T09:00"}, "This moment has passed"),
    ],
)
def test_what_is_no_rule_is_said_on_the_form(desk, changes, sentence):
    answer = desk.post(f"{LIST}add/", form(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Block.objects.exists()


def test_same_rule_twice_is_said_on_the_form(desk, moderator):
    block("word", "casino", by=moderator)
    assert "on the list already" in desk.post(f"{LIST}add/", form()).content.decode()


def test_list_shows_hits_and_finds_by_value_kind_and_time(desk, moderator):
    block("word", "casino", by=moderator)
    block("domain", "evil.example", by=moderator, until=timezone.now() + timedelta(days=1))
    Block.objects.filter(kind="word").update(hits=41, last_hit_at=timezone.now())
    Block.objects.filter(kind="domain").update(expires_at=timezone.now())
    page = desk.get(LIST).content.decode()
    assert all(text in page for text in ("casino", "evil.example", "41", "for ever"))
    assert "evil.example" not in desk.get(f"{LIST}?q=casino").content.decode()
    assert "casino" not in desk.get(f"{LIST}?kind__exact=domain").content.decode()
    assert "evil.example" not in desk.get(f"{LIST}?now=yes").content.decode()
    assert "casino" not in desk.get(f"{LIST}?now=no").content.decode()


def test_record_stays_whole(desk):
    desk.post(f"{LIST}add/", form())
    call_command("verify_ledger")
