"""`manage.py evaluate_spam FILE.jsonl`: how well the spam filter judges comments that are judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments.spam.evaluation import SHARES, Evaluation, evaluate
from comments.spam.learned.weights import DamagedModelError, shipped
from comments.spam.measures import area_under_curve, caught_at, interval
from comments.spam.rows import Row, UnreadableRowsError, read_rows


class Command(BaseCommand):
    """Deterministic but for the time it takes."""

    help = "Measures the spam filter on a file of judged comments, one JSON object a line."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add FILE, --learn, --json and --predictions."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--learn", type=int, default=0, metavar="N",
            help="Decide the first N lines as a moderator would, and measure on the rest.",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")
        parser.add_argument(
            "--predictions", type=Path, metavar="OUT",
            help="Write score, verdict and evidence of each measured line as JSON lines.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, write the predictions and print the figures."""
        _require_weights()
        rows = _rows(options["file"], options["learn"])
        if options["predictions"]:
            _require_another(options["predictions"], options["file"])
        evaluation = evaluate(rows, options["learn"])
        if options["predictions"]:
            _write(evaluation, options["predictions"])
        told = json.dumps(evaluation.figures()) if options["json"] else in_words(evaluation)
        self.stdout.write(told)


def _require_weights() -> None:
    try:
        shipped()
    except DamagedModelError as error:
        raise CommandError(f"The shipped weights cannot be used: {error}.") from error


def _require_another(out: Path, file: Path) -> None:
    if out.exists() and out.samefile(file):
        raise CommandError(f"{out} holds the comments; write the predictions elsewhere.")


def _rows(file: Path, learn: int) -> list[Row]:
    try:
        rows = read_rows(file)
    except UnreadableRowsError as error:
        raise CommandError(str(error)) from error
    if not 0 <= learn < len(rows):
        message = f"--learn {learn} must leave something to measure of {len(rows)} comments."
        raise CommandError(message)
    return rows


def _write(evaluation: Evaluation, file: Path) -> None:
    try:
        with file.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(one) + "\n" for one in evaluation.predictions())
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error


def in_words(evaluation: Evaluation) -> str:
    """Returns the figures in sentences, shares with their 95 % intervals."""
    figures = evaluation.figures()
    lines = [f"{figures['lines']} comments: {figures['spam']} spam, {figures['genuine']} genuine."]
    lines.append(_auc(evaluation))
    lines.extend(_caught(evaluation, share) for share in SHARES.values())
    lines.append(f"F1 where a person looks: {_number(figures['f1'])}.")
    lines.append(f"Calibration error: {figures['calibration_error']:.3f}.")
    lines.append(f"{figures['ms_per_comment']} ms of CPU a comment.")
    for kind, counts in figures["verdicts"].items():
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        lines.append(f"Verdicts on {kind}: {told}.")
    return "\n".join(lines)


def _auc(evaluation: Evaluation) -> str:
    found = interval(area_under_curve, evaluation.scored)
    between = f" ({found.low:.3f} to {found.high:.3f})" if found else ""
    return f"Area under the curve: {_number(area_under_curve(evaluation.scored))}{between}."


def _caught(evaluation: Evaluation, share: float) -> str:
    caught = caught_at(share, evaluation.scored)
    found = interval(lambda scored: caught_at(share, scored), evaluation.scored)
    if caught is None or found is None:
        return f"Caught where {share:.1%} of genuine comments are stopped: needs both kinds."
    between = f"{found.low:.1%} to {found.high:.1%}"
    return f"Caught where {share:.1%} of genuine comments are stopped: {caught:.1%} ({between})."


def _number(value: float | None) -> str:
    return "needs both kinds" if value is None else f"{value:.3f}"
