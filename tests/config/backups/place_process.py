"""A process of its own in which a test does things at another place: `python -m … NAME`, JSON in and out.

Settings are read once, and the database that a backup goes into is not that of the tests.
"""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import django


def rows(_: Any) -> dict[str, list[str]]:
    """Return the hash of each row of each table."""
    from tests.rows import hashes_of_rows

    return hashes_of_rows()


def visit(wanted: dict[str, Any]) -> list[str]:
    """Open pages at a moment and return their bytes."""
    import time_machine
    from django.conf import settings
    from django.test import Client

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    with time_machine.travel(wanted["at"], tick=False):
        answers = [Client().get(path) for path in wanted["paths"]]
        return [base64.b64encode(answer.getvalue()).decode() for answer in answers]


def refusals(wanted: list[tuple[str, str]]) -> list[str]:
    """Try to restore each folder with a folder for media; return what refused, empty where nothing did."""
    from django.conf import settings
    from django.core.management import CommandError, call_command

    said = []
    for folder, media in wanted:
        settings.MEDIA_ROOT = media
        try:
            call_command("restore", folder, stdout=io.StringIO())
            said.append("")
        except CommandError as error:
            said.append(str(error))
    return said


def die(wanted: dict[str, str]) -> None:
    """Run a command and be killed in the middle of copying media or of the database, or just after it."""
    from django.core.management import call_command

    with KILLS[wanted["at"]]():
        call_command(wanted["command"], wanted["folder"])


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _in_media() -> Iterator[None]:
    from config.backups import files

    real = files.copy
    copied: list[Any] = []

    def copy(source: Any, target: Any) -> Any:
        if len(copied) == 5:
            target.write_bytes(source.read_bytes()[:10])
            _kill()
        copied.append(target)
        return real(source, target)

    with mock.patch.object(files, "copy", copy):
        yield


@contextmanager
def _in_database() -> Iterator[None]:
    """Die with SQLite's copy half done, or with PostgreSQL's program at work, which dies as well."""
    from config.backups import postgresql, sqlite
    from transfer.progress import Bars

    @contextmanager
    def counting(self: Any, name: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, known: _kill() if done > known / 2 else None

    def run(command: list[str], **options: Any) -> Any:
        if "--version" in command or "--list" in command:
            return subprocess.run(command, **options)
        options.pop("capture_output")
        child = subprocess.Popen(command, **options)
        time.sleep(0.1)
        child.kill()
        child.wait()
        return _kill()

    with (
        mock.patch.object(Bars, "counting", counting),
        mock.patch.object(sqlite, "_PAGES", 1),
        mock.patch.object(
            postgresql, "subprocess", SimpleNamespace(**vars(subprocess) | {"run": run})
        ),
    ):
        yield


@contextmanager
def _after_database() -> Iterator[None]:
    from config.backups import restoring

    with mock.patch.object(restoring, "_finish", lambda manifest: _kill()):
        yield


KILLS = {"media": _in_media, "database": _in_database, "end": _after_database}


def main() -> None:
    """Do what the argument names."""
    django.setup()
    doing: dict[str, Callable[[Any], Any]] = {
        "rows": rows,
        "visit": visit,
        "refusals": refusals,
        "die": die,
    }
    print(json.dumps(doing[sys.argv[1]](json.load(sys.stdin))))


if __name__ == "__main__":
    main()
