"""A thousand decisions while two hundred readers look: whether anybody is ever shown what is not so.

    python bench/decisions.py                                       all of it: half an hour
    python bench/decisions.py --database postgresql --nodes 2       one row, which is only printed
    python bench/decisions.py --decisions 100 --readers 20          a quick look, only printed

A moderator approves, refuses, calls spam and undoes, writers edit, the author retracts the post and brings
it back, all by the doors of a site that `manage.py serve` serves. Each wording has a word of its own, by
which each look is judged: what has been answered must show, what is hidden never may. After each answer
the page is asked for over new connections, until each worker has answered one. A second machine may be
late by the lease of its numbers, and how late it was is told; the lines on which two machines hear of
changes are cut now and then. The last row is a site that does not hear
of changes: there the judge must find fault, and nowhere else. Writes "Decisions" in bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import postgresql, processes, report
from bench.load.places import ROOT
from bench.load.programs import Missing
from bench.load.seen import HEAD, Seen
from bench.load.servers import STARTS_WITHIN, Server
from bench.load.site import HOST, Site, copied
from bench.load.watching import Watch, watching
from blog.page_store.mirror import LEASE
from tests.deciders import Moderator
from tests.deciding_site import PATH, SCRIPT, found_in
from tests.watched_pages import Change, Look, look

COMMENTS = 20
CONTROL = 5
"""Times fewer decisions where changes are not heard of."""
CUT_EVERY = 50
"""Decisions between two cuts of the lines on which several machines hear of changes."""
FRESH = 100
"""New connections after which a worker that answered none is missed."""

_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'page keys' AND datname = current_database()
"""
_SEEN_FROM_HERE = {"PYTHONPATH": str(ROOT)}
_DEAF = {**_SEEN_FROM_HERE, "DJANGO_SETTINGS_MODULE": "tests.deaf_site"}


@dataclass(frozen=True)
class Scene:
    """A row of the table: on which database, by how many machines, and whether these hear of changes."""

    database: str
    nodes: int
    is_deaf: bool = False

    @property
    def name(self) -> str:
        """What the table calls it."""
        machines = "one machine" if self.nodes == 1 else f"{self.nodes} machines"
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.database]
        return f"{name}, {machines}{', deaf to changes' if self.is_deaf else ''}"


SCENES = (
    Scene("sqlite", 1),
    Scene("postgresql", 1),
    Scene("postgresql", 2),
    Scene("sqlite", 1, is_deaf=True),
)


def play(scene: Scene, options: argparse.Namespace, folder: Path) -> Seen:
    """Serve, look and decide; raises `Missing` where there is no PostgreSQL."""
    with ExitStack() as stack:
        nodes = list(_nodes(stack, scene, folder))
        nodes[0].run("manage.py", "migrate", "--verbosity", "0")
        found = found_in(nodes[0].run("manage.py", "shell", "-c", SCRIPT.format(count=COMMENTS)))
        servers = [stack.enter_context(node.serve(workers=options.workers)) for node in nodes]
        here = servers[0]
        moderator = stack.enter_context(_leaving(Moderator(here.port, found, host=HOST)))
        workers = _all_workers(here, options.workers)
        earlier = [moderator.decide() for _ in range(COMMENTS)]
        moderator.made.clear()
        decisions = options.decisions // (CONTROL if scene.is_deaf else 1)
        begun = time.monotonic()
        with _watched(servers, options) as by_node:
            changes, fresh = _decided(moderator, decisions, here, workers, _cutting(nodes))
        seconds = time.monotonic() - begun
    return Seen(moderator.made, [*earlier, *changes], decisions, fresh, by_node, seconds)


@contextmanager
def _watched(servers: Sequence[Server], options: argparse.Namespace) -> Iterator[list[list[Look]]]:
    """Let the readers look, equally many at each server; their looks are there after the block."""
    readers = options.readers // len(servers)
    with ExitStack() as room:
        watches = [Watch(each.port, HOST, PATH, readers, options.pause) for each in servers]
        yield [room.enter_context(watching(watch)) for watch in watches]


@contextmanager
def _leaving(moderator: Moderator) -> Iterator[Moderator]:
    try:
        yield moderator
    finally:
        moderator.leave()


def _nodes(stack: ExitStack, scene: Scene, folder: Path) -> Iterator[Site]:
    """Yield a copy of the site for each machine, all on one new database."""
    more, beside = (_DEAF if scene.is_deaf else _SEEN_FROM_HERE), tuple[int, ...]()
    database = f"sqlite:///{folder}/site.sqlite3"
    if scene.database == "postgresql":
        server = stack.enter_context(postgresql.durable())
        database, beside = server.database("site"), (server.process,)
    for number in range(scene.nodes):
        yield Site(copied(folder / f"node-{number}"), database, beside, more)


def _all_workers(server: Server, count: int) -> list[int]:
    """Return the web workers of a server once all of them are there."""
    end = time.monotonic() + STARTS_WITHIN
    while len(found := processes.web_workers(server.roots)) < count:
        if time.monotonic() > end:
            raise SystemExit(f"{len(found)} of {count} web workers have started.")
        time.sleep(0.1)
    return found


def _cutting(nodes: Sequence[Site]) -> Callable[[], None]:
    """Return what cuts the lines on which several machines hear of changes, as PostgreSQL's restart does."""

    def cut() -> None:
        with postgresql.connected(nodes[0].database) as connection:
            connection.execute(_CUT)

    return cut if len(nodes) > 1 else lambda: None


def _decided(
    moderator: Moderator,
    count: int,
    server: Server,
    workers: Sequence[int],
    cut: Callable[[], None],
) -> tuple[list[Change], list[Look]]:
    """Decide so often, and ask each worker after each answer; `cut` before some of the decisions."""
    changes, looks = [], []
    for number in range(1, count + 1):
        if number % CUT_EVERY == 0:
            cut()
        changes.append(moderator.decide())
        looks += looks_at_each(server, workers)
    return changes, looks


def looks_at_each(server: Server, workers: Sequence[int]) -> list[Look]:
    """Look over new connections until each worker has answered one; SystemExit if one never does."""
    missing, looks = set(workers), []
    for _ in range(FRESH):
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        with closing(line):
            looks.append(look(line, PATH, host=HOST))
            missing.discard(processes.answering(missing, line.sock) or 0)
        if not missing:
            return looks
    raise SystemExit(f"Of {FRESH} new connections none came to one of the workers.")


def played(scenes: Sequence[Scene], options: argparse.Namespace) -> dict[Scene, Seen]:
    """Play one scene after the other, and return what came of each."""
    found = {}
    for scene in scenes:
        with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)  # PostgreSQL may be another user's process.
            try:
                found[scene] = play(scene, options, folder)
            except Missing as missing:
                print(missing)
    return found


def how(options: argparse.Namespace) -> str:
    """Return a sentence on how it was measured."""
    return (
        f"{options.readers} readers over kept connections, each asking again after"
        f" {options.pause} s; {options.workers} workers on each machine; {COMMENTS} comments, and as"
        " many decisions before the readers came. A second machine may be"
        f" {LEASE:.0f} s late before it counts as stale, and before every {CUT_EVERY}th decision the lines"
        " on which two machines hear of changes are cut."
    )


def tables(found: Mapping[Scene, Seen]) -> list[str]:
    """Return what was found, as a table and as sentences."""
    rows = [seen.row(scene.name) for scene, seen in found.items()]
    kinds = [seen.told(scene.name) for scene, seen in found.items()]
    return [report.table(HEAD, rows), "\n".join(kinds)]


def require_no_fault(found: Mapping[Scene, Seen]) -> None:
    """SystemExit where anybody saw what is not so, or where that was not noticed of a deaf site."""
    wrong = [scene.name for scene, seen in found.items() if any(seen.faults) != scene.is_deaf]
    if wrong:
        raise SystemExit(f"Not as it must be: {'; '.join(wrong)}.")


def main() -> None:
    """Play, print the table and, if it is whole, write it down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--decisions", type=int, default=1000)
    parser.add_argument("--readers", type=int, default=200, help="of all machines together")
    parser.add_argument("--workers", type=int, default=2, help="of each machine")
    pause = "seconds between two looks of a reader"
    parser.add_argument("--pause", type=float, default=0.2, help=pause)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument("--nodes", type=int, choices=(1, 2), help="only with so many machines")
    options = parser.parse_args()
    before = report.load_average()
    found = played(
        [
            scene
            for scene in SCENES
            if options.database in {None, scene.database} and options.nodes in {None, scene.nodes}
        ],
        options,
    )
    if sys.argv[1:]:
        print(report.circumstances(before, how(options)), *tables(found), sep="\n\n")
    else:
        report.write("Decisions", before, how(options), *tables(found))
    require_no_fault(found)


if __name__ == "__main__":
    main()
