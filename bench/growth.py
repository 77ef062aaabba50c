"""What grows with a site: with its posts, with the comments on a post, with its workers.

    python bench/growth.py                          100 and 10,000 posts: a quarter of an hour
    python bench/growth.py --posts 100 10000 100000 an hour or two more for the filling, once, and 3 GB
    python bench/growth.py --posts 100 1000         a quick look

Each post has ten comments on average. A filled database is kept in `var/bench` for the next time, until
a migration or the generator changes. Sites of all sizes run at the same time and are asked in turns.
Memory is that of a worker once it has answered (Pss: what is shared counts by its share); a cold start
lasts from the start of `manage.py serve` to the end of the first page. Writes "Growth" in
bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import processes, report, rows
from bench.load.figures import Round, Spread, short
from bench.load.programs import needed
from bench.load.rows import Row, page, slow
from bench.load.servers import Server
from bench.load.site import Site, on_sqlite

TALKS = (50, 500, 5000)
"""The numbers of comments of the posts that grow."""
STARTS = 5


@dataclass(frozen=True)
class Grown:
    """A site of so many posts and its servers: with one worker, with two, and without a store."""

    posts: int
    site: Site
    one: Server
    two: Server
    rendering: Server

    @property
    def megabytes(self) -> float:
        """Return the size of its database."""
        return sum(file.stat().st_size for file in self.site.folder.glob("site.sqlite3*")) / 1e6

    def cold_start(self) -> list[Spread]:
        """Return how long a cold start takes, and how long the processor, from `STARTS` of them."""
        starts = [self.site.cold_start(path_of(50)) for _ in range(STARTS)]
        return [Spread.of(seconds) for seconds in zip(*starts, strict=True)]


def path_of(comments: int) -> str:
    """Return the address of the post with so many comments."""
    return f"/posts/talk-{comments}/"


def grown(stack: ExitStack, folder: Path, posts: int) -> Grown:
    """Fill a site and start its servers."""
    site = on_sqlite(folder / f"site-{posts}", posts, TALKS)
    start = stack.enter_context
    one, two = start(site.serve()), start(site.serve(workers=2))
    return Grown(posts, site, one, two, start(site.serve(is_storing=False)))


Group = dict[str, list[Row]]
"""The rows of a table by the name of what is asked; the first of each is what the others are by."""


def by_posts(sites: Sequence[Grown]) -> Group:
    """Return what is asked of each size of site."""
    kinds: Group = {"page, stored": [], "page, rendered": [], "index, rendered": []}
    for each in sites:
        kept, page_there, index = (f"{each.posts:,} posts: {kind}" for kind in kinds)
        kinds["page, stored"].append(page(kept, each.one, path_of(50)))
        kinds["page, rendered"].append(slow(page(page_there, each.rendering, path_of(50))))
        kinds["index, rendered"].append(slow(page(index, each.rendering, "/")))
    return kinds


def by_comments(site: Grown) -> Group:
    """Return what is asked of posts with more and more comments, 50 of which are on the page."""
    return {
        "stored": [
            page(f"{comments:,} comments: page, stored", site.one, path_of(comments))
            for comments in TALKS
        ],
        "rendered": [
            slow(page(f"{comments:,} comments: page, rendered", site.rendering, path_of(comments)))
            for comments in TALKS
        ],
    }


def by_workers(site: Grown) -> Group:
    """Return what is asked of one worker and of two."""
    path = path_of(50)
    return {
        "stored": [
            page("1 worker: page, stored", site.one, path),
            page("2 workers: page, stored", site.two, path),
        ]
    }


def told(group: Group, found: dict[str, list[Round]]) -> str:
    """Return the table of a group."""
    references = {row.name: kind[0].name for kind in group.values() for row in kind}
    rounds = {name: found[name] for name in references}
    return report.compared(rounds, references, times="× the first")


def told_of_sites(sites: Sequence[Grown]) -> str:
    """Return the table of what a site needs; starts each some times."""
    head = ["posts", "database MB", "cold start s", "CPU s of it"]
    lines = []
    for each in sites:
        memory = [processes.worker_memory_mb(server.roots) for server in (each.one, each.two)]
        start = [spread.told(2) for spread in each.cold_start()]
        lines.append([f"{each.posts:,}", short(each.megabytes), *start, *map(short, memory)])
    return report.table([*head, "MB, 1 worker", "MB each, 2 workers"], lines)


def sections(
    sites: Sequence[Grown], groups: dict[str, Group], found: dict[str, list[Round]]
) -> Iterator[str]:
    """Yield the parts of the report."""
    for title, group in groups.items():
        yield f"### {title}\n\n{told(group, found)}"
    yield f"### What a site needs\n\n{told_of_sites(sites)}"


def main() -> None:
    """Measure, print the tables and write them down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each row in each round")
    options = parser.parse_args()
    before = report.load_average()
    needed("wrk", "wrk")  # Before anything takes its time.
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as name, ExitStack() as stack:
        sites = [grown(stack, Path(name), posts) for posts in options.posts]
        groups = {
            "Posts": by_posts(sites),
            "Comments on a post": by_comments(sites[0]),
            "Workers": by_workers(sites[0]),
        }
        asked = [row for group in groups.values() for kind in group.values() for row in kind]
        found = rows.measure(asked, rounds=options.rounds, seconds=options.seconds)
        parts = list(sections(sites, groups, found))
    what = f"{options.rounds} rounds of {options.seconds} s for each row."
    report.write("Growth", before, what, *parts)


if __name__ == "__main__":
    main()
