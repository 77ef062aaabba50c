"""`deploy/upgrade`: a backup, the other version, and the one before where anything fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from config.backups import manifest
from tests.config.backups.conftest import Kept, Place, contents, only
from tests.transfer.whole_site import CARE

PROGRAM = """\
#!/bin/sh
asked="$(git -C {site} describe --tags) {name} $*"
echo "$asked" >> {log}
case "$asked" in $FAILS) exit 1;; esac
"""
PIP = "pip install --quiet --require-hashes -r requirements/base.lock"
STOP, BACKUP = "systemctl stop plainspoken", "systemctl start plainspoken-backup"
START = "systemctl start plainspoken"


class Machine:
    """A machine with two versions of the site, whose programs write down what they are asked."""

    def __init__(self, home: Path) -> None:
        self.site, self.log, self._programs = home / "site", home / "log", home / "programs"
        origin = home / "origin"
        (origin / "deploy").mkdir(parents=True)
        shutil.copy(settings.BASE_DIR / "deploy" / "upgrade", origin / "deploy" / "upgrade")
        git(origin, "init", "--quiet")
        self._release(origin, "v1")
        git(home, "clone", "--quiet", str(origin), str(self.site))
        # The other version comes later, and with another script.
        with (origin / "deploy" / "upgrade").open("a") as file:
            file.write("exit 7\n")
        self._release(origin, "v2")
        self._write(self._programs / "systemctl")
        self._write(self.site / ".venv" / "bin" / "pip")

    def upgrade(self, *arguments: str, fails: str = "nothing") -> subprocess.CompletedProcess[str]:
        """Run the script; the command that is asked as `fails` says fails."""
        self.log.write_text("")
        return subprocess.run(
            [self.site / "deploy" / "upgrade", *arguments],
            capture_output=True,
            check=False,
            cwd="/",
            text=True,
            env={**os.environ, "PATH": f"{self._programs}:{os.environ['PATH']}", "FAILS": fails},
        )

    def asked(self) -> list[str]:
        """Return what was asked of the programs, after the version that was there then."""
        return self.log.read_text().splitlines()

    def _release(self, origin: Path, version: str) -> None:
        (origin / "version").write_text(version)
        git(origin, "add", "--all")
        git(origin, "commit", "--quiet", "--message", version)
        git(origin, "tag", version)

    def _write(self, program: Path) -> None:
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(PROGRAM.format(site=self.site, name=program.name, log=self.log))
        program.chmod(0o755)


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular."""
    person = ("-c", "user.name=Operator", "-c", "user.email=operator@example.com")
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine that runs v1, and could run v2."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Machine(tmp_path)


def test_the_backup_comes_first_and_is_made_by_the_version_that_ran(machine: Machine) -> None:
    done = machine.upgrade("v2")
    assert done.returncode == 0, done.stderr
    assert machine.asked() == [f"v1 {STOP}", f"v1 {BACKUP}", f"v2 {PIP}", f"v2 {START}"]
    assert "Now runs v2" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("v3",), ("",)])
def test_a_version_that_is_not_there_stops_nothing(
    machine: Machine, arguments: tuple[str, ...]
) -> None:
    done = machine.upgrade(*arguments)
    assert done.returncode != 0
    assert (
        "There is no version v3." if arguments == ("v3",) else "Say which version"
    ) in done.stderr
    assert machine.asked() == []


def test_without_a_backup_nothing_changes(machine: Machine) -> None:
    done = machine.upgrade("v2", fails=f"v1 {BACKUP}")
    assert done.returncode == 1
    assert machine.asked() == [f"v1 {STOP}", f"v1 {BACKUP}", f"v1 {PIP}", f"v1 {START}"]


def test_packages_that_cannot_be_installed_bring_the_version_before_back(machine: Machine) -> None:
    done = machine.upgrade("v2", fails=f"v2 {PIP}")
    assert done.returncode == 1
    assert "Going on with the version before" in done.stderr
    assert machine.asked()[-3:] == [f"v2 {PIP}", f"v1 {PIP}", f"v1 {START}"]


@pytest.mark.django_db(transaction=True)
def test_a_restored_site_is_backed_up_and_a_backup_of_an_older_version_is_migrated(
    kept: Kept, backups: Path, make_place: Callable[[], Place]
) -> None:
    old, new = make_place(), make_place()
    assert old.manage("restore", kept.folder).returncode == 0
    for app, migration in (("comments", "0003"), ("blog", "0013")):
        said = old.manage("migrate", app, migration, "-v0")
        assert said.returncode == 0, said.stderr
    assert old.manage("backup", backups).returncode == 0
    migrations = manifest.read(only(backups)).migrations
    assert migrations["comments"] == "0003_decisions_edits_and_correspondence"
    assert migrations["blog"] == "0013_answers_and_languages"

    said = new.manage("restore", only(backups))

    assert said.returncode == 0, said.stderr
    assert "older version, and is migrated" in said.stdout
    assert new.manage("migrate", "--check").returncode == 0
    # What the older version had no place for is not there, or as a site begins; that is chosen again.
    again = f"from blog.models import Site; Site.objects.update(care={CARE})"
    assert new.manage("shell", "--verbosity=0", "--command", again).returncode == 0
    came, were = unmigrated(new.ask("rows")), unmigrated(kept.rows)
    # Migrations tell these anew from record and words, with new numbers and the moments of entries.
    for table in ("blog_publicchange", "comments_echo"):
        assert len(came.pop(table)) == len(were.pop(table)) > 0
    assert came.pop("comments_lesson") == []
    assert were.pop("comments_lesson")
    assert came == were
    assert contents(new.media) == kept.media


def unmigrated(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out what is newer than the older version, or made anew: moments, ways back, lists, counts."""
    changed = ("django_migrations", "blog_search_", "blog_wayback", "comments_tally")
    return {table: rows[table] for table in rows if not table.startswith(changed)}
