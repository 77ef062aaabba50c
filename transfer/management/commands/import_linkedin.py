"""`manage.py import_linkedin DIR`: what a member wrote on LinkedIn."""

from __future__ import annotations

from pathlib import Path

from transfer.command import Options
from transfer.folder_command import FolderCommand
from transfer.items import Source
from transfer.linkedin import LinkedIn
from transfer.pictures import Pictures


class Command(FolderCommand):
    """Import the archive that LinkedIn gives a member."""

    help = (
        "Imports posts and articles from a member's archive, a folder or the .zip of it; --media is a"
        " folder with its pictures."
    )
    has_media = True

    def source_in(self, folder: Path, file_name: str, options: Options) -> Source:
        """Open the archive."""
        pictures = Pictures(options.media, by=options.by, dry_run=options.dry_run)
        return LinkedIn(folder, pictures, file_name=file_name)
