"""Run a benchmark on SQLite and on PostgreSQL, each in an empty database and a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "--inside"


def run_on_both(script: str, arguments: Sequence[str]) -> None:
    """Run `script` twice with `--inside`, on an empty database each; PostgreSQL comes with the tests."""
    with tempfile.TemporaryDirectory() as folder:
        _run(script, arguments, f"sqlite:///{folder}/bench.sqlite3")
    try:
        from tests.postgres import server

        with server() as address:
            _run(script, arguments, address)
    except SystemExit as absent:
        print(f"PostgreSQL was left out. {absent}")


def prepare() -> None:
    """Set up Django on the empty database of this process."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _run(script: str, arguments: Sequence[str], address: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": address,
        "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
        "SITE_URL": "http://localhost:8000",
        "THROTTLE": "off",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    subprocess.run(
        [sys.executable, script, INSIDE, *arguments], env=environment, cwd=ROOT, check=True
    )
