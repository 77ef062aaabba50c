"""`manage.py check_links`: what on this site, or in a list of old addresses, leads nowhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.tables import require_tables
from transfer import public_addresses
from transfer.crawl import Broken, Crawl
from transfer.progress import Bars
from transfer.visiting import Visitor, without_notes_of_404s


class Command(BaseCommand):
    """Open every public page, and every old address, without a network; exit with 1 if one is broken."""

    help = (
        "Follows every link of the public site and every old address, and reports what leads nowhere."
        " Links to other sites are counted, not opened."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the options."""
        parser.add_argument(
            "file",
            nargs="?",
            metavar="FILE_OF_OLD_URLS",
            help="addresses or paths that must lead somewhere, one on a line; # begins a remark",
        )
        parser.add_argument(
            "--external-list",
            metavar="OUT",
            help="write the addresses on other sites to this file, with a page that links there",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk, and say what was found."""
        require_tables()
        began = time.monotonic()
        crawl = Crawl(Visitor(), site_url=settings.SITE_URL, left_alone=public_addresses.PRIVATE)
        public_addresses.begin(crawl)
        for path in public_addresses.old_addresses():
            crawl.add(path, "the old addresses")
        for path, line in _old_urls(options["file"]):
            crawl.add(path, line)
        with without_notes_of_404s(), Bars().counting("addresses") as moved:
            crawl.run(moved)
        if options["external_list"]:
            _write(crawl, Path(options["external_list"]))
        self._tell(crawl, time.monotonic() - began)

    def _tell(self, crawl: Crawl, seconds: float) -> None:
        broken = crawl.broken()
        for found in broken:
            self.stdout.write(_told(found))
        rate = crawl.opened / max(seconds, 0.001)
        self.stdout.write(
            f"\n{crawl.opened} addresses opened in {seconds:.1f} s ({rate:.0f} a second)."
            f"\nAddresses on other sites, counted and not opened: {len(crawl.foreign)}."
        )
        if crawl.left_alone:
            self.stdout.write(f"Links into the newsroom, not followed: {crawl.left_alone}.")
        if waiting := public_addresses.waiting():
            self.stdout.write(f"Old addresses that wait for a post to be public: {waiting}.")
        if broken:
            count = "1 address leads" if len(broken) == 1 else f"{len(broken)} addresses lead"
            raise CommandError(f"{count} nowhere.")
        self.stdout.write("Nothing is broken.")


def _old_urls(file: str | None) -> Iterator[tuple[str, str]]:
    """Yield the path of each line of the file, whatever host it names, and where it was read."""
    if not file:
        return
    try:
        with Path(file).open(encoding="utf-8-sig", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if path := _path_of(line.strip()):
                    yield path, f"line {number} of {Path(file).name}"
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _path_of(line: str) -> str:
    """Return path and query of an address; nothing for an empty line or a remark.

    What is no address at all comes back as it is: the crawl says that it cannot be read.
    """
    if not line or line.startswith("#"):
        return ""
    try:
        parts = urlsplit(line)
    except ValueError:
        return line
    path = f"/{parts.path.lstrip('/')}" if parts.netloc or line.startswith("/") else line
    return path + (f"?{parts.query}" if parts.query and path != line else "")


def _told(found: Broken) -> str:
    """Return an address, what is wrong with it, and the pages that link there."""
    more = found.linked.count - len(found.linked.pages)
    places = [f"    on {page}" for page in found.linked.pages]
    rest = [f"    and in {more:,} more places"] if more > 0 else []
    return "\n".join([f"{found.address}: {found.why}", *places, *rest])


def _write(crawl: Crawl, out: Path) -> None:
    lines = (f"{address}\t{linked.pages[0]}\n" for address, linked in crawl.foreign.items())
    try:
        out.write_text("".join(sorted(lines)), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
