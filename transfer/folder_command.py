"""What the commands have in common that import a folder, or the .zip of one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from transfer import folders
from transfer.command import ImportCommand, Options
from transfer.items import Source


class FolderCommand(ImportCommand):
    """Open the folder, unpacking an archive for as long as the import takes."""

    takes = "folder"

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and take away what was unpacked."""
        with ExitStack() as self._opened:
            super().handle(*args, **options)

    def source(self, path: Path, options: Options) -> Source:
        """Open the folder or archive at `path`.

        Raises:
            SourceError: it is nothing of this format, or made to do harm.
        """
        return self.source_in(self._opened.enter_context(folders.opened(path)), path.name, options)

    def source_in(self, folder: Path, file_name: str, options: Options) -> Source:
        """Return what is in a folder; `file_name` is what people call it.

        Raises:
            SourceError: it is nothing of this format.
        """
        raise NotImplementedError

    def _path(self, options: Mapping[str, Any]) -> Path:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"There is no folder {path}, and no archive of that name.")
        return path
