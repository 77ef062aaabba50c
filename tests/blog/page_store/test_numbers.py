"""Seeing that something was committed: by the head of SQLite's log, and without one."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from blog.page_store.numbers import Numbers
from blog.page_store.shown import CREATE_INDEX, CREATE_TABLE, WATCH, bump

NOW = 1000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with numbers and nothing in it."""
    path = tmp_path / "numbers.sqlite3"
    begin(path)
    return path


def begin(path: Path, journal: str = "WAL") -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA journal_mode={journal}")
        database.execute(CREATE_TABLE)
        database.execute(CREATE_INDEX)
        database.execute("CREATE TABLE blog_post (id)")
        database.execute(f"CREATE TRIGGER {WATCH} AFTER UPDATE ON blog_post BEGIN SELECT 1; END")


def change(path: Path, *keys: str, rolled_back: bool = False) -> None:
    """Give keys a new number in one transaction, on a connection of its own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        for key in keys:
            database.execute(bump(f"'{key}'"))
        database.execute("ROLLBACK" if rolled_back else "COMMIT")


@pytest.fixture(params=["WAL", "DELETE"])
def either(request: Any, tmp_path: Path) -> Path:
    """A file with the head of a log, or one without."""
    path = tmp_path / "either.sqlite3"
    begin(path, request.param)
    return path


def test_mark_stays_until_something_is_committed(either: Path) -> None:
    numbers = Numbers(either)
    first = numbers.look(NOW)
    assert first is not None
    assert numbers.look(NOW) is first
    change(either, "post-1", rolled_back=True)
    assert numbers.of(["post-1"]) == 0
    change(either, "post-1")
    assert numbers.look(NOW) is not first
    assert numbers.of(["post-1"]) == numbers.last > 0


def test_mark_is_another_one_when_the_file_was_opened_anew(either: Path) -> None:
    numbers = Numbers(either)
    first = numbers.look(NOW)
    numbers._close()
    change(either, "post-1")
    assert numbers.look(NOW) is not first


def test_file_is_looked_for_though_the_clock_was_set_back(path: Path) -> None:
    numbers = Numbers(path)
    assert numbers.look(NOW) is not None
    path.unlink()
    assert numbers.look(NOW - 3600) is None


def test_later_change_has_a_higher_number(path: Path) -> None:
    numbers = Numbers(path)
    found = []
    for key in ("site", "post-1", "site", "post-2"):
        change(path, key)
        numbers.look(NOW)
        found.append(numbers.of([key]))
    assert found == sorted(set(found))
    assert numbers.since(found[1]) == ["post-2", "site"]


def test_changes_of_another_process_are_seen(path: Path) -> None:
    numbers = Numbers(path)
    numbers.look(NOW)
    for _ in range(3):
        other = multiprocessing.get_context("spawn").Process(target=change, args=(path, "post-7"))
        before = numbers.of(["post-7"])
        other.start()
        other.join(60)
        numbers.look(NOW)
        assert numbers.of(["post-7"]) > before


def test_change_after_the_log_was_emptied_is_seen(path: Path) -> None:
    numbers = Numbers(path)
    change(path, "a")
    numbers.look(NOW)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    change(path, "b")
    numbers.look(NOW)
    assert numbers.of(["b"]) > numbers.of(["a"])


def test_file_in_place_of_another_is_seen_within_a_second(path: Path, tmp_path: Path) -> None:
    numbers = Numbers(path)
    change(path, "old")
    numbers.look(NOW)
    begin(tmp_path / "new.sqlite3")
    change(tmp_path / "new.sqlite3", "new")
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    (tmp_path / "new.sqlite3").replace(path)
    numbers.look(NOW + 1)
    assert numbers.of(["old"]) == 0
    assert numbers.of(["new"]) > 0


def test_head_is_mapped_once_and_never_closed(path: Path) -> None:
    # A descriptor that is closed takes away the locks of every other connection of this process.
    with closing(sqlite3.connect(path, isolation_level=None)) as writing:
        numbers = Numbers(path)
        numbers.look(NOW)
        mapped = numbers._head
        writing.execute("BEGIN IMMEDIATE")
        numbers._close()
        numbers.look(NOW)
        assert mapped is not None
        assert numbers._head is mapped
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.Error):
            other.execute("BEGIN IMMEDIATE")
        assert not another_process_can_write(path)
        writing.execute("ROLLBACK")


def another_process_can_write(path: Path) -> bool:
    """Whether a process with no lock of ours gets the right to write."""
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    other = context.Process(target=try_to_write, args=(path, answers))
    other.start()
    found: bool = answers.get(timeout=60)
    other.join(60)
    return found


def try_to_write(path: Path, answers: Any) -> None:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            answers.put(False)
        else:
            answers.put(True)


def test_without_a_file_there_is_no_answer_until_there_is_one(tmp_path: Path, caplog: Any) -> None:
    gone = tmp_path / "gone.sqlite3"
    numbers = Numbers(gone)
    assert [numbers.look(NOW + asked / 100) for asked in range(50)] == [None] * 50
    assert caplog.text.count("pages are made anew") == 1
    assert "Traceback" not in caplog.text
    begin(gone)
    change(gone, "site")
    assert numbers.look(NOW + 1) is not None
    assert numbers.of(["site"]) > 0
