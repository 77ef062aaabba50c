"""Judge instructions per request by what is allowed, and by those that were kept.

A baseline is a file of JSON with counts for each minor version of Python, since each compiles to code of
its own. Counts of two machines are not compared: each is divided by what the reference took in the same
process (`reference.py`), and that is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REFERENCE = "reference"

TOLERATED = 0.05
"""How much a page may change before somebody has to say that it shall: a twentieth, either way."""

Counts = Mapping[str, int]
"""Instructions of one request by its kind, and of the reference once."""


def too_many(found: Counts, most: int) -> list[str]:
    """Return a sentence for each kind that takes more than `most` instructions."""
    return [
        f"{kind}: {number:,} instructions a request, and {most:,} are allowed."
        for kind, number in found.items()
        if kind != REFERENCE and number > most
    ]


def changed(found: Counts, kept: Counts) -> list[str]:
    """Return a sentence for each kind whose price has changed by more than is tolerated.

    A lower price is told as well: kept as it was, the baseline would let the next change have the rest.
    Raises ValueError, whose sentence is for who runs this, where nothing was kept for a kind.
    """
    if missing := ", ".join(sorted(found.keys() - kept.keys())):
        raise ValueError(f"The baseline has no figure for {missing}: make it anew with --write.")
    said = []
    for kind in found.keys() - {REFERENCE}:
        now, before = (counts[kind] / counts[REFERENCE] for counts in (found, kept))
        if abs(now / before - 1) > TOLERATED:
            said.append(_told(kind, now, before))
    return sorted(said)


def _told(kind: str, now: float, before: float) -> str:
    change = f"{kind}: {now:.3f} times the reference, {now / before - 1:+.1%} to the {before:.3f}"
    what = "Make it cheaper, or say why not and" if now > before else "It is cheaper now:"
    return f"{change} of the baseline. {what} keep the new figure with --write."


def of_version(kept: Mapping[str, Counts], python: str) -> Counts:
    """Return what was kept for a version of Python such as 3.11.7; ValueError if nothing was."""
    found = kept.get(_minor(python))
    if found is None:
        raise ValueError(
            f"The baseline has nothing for Python {_minor(python)}, only for {', '.join(kept)}:"
            " with a version it knows, see that the code passes; then add this one with --write."
        )
    return found


def baseline_in(name: str) -> dict[str, Counts]:
    """Read the file of a baseline; an argument that is none is refused by argparse."""
    try:
        read: Any = json.loads(Path(name).read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise argparse.ArgumentTypeError(f"{name} cannot be read: {fault}") from fault
    if not isinstance(read, dict) or not read or not all(map(_is_counts, read.values())):
        raise argparse.ArgumentTypeError(f"{name} is no file that --write made.")
    return read


def _is_counts(read: Any) -> bool:
    return (
        isinstance(read, dict)
        and REFERENCE in read
        and all(isinstance(number, int) and number > 0 for number in read.values())
    )


def keep(path: Path, python: str, counts: Counts) -> None:
    """Write counts into the file of a baseline, in place of those of the same minor version."""
    kept = baseline_in(str(path)) if path.exists() else {}
    kept = {**kept, _minor(python): counts}
    path.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")


def _minor(python: str) -> str:
    return ".".join(python.split(".")[:2])
