"""`manage.py import_ghost FILE`: posts and pages of a Ghost blog."""

from __future__ import annotations

from pathlib import Path

from transfer.command import ImportCommand, Options
from transfer.ghost import Ghost
from transfer.items import Source
from transfer.pictures import Pictures


class Command(ImportCommand):
    """Import the JSON that Ghost exports."""

    help = (
        "Imports the posts and pages of a Ghost export (JSON); --media is the folder content/images"
        " of that blog."
    )
    has_media = True

    def source(self, path: Path, options: Options) -> Source:
        """Open the export."""
        return Ghost(path, Pictures(options.media, by=options.by, dry_run=options.dry_run))
