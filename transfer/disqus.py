"""A Disqus export (XML): comments without posts, filed under the address of the page they stood on.

It lists all pages first and then all comments, in the order in which they were written. To hand over
each page with its own, in memory of one page, they are sorted in a temporary database on disk.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop

from transfer import folders
from transfer.comment_text import from_html
from transfer.disqus_xml import Entry, read
from transfer.fitting import line
from transfer.items import Item, Remark, Skipped, SourceError, Thread
from transfer.moments import moment

_SCHEMA = """
CREATE TABLE thread (key TEXT PRIMARY KEY, title TEXT, link TEXT, number INTEGER);
CREATE TABLE remark (thread TEXT, number INTEGER, remark TEXT);
"""
_WRITTEN_AT_ONCE = 1000
LONGEST_MESSAGE = 100_000
"""Characters of HTML; Disqus takes 25,000."""

_TOO_LONG = f"it has more than {LONGEST_MESSAGE:,} characters"


class Disqus:
    """A Disqus export as a source of an import."""

    format = "disqus"

    def __init__(self, path: Path) -> None:
        """Read from `path`."""
        self.path = path
        self.file_name = path.name
        self.origin = "disqus"

    def check(self) -> int:
        """Read it whole, and return how many pages it knows."""
        if not self.path.is_file():
            raise SourceError(f"There is no file called {self.path.name or self.path}.")
        count = 0
        for entry in read(self.path):
            count += entry.kind == "thread"
            if self.origin == "disqus" and entry.get("forum"):
                self.origin = f"disqus: {entry.get('forum')}"[:200]
        return count

    def hash(self) -> str:
        """Return the SHA-256 (hex) of the file."""
        return folders.hash_of(self.path)

    def facts(self) -> dict[str, Any]:
        """Return nothing: the items say it all."""
        return {}

    def items(self) -> Iterator[Item]:
        """Yield each page that has comments, with all of them."""
        with _sorted() as shelf:
            yield from self._shelve(shelf)
            threads = shelf.execute("SELECT key, title, link FROM thread ORDER BY number")
            for key, title, link in threads.fetchall():
                rows = shelf.execute(
                    "SELECT remark FROM remark WHERE thread = ? ORDER BY number", [key]
                )
                remarks = tuple(_remark(json.loads(row)) for (row,) in rows)
                if remarks:
                    yield Thread(key=key, title=title, paths=tuple(_paths(link)), remarks=remarks)
            yield from _orphans(shelf)

    def _shelve(self, shelf: sqlite3.Connection) -> Iterator[Skipped]:
        waiting: list[tuple[str, int, str]] = []
        for number, entry in enumerate(read(self.path)):
            if entry.kind == "thread":
                _file_thread(shelf, number, entry)
            elif isinstance(found := _read(entry), Skipped):
                yield found
            else:
                waiting.append((entry.thread, number, _as_json(found)))
            if len(waiting) >= _WRITTEN_AT_ONCE:
                shelf.executemany("INSERT INTO remark VALUES (?, ?, ?)", waiting)
                waiting.clear()
        shelf.executemany("INSERT INTO remark VALUES (?, ?, ?)", waiting)
        shelf.execute("CREATE INDEX of_thread ON remark (thread, number)")


def _read(entry: Entry) -> Remark | Skipped:
    name = _line(entry.get("author/name") or entry.get("author/username")) or "Anonymous"
    at = moment(entry.get("createdAt"))
    is_long = len(entry.get("message")) > LONGEST_MESSAGE
    body = "" if is_long else from_html(entry.get("message"))
    if at is None or not body.strip():
        why = (
            gettext_noop("it has no date")
            if at is None
            else _TOO_LONG
            if is_long
            else gettext_noop("it is empty")
        )
        return Skipped(what="comment", title=f"{name}, {entry.get('createdAt')}", why=why)
    return Remark(
        key=entry.key,
        name=name,
        body=body,
        at=at,
        parent=entry.parent,
        email=_email(entry.get("author/email")),
        state=_state(entry),
    )


@contextmanager
def _sorted() -> Iterator[sqlite3.Connection]:
    """Yield an empty database in a file of its own, gone afterwards; nobody needs it after a crash."""
    with (
        tempfile.TemporaryDirectory(prefix="import-") as folder,
        closing(sqlite3.connect(Path(folder) / "shelf", isolation_level=None)) as shelf,
    ):
        shelf.execute("PRAGMA journal_mode = OFF")
        shelf.execute("PRAGMA synchronous = OFF")
        shelf.executescript(_SCHEMA)
        yield shelf


def _file_thread(shelf: sqlite3.Connection, number: int, entry: Entry) -> None:
    title = _line(entry.get("title")) or entry.get("link")
    row = (entry.key, title, entry.get("link"), number)
    shelf.execute("INSERT OR IGNORE INTO thread VALUES (?, ?, ?, ?)", row)


def _orphans(shelf: sqlite3.Connection) -> Iterator[Skipped]:
    rows = shelf.execute(
        "SELECT thread, COUNT(*) FROM remark WHERE thread NOT IN (SELECT key FROM thread)"
        " GROUP BY thread ORDER BY thread"
    )
    for thread, count in rows:
        why = f"the export does not say where its page was ({count} comments)"
        yield Skipped(what="thread", title=thread or "(no page)", why=why)


def _paths(link: str) -> Iterator[str]:
    """Yield the paths by which the page of a thread may be known here, the surest first."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return
    path = parts.path or "/"
    if parts.query:
        yield f"{path}?{parts.query}"
    yield path
    last = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    if last:
        yield f"/posts/{last}/"
        yield f"/{last}/"


def _state(entry: Entry) -> str:
    if entry.get("isDeleted") == "true":
        return "removed"
    if entry.get("isSpam") == "true":
        return "spam"
    return "pending" if entry.get("isApproved") == "false" else "approved"


def _line(text: str) -> str:
    return line(text)[:200]


def _email(text: str) -> str:
    address = text.strip()
    return address if "@" in address and len(address) <= 254 and " " not in address else ""


def _as_json(remark: Remark) -> str:
    values = asdict(remark) | {"at": remark.at.isoformat()}
    return json.dumps({name: value for name, value in values.items() if value is not None})


def _remark(values: dict[str, Any]) -> Remark:
    return Remark(**values | {"at": datetime.fromisoformat(values["at"])})
