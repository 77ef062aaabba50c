"""What every command that imports has in common; each format adds how to open its files.

A command for a format is a class in `management/commands/` that says what it reads and how:

    class Command(ImportCommand):
        \"\"\"Import the export of a Ghost blog.\"\"\"

        help = "Imports the posts and pages of a Ghost export."
        takes = "file"                # or "folder"
        has_media = True              # adds --media DIR

        def source(self, path: Path, options: Options) -> Source:
            return GhostExport(path, Pictures(options.media, by=options.by, dry_run=options.dry_run))

`source` raises `SourceError` for what it cannot open. A further option is added in `add_arguments`,
after `super().add_arguments(parser)`, and found in `options.more` under its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError

from blog.adoptable import adoption_list
from blog.models import Batch
from blog.refusal import Refused
from blog.workflow.adopting import adopt, may_adopt
from ledger.models import Channel
from ledger.record import Actor
from ledger.tables import require_tables
from transfer.items import Item, Source, SourceError
from transfer.progress import Bars
from transfer.storing import bring
from transfer.summary import Summary

CONTINUE = "Run the same command again to continue where it stopped; nothing comes in twice."


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person at the keyboard chose.

    Attributes:
        by: who imports, for what keeps pictures.
        media: the folder of `--media`, which exists; `None` without it.
        dry_run: nothing may be written, no file either.
        more: every option by its name, also those a format adds.
    """

    by: Actor
    media: Path | None
    dry_run: bool
    more: Mapping[str, Any]


class ImportCommand(BaseCommand):
    """Check, import step by step, tell what was done; adopt in the end if asked to."""

    takes = "file"
    has_media = False

    def source(self, path: Path, options: Options) -> Source:
        """Open what is at `path`, which exists and is a file or folder as `takes` says.

        Raises:
            SourceError: it is nothing of this format.
        """
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """Add FILE or DIR, --dry-run, --adopt-as and, where the format has pictures, --media."""
        parser.add_argument("path", type=Path, metavar="DIR" if self.takes == "folder" else "FILE")
        if self.has_media:
            parser.add_argument(
                "--media", type=Path, metavar="DIR", help="The folder with the old site's pictures."
            )
        parser.add_argument(
            "--dry-run", action="store_true", help="Write nothing; tell what would come in."
        )
        parser.add_argument(
            "--adopt-as",
            metavar="USER",
            help="Afterwards adopt what was public there, signed by this account.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, print the summary, adopt."""
        require_tables()
        if settings.READ_ONLY and not options["dry_run"]:
            raise CommandError("This site is read-only (READ_ONLY), so nothing can be imported.")
        signer = _signer(options["adopt_as"])
        summary = self._imported(options)
        for line in summary.lines(whole=options["verbosity"] > 1):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was written.")
        elif signer:
            self._adopt(summary.batch, signer)

    def _path(self, options: Mapping[str, Any]) -> Path:
        path: Path = options["path"]
        is_right = path.is_dir() if self.takes == "folder" else path.is_file()
        if path.exists() and not is_right:
            raise CommandError(f"There is no {self.takes} {path}: that is something else.")
        if not is_right:
            raise CommandError(f"There is no {self.takes} {path}.")
        return path

    def _media(self, options: Mapping[str, Any]) -> Path | None:
        media: Path | None = options.get("media")
        if media and not media.is_dir():
            raise CommandError(f"There is no folder {media}.")
        return media

    def _imported(self, options: Mapping[str, Any]) -> Summary:
        by = Actor.system(Channel.COMMAND)
        dry_run = options["dry_run"]
        try:
            path, media = self._path(options), self._media(options)
            chosen = Options(by=by, media=media, dry_run=dry_run, more=options)
            source = self.source(path, chosen)
            return bring(source, by=by, dry_run=dry_run, progress=self._shown)
        except SourceError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename or options['path']}: {error.strerror or error}"
            ) from error
        except OperationalError as error:
            raise CommandError(f"The database did not answer in time. {CONTINUE}") from error
        except DatabaseError as error:
            raise CommandError(f"The database refused a part of it: {error}. {CONTINUE}") from error
        except KeyboardInterrupt as stop:
            raise CommandError(f"Stopped. {CONTINUE}", returncode=130) from stop

    def _shown(self, items: Iterable[Item], total: int) -> Iterable[Item]:
        return Bars().through(items, total, "importing")

    def _adopt(self, batch: Batch | None, signer: User) -> None:
        """Sign for what came in, now or in an earlier run of the same file."""
        found = adoption_list(batch) if batch else None
        if found is None or not found.rows:
            self.stdout.write("No post waits to be adopted.")
            return
        try:
            adoption = adopt(found.batch, by=signer, seen=found.hash, channel=Channel.COMMAND)
        except Refused as refusal:
            raise CommandError(f"It is imported, but not adopted. {refusal}") from refusal
        self.stdout.write(f"Adopted by {adoption.by_label}: {adoption.count:,}")


def _signer(username: str | None) -> User | None:
    """Return the account that shall sign, looked at before anything else is done."""
    if username is None:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account “{username}”.")
    if not may_adopt(user):
        raise CommandError(
            f"The account “{username}” may not adopt an import: that is the chief executive's."
        )
    return user
