"""Writes a fitted table as the file that the site reads, and its card."""

from __future__ import annotations

import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from comments.spam.checks import TEXT_CHECKS
from comments.spam.learned.features import ALWAYS, finding_places
from comments.spam.learned.table import FOUND, PLACES, SIGN, UNIT
from comments.spam.learned.weights import FREE
from comments.spam.measures import area_under_curve, caught_at
from comments.spam.policy import PRIOR_LOG_ODDS
from comments.spam.rows import Row
from comments.spam.training.calibrating import Calibration, calibrate, left_out_scores
from comments.spam.training.examples import examples_of
from comments.spam.training.fitting import Example, fit

LEAST = 0.05
"""Log-odds that a finding of a text check weighs at least."""
_LARGEST = (1 << 15) - 1
_COMMON = 100
"""A place that one comment in a hundred has is moved half as far as one that none has."""
_LIMITS = (
    "Learned from English above all, and from the blogs named here.",
    "Calibrated for sites where one comment in ten is spam.",
    "Judges text, name, address domain and link; the form and the site's history are judged apart.",
)


def train(rows: Sequence[Row], dated: str) -> tuple[bytes, dict[str, Any]]:
    """Returns the weights and their card; about a minute for 15,000 rows.

    `dated` is written into the card as it is. The same rows in the same order give the same bytes.
    """
    scores = left_out_scores(rows)
    calibration = calibrate(scores, rows)
    examples = examples_of(rows)
    table, step = quantised(lifted(calibrated(fit(examples), calibration)))
    stored = table + freedom(examples)
    card = {
        "name": "Plainspoken's shipped spam weights",
        "date": dated,
        "step": step,
        "sha256": sha256(stored).hexdigest(),
        "slope": round(calibration.slope, 6),
        "offset": round(calibration.offset, 6),
        "sources_left_out": _figures(scores, rows, calibration),
        "rows": {
            "spam": sum(row.is_spam for row in rows),
            "genuine": sum(not row.is_spam for row in rows),
        },
        "sources": _sources(rows),
        "limits": list(_LIMITS),
    }
    return stored, card


def calibrated(table: Sequence[float], calibration: Calibration) -> list[float]:
    """Returns the table so that, with the prior, its sum is calibrated log-odds."""
    found = [calibration.slope * weight for weight in table]
    found[ALWAYS] += (calibration.offset - PRIOR_LOG_ODDS) * UNIT / SIGN
    return found


def lifted(table: Sequence[float]) -> list[float]:
    """Returns a calibrated table in which a finding never speaks for the reader: at least `LEAST`.

    Signs fitted beside it can take all of what a finding says, and a row of evidence that names pasted
    praise, but counts for the reader, would make no sense to whoever reads it.
    """
    found = list(table)
    for check in sorted(TEXT_CHECKS):
        total = raised = 0.0
        for place in finding_places(check):
            total += table[place] * FOUND / UNIT
            found[place] = (max(total, LEAST) - raised) * UNIT / FOUND
            raised = max(total, LEAST)
    return found


def quantised(table: Sequence[float]) -> tuple[bytes, float]:
    """Returns the table as signed 16-bit numbers, little-endian, and what one of them is worth."""
    step = max(map(abs, table)) / _LARGEST or 1.0
    numbers = array("h", (round(weight / step) for weight in table))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes(), step


def freedom(examples: Iterable[Example]) -> bytes:
    """Returns for each place how much of a lesson may reach it: all, or less the commoner it is."""
    common = [0.0] * PLACES
    total = 0.0
    for example in examples:
        total += example.weight
        for group in example.features.groups:
            for place in group.places:
                common[place] += example.weight
    return bytes(round(FREE / (1 + _COMMON * weight / total)) for weight in common)


def write(stored: bytes, card: dict[str, Any], file: Path) -> None:
    """Writes the weights to a file and the card beside it; raises OSError where it cannot."""
    file.write_bytes(stored)
    told = json.dumps(card, indent=2, ensure_ascii=False)
    file.with_suffix(".json").write_text(told + "\n", "utf-8")


def _figures(
    scores: Sequence[float], rows: Sequence[Row], calibration: Calibration
) -> dict[str, Any]:
    scored = [
        (calibration.probability(score), row.is_spam)
        for score, row in zip(scores, rows, strict=True)
    ]
    return {
        "auc": _rounded(area_under_curve(scored)),
        "caught_at_0_1": _rounded(caught_at(0.001, scored)),
        "caught_at_0_5": _rounded(caught_at(0.005, scored)),
        "caught_at_1": _rounded(caught_at(0.01, scored)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _sources(rows: Sequence[Row]) -> list[dict[str, Any]]:
    counts = Counter((row.source, row.licence, row.is_spam) for row in rows)
    names = sorted({(source, licence) for source, licence, _ in counts})
    return [
        {
            "source": source,
            "licence": licence or "written for this project",
            "spam": counts[source, licence, True],
            "genuine": counts[source, licence, False],
        }
        for source, licence in names
    ]
