"""`manage.py restore DIR`: a backup into an empty database and an empty MEDIA_ROOT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog.models import Post
from comments.models import Comment
from config.backups.checking import check
from config.backups.errors import FAILURES, sentence
from config.backups.manifest import Manifest
from config.backups.restoring import restore
from transfer.progress import Bars


class Command(BaseCommand):
    """Check a backup, bring it back, and say what came."""

    help = (
        "Brings the backup in DIR back: into an empty database and an empty MEDIA_ROOT, after every file"
        " of it was checked. Stop the site first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read which."""
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="one backup, named after its moment"
        )
        parser.add_argument(
            "--check", action="store_true", help="only check that the backup is whole"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and unless that was all, restore."""
        folder: Path = options["folder"]
        try:
            if options["check"]:
                self._tell_of(check(folder, progress=Bars()))
            else:
                self._restore(folder)
        except FAILURES as error:
            raise CommandError(sentence(error)) from error

    def _tell_of(self, manifest: Manifest) -> None:
        self.stdout.write(
            f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC is whole: made by version"
            f" {manifest.version}, {len(manifest.files):,} files, head {manifest.head}"
        )

    def _restore(self, folder: Path) -> None:
        restored = restore(folder, progress=Bars())
        self._tell_of(restored.manifest)
        self.stdout.write(
            f"Back are {Post.objects.count():,} posts and pages, {Comment.objects.count():,} comments,"
            f" {User.objects.count():,} accounts, {len(restored.manifest.media):,} files of pictures."
        )
        if restored.was_migrated:
            self.stdout.write("It was of an older version, and is migrated.")
        self.stdout.write(f"The record is whole: head {restored.head}")
