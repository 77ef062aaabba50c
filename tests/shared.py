"""Data that lies beside the project: read in place, and missed loudly."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def file(name: str) -> Path:
    """Return the path of a file, e.g. `wordpress/cc-labs.wordpress.xml`.

    Without the file the test fails; with NO_SHARED=1 it is skipped, and says so.
    """
    path = FOLDER / name
    if not path.exists():
        if os.environ.get("NO_SHARED") == "1":
            pytest.skip(f"{path.name} is absent (NO_SHARED=1)")
        pytest.fail(f"{path.name} is absent; NO_SHARED=1 leaves its tests out")
    return path


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines, found as `file` finds it."""
    # Of bytes, only the ends of lines part lines; in a text U+2028 would as well.
    return [json.loads(line) for line in file(name).read_bytes().splitlines()]


def naughty() -> list[str]:
    """Return strings that break programs: all of them on SQLite, a part on a second database.

    What Django does with a string is the same on both. A second database gets each fourth, and all
    with a sign that it could treat in its own way: NUL, controls, surrogates, or beyond U+D7FF.
    """
    strings = [row["payload"] for row in rows("attacks/naughty_public.jsonl")]
    if connection.vendor == "sqlite":
        return strings
    return [text for number, text in enumerate(strings) if number % 4 == 0 or _is_odd(text)]


def _is_odd(text: str) -> bool:
    return any(sign == "\x7f" or sign < " " or ord(sign) > 0xD7FF for sign in text)
