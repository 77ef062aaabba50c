"""Run a benchmark on SQLite and on PostgreSQL, each in an empty database and a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "--inside"


def print_on_both(
    script: str,
    parser: argparse.ArgumentParser,
    measure: Callable[[argparse.Namespace], Iterable[Mapping[str, Any]]],
) -> None:
    """Print what `measure` finds in an empty database of each kind, a line of JSON for each finding.

    Args:
        script: the file of the benchmark, which is run again for each database.
        parser: knows the arguments of the benchmark; `measure` is given what was read.
    """
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        run_on_both(script, sys.argv[1:])
        return
    prepare()
    for found in measure(options):
        print(json.dumps(found), flush=True)


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
