"""What one comment costs, from the form to a durable row, beside a plain Django that cleans and inserts it.

    python bench/submitting.py                  seven rounds of three seconds on each database

Both are asked over one connection, on the same server with a worker, and their databases write
every commit to the disk. Ours also assesses the comment, records it, and queues what follows. The
words are those of many readers, since near copies of one comment are looked up and compared. On
PostgreSQL its processes count as the server's. Writes "A comment" in bench/RESULTS.md.

Of a comment on SQLite with 1,000 posts, in process and by the processor's clock, per cent: questions of
what is known of its like 13, keys for near copies 7, assessing 17, cleaning 9 (bleach 5), form 11, entry
in the record 4, comment with its place and keys 7, commit 4; Django around the view takes as much as a
plain one does, 18. On PostgreSQL about as much again is spent outside of the process that takes the
comment: by the database, for nineteen statements, and by the worker.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import postgresql, report, rows
from bench.load.figures import Round
from bench.load.peers import Plain
from bench.load.programs import Missing
from bench.load.rows import Row
from bench.load.servers import Server
from bench.load.site import BROWSER, HOST, Site, copied, fill
from transfer.generated_words import answer

SLUG = "talk-50"
POSTS = 20
FORM = {
    **BROWSER,
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
    "Origin": f"http://{HOST}",
}


def _forms() -> Iterator[bytes]:
    """Yield one form after the other, each with what another reader would say."""
    for number in count():
        said = f"*{number}.* {answer(random.Random(number))}"
        fields = {"name": "Mara Quist", "email": "", "visibility": "public", "body": said}
        yield urlencode(fields).encode("ascii")


_FORMS = _forms()


@dataclass(frozen=True)
class Sent:
    """A row, and the table in which its comments must be found afterwards."""

    row: Row
    database: str
    table: str

    def check(self, rounds: Sequence[Round], seconds: int) -> None:
        """SystemExit if fewer comments are stored than were answered with thanks."""
        thanked = int(sum(each.rate for each in rounds) * seconds)
        if (found := stored(self.database, self.table)) < thanked:
            raise SystemExit(f"{self.row.name}: {thanked} were thanked for, {found} are stored.")


def submission(name: str, server: Server, path: str, *, status: int) -> Row:
    """Return the row of a comment sent to `path`, each with words of its own; `status` is the thanks."""
    return Row(
        name,
        server,
        path,
        FORM,
        status=status,
        method="POST",
        connections=1,
        body=lambda: next(_FORMS),
    )


def pair(stack: ExitStack, site: Site, plain: Plain, database: str) -> list[Sent]:
    """Fill both, start both, and return what is sent to ours, and to what it is compared with."""
    fill(site, POSTS, (50,))
    plain.fill(site, SLUG)
    ours, peer = stack.enter_context(site.serve()), stack.enter_context(plain.serve())
    path = f"/posts/{SLUG}/comments/"
    mine = submission(f"ours on {database}", ours, path, status=303)
    theirs = submission(
        f"plain Django and bleach on {database}", peer, "/posts/1/comments/", status=302
    )
    return [
        Sent(mine, site.database, "comments_comment"),
        Sent(theirs, plain.database, "plain_comment"),
    ]


def stored(database: str, table: str) -> int:
    """Return how many rows a table of a DATABASE_URL holds."""
    asked = f"SELECT COUNT(*) FROM {table}"
    if database.startswith("sqlite:"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as file:
            return int(file.execute(asked).fetchone()[0])
    with postgresql.connected(database) as connection:
        found = connection.execute(asked.encode()).fetchone()
        assert found is not None
        return int(found[0])


def on_sqlite(stack: ExitStack, folder: Path) -> list[Sent]:
    """Return the pair on SQLite, with a file for each."""
    folder.mkdir()
    site = Site(copied(folder / "site"), f"sqlite:///{folder}/site.sqlite3")
    plain = Plain(folder, f"sqlite:///{folder}/plain.sqlite3")
    return pair(stack, site, plain, "SQLite")


def on_postgresql(stack: ExitStack, folder: Path) -> list[Sent]:
    """Return the pair on PostgreSQL, with a database for each on one server."""
    folder.mkdir()
    try:
        server = stack.enter_context(postgresql.durable())
    except Missing as missing:
        print(missing)
        return []
    database, processes = server.database, (server.process,)
    site = Site(copied(folder / "site"), database("site"), processes)
    plain = Plain(folder, database("plain"), processes)
    return pair(stack, site, plain, "PostgreSQL")


def main() -> None:
    """Measure, print the table and write it down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3, help="of each row in each round")
    options = parser.parse_args()
    before = report.load_average()
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may be another user's process.
        sent = [*on_sqlite(stack, folder / "lite"), *on_postgresql(stack, folder / "postgres")]
        asked = [each.row for each in sent]
        found = rows.measure(asked, rounds=options.rounds, seconds=options.seconds)
        for each in sent:
            each.check(found[each.row.name], options.seconds)
    names = list(found)
    # The peer follows ours.
    references = {name: names[place | 1] for place, name in enumerate(names)}
    what = f"{options.rounds} rounds of {options.seconds} s for each row, over one connection."
    told = report.compared(found, references, times="× plain")
    report.write("A comment", before, what, told)


if __name__ == "__main__":
    main()
