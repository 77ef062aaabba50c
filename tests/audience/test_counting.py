"""A read is counted once for each reader, post and day, and nothing is kept of whoever read."""

from __future__ import annotations

import hmac
import logging
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audience import day_key, noting, storing
from audience.models import Mark, Reads
from audience.people import DECISIVE, is_counted
from audience.referrers import ELSEWHERE, HERE, NOWHERE
from blog import workflow
from blog.models import Post, Site
from tests.audience.readers import BROWSER, FIREFOX, read
from tests.cast import make_draft, make_post

pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    """Write what was noted, and return the reads by source."""
    storing.store()
    found: dict[str, int] = {}
    for reads in Reads.objects.all():
        found[reads.source] = found.get(reads.source, 0) + reads.count
    return found


def test_reader_is_counted_with_the_host_she_came_from(post):
    assert read(HTTP_REFERER="https://www.News.example/a/letter?user=ines").status_code == 200
    assert counted() == {"news.example": 1}
    reads = Reads.objects.get()
    assert (reads.post_id, reads.count) == (post.pk, 1)


def test_page_is_counted_as_a_post_is(ceo, post):
    about = make_post(ceo, slug="about", kind=Post.Kind.PAGE)
    read("/about/")
    assert counted() == {NOWHERE: 1}
    assert Reads.objects.get().post_id == about.pk


def test_same_reader_counts_once_a_day_and_post(ceo, post):
    make_post(ceo, slug="wall", title="Wall")
    with time_machine.travel(datetime(2030, 5, 7, 12, tzinfo=UTC), tick=False) as clock:
        for _ in range(3):
            read()
            read("/posts/wall/")
            counted()
        assert counted() == {NOWHERE: 2}
        clock.shift(24 * 3600)
        read()
        assert counted() == {NOWHERE: 3}
    days = set(Reads.objects.values_list("day", flat=True))
    assert days == {date(2030, 5, 7), date(2030, 5, 8)}


@pytest.mark.parametrize("other", ["REMOTE_ADDR", "HTTP_USER_AGENT"])
def test_another_address_or_browser_is_another_reader(post, other):
    read()
    read(**{other: f"{BROWSER[other]}1"})
    assert counted() == {NOWHERE: 2}


def test_day_is_that_of_the_site(post):
    Site.objects.update(time_zone="Pacific/Auckland")
    with time_machine.travel(datetime(2030, 5, 7, 13, tzinfo=UTC), tick=False):
        read()
        counted()
    assert Reads.objects.get().day == date(2030, 5, 8)


@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"HTTP_USER_AGENT": "curl/8.5.0"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 HeadlessChrome/140.0"},
        {"HTTP_USER_AGENT": "Feedly/1.0"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_USER_AGENT": " "},
        {"HTTP_ACCEPT": "*/*"},
        {"HTTP_ACCEPT": ""},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_SEC_FETCH_DEST": "empty"},
        {"HTTP_DNT": "1"},
        {"HTTP_SEC_GPC": "1"},
        {"HTTP_COOKIE": "session=anything"},
    ],
)
def test_program_and_who_wants_no_counting_leave_nothing(post, said):
    assert read(**said).status_code == 200
    assert counted() == {}
    assert not Mark.objects.exists()


@pytest.mark.parametrize("said", [{"HTTP_DNT": "0"}, {"HTTP_SEC_FETCH_DEST": "document"},
                                  {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; CUBOT X30)"},
                                  {"HTTP_USER_AGENT": "Lynx/2.9 libwww-FM/2.14"}])  # fmt: skip
def test_unusual_person_is_a_person(post, said):
    read(**said)
    assert counted() == {NOWHERE: 1}


def test_head_is_no_read(post):
    assert Client().head("/posts/floor/", **BROWSER).status_code == 200
    assert counted() == {}


@pytest.mark.parametrize(
    "path", ["/", "/archive/", "/posts/none/", "/posts/floor/history/", "/posts/floor.md"]
)
def test_what_is_no_text_is_not_counted(post, path):
    read(path)
    assert counted() == {}


def test_notice_of_a_retracted_post_and_a_draft_are_not_counted(ceo, post):
    read()
    workflow.retract(post, by=ceo, notice="We were wrong.")
    assert read().status_code == 200
    make_draft(ceo, slug="dam", title="Dam")
    noting.note("/posts/dam/", agent=FIREFOX, address="203.0.113.8")
    assert counted() == {}


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("http://testserver/archive/", HERE),
        ("http://www.testserver/", HERE),
        ("https://www.linkedin.com/feed/?x=1", "linkedin.com"),
        ("https://büro.example/", "xn--bro-hoa.example"),
        ("https://user:secret@news.example:8443/x", "news.example"),
        ("android-app://com.slack/", "com.slack"),
        ("https://192.0.2.1/intranet", ELSEWHERE),
        ("https://[2001:db8::1]/", ELSEWHERE),
        ("http://intranet/", ELSEWHERE),
        ("https://[", ELSEWHERE),
        ("nonsense", ELSEWHERE),
        (f"https://{'a' * 99}.example/", ELSEWHERE),
        ("https://<script>.example/", ELSEWHERE),
        ("", NOWHERE),
    ],
)
def test_only_the_host_of_an_address_is_kept(post, referrer, source):
    assert read(HTTP_REFERER=referrer).status_code == 200
    assert counted() == {source: 1}


def test_strangers_cannot_fill_the_table_with_names(post, monkeypatch):
    monkeypatch.setattr(storing, "MOST_SOURCES", 3)
    for number in range(6):
        read(HTTP_REFERER=f"https://{number}.example.org/", REMOTE_ADDR=f"203.0.113.{number}")
        storing.store()
    assert counted() == {**{f"{n}.example.org": 1 for n in range(3)}, ELSEWHERE: 3}


def test_nothing_is_kept_of_who_read(post, folder):
    read(HTTP_REFERER="https://news.example/secret-path?q=secret-query")
    waiting = str(noting._waiting)
    storing.store()
    stored = str([list(model.objects.values_list()) for model in (Mark, Reads)])
    for word in ("203.0.113.7", "Firefox", "secret"):
        assert word not in waiting + stored
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_bytes().hex()[:32] not in stored


def test_reading_writes_no_row_and_sets_no_cookie(post, django_assert_max_num_queries):
    with mock.patch.object(storing, "_write") as write:
        response = read()
    assert not write.called
    assert not response.cookies
    assert not Mark.objects.exists()


def test_reading_asks_the_database_nothing_more(post, settings):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            read()
        return len(asked)

    read()
    counting = queries()
    settings.COUNT_READS = False
    assert counting == queries()


def test_broken_key_or_clock_never_breaks_a_page(post, caplog):
    with mock.patch("audience.noting.key_of", side_effect=RuntimeError("no key")):
        assert read().status_code == 200
    assert "Reads cannot be counted" in caplog.text
    assert counted() == {}


def test_folder_that_cannot_be_written_only_unshares_the_key(post, settings, caplog, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.READS_FOLDER = tmp_path / "file"
    assert read().status_code == 200
    assert "cannot be shared" in caplog.text
    assert counted() == {NOWHERE: 1}


def test_locked_database_keeps_reads_in_memory(post):
    read()
    with (
        mock.patch.object(storing, "_write", side_effect=OperationalError("locked")),
        pytest.raises(OperationalError),
    ):
        storing.store()
    assert read(REMOTE_ADDR="203.0.113.9").status_code == 200
    assert counted() == {NOWHERE: 2}


def test_written_twice_after_a_lost_answer_counts_once(post):
    read()
    noted = noting.take()
    noting.give_back(noted)
    assert storing.store() == 1
    noting.give_back(noted)
    assert storing.store() == 0
    assert counted() == {NOWHERE: 1}


def test_memory_is_bounded(post, monkeypatch):
    monkeypatch.setattr(noting, "MOST", 2)
    for number in range(4):
        assert read(REMOTE_ADDR=f"203.0.113.{number}").status_code == 200
    assert counted() == {NOWHERE: 2}


def test_one_network_has_a_share_and_no_more(post, monkeypatch):
    monkeypatch.setattr(noting, "MOST_OF_A_NETWORK", 3)
    for number in range(6):
        read(REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT=f"Mozilla/5.0 ({number})")
        read(REMOTE_ADDR=f"2001:db8:1::{number}")
    assert counted() == {NOWHERE: 6}


def test_trouble_is_logged_once_until_it_is_over(post, caplog):
    for number in range(2):
        address = f"203.0.113.{number}"
        with mock.patch("audience.noting.key_of", side_effect=RuntimeError("no key")):
            read(REMOTE_ADDR=address)
            read(REMOTE_ADDR=address)
        assert len(caplog.records) == 1
        caplog.clear()
        read(REMOTE_ADDR=address)


def test_reader_who_comes_back_to_a_page_costs_no_digest(post):
    with mock.patch("audience.noting.hmac.digest", wraps=hmac.digest) as digest:
        for _ in range(3):
            read()
    # One of her network, and one of her.
    assert digest.call_count == 2
    assert sum(counted().values()) == 1


def test_more_readers_than_are_known_again_still_count_once(post, monkeypatch):
    monkeypatch.setattr(noting, "MOST_KNOWN", 2)
    for _ in range(2):
        for number in range(5):
            read(REMOTE_ADDR=f"203.0.{number}.1")
    assert sum(counted().values()) == 5


def test_strange_hosts_leave_room_for_our_own_names(post, monkeypatch):
    monkeypatch.setattr(storing, "MOST_SOURCES", 2)
    for number in range(4):
        address = f"203.0.{number}.1"
        read(REMOTE_ADDR=address, HTTP_REFERER=f"https://h{number}.example/")
    read(REMOTE_ADDR="203.0.99.1")
    read(REMOTE_ADDR="203.0.98.1", HTTP_REFERER="https://testserver/")
    found = counted()
    assert found[NOWHERE] == found[HERE] == 1
    assert found[ELSEWHERE] == 2


@pytest.mark.parametrize("name", ["READ_ONLY", "COUNT_READS"])
def test_counting_rests_while_it_is_off_or_nothing_may_be_written(post, settings, name):
    setattr(settings, name, name == "READ_ONLY")
    assert read().status_code == 200
    assert noting.take() == {}


def test_front_that_serves_kept_pages_counts_by_one_call(post):
    noting.note_request(
        "/posts/floor/", {"REQUEST_METHOD": "GET", **BROWSER}, lambda _: "203.0.113.7"
    )
    noting.note("/posts/floor/", agent=FIREFOX, referrer="", address="203.0.113.7")
    assert counted() == {NOWHERE: 1}


def test_many_reads_are_written_with_few_statements(post, django_assert_max_num_queries):
    for number in range(300):
        noting.note("/posts/floor/", agent=FIREFOX, address=f"2001:db8::{number:x}")
    with django_assert_max_num_queries(9):
        assert storing.store() == 300


def test_key_is_shared_by_a_process_that_starts_later(post):
    key = day_key.key_of(date(2030, 5, 7))
    day_key.leave()
    assert day_key.key_of(date(2030, 5, 7)) == key
    assert day_key.key_of(date(2030, 5, 8)) != key


def test_key_is_thrown_away_when_its_day_ends(folder):
    key = day_key.key_of(date(2030, 5, 7))
    (folder / "2030-05-07.leftover").write_bytes(b"half a key")
    assert day_key.forget(date(2030, 5, 7)) == 0
    assert day_key.forget(date(2030, 5, 8)) == 2
    assert list(folder.iterdir()) == []
    assert day_key.key_of(date(2030, 5, 7)) != key


def test_failing_writer_is_logged_once_and_goes_on(post, caplog, monkeypatch):
    monkeypatch.setattr(storing, "EVERY", 0)
    stop = mock.Mock()
    stop.wait.side_effect = [False, False, True]
    read()
    with (
        mock.patch.object(storing.connection, "close"),
        mock.patch.object(storing, "_write", side_effect=[OperationalError("locked")] * 2 + [1]),
        caplog.at_level(logging.ERROR),
    ):
        storing._keep_writing(stop)
    assert caplog.text.count("wait in memory") == 1
    assert noting.take() == {}


def test_reads_of_several_processes_at_once_are_each_counted_once(
    transactional_db: None, ceo: User, run_together: Any
):
    make_post(ceo, slug="floor")
    addresses = [f"2001:db8::{number:x}" for number in range(40)]
    noted = []
    for _ in range(4):
        for address in addresses:
            noting.note("/posts/floor/", agent=FIREFOX, address=address)
        noted.append(noting.take())
    results = run_together(4, lambda number: storing._write(noted[number]), reraise=True)
    assert sum(results) == 40
    assert Reads.objects.total() == 40
    assert Mark.objects.count() == 40


def test_whether_a_request_counts_is_decided_by_what_it_is_known_by():
    looked_at: set[str] = set()

    class Head(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            looked_at.add(name)
            return super().get(name, default)

    assert is_counted(Head(BROWSER, REQUEST_METHOD="GET"))
    assert looked_at == set(DECISIVE)
