"""Data that lies beside the project: read in place, and missed loudly."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

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
    return [json.loads(line) for line in file(name).read_text(encoding="utf-8").splitlines()]
