"""`manage.py person`: everything that is held under an address, as JSON; and its erasure."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog.refusal import Refused
from comments import moderation, person, person_export
from ledger.models import Channel
from ledger.tables import require_tables


class Command(BaseCommand):
    """Tell a person what is held about her, or erase it."""

    help = "Writes everything held under an e-mail address as JSON, and erases it with --erase."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ADDRESS, --json, --erase, --by and --yes."""
        parser.add_argument("address", metavar="ADDRESS")
        parser.add_argument(
            "--json",
            metavar="FILE",
            dest="file",
            help="Write it into FILE, which nobody else may read; - for the terminal.",
        )
        parser.add_argument(
            "--erase", action="store_true", help="Erase it for ever, after asking back."
        )
        parser.add_argument(
            "--by", metavar="USER", help="Who erases: a colleague who may decide about comments."
        )
        parser.add_argument("--yes", action="store_true", help="Do not ask back.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, count or erase."""
        require_tables()
        try:
            address = person.address_of(options["address"])
            if options["file"]:
                self._write(address, options["file"])
            if options["erase"]:
                self._erase(address, _account(options["by"]), is_sure=options["yes"])
            elif not options["file"]:
                self._tell(person.holdings(address))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _write(self, address: str, name: str) -> None:
        text = json.dumps(person_export.export(address), ensure_ascii=False, indent=1)
        if name == "-":
            self.stdout.write(text)
            return
        try:
            with open(Path(name), "x", encoding="utf-8", opener=_own) as file:
                file.write(f"{text}\n")
        except OSError as error:
            raise CommandError(f"{name} cannot be written: {error.strerror}.") from error
        self.stderr.write(f"Written to {name}.")

    def _erase(self, address: str, by: User, *, is_sure: bool) -> None:
        found = person.holdings(address)
        self._tell(found)
        if found.is_empty:
            return
        if not is_sure and input("Erase it for ever? Type “erase”: ").strip() != "erase":
            raise CommandError("Nothing was erased.")
        erased = moderation.erase_person(address, by=by, channel=Channel.COMMAND)
        self.stderr.write(f"Erased. Comments blanked: {len(erased.comments):,}.")

    def _tell(self, found: person.Holdings) -> None:
        said = {
            "Comments and notes": found.comments,
            "of these, public": found.public,
            "Mail": found.mails,
            "News to be mailed": found.notices,
            "Choices about mail": found.wishes,
            "Lines of the blocklist": found.blocks,
            **dict(found.elsewhere),
        }
        for label, count in said.items():
            self.stderr.write(f"{label}: {count:,}")
        if found.quoted_in:
            numbers = ", ".join(map(str, found.quoted_in))
            self.stderr.write(f"Comments of other people that repeat her, and stay: {numbers}")


def _account(name: str | None) -> User:
    if not name:
        raise CommandError("Say who erases, with --by USER.")
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(f"There is no account “{name}”.") from None


def _own(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
