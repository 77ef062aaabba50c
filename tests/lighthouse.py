"""Lighthouse over one page of a running site: its scores, and what it finds wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

CLI = Path(__file__).parent / "npm" / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROME = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --no-first-run"
PATIENCE = 100
TRIES = 3


@dataclass(frozen=True)
class Report:
    """The scores from 0 to 100 by category, and a line for each audit that takes points away."""

    scores: dict[str, int]
    faults: list[str]


def require_lighthouse() -> None:
    """Skip where NO_NODE=1 says that it is not wanted, and fail where it is only missing."""
    if CLI.is_file() and shutil.which("node") and shutil.which("chromium"):
        return
    if os.environ.get("NO_NODE") == "1":
        pytest.skip("no Lighthouse here, and NO_NODE=1")
    pytest.fail(
        "Lighthouse is needed for this test: install chromium and npm, then `make test`;"
        " or set NO_NODE=1 to skip it."
    )


def lighthouse(url: str, categories: Sequence[str]) -> Report:
    """Look at `url` as a phone does (its default), in Chromium.

    Raises:
        CalledProcessError: when it could not look at the page.
    """
    # The name of the folder is short: Chromium keeps a socket in it, and a socket's path has an end.
    with TemporaryDirectory(prefix="lh") as folder:
        return _looked(url, Path(folder), categories)


def _looked(url: str, folder: Path, categories: Sequence[str]) -> Report:
    out = folder / "report.json"
    command = ["node", str(CLI), url, "--quiet", "--no-enable-error-reporting"]
    options = [f"--only-categories={','.join(categories)}", f"--chrome-flags={CHROME}"]
    options += ["--output=json", f"--output-path={out}"]
    environ = os.environ | {"CHROME_PATH": shutil.which("chromium") or "", "TMPDIR": str(folder)}
    # On a busy machine it sometimes loses the trace of a page, and asks to be run again itself.
    for _ in range(TRIES - 1):
        if subprocess.run([*command, *options], env=environ, timeout=PATIENCE).returncode == 0:
            return _read(out)
    subprocess.run([*command, *options], check=True, env=environ, timeout=PATIENCE)
    return _read(out)


def _read(path: Path) -> Report:
    found = json.loads(path.read_text(encoding="utf-8"))
    scores = {name: round(100 * part["score"]) for name, part in found["categories"].items()}
    weighed = {
        audit["id"]
        for part in found["categories"].values()
        for audit in part["auditRefs"]
        if audit["weight"]
    }
    faults = [
        f"{name}: {audit['title']} {audit.get('displayValue', '')}"
        for name, audit in found["audits"].items()
        if name in weighed and audit["score"] is not None and audit["score"] < 1
    ]
    return Report(scores, faults)
