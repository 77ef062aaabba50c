"""Writing the record."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ledger.models import GENESIS, Entry, EntryIsFinal
from ledger.record import Actor, Happening, record, record_all
from ledger.verify import Chain
from tests.ledger.strategies import text, values

SYSTEM = Actor.system()


@pytest.mark.django_db
def test_an_entry_says_what_happened_and_who_did_it():
    user = User.objects.create_user("ada", first_name="Ada", last_name="Byron")
    key = uuid.uuid4()
    entry = record("approve", user, by=Actor.of(user, "web"), facts={"state": "live"}, key=key)
    entry.refresh_from_db()
    assert (entry.verb, entry.subject, entry.facts) == (
        "approve",
        f"auth.user:{user.pk}",
        {"state": "live"},
    )
    assert (entry.actor, entry.actor_label, entry.channel) == (user.pk, "Ada Byron", "web")
    assert entry.key == key
    assert entry.at.tzinfo == UTC


@pytest.mark.django_db
def test_entries_are_numbered_from_one_and_name_the_one_before():
    first, second, third = (record("test", "x:1", by=SYSTEM) for _ in range(3))
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert [first.previous, second.previous, third.previous] == [GENESIS, first.hash, second.hash]
    assert Entry.objects.head() == third


@pytest.mark.django_db
def test_entries_written_together_are_those_written_one_by_one():
    at = datetime(2027, 4, 1, tzinfo=UTC)
    happenings = [
        Happening("test", f"x:{number}", {"number": number}, uuid.UUID(int=number))
        for number in range(1, 251)
    ]
    record("test", "x:0", by=SYSTEM, at=at, key=uuid.UUID(int=1000))
    with transaction.atomic():
        together = record_all(happenings, by=SYSTEM, at=at)
        transaction.set_rollback(True)
    one_by_one = [
        record(one.verb, one.subject, by=SYSTEM, facts=one.facts, key=one.key, at=at)
        for one in happenings
    ]
    assert [entry.hash for entry in together] == [entry.hash for entry in one_by_one]
    assert [entry.sequence for entry in together] == list(range(2, 252))
    assert list(Chain().problems()) == []


@pytest.mark.django_db
def test_many_entries_follow_the_head_and_are_followed(django_assert_max_num_queries):
    record("test", "x:1", by=SYSTEM)
    with django_assert_max_num_queries(10):
        record_all([Happening("test", f"x:{number}") for number in range(500)], by=SYSTEM)
    last = record("test", "x:1", by=SYSTEM)
    chain = Chain()
    assert list(chain.problems()) == []
    assert (chain.entries, chain.head) == (502, last.hash)
    assert record_all([], by=SYSTEM) == []


@pytest.mark.django_db
def test_one_happening_that_cannot_be_kept_keeps_out_all():
    with pytest.raises(ValueError, match="NUL"), transaction.atomic():
        record_all([Happening("test", "x:1"), Happening("test", "x:\0")], by=SYSTEM)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_entries_can_be_asked_for_by_their_subject():
    user = User.objects.create_user("ada")
    about = [record("invite", user, by=SYSTEM), record("disable", user, by=SYSTEM)]
    record("test", "x:1", by=SYSTEM)
    assert list(Entry.objects.about(user)) == about
    assert list(Entry.objects.about(f"auth.user:{user.pk}")) == about


@pytest.mark.django_db
def test_the_moment_is_kept_in_utc():
    moment = datetime(2027, 4, 1, 9, 30, 0, 123456, timezone(timedelta(hours=2)))
    assert record("test", "x:1", by=SYSTEM, at=moment).at == moment
    assert Entry.objects.get().compute_hash() == Entry.objects.get().hash


@pytest.mark.django_db
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    facts=st.dictionaries(text, values).filter(lambda facts: len(facts) < 2),
    label=text,
    at=st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
)
def test_the_hash_of_an_entry_is_the_same_after_the_database_kept_it(facts, label, at):
    entry = record("test", "x:1", by=Actor(7, label, "command"), facts=facts, at=at)
    kept = Entry.objects.get(pk=entry.pk)
    assert kept.compute_hash() == kept.hash == entry.hash


CHANGES = {
    "sequence": 2,
    "at": datetime(2027, 1, 1, 0, 0, 0, 1, UTC),
    "actor": None,
    "actor_label": "Eve",
    "channel": "mail",
    "verb": "reject",
    "subject": "x:2",
    "facts": {"a": 2},
    "key": uuid.UUID(int=2),
    "previous": "1" * 64,
}


@pytest.mark.parametrize(
    "name", [field.name for field in Entry._meta.fields if field.name != "hash"]
)
def test_the_hash_covers_every_other_field(name):
    entry = Entry(
        sequence=1,
        at=datetime(2027, 1, 1, tzinfo=UTC),
        actor=1,
        actor_label="Ada",
        channel="web",
        verb="approve",
        subject="x:1",
        facts={"a": 1},
        key=uuid.UUID(int=1),
        previous=GENESIS,
    )
    before = entry.compute_hash()
    setattr(entry, name, CHANGES[name])
    assert entry.compute_hash() != before


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record("test", "x:1", by=SYSTEM)
    with pytest.raises(transaction.TransactionManagementError):
        record_all([Happening("test", "x:1")], by=SYSTEM)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_when_its_transaction_is_rolled_back():
    with transaction.atomic():
        kept = record("test", "x:1", by=SYSTEM)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("test", "x:2", by=SYSTEM)
        raise ZeroDivisionError
    with transaction.atomic():
        after = record("test", "x:3", by=SYSTEM)
    assert (after.sequence, after.previous) == (2, kept.hash)


@pytest.mark.django_db
def test_a_key_is_used_once():
    key = uuid.uuid4()
    record("test", "x:1", by=SYSTEM, key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        record("test", "x:1", by=SYSTEM, key=key)


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"a": float("nan")}, {1: 2}, {"a": "\0"}, {"a": b"bytes"}])
def test_facts_without_a_canonical_spelling_are_refused(facts):
    with pytest.raises((TypeError, ValueError)):
        record("test", "x:1", by=SYSTEM, facts=facts)


@pytest.mark.django_db
def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        record("test", "x:1", by=SYSTEM, at=datetime(2027, 1, 1))  # noqa: DTZ001


@pytest.mark.django_db
def test_an_unsaved_row_is_refused_as_subject():
    with pytest.raises(ValueError, match="Save the user"):
        record("test", User(username="ada"), by=SYSTEM)


def test_an_account_without_a_full_name_acts_under_its_user_name():
    assert Actor.of(User(pk=3, username="ada")) == Actor(3, "ada", "admin")


@pytest.mark.parametrize("nobody", [AnonymousUser(), User(username="ada")])
def test_nobody_is_no_actor(nobody):
    with pytest.raises(ValueError, match="saved account"):
        Actor.of(nobody)


def test_an_unknown_channel_is_refused():
    with pytest.raises(ValueError, match="pigeon"):
        Actor.system("pigeon")


@pytest.mark.django_db
def test_saving_an_entry_again_is_refused_in_words():
    entry = record("test", "x:1", by=SYSTEM)
    for changed in (entry, Entry.objects.get()):
        with pytest.raises(EntryIsFinal, match="Entry 1 is final"):
            changed.save()


@pytest.mark.django_db
def test_deleting_an_entry_is_refused_in_words():
    entry = record("test", "x:1", by=SYSTEM)
    with pytest.raises(EntryIsFinal, match="only grows"):
        entry.delete()
