"""Writes a fitted table as the file that the site reads, and its card."""

from __future__ import annotations

import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from comments.spam.checks import TEXT_CHECKS
from comments.spam.learned.features import ALWAYS, features_of, finding_places
from comments.spam.learned.table import FOUND, PLACES, SIGN, UNIT
from comments.spam.learned.weights import FREE
from comments.spam.measures import area_under_curve, caught_at
from comments.spam.policy import PRIOR_LOG_ODDS
from comments.spam.rows import Row
from comments.spam.training.calibrating import Calibration, calibrate, left_out_scores
from comments.spam.training.examples import examples_of
from comments.spam.training.fitting import Example, fit

OURS = "written for this project"
"""What the card says of our own rows in place of a licence; nobody else's may be called so."""
LEAST = 0.05
"""Log-odds that a finding of a text check weighs at least."""
_LARGEST = (1 << 15) - 1
_COMMON = 10
"""A place that one comment in ten has is moved half as far as one that none has."""
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
    stored = table + freedom(rows, examples)
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


def freedom(rows: Sequence[Row], examples: Iterable[Example]) -> bytes:
    """Returns for each place how far lessons may move it: all the way, or less the commoner it is.

    Signs that do not need a link field stay as they are: nearly every comment has some, and they mean
    the same everywhere. Whether readers fill that field differs from site to site.
    """
    free = bytearray(round(FREE / (1 + _COMMON * share)) for share in _shares(examples))
    for place in _signs_without_link(rows):
        free[place] = 0
    return bytes(free)


def _shares(examples: Iterable[Example]) -> list[float]:
    """Returns the share of comments that have each place."""
    common, total = [0.0] * PLACES, 0.0
    for example in examples:
        total += example.weight
        for group in example.features.groups:
            for place in group.places:
                common[place] += example.weight
    return [weight / total for weight in common]


def _signs_without_link(rows: Iterable[Row]) -> set[int]:
    without = (features_of(replace(row, url="").submission) for row in rows)
    groups = (group for features in without for group in features.groups)
    return {place for group in groups if group.name == "signs" for place in group.places}


def write(stored: bytes, card: dict[str, Any], file: Path) -> None:
    """Writes the weights to a file and the card beside it; raises OSError where it cannot.

    Both are written whole beside their places before either is replaced. Between the two the weights
    and the card do not belong together, and whoever reads them then is told so and takes neither.
    """
    told = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    content = {file: stored, file.with_suffix(".json"): told.encode()}
    made = {place: place.with_name(f".{place.name}.new") for place in content}
    try:
        for place, beside in made.items():
            beside.write_bytes(content[place])
        for place, beside in made.items():
            beside.replace(place)
    finally:
        for beside in made.values():
            beside.unlink(missing_ok=True)


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
            "licence": licence or "not told",
            "spam": counts[source, licence, True],
            "genuine": counts[source, licence, False],
        }
        for source, licence in names
    ]
