"""`manage.py import_markdown DIR`: a folder of text files, or an export of this program."""

from __future__ import annotations

from pathlib import Path

from transfer.command import Options
from transfer.folder_command import FolderCommand
from transfer.items import Source
from transfer.markdown_files import MarkdownFiles
from transfer.own_export import OwnExport, found_in
from transfer.pictures import Pictures


class Command(FolderCommand):
    """Import texts with front matter; what `export_site` wrote comes back whole."""

    help = (
        "Imports a folder (or the .zip of one) of Markdown with front matter, as Jekyll, Hugo and"
        " export_site write it; --media is a folder with pictures that are not in it."
    )
    has_media = True

    def source_in(self, folder: Path, file_name: str, options: Options) -> Source:
        """Open the folder."""
        own = found_in(folder)
        if own:
            return OwnExport(own, by=options.by, dry_run=options.dry_run, file_name=file_name)
        pictures = Pictures(options.media or folder, by=options.by, dry_run=options.dry_run)
        return MarkdownFiles(folder, pictures, file_name=file_name)
