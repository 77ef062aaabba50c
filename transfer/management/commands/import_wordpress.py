"""`manage.py import_wordpress FILE [--media DIR]`: a blog that was made with WordPress."""

from __future__ import annotations

from pathlib import Path

from transfer.command import ImportCommand, Options
from transfer.items import Source
from transfer.pictures import Pictures
from transfer.wordpress.export import WordPressExport


class Command(ImportCommand):
    """Import the export of a WordPress site (Tools, Export, All content)."""

    help = (
        "Imports posts, pages, topics, authors and comments of a WordPress export (WXR)."
        " With --media, a copy of its wp-content/uploads, the pictures come along."
    )
    has_media = True

    def source(self, path: Path, options: Options) -> Source:
        """Open the file; its pictures are looked for in the folder of --media."""
        return WordPressExport(
            path, Pictures(options.media, by=options.by, dry_run=options.dry_run)
        )
