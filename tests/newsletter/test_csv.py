"""Addresses out and in: what is written is read again, what cannot be read is named, nothing is half-done."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from blog import outbox
from blog.refusal import Refused
from comments import moderation
from ledger.models import Entry
from newsletter import joining, moving, sending
from newsletter.addresses import address_of
from newsletter.csv_files import Fault, Row, read, write
from newsletter.models import Departure, Subscriber
from tests.newsletter.readers import MARA, delivered, make_reader

NOW = datetime(2031, 1, 1, tzinfo=UTC)
HEAD = b"email,since,kind\r\n"
LOCAL = st.text("abcxyz019.!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=20)


def is_address(text):
    try:
        return address_of(text) == text
    except ValueError:
        return False


ADDRESSES = st.builds("{}@{}.example".format, LOCAL, st.sampled_from(["a", "mail", "bücher"]))
FIRST = datetime(1990, 1, 2, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), NOW - FIRST).map(FIRST.__add__)
ROWS = st.builds(
    Row, ADDRESSES.filter(is_address), st.none() | MOMENTS, st.sampled_from(["post", "weekly"])
)


@given(st.lists(ROWS, unique_by=lambda row: row.email))
def test_what_is_written_is_read_again(rows):
    text = write(rows)
    sheet = read(text.encode(), now=NOW)
    assert (sheet.rows, sheet.faults) == (rows, [])
    for cells in csv.reader(io.StringIO(text)):
        assert not cells[0].startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_rows_or_faults(data):
    for head in (b"", HEAD):
        sheet = read(head + data, now=NOW)
        assert all(is_address(row.email) for row in sheet.rows)
        assert all(fault.line >= 1 for fault in sheet.faults)


@pytest.mark.parametrize(
    "text",
    [
        "email\nmara@example.org\n",
        "\ufeffName;E-Mail Address;Land\nMara;Mara@Example.org;CH\n",
        "name\temail\nMara\tmara@example.org\n",
        "mara@example.org\nmara@example.org\n\n",
        "mara@example.org,Mara\r\n",
        '"email"\r"mara@example.org"\r',
    ],
)
def test_files_of_other_programs_are_read(text):
    sheet = read(text.encode(), now=NOW)
    assert sheet.faults == []
    assert [row.email for row in sheet.rows] == [MARA]


def test_each_bad_line_is_named():
    text = "email,since,kind\nmara@example.org,,\nnobody\n\nb@example.org,soon,\n"
    text += "c@example.org,2999-01-01,\nd@example.org,,daily\n,,post\n"
    sheet = read(text.encode(), now=NOW)
    assert [fault.line for fault in sheet.faults] == [3, 5, 6, 7, 8]
    assert [row.email for row in sheet.rows] == [MARA]
    assert all("@" not in fault.why for fault in sheet.faults)


@pytest.mark.parametrize("data", ["Zürich".encode("utf-16"), b"\xff\xfe\x00", b"name\nMara\n"])
def test_file_that_holds_no_addresses_says_why(data):
    assert len(read(data, now=NOW).faults) == 1


def test_field_without_end_is_a_fault_and_no_crash():
    assert read(b'email\n"' + b"a" * 200_000, now=NOW).faults == [
        Fault(2, "This line cannot be read as CSV.")
    ]


@pytest.mark.django_db
def test_new_addresses_are_asked_first(newsletter, ceo, clock):
    brought = moving.bring_in(HEAD + b"mara@example.org,,weekly\r\n", by=ceo)
    assert brought == moving.Brought(new=1, known=0, left=0)
    (asked,) = delivered()
    assert "Please confirm" in asked.subject
    assert Subscriber.objects.get().confirmed_at is None
    entry = Entry.objects.get(verb="import_subscribers")
    assert (entry.facts["new"], entry.facts["agreed"], entry.facts["source"]) == (1, False, "")
    assert MARA not in str(entry.facts)


@pytest.mark.django_db
def test_statement_spares_the_question_and_is_recorded(newsletter, ceo, clock):
    since = b"2029-05-01T10:00:00+00:00"
    moving.bring_in(
        HEAD + b"mara@example.org," + since + b",\r\n",
        by=ceo,
        source="The letter we had before",
        is_agreed=True,
    )
    assert delivered() == []
    assert Subscriber.objects.confirmed().get().confirmed_at == datetime(2029, 5, 1, 10, tzinfo=UTC)
    entry = Entry.objects.get(verb="import_subscribers")
    assert (entry.facts["agreed"], entry.facts["source"]) == (True, "The letter we had before")


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["", " \u200b ", "list of mara@example.org"])
def test_statement_needs_a_source_that_is_no_address(newsletter, ceo, source):
    with pytest.raises(Refused):
        moving.bring_in(b"mara@example.org", by=ceo, source=source, is_agreed=True)
    assert not Subscriber.objects.exists()


@pytest.mark.django_db
def test_nobody_who_left_or_was_erased_is_brought_back(newsletter, ceo, moderator, clock):
    joining.leave(make_reader().key)
    make_reader("erased@example.org")
    moderation.erase_person("erased@example.org", by=moderator)
    make_reader("there@example.org", "weekly")
    data = b"mara@example.org\nerased@example.org\nthere@example.org\nnew@example.org\n"
    brought = moving.bring_in(data, by=ceo, source="Elsewhere", is_agreed=True)
    assert brought == moving.Brought(new=1, known=1, left=2)
    rows = dict(Subscriber.objects.values_list("email", "kind"))
    assert rows == {"there@example.org": "weekly", "new@example.org": "post"}


@pytest.mark.django_db
def test_one_bad_line_and_nothing_is_brought_in(newsletter, ceo):
    with pytest.raises(moving.BadFile) as caught:
        moving.bring_in(b"email\nmara@example.org\nnobody\n", by=ceo)
    assert [fault.line for fault in caught.value.faults] == [3]
    assert not Subscriber.objects.exists()
    assert not Entry.objects.filter(verb="import_subscribers").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"\n\n", b"email\n"])
def test_empty_file_is_refused(newsletter, ceo, data):
    with pytest.raises(Refused):
        moving.bring_in(data, by=ceo)


@pytest.mark.django_db
def test_export_holds_who_confirmed_and_is_recorded(newsletter, ceo):
    make_reader("=1+1@example.org", "weekly")
    make_reader(paused_at=timezone.now())
    make_reader("waits@example.org", confirmed_at=None)
    sheet = read(moving.take_out(by=ceo).encode(), now=timezone.now())
    assert [(row.email, row.kind) for row in sheet.rows] == [
        ("=1+1@example.org", "weekly"),
        (MARA, "post"),
    ]
    assert Entry.objects.get(verb="export_subscribers").facts["count"] == 2


@pytest.mark.django_db
def test_writer_brings_nothing_in_and_takes_nothing_out(newsletter, writer):
    with pytest.raises(Refused):
        moving.bring_in(b"mara@example.org", by=writer)
    with pytest.raises(Refused):
        moving.take_out(by=writer)
    assert not Entry.objects.filter(verb__endswith="_subscribers").exists()


@pytest.mark.django_db
def test_twenty_thousand_addresses_are_taken_quickly_and_asked_some_at_a_time(
    newsletter, ceo, clock, django_assert_max_num_queries
):
    Departure.objects.create(mark="x" * 64)
    data = "\n".join(f"reader{number}@example.org" for number in range(20_000)).encode()
    begun = time.process_time()
    with django_assert_max_num_queries(400):
        assert moving.bring_in(data, by=ceo).new == 20_000
    assert time.process_time() - begun < 60
    for _ in range(3):
        assert sending.send_some() <= sending.AT_ONCE
    assert Subscriber.objects.exclude(asked_at=None).count() == sending.AT_ONCE
    clock.shift(timedelta(minutes=1))
    outbox.send_due(limit=10)
    sending.send_some()
    assert Subscriber.objects.exclude(asked_at=None).count() == sending.AT_ONCE + 10
