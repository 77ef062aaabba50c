"""What a page costs, beside nginx serving the same bytes from a file, and beside Django's own ways.

    python bench/pages.py                       seven rounds of three seconds a row: ten minutes
    python bench/pages.py --rounds 3            a quicker look
    python bench/pages.py --no-postgresql       leaves the site on PostgreSQL out, and its filling

The page is a post with 50 comments on a site of 1,000 posts with 10,000 comments. All servers run at
the same time on 127.0.0.1 and are asked in turns by wrk, with a browser's headers. What counts is the
processor that all processes of a server use. Needs Debian's nginx and wrk, which are unpacked into
`var` where they are not installed; Varnish is a row where it can be had. Writes "A page" in
bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import postgresql, report, rows, servers
from bench.load.peers import THREADS, Plain, bytes_alone, whitenoise
from bench.load.programs import Missing, needed, program
from bench.load.rows import Row, head, page, slow, unchanged
from bench.load.servers import Answer, Server
from bench.load.site import BROWSER, Site, copied, fill, on_sqlite

SLUG = "talk-50"
TALKS = (50,)
PATH = f"/posts/{SLUG}/"
FILE = "/post.html"
REFERENCE = "nginx, precompressed file"

WHY = """\
**What a stored page is made of.** One function that does nothing but answer with these bytes shows what
the server takes, on one thread and on the threads that Django needs: there, they hand the interpreter's
lock from one to the next for each request. The rest is the store: finding the page, seeing that nothing
has changed, counting the read, choosing the coding; and a lock that is held longer is waited for more
often.

**What was tried.** A tuple of bytes had granian ask for its parts, with a lock for each; a list goes in
one piece (a tenth less). A reader is known again by the head of her request, and not by a digest (a
third less, in process). One thread alone is the cheapest, and then one slow upload stops every reader
of its process. Granian's other interface, RSGI, on uvloop answers from the loop: the bare function for
29 µs instead of 37, the store behind it for 49 instead of 46, since the head of a request is then read
in Python, but its slowest hundredth in 0.9 ms instead of 14."""

Start = Callable[[AbstractContextManager[Server]], Server]


def nginx_rows(start: Start, files: Path) -> Iterator[Row]:
    """Serve the file by nginx and yield what is asked of it, the reference first; Varnish is behind it."""
    nginx = needed("nginx", "nginx")
    plain = start(servers.nginx(nginx, files))
    file = page(REFERENCE, plain, FILE)
    yield from (file, unchanged(file), head(file))
    kept_open = start(servers.nginx(nginx, files, keeps_open=True))
    yield page("nginx, with open_file_cache", kept_open, FILE)
    try:
        kept = start(servers.varnish(program("varnishd", "varnish"), plain, files.parent))
        yield page("Varnish, hit", kept, FILE)
    except Missing as missing:
        print(missing)


def our_rows(start: Start, ours: Server, uncached: AbstractContextManager[Server]) -> Iterator[Row]:
    """Yield what is asked of our site, with its store and without."""
    stored = page("ours, stored page", ours, PATH)
    yield from (
        stored,
        page("ours, stored page, gzip alone", ours, PATH, codings="gzip"),
        unchanged(stored),
        head(stored),
        page("ours, stored index", ours, "/"),
        page("ours, stored feed", ours, "/feed.atom"),
        slow(page("ours, rendered each time", start(uncached), PATH)),
    )


def postgresql_rows(stack: ExitStack, folder: Path, posts: int) -> Iterator[Row]:
    """Fill a site on PostgreSQL and yield the page there, stored and not."""
    try:
        database = stack.enter_context(postgresql.durable())
    except Missing as missing:
        print(missing)
        return
    site = Site(copied(folder / "site-pg"), database.database("site"), (database.process,))
    fill(site, posts, TALKS)
    ours = stack.enter_context(site.serve())
    yield page("ours on PostgreSQL, stored page", ours, PATH)
    uncached = stack.enter_context(site.serve(is_storing=False))
    yield slow(page("ours on PostgreSQL, rendered each time", uncached, PATH))


def peer_rows(start: Start, files: Path, site: Site, answer: Answer) -> Iterator[Row]:
    """Yield the ways to do it with Django's own means, on the same server and with the same words.

    Before them stands what the server takes by itself, `answer` being what ours says.
    """
    for threads in (THREADS, 1):
        name = f"one function with these bytes, {threads} thread{'s' * (threads > 1)}"
        yield page(name, start(bytes_alone(answer, files.parent, threads)), PATH)
    yield page("WhiteNoise, the file, on granian", start(whitenoise(files)), FILE)
    folder = files.parent / "plain"
    folder.mkdir()
    plain = Plain(folder, f"sqlite:///{folder}/plain.sqlite3")
    plain.fill(site, SLUG)
    peer = start(plain.serve())
    yield page("plain Django, cache_page, hit", peer, "/cached/1/")
    yield slow(page("plain Django, rendered", peer, "/posts/1/"))


def files_of(folder: Path, server: Server) -> Path:
    """Write the page as it comes from our site into a folder, compressed as it came and not."""
    answer = server.fetch(PATH, {**BROWSER, "Accept-Encoding": "gzip"})
    if answer.headers.get("content-encoding") != "gzip":
        raise SystemExit(f"{PATH} answered {answer.status}, and not in gzip.")
    folder.mkdir()
    name = FILE.lstrip("/")
    (folder / name).write_bytes(gzip.decompress(answer.body))
    (folder / f"{name}.gz").write_bytes(answer.body)
    return folder


def all_rows(stack: ExitStack, folder: Path, posts: int, *, with_postgresql: bool) -> Iterator[Row]:
    """Start everything and yield every row of the table."""
    start = stack.enter_context
    site = on_sqlite(folder / "site", posts, TALKS)
    ours = start(site.serve())
    files = files_of(folder / "files", ours)
    yield from nginx_rows(start, files)
    yield from our_rows(start, ours, site.serve(is_storing=False))
    if with_postgresql:
        yield from postgresql_rows(stack, folder, posts)
    yield from peer_rows(start, files, site, ours.fetch(PATH, BROWSER))


def main() -> None:
    """Measure, print the table and write it down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3, help="of each row in each round")
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--no-postgresql", action="store_true")
    options = parser.parse_args()
    before = report.load_average()
    needed("wrk", "wrk")  # Before anything takes its time.
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may be another user's process.
        asked = list(
            all_rows(stack, folder, options.posts, with_postgresql=not options.no_postgresql)
        )
        sizes = {row.name: row.size() for row in asked}
        found = rows.measure(asked, rounds=options.rounds, seconds=options.seconds)
    what = f"{options.posts:,} posts; {options.rounds} rounds of {options.seconds} s for each row."
    told = report.compared(found, dict.fromkeys(found, REFERENCE), times="× nginx", sizes=sizes)
    report.write("A page", before, what, told, WHY)


if __name__ == "__main__":
    main()
