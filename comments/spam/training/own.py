"""The comments that were written for this project: every file of them beside this module."""

from __future__ import annotations

from pathlib import Path

OWN_FILES = tuple(sorted(Path(__file__).parent.glob("*.jsonl")))
"""In order of their names, so that training reads them the same way each time."""
