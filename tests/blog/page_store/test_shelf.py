"""A file of pages that is damaged, full, read-only or gone: pages are served, and the log says why."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Post
from blog.page_store.memory import Memory
from blog.page_store.page import Page, encoded, unpacked
from blog.page_store.shelf import Shelf
from tests.blog.page_store.conftest import Place
from tests.cast import make_post

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR = "/posts/floor/"


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Floor", slug="floor")


def page(text: str = "words", size: int = 0) -> Page:
    """A page as one is kept."""
    body = text.encode() + b" " * size
    return Page(7, ("site",), 1e9, 2e9, False, (("Content-Type", "text/html"),), encoded(body))


def cut_in_half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def no_database(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 500)


def gone(path: Path) -> None:
    for found in path.parent.glob(f"{path.name}*"):
        found.unlink()


DAMAGE: list[Callable[[Path], None]] = [cut_in_half, no_database, gone]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_file_is_begun_anew(
    post: Post, place: Place, caplog: Any, database: str, damage: Callable[[Path], None]
) -> None:
    for path in (FLOOR, "/", "/archive/", "/feed.atom", "/sitemap.xml"):
        place.get(path)
    checkpoint(place.folder / "pages.sqlite3")
    damage(place.folder / "pages.sqlite3")
    for _ in range(2):
        after = Place(place.folder)
        assert [after.get(path).status for path in (FLOOR, FLOOR, "/")] == [200, 200, 200]
    if damage is not gone:
        assert "so the site is slower" in caplog.text
    # On PostgreSQL a process that begins to listen makes each page once.
    assert after.asked == ([] if database == "sqlite" else [FLOOR, "/"])


def checkpoint(path: Path) -> None:
    """Write what stands in the log into the file itself."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def test_damaged_page_is_made_anew(post: Post, place: Place, caplog: Any) -> None:
    place.get(FLOOR)
    database = sqlite3.connect(place.folder / "pages.sqlite3")
    database.execute(
        "UPDATE page SET page = CAST(substr(page, 1, length(page) - 9) || 'something' AS BLOB)"
    )
    database.commit()
    database.close()
    after = Place(place.folder)
    assert after.get(FLOOR).text.endswith("</html>\n")
    assert after.asked == [FLOOR]
    assert caplog.text.count("is damaged and is made anew") == 1


@pytest.mark.parametrize("column", ["page", "digest"])
@pytest.mark.parametrize("value", ["some text", 12, 0.5, b"", ""])
def test_what_is_no_page_at_all_is_made_anew(
    post: Post, place: Place, caplog: Any, column: str, value: object
) -> None:
    place.get(FLOOR)
    change(place, f"UPDATE page SET {column} = ?", value)
    after = Place(place.folder)
    assert after.get(FLOOR).status == 200
    assert after.asked == [FLOOR]
    assert "is damaged and is made anew" in caplog.text


def test_page_of_whoever_can_write_the_file_is_none_of_ours(post: Post, place: Place) -> None:
    place.get(FLOOR)
    data = page("Theirs").packed()
    digest = hashlib.blake2b(f"{FLOOR}\0\0".encode() + data, digest_size=16).digest()
    change(place, "UPDATE page SET page = ?, digest = ?", data, digest)
    after = Place(place.folder)
    assert "Theirs" not in after.get(FLOOR).text
    assert after.asked == [FLOOR]


def test_page_of_another_address_is_not_ours(post: Post, place: Place) -> None:
    place.get("/")
    change(place, "UPDATE page SET path = ?", FLOOR)
    after = Place(place.folder)
    after.get(FLOOR)
    assert after.asked == [FLOOR]


def change(place: Place, sql: str, *values: object) -> None:
    """Write into the file as somebody else does."""
    with closing(sqlite3.connect(place.folder / "pages.sqlite3")) as database, database:
        database.execute(sql, values)


def test_folder_nobody_may_write_to_makes_the_site_slower(
    post: Post, place: Place, caplog: Any, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    place.shelf = Shelf(blocked / "below", "one")
    place.keeper._shelf = place.shelf
    assert [place.get(FLOOR).status for _ in range(3)] == [200, 200, 200]
    # This process holds what it made.
    assert place.asked == [FLOOR]
    assert caplog.text.count("so the site is slower") == 1


def test_full_disk_makes_the_site_slower(
    post: Post, place: Place, monkeypatch: Any, caplog: Any
) -> None:
    place.get("/")
    database = place.shelf._open()
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    assert [place.get(FLOOR).status for _ in range(2)] == [200, 200]
    assert place.asked == ["/", FLOOR]


def test_locked_file_is_not_waited_for_long(post: Post, place: Place) -> None:
    place.get("/")
    database = sqlite3.connect(place.folder / "pages.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    assert [place.get(FLOOR).status for _ in range(2)] == [200, 200]
    database.execute("ROLLBACK")
    database.close()


def test_pages_of_another_program_are_not_there(post: Post, place: Place) -> None:
    place.get(FLOOR)
    after = Place(place.folder, program="two")
    after.get(FLOOR)
    assert after.asked == [FLOOR]


def test_oldest_pages_go_when_there_are_too_many(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("blog.page_store.shelf._LOOKS_EVERY", 1)
    shelf = Shelf(tmp_path / "pages.sqlite3", "one", most=100_000)
    for number in range(100):
        shelf.put((f"/{number}/", ""), page(size=5_000))
    assert shelf.get(("/0/", "")) is None
    assert shelf.get(("/99/", "")) is not None
    kept = sum(shelf.get((f"/{number}/", "")) is not None for number in range(100))
    assert 5 < kept < 30


def test_memory_holds_what_came_last(tmp_path: Path) -> None:
    memory = Memory(most=50_000)
    for number in range(100):
        memory.put((f"/{number}/", ""), page(size=5_000))
    assert memory.get(("/0/", "")) is None
    assert memory.get(("/99/", "")) is not None


def test_same_address_takes_its_place_once(tmp_path: Path) -> None:
    memory = Memory(most=50_000)
    memory.put(("/a/", ""), page())
    for _ in range(100):
        memory.put(("/b/", ""), page(size=5_000))
    assert memory.get(("/a/", "")) is not None


def test_page_is_the_same_after_it_was_packed() -> None:
    kept = page("Grüße")
    assert unpacked(kept.packed()) == kept


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\n", b'{"sizes": 3}', b'{"sizes": {}}\nx'])
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(data)
