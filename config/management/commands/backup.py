"""`manage.py backup DIR`: the whole site as a folder, while it is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups.errors import FAILURES, sentence
from config.backups.rotation import Keep
from config.backups.taking import back_up
from transfer.progress import Bars

_OPTIONS = {
    "": "the newest N",
    "-daily": "the newest of each of N days",
    "-weekly": "the newest of each of N weeks",
    "-monthly": "the newest of each of N months",
}


class Command(BaseCommand):
    """Make a backup, and then remove old ones."""

    help = (
        "Makes a backup in DIR, in a folder named after the moment: the database and MEDIA_ROOT, with the"
        " sums of all files. The site may run. Keys and settings are not in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read where, and how many are kept."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        for name, what in _OPTIONS.items():
            text = f"keep {what}, and remove what no option keeps"
            parser.add_argument(f"--keep{name}", type=_count, default=0, metavar="N", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say where it is."""
        keep = Keep(
            newest=options["keep"],
            daily=options["keep_daily"],
            weekly=options["keep_weekly"],
            monthly=options["keep_monthly"],
        )
        try:
            taken = back_up(options["folder"], keep=keep, progress=Bars())
        except FAILURES as error:
            raise CommandError(sentence(error)) from error
        size = sum(found.size for found in taken.manifest.files.values())
        for name in taken.removed:
            self.stdout.write(f"Removed: {name}")
        self.stdout.write(f"{len(taken.manifest.files):,} files, {size / 1_000_000:,.1f} MB")
        self.stdout.write(f"head {taken.manifest.head}")
        # A name need not be text, and a terminal may take nothing else.
        shown = str(taken.folder).encode(errors="replace").decode()
        self.stdout.write(f"The backup is whole: {shown}")
        self.stdout.write("Keys and settings are not in it; keep them apart from it.")


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


_count.__name__ = "number from 1"
