"""`manage.py import_disqus FILE`: comments for posts that are here already."""

from __future__ import annotations

from pathlib import Path

from transfer.command import ImportCommand, Options
from transfer.disqus import Disqus
from transfer.items import Source


class Command(ImportCommand):
    """Import the XML that Disqus exports."""

    help = (
        "Imports the comments of a Disqus export (XML). Each goes to the post that has, or had, the"
        " address it was written at; import the posts first."
    )

    def source(self, path: Path, options: Options) -> Source:
        """Open the export."""
        return Disqus(path)
