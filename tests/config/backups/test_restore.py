"""The drill: what was backed up comes back on another machine, the same to the byte."""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client

from blog.models import Image, Post
from comments.models import Comment
from config.backups import databases, manifest, postgresql, restoring
from config.backups.errors import BackupError
from config.backups.files import names_in
from ledger.models import Entry
from tests.comments.conftest import make_comment
from tests.config.backups.conftest import Kept, Place, back_up, contents, only
from tests.conftest import RunTogether
from tests.page_keys import made_anew
from tests.rows import hashes_of_rows
from transfer.progress import Bars, Silent

pytestmark = pytest.mark.django_db(transaction=True)

MOMENT = "2027-01-02T03:04:05+00:00"


def pages() -> dict[str, bytes]:
    """Return what readers are served, by address."""
    picture = Image.objects.first()
    assert picture
    shown = picture.address.url
    paths = ["/", "/posts/part-1/", "/posts/wrong-figure/", "/about/", "/feed.atom", shown]
    with time_machine.travel(MOMENT, tick=False):
        answers = {path: Client().get(path) for path in paths}
    assert [answer.status_code for answer in answers.values()] == [200] * len(paths)
    return {path: answer.getvalue() for path, answer in answers.items()}


def pages_at(place: Place, paths: list[str]) -> dict[str, bytes]:
    bodies = place.ask("visit", {"at": MOMENT, "paths": paths})
    return dict(zip(paths, map(base64.b64decode, bodies), strict=True))


def test_everything_comes_back_as_it_was(site: Client, backups: Path, place: Place) -> None:
    before, media, served = hashes_of_rows(), contents(settings.MEDIA_ROOT), pages()
    assert len(before["comments_comment"]) > 10
    assert len(before["django_session"]) == 1
    assert {name.partition("/")[0] for name in media} == {"images", "originals", "site"}

    back_up(backups)
    said = place.manage("restore", only(backups))

    assert said.returncode == 0, said.stderr
    assert f"{Post.objects.count()} posts and pages, {Comment.objects.count()} comm" in said.stdout
    assert f"{len(media)} files of pictures" in said.stdout
    assert "older version" not in said.stdout
    assert place.ask("rows") == before == hashes_of_rows()
    assert contents(place.media) == media
    assert pages_at(place, list(served)) == served
    assert_nobody_else_may_read(place)
    head = Entry.objects.head()
    assert head
    verified = place.manage("verify_ledger", "--head", f"{head.sequence}:{head.hash}")
    assert verified.returncode == 0, verified.stderr


def assert_nobody_else_may_read(place: Place) -> None:
    """A database in a file is for its owner alone; that of a server is in none of ours."""
    kind, _, path = place.database_url.partition(":///")
    if kind == "sqlite":
        assert Path(path).stat().st_mode & 0o077 == 0


def test_pages_that_were_kept_of_another_database_are_made_anew(kept: Kept, place: Place) -> None:
    with made_anew(place.database_url, than=kept.folder / "database.sqlite3"):
        assert place.manage("restore", kept.folder).returncode == 0


class Readers:
    """They comment one after the other, all the time."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.backup_is_made = False

    def comment(self, number: int) -> None:
        count = 0
        while not self.backup_is_made:
            count += 1
            body = f"Thought {count} of reader {number}, which is not like any other thought."
            make_comment(self.post, name=f"Reader {number}", body=body)
            # SQLite queues nobody: without a pause one of them could wait too long.
            time.sleep(0.01)

    def wait_for_another(self) -> int:
        """Wait for a comment that is not committed yet, and return its number."""
        last = Comment.objects.latest("pk").pk
        while (found := Comment.objects.latest("pk").pk) == last:
            time.sleep(0.01)
        return found


@pytest.fixture
def while_copying(monkeypatch: pytest.MonkeyPatch, database: str) -> Callable[..., list[int]]:
    """Do something once, after the copy of the database has begun; SQLite's takes many steps then."""

    def arrange(do: Callable[[], int]) -> list[int]:
        did: list[int] = []
        if database == "postgresql":
            real = postgresql._run

            def run(program: str, *arguments: str) -> str:
                if any("--snapshot" in argument for argument in arguments):
                    did.append(in_a_thread(do))
                return real(program, *arguments)

            monkeypatch.setattr(postgresql, "_run", run)
            return did

        moved = mock.MagicMock()
        moved.return_value.__enter__.return_value = lambda done, known: (
            did.append(do()) if not did else None
        )
        monkeypatch.setattr(Bars, "counting", moved)
        monkeypatch.setattr("config.backups.sqlite._PAGES", 10)
        return did

    return arrange


def in_a_thread(do: Callable[[], int]) -> int:
    """Do it on another connection: this one sees one moment only."""

    def work() -> int:
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(30)


def test_a_backup_is_one_moment_of_a_site_on_which_readers_comment(
    site: Client,
    backups: Path,
    place: Place,
    run_together: RunTogether,
    while_copying: Callable[..., list[int]],
) -> None:
    before = hashes_of_rows()
    readers = Readers(Post.objects.get(slug="part-1"))
    later = while_copying(readers.wait_for_another)

    def work(number: int) -> None:
        if number:
            return readers.comment(number)
        try:
            readers.wait_for_another()
            back_up(backups)
            readers.wait_for_another()
        finally:
            readers.backup_is_made = True

    run_together(4, work, reraise=True)
    assert later
    assert place.manage("restore", only(backups)).returncode == 0

    restored, after = place.ask("rows"), hashes_of_rows()
    growing = {"ledger_entry", "comments_comment"}
    for table in growing:
        assert set(before[table]) < set(restored[table]) < set(after[table]), table
    # Whatever comments do not change is there as it was.
    lasting = {table for table in before if before[table] == after[table]}
    assert {"blog_version", "blog_approval", "blog_image", "auth_user"} <= lasting
    assert all(before[table] == restored[table] for table in lasting)
    head = manifest.read(only(backups)).head
    assert len(restored["ledger_entry"]) == head.sequence
    # What was sent while the copy was made waits for the next one, and with it all that belongs to it.
    (entry,) = Entry.objects.about(f"comments.comment:{later[0]}").filter(verb="submit_comment")
    assert entry.sequence > head.sequence


def test_a_database_that_holds_a_site_is_left_as_it_is(kept: Kept, place: Place) -> None:
    assert place.manage("restore", kept.folder).returncode == 0
    (said,) = place.ask("refusals", [[str(kept.folder), str(place.media)]])
    assert said.startswith("This database is not empty.")
    assert place.ask("rows") == kept.rows
    assert contents(place.media) == kept.media


def test_a_database_with_tables_and_no_rows_is_not_empty(kept: Kept, place: Place) -> None:
    assert place.manage("migrate", "-v0").returncode == 0
    said = place.manage("restore", kept.folder)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("CommandError: This database is not empty")
    assert not place.media.exists()


def test_files_that_are_not_of_the_backup_are_left_as_they_are(
    kept: Kept, place: Place, tmp_path: Path
) -> None:
    name = next(iter(kept.media))
    foreign, other, link = (tmp_path / folder for folder in ("foreign", "other", "link"))
    foreign.mkdir()
    (foreign / "notes.txt").write_text("Somebody's.")
    (other / name).parent.mkdir(parents=True)
    (other / name).write_bytes(kept.media[name] + b"!")
    link.mkdir()
    (link / "images").symlink_to(kept.folder)
    before = [sorted(folder.rglob("*")) for folder in (foreign, other, link)]

    said = place.ask("refusals", [[str(kept.folder), str(at)] for at in (foreign, other, link)])

    assert said[0] == f"MEDIA_ROOT is not empty: {foreign / 'notes.txt'} is not of this backup."
    assert said[1] == f"MEDIA_ROOT is not empty: {other / name} is not of this backup."
    assert said[2] == f"{link / 'images'} is a symbolic link, and a backup holds files only."
    assert [sorted(folder.rglob("*")) for folder in (foreign, other, link)] == before
    assert (other / name).read_bytes() == kept.media[name] + b"!"
    assert place.ask("rows") == {}


def test_checking_changes_nothing(kept: Kept, place: Place) -> None:
    said = place.manage("restore", kept.folder, "--check")
    assert said.returncode == 0, said.stderr
    found = manifest.read(kept.folder)
    assert {*names_in(kept.folder, with_hidden=True)} == {*found.files, "manifest.json"}
    assert f"{len(found.files)} files, head {found.head}" in said.stdout
    assert place.ask("rows") == {}
    assert not place.media.exists()


def test_a_file_that_changes_after_it_was_checked_brings_no_database(
    kept: Kept, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = shutil.copytree(kept.folder, backups)
    found, name = manifest.read(backup), next(iter(kept.media))
    (backup / "media" / name).write_bytes(b"other")
    monkeypatch.setattr(restoring, "check", lambda folder, progress: found)
    empty = mock.Mock(is_empty=lambda: True)
    monkeypatch.setattr(databases, "current", lambda: empty)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "new")
    with pytest.raises(BackupError, match=f"media/{name} has changed"):
        restoring.restore(backup, progress=Silent())
    assert not empty.load.called


def test_a_migration_that_fails_says_where_the_backup_is(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: str, **options: object) -> None:
        raise OperationalError("no room\nfor the rest of the statement")

    monkeypatch.setattr(restoring, "MigrationExecutor", mock.MagicMock())
    monkeypatch.setattr(restoring, "call_command", fail)
    stand_in = mock.Mock(is_empty=lambda: True, check=lambda file: None)
    stand_in.kind = manifest.read(kept.folder).database
    monkeypatch.setattr(databases, "current", lambda: stand_in)
    monkeypatch.setattr(settings, "MEDIA_ROOT", kept.folder / "media")
    with pytest.raises(BackupError) as error:
        restoring.restore(kept.folder, progress=Silent())
    assert str(error.value) == (
        "The backup is in the database, but migrating it failed. The database failed: no room."
    )
    assert stand_in.load.called
