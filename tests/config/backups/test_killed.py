"""`kill -9` on the way: the next run tidies up, goes on, or says how to finish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.backups import manifest
from tests.config.backups.conftest import Kept, Place, contents, names

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_that_is_killed_is_none_and_the_next_one_tidies_up(
    kept: Kept, place: Place, backups: Path
) -> None:
    assert place.manage("restore", kept.folder).returncode == 0
    place.die("backup", backups, at="media")
    (half,) = names(backups)
    assert re.fullmatch(r"\.making-2\d{3}-\d\d-\d\dT\d{6}Z", half)
    assert place.manage("backup", backups).returncode == 0
    (whole,) = names(backups)
    assert not whole.startswith(".")
    assert {name: found.sha256 for name, found in manifest.read(backups / whole).media.items()} == {
        name: found.sha256 for name, found in manifest.read(kept.folder).media.items()
    }


@pytest.mark.parametrize("at", ["media", "database"])
def test_a_restore_that_is_killed_goes_on_when_it_is_run_again(
    at: str, kept: Kept, place: Place
) -> None:
    place.die("restore", kept.folder, at=at)
    assert (contents(place.media) == kept.media) is (at == "database")
    said = place.manage("restore", kept.folder)
    assert said.returncode == 0, said.stderr
    assert place.ask("rows") == kept.rows
    assert contents(place.media) == kept.media
    assert not list(place.media.rglob(".*"))


def test_a_restore_that_is_killed_after_the_database_came_is_finished_by_what_the_refusal_says(
    kept: Kept, place: Place
) -> None:
    place.die("restore", kept.folder, at="end")
    refused = place.manage("restore", kept.folder)
    assert refused.returncode == 1
    head = manifest.read(kept.folder).head
    assert f"manage.py migrate, then manage.py verify_ledger --head {head}" in refused.stderr
    assert place.manage("migrate", "-v0").returncode == 0
    assert place.manage("verify_ledger", "--head", head).returncode == 0
    assert place.ask("rows") == kept.rows
    assert contents(place.media) == kept.media
