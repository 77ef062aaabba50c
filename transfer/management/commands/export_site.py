"""`manage.py export_site DIR`: everything as files, to keep or to move elsewhere with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.tables import require_tables
from transfer.exporting import export
from transfer.items import SourceError
from transfer.progress import Bars
from transfer.static_copy import CopyError


class Command(BaseCommand):
    """Write the site into a folder, and say what is in it."""

    help = (
        "Writes everything into a folder: posts and pages as text files, pictures, comments, settings,"
        " and a copy of the public site. Among it are addresses of readers: keep it as you keep those."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the folder."""
        parser.add_argument(
            "folder",
            type=Path,
            metavar="DIR",
            help="A folder that does not exist yet, or is empty.",
        )
        parser.add_argument(
            "--without-copy",
            action="store_true",
            help="Leave out the copy of the public site, which takes longest.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, and say how much."""
        require_tables()
        folder: Path = options["folder"]
        try:
            exported = export(folder, has_copy=not options["without_copy"], progress=Bars())
        except (SourceError, CopyError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror or error}") from error
        for name, count in sorted(exported.counts.items()):
            self.stdout.write(f"{name[:1].upper()}{name[1:]}: {count:,}")
        for note in exported.notes:
            self.stdout.write(note)
        # A name need not be text, a terminal may take nothing else.
        shown = str(folder).encode(errors="replace").decode()
        self.stdout.write(f"Everything is in {shown}. It holds private data of readers.")
