"""What does not hold any more is overwritten: in the file of pages, in its log, and at a start."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Post
from blog.page_store.shelf import Shelf
from blog.page_store.sweeping import Sweeper
from comments.moderation import erase_person
from config.management.commands.serve import _make_pages_anew
from tests.blog.page_store.conftest import Place
from tests.blog.page_store.test_shelf import page
from tests.cast import make_post
from tests.comments.conftest import make_public

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR = "/posts/floor/"
SECRET = "zqcanary"
ADDRESS = f"{SECRET}@example.org"
NOW = 1.9e9


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Floor", slug="floor")


def written_in(folder: Path) -> bytes:
    """Everything in the files of pages, freed and copied parts included."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("pages.sqlite3*")))


def kept_in(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "pages.sqlite3")) as database:
        return [path for (path,) in database.execute("SELECT path FROM page ORDER BY path")]


def sweep(place: Place) -> None:
    place.keeper.settle()
    Sweeper(place.numbers, Shelf(place.folder / "pages.sqlite3", place.program)).sweep()


def test_nothing_of_an_erased_person_stays_in_the_file(
    post: Post, moderator: User, place: Place
) -> None:
    make_public(post, moderator, name="Ines", email=ADDRESS, body=f"{SECRET} of hers.")
    place.keeper.settle()
    for path in (FLOOR, "/", "/robots.txt", "/posts/floor/comments/feed.atom"):
        place.get(path)
    sweep(place)
    assert SECRET.encode() in written_in(place.folder)
    place.change(lambda: erase_person(ADDRESS, by=moderator))
    sweep(place)
    assert SECRET.encode() not in written_in(place.folder)
    assert FLOOR not in kept_in(place.folder)
    assert place.get(FLOOR).status == 200


def test_what_holds_stays(post: Post, ceo: User, moderator: User, place: Place) -> None:
    dam = make_post(ceo, title="Dam", slug="dam")
    place.keeper.settle()
    for path in (FLOOR, "/posts/dam/"):
        place.get(path)
    make_public(dam, moderator)
    sweep(place)
    assert kept_in(place.folder) == [FLOOR]
    sweep(place)
    assert kept_in(place.folder) == [FLOOR]


def changed(_: Iterable[str]) -> int:
    return page().number + 1


def unchanged(_: Iterable[str]) -> int:
    return page().number


def test_what_holds_no_more_by_the_clock_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "pages.sqlite3", "one")
    shelf.put((FLOOR, ""), page())
    shelf.sweep(unchanged, page().until - 1)
    assert kept_in(tmp_path) == [FLOOR]
    shelf.sweep(unchanged, page().until)
    assert kept_in(tmp_path) == []


def test_nothing_is_swept_while_nobody_knows_what_holds(
    post: Post, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.get(FLOOR)
    monkeypatch.setattr(place.numbers, "look", lambda now: None)
    monkeypatch.setattr(place.numbers, "of", changed)
    sweep(place)
    assert kept_in(place.folder) == [FLOOR]


def test_what_cannot_be_swept_now_is_swept_later(tmp_path: Path, caplog: Any) -> None:
    shelf = Shelf(tmp_path / "pages.sqlite3", "one")
    shelf.put((FLOOR, ""), page(SECRET))
    with closing(sqlite3.connect(tmp_path / "pages.sqlite3", isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        shelf.sweep(changed, NOW)
        busy.execute("ROLLBACK")
    assert "Pages cannot be kept" in caplog.text
    shelf.sweep(changed, NOW)
    assert SECRET.encode() not in written_in(tmp_path)


def test_reader_of_the_file_only_puts_off_the_end_of_its_log(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "pages.sqlite3", "one")
    shelf.put((FLOOR, ""), page(SECRET))
    with closing(sqlite3.connect(tmp_path / "pages.sqlite3", isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT path FROM page").fetchall()
        shelf.sweep(changed, NOW)
        reading.execute("ROLLBACK")
    assert kept_in(tmp_path) == []
    shelf.sweep(unchanged, NOW)
    assert SECRET.encode() not in written_in(tmp_path)


@pytest.mark.parametrize("column", ["number", "until", "keys"])
@pytest.mark.parametrize("value", ["some text", b"\xff", -1])
def test_row_that_nobody_can_read_goes(tmp_path: Path, column: str, value: object) -> None:
    shelf = Shelf(tmp_path / "pages.sqlite3", "one")
    shelf.put((FLOOR, ""), page())
    with closing(sqlite3.connect(tmp_path / "pages.sqlite3")) as database, database:
        database.execute(f"UPDATE page SET {column} = ?", [value])
    shelf.sweep(changed, NOW)
    assert kept_in(tmp_path) == []


def test_no_file_is_made_only_to_be_swept(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "pages.sqlite3", "one")
    shelf.sweep(changed, NOW)
    shelf.empty()
    assert list(tmp_path.iterdir()) == []


def test_start_begins_with_an_empty_file(tmp_path: Path, settings: Any) -> None:
    settings.PAGE_STORE = tmp_path / "pages.sqlite3"
    before = Shelf(settings.PAGE_STORE, "one")
    before.put((FLOOR, ""), page(SECRET))
    assert SECRET.encode() in written_in(tmp_path)
    _make_pages_anew()
    assert SECRET.encode() not in written_in(tmp_path)
    # A process that is still there goes on.
    before.put((FLOOR, ""), page())
    assert kept_in(tmp_path) == [FLOOR]


def test_file_of_another_shape_is_emptied(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "pages.sqlite3")) as older:
        older.execute("CREATE TABLE page (path TEXT, page BLOB)")
        older.execute("INSERT INTO page VALUES ('/', ?)", [SECRET.encode()])
        older.commit()
    shelf = Shelf(tmp_path / "pages.sqlite3", "one")
    shelf.put((FLOOR, ""), page())
    assert shelf.get((FLOOR, "")) is not None
    shelf.sweep(unchanged, NOW)
    assert SECRET.encode() not in written_in(tmp_path)
