"""The Nu HTML checker over many documents at once, in one process of Java."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

JAR = Path(__file__).parent / "npm" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
COMMAND = ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--no-langdetect", "--stdout"]
OPTIONS = ["--also-check-css", "--also-check-svg", "--exit-zero-always"]

# What every browser engine has or ignores, and the checker's list of properties does not know yet.
UNKNOWN_TO_IT = ("CSS: “field-sizing”: Property “field-sizing” doesn't exist.",)

# A pseudo-element that its parser stops at; with one it knows in its place it reads the rest.
_HIGHLIGHT = re.compile(rb"::highlight\([a-z-]+\)")


def nu_faults(documents: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Return what is wrong in each document, warnings as well; nothing for those that are right.

    Args:
        documents: their bytes by a name that ends in `.html`, `.css` or `.svg`.
        folder: an empty folder for them.
    """
    _require()
    names = {}
    for number, (name, data) in enumerate(documents.items()):
        path = folder / f"{number}{Path(name).suffix}"
        path.write_bytes(_HIGHLIGHT.sub(b"::selection", data))
        names[path.name] = name
    found: defaultdict[str, list[str]] = defaultdict(list)
    for message in _messages(folder):
        if message["message"] not in UNKNOWN_TO_IT:
            document = names.get(Path(message.get("url", "")).name, "the checker itself")
            found[document].append(f"{message['message']} ({message.get('extract', '')[:120]})")
    return dict(found)


def _require() -> None:
    """Skip where NO_NODE=1 says that the checker is not wanted, and fail where it is only missing."""
    if JAR.is_file() and shutil.which("java"):
        return
    if os.environ.get("NO_NODE") == "1":
        pytest.skip("no Nu HTML checker here, and NO_NODE=1")
    pytest.fail(
        "The Nu HTML checker is needed for this test: install Java and npm, then `make test`;"
        " or set NO_NODE=1 to skip it."
    )


def _messages(folder: Path) -> list[dict[str, str]]:
    done = subprocess.run(
        [*COMMAND, *OPTIONS, str(folder)], capture_output=True, text=True, check=True, timeout=300
    )
    found: list[dict[str, str]] = json.loads(done.stdout)["messages"]
    return found
