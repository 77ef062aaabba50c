"""Processes and machines that share one database are right after each change, whatever breaks."""

from __future__ import annotations

import logging
import os
import resource
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from blog.models import Author, Post
from blog.page_store import shown
from blog.page_store.mirror import LEASE, Listener, Mirror
from comments.models import Comment
from comments.moderation import approve, mark_spam
from tests.blog.page_store.conftest import Place, until
from tests.cast import make_post
from tests.comments.conftest import make_comment
from tests.conftest import RunTogether

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR = "/posts/floor/"
WORDS = "Ours raised it by a foot."


@pytest.fixture(autouse=True)
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Why we raised the floor", slug="floor")


@pytest.fixture
def comment(post: Post) -> Comment:
    """What waits for a decision."""
    return make_comment(post, body=WORDS)


def shows(place: Place, words: str = WORDS) -> bool:
    return words in place.get(FLOOR).text


def is_kept(place: Place) -> bool:
    """Whether a second reader is answered without Django."""
    place.get(FLOOR)
    before = len(place.asked)
    place.get(FLOOR)
    return len(place.asked) == before


# One machine, either database


def test_every_process_is_right_after_each_decision(
    place: Place, another_place: Place, comment: Comment, ceo: User
) -> None:
    both = (place, another_place)
    for number in range(8):
        assert not any(map(shows, both))
        both[number % 2].change(lambda: approve(comment, by=ceo, seen=comment.revision))
        assert all(map(shows, both))
        comment.refresh_from_db()
        both[number % 2].change(lambda: mark_spam(comment, by=ceo, seen=comment.revision))
        comment.refresh_from_db()
    assert not any(map(shows, both))


def test_what_comes_to_nothing_makes_no_page_anew(place: Place, post: Post) -> None:
    assert is_kept(place)

    def come_to_nothing() -> None:
        with transaction.atomic():
            Author.objects.update(name="Nobody")
            transaction.set_rollback(True)

    place.change(come_to_nothing)
    assert not shows(place, "Nobody")
    assert is_kept(place)
    assert place.asked.count(FLOOR) == 1


def test_statement_that_changes_no_row_makes_no_page_anew(place: Place) -> None:
    assert is_kept(place)
    place.change(lambda: Author.objects.filter(name="Nobody").update(name="Somebody"))
    assert is_kept(place)
    assert place.asked.count(FLOOR) == 1


def test_many_settle_at_the_same_time(
    place: Place, another_place: Place, post: Post, ceo: User, run_together: RunTogether
) -> None:
    comments = [make_comment(post, body=f"Thought {n}, unlike any other.") for n in range(4)]

    def decide(number: int) -> bool:
        approve(comments[number], by=ceo, seen=comments[number].revision)
        place.keeper.settle()
        return shows(another_place, f"Thought {number},")

    assert run_together(4, decide, reraise=True) == [True] * 4


def test_page_made_while_something_changes_is_not_kept(
    place: Place, another_place: Place, comment: Comment, ceo: User
) -> None:
    django = place.django

    def late(environ: Any, start_response: Any) -> Any:
        answer = django(environ, start_response)
        another_place.change(lambda: approve(comment, by=ceo, seen=comment.revision))
        return answer

    place.django = late
    assert not shows(place)
    place.django = django
    assert shows(place)
    assert shows(another_place)


def test_everything_is_made_anew_when_the_database_may_be_another_one(
    place: Place, another_place: Place
) -> None:
    assert is_kept(place)
    place.change(lambda: shown.bump_all(connection))
    for process in (place, another_place):
        before = len(process.asked)
        process.get(FLOOR)
        assert len(place.asked) + len(another_place.asked) > before
    assert place.asked.count(FLOOR) == 2


# Two machines on one server


@pytest.fixture
def nodes(place: Place, tmp_path: Path, database: str) -> tuple[Place, Place]:
    """Processes of two machines, each with files of its own."""
    if database == "sqlite":
        pytest.skip("A site on SQLite has one machine.")
    (tmp_path / "other").mkdir()
    return place, Place(tmp_path / "other")


def listener_of(place: Place) -> Listener:
    assert isinstance(place.numbers, Mirror)
    return place.numbers.listener


def file_of(place: Place) -> Path:
    return place.folder / "numbers.sqlite3"


def is_trusted(place: Place) -> bool:
    return time.monotonic() < listener_of(place).trusted_until


def hang_up() -> None:
    """End all connections on which keys are heard, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'page keys' AND datname = current_database()"
        )


def test_other_machine_hears_of_a_decision(
    nodes: tuple[Place, Place], comment: Comment, ceo: User
) -> None:
    here, there = nodes
    assert is_kept(here)
    assert is_kept(there)
    here.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert shows(here)
    until(lambda: shows(there), LEASE)
    assert is_kept(there)


def test_machine_that_hears_nothing_is_right_when_its_lease_ends(
    nodes: tuple[Place, Place], comment: Comment, ceo: User, monkeypatch: Any
) -> None:
    here, there = nodes
    monkeypatch.setattr(listener_of(there), "_catch_up", lambda line: time.sleep(0.05))
    assert shows(there, "Why we raised")
    here.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert shows(here)
    until(lambda: shows(there), LEASE)
    until(lambda: not is_trusted(there), LEASE)
    assert not is_kept(there)
    monkeypatch.undo()
    until(lambda: is_kept(there))
    assert shows(there)


def test_what_was_missed_while_nobody_listened_is_made_good(
    nodes: tuple[Place, Place],
    comment: Comment,
    ceo: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert all(map(is_kept, nodes))
    hang_up()
    until(lambda: not any(map(is_trusted, nodes)))
    # Nobody hears of it.
    approve(comment, by=ceo, seen=comment.revision)
    assert all(map(shows, nodes))
    until(lambda: all(map(is_kept, nodes)))
    assert all(map(shows, nodes))
    assert messages(caplog) == ["Pages are not kept, since changes cannot be heard of"] * 2


def test_what_strangers_send_on_the_channel_is_no_key(
    nodes: tuple[Place, Place], comment: Comment, ceo: User, caplog: pytest.LogCaptureFixture
) -> None:
    assert all(map(is_kept, nodes))
    odd = [
        "post-1\r\nX-Evil: y",
        "post-1 site",
        "",
        "Post-1",
        "post-",
        f"post-{'1' * 20}",
        "\u00e9",
    ]
    with connection.cursor() as cursor:
        for said in odd:
            cursor.execute("SELECT pg_notify(%s, %s)", [shown.CHANNEL, said])
    nodes[0].change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert shows(nodes[0])
    known = set(nodes[0].numbers.since(0))
    assert {"comments", f"post-{comment.post_id}"} <= known
    assert known.isdisjoint(odd)
    assert not messages(caplog)


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("blog.page_store") and record.levelno >= logging.WARNING
    ]


def test_answer_waits_while_other_processes_may_still_be_wrong(
    nodes: tuple[Place, Place], another_place: Place, comment: Comment, ceo: User
) -> None:
    here = nodes[0]
    assert is_kept(another_place)
    listener_of(here).end()
    here.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert shows(another_place)
    assert shows(here)
    assert not is_kept(here)


def test_answer_waits_for_nobody_where_no_process_is_trusted(
    nodes: tuple[Place, Place], comment: Comment, ceo: User, monkeypatch: Any
) -> None:
    here = nodes[0]
    listener_of(here).end()
    monkeypatch.setattr("blog.page_store.mirror.LEASE", 600.0)
    began = time.monotonic()
    here.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert time.monotonic() - began < 60
    assert shows(here)


@pytest.mark.parametrize("break_it", ["locked", "removed", "refusing", "full", "cut"])
def test_file_that_cannot_be_written_ends_the_trust(
    nodes: tuple[Place, Place],
    comment: Comment,
    ceo: User,
    break_it: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    here = nodes[0]
    # Both machines are one process here, whose disk would be full for both.
    listener_of(nodes[1]).end()
    assert is_kept(here)
    mend = _BREAK[break_it](file_of(here))
    try:
        here.change(lambda: approve(comment, by=ceo, seen=comment.revision))
        assert all(shows(here) for _ in range(5))
    finally:
        mend()
    until(lambda: is_kept(here))
    assert shows(here)
    said = messages(caplog)
    assert said.count("Pages are not kept, since changes cannot be heard of") == 1
    assert len(said) <= 2, said


def locked(file: Path) -> Callable[[], None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def removed(file: Path) -> Callable[[], None]:
    file.unlink()
    return lambda: None


def refusing(file: Path) -> Callable[[], None]:
    """Refuse every change, as a file that may only be read does."""
    name = "CREATE TRIGGER no BEFORE INSERT ON blog_page_key BEGIN SELECT RAISE(ABORT, 'no'); END"
    with closing(sqlite3.connect(file)) as other:
        other.execute(name)

    def mend() -> None:
        with closing(sqlite3.connect(file)) as other:
            other.execute("DROP TRIGGER no")

    return mend


def full(file: Path) -> Callable[[], None]:
    """Let no file of this process grow, as on a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{file}-wal").stat().st_size, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def cut(file: Path) -> Callable[[], None]:
    """Take the second half away from a file that is in use, with its log written into it before."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(file, file.stat().st_size // 2)
    return lambda: None


_BREAK = {"full": full, "cut": cut, "locked": locked, "removed": removed, "refusing": refusing}


def test_start_finds_what_changed_while_nothing_ran(
    nodes: tuple[Place, Place], comment: Comment, ceo: User
) -> None:
    here = nodes[0]
    assert is_kept(here)
    listener_of(here).end()
    approve(comment, by=ceo, seen=comment.revision)
    again = Place(here.folder)
    assert shows(again)
    assert is_kept(again)


def test_damaged_file_is_begun_anew(nodes: tuple[Place, Place]) -> None:
    here = nodes[0]
    listener_of(here).end()
    for ending in ("-wal", "-shm"):
        Path(f"{file_of(here)}{ending}").unlink(missing_ok=True)
    file_of(here).write_bytes(b"no database" * 1000)
    listener = Listener(file_of(here))
    listener.begin()
    try:
        until(lambda: time.monotonic() < listener.trusted_until)
    finally:
        listener.end()
