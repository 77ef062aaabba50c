"""`manage.py verify_ledger`: prove that nobody changed the record."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.verify import Chain, Problem, kept_head_problem, problems


class Command(BaseCommand):
    """Walk the record and end with exit status 1 when anything is wrong."""

    help = "Prove that the record is whole: exit status 1 and the first bad row if it is not."
    requires_system_checks = ()  # An auditor gets an answer even while a template is broken.

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --all and --head."""
        parser.add_argument("--all", action="store_true", help="List every problem.")
        parser.add_argument(
            "--head",
            type=_head,
            metavar="NUMBER:HASH",
            help="A head that was printed before and kept elsewhere; it must still be there.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of entries and the head, or what is wrong."""
        chain = Chain()
        found = 0
        for problem in _all_problems(chain, options["head"]):
            if not options["all"]:
                raise CommandError(str(problem))
            self.stderr.write(str(problem))
            found += 1
        if found:
            raise CommandError(f"{found} problem{'s' if found > 1 else ''} found.")
        noun = "entry" if chain.entries == 1 else "entries"
        self.stdout.write(f"{chain.entries} {noun}, chain unbroken")
        self.stdout.write(f"head {chain.sequence}:{chain.head}")


def _all_problems(chain: Chain, head: str | None) -> Iterator[Problem]:
    yield from problems(chain)
    if head and (problem := kept_head_problem(head)):
        yield problem


def _head(text: str) -> str:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise argparse.ArgumentTypeError("give it as it was printed, e.g. 12:9f86d0…")
    return text
