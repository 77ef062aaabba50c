"""`manage.py train_spam FILE…`: builds the weights that the spam filter ships with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments.spam.learned.weights import SHIPPED
from comments.spam.rows import Row, UnreadableRowsError, read_rows
from comments.spam.training.own import OWN_FILES
from comments.spam.training.shipping import train, write


class Command(BaseCommand):
    """The same files give the same bytes."""

    help = "Builds the spam weights from the project's own comments and from files of judged ones."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add FILE…, --model and --date."""
        parser.add_argument(
            "files", nargs="*", type=Path, metavar="FILE", help="JSON lines, read in order."
        )
        parser.add_argument(
            "--model", type=Path, default=SHIPPED, help="Where to write; the card goes beside it."
        )
        parser.add_argument("--date", default="", help="The date that the card shall bear.")

    def handle(self, *args: Any, files: list[Path], model: Path, date: str, **options: Any) -> None:
        """Read, train, write the weights and their card, and print the figures of sources left out."""
        _require_place(model)
        try:
            rows = [row for file in (*OWN_FILES, *files) for row in read_rows(file)]
            _require_both_kinds(rows)
            stored, card = train(rows, date)
            write(stored, card, model)
        except UnreadableRowsError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{model} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{model}: {len(rows)} comments, {card['sha256']}")
        for name, value in card["sources_left_out"].items():
            self.stdout.write(f"  {name}: {value}")


def _require_place(model: Path) -> None:
    """Refuses before some minutes of training what could not be written after them."""
    if model.is_dir() or not model.parent.is_dir():
        raise CommandError(f"{model} cannot be written: name a file in a folder that is there.")
    if model.suffix == ".json":
        raise CommandError(f"{model} is where the card would stand; let the weights end otherwise.")


def _require_both_kinds(rows: list[Row]) -> None:
    if len({row.is_spam for row in rows}) < 2:
        raise UnreadableRowsError("The files must hold both spam and readers' words.")
