"""Our site, as it is delivered: a copy of the code with a `var` of its own, filled and served."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.load.places import KEPT, ROOT
from bench.load.servers import Server, free_port, serving

HOST = "blog.example"
BROWSER = {
    "Host": HOST,
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, br",
}
"""What a browser says; no compression but these two is on this machine's line."""

_CODE = ("*/migrations/*.py", "transfer/generat*.py", "bench/load/fill.py")
_LEFT_OUT = (".git", ".venv", "var", "tests", "bench", "node_modules", "docs", ".env")


@dataclass(frozen=True)
class Site:
    """A copy of the code, and the database it works on; `database_processes` run the database.

    `more` is what its processes find in their environment besides.
    """

    folder: Path
    database: str
    database_processes: tuple[int, ...] = field(default=())
    more: Mapping[str, str] = field(default_factory=dict)

    def environ(self, *, is_storing: bool = True) -> dict[str, str]:
        """Return the environment of its processes. A store of pages is off if it is not to be used."""
        switched_off = {} if is_storing else {"PAGE_STORE": "off"}
        return {
            **os.environ,
            "DATABASE_URL": self.database,
            "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
            "SITE_URL": f"http://{HOST}",
            "ALLOWED_HOSTS": HOST,
            "THROTTLE": "off",
            "DEBUG": "off",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **switched_off,
            **self.more,
        }

    def run(self, *command: str) -> str:
        """Run Python with these arguments in the copy, and return what it printed."""
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environ(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return ended.stdout

    @contextmanager
    def serve(self, *, is_storing: bool = True, workers: int = 1) -> Iterator[Server]:
        """Run `manage.py serve` until the end of the block."""
        port = free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        with serving(
            [*command, "--workers", str(workers)],
            port=port,
            folder=self.folder,
            environ=self.environ(is_storing=is_storing),
            beside=self.database_processes,
        ) as server:
            yield server

    def cold_start(self, path: str) -> tuple[float, float]:
        """Start it and ask until a whole page comes; return the seconds, and those of the processor."""
        begun = time.perf_counter()
        with self.serve() as server:
            if (status := server.fetch(path, BROWSER).status) != 200:
                raise SystemExit(f"{path} answered {status}.")
            return time.perf_counter() - begun, server.used_ms() / 1000


def copied(folder: Path) -> Path:
    """Copy the code into `folder` and collect its static files; nothing in `var` is shared."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    Site(folder, f"sqlite:///{folder}/empty.sqlite3").run(
        "manage.py", "collectstatic", "--noinput", "--verbosity", "0"
    )
    return folder


def on_sqlite(folder: Path, posts: int, talks: Sequence[int]) -> Site:
    """Return a site in `folder` with a copy of a database that is made once and kept in `var`.

    For each number in `talks` it has a post with so many comments, such as /posts/talk-50/.
    """
    site = Site(copied(folder), f"sqlite:///{folder}/site.sqlite3")
    name = f"{posts}-{'-'.join(map(str, talks))}"
    kept = KEPT / f"{name}-{_digest()}.sqlite3"
    if not kept.exists():
        fill(site, posts, talks)
        for old in KEPT.glob(f"{name}-{'?' * 12}.sqlite3"):
            old.unlink()
        site.run("-c", _VACUUM, str(folder / "site.sqlite3"), str(kept))
    shutil.copy(kept, folder / "site.sqlite3")
    return site


# One whole file, without what still lies in the log beside it.
_VACUUM = """
import sqlite3, sys
from pathlib import Path
database, kept = sys.argv[1:]
partial = Path(kept + ".partial")
partial.parent.mkdir(parents=True, exist_ok=True)
partial.unlink(missing_ok=True)
sqlite3.connect(database).execute("VACUUM INTO ?", [str(partial)])
partial.rename(kept)
"""


def fill(site: Site, posts: int, talks: Sequence[int]) -> None:
    """Fill the empty database of a site."""
    site.run(str(ROOT / "bench" / "load" / "fill.py"), str(posts), *map(str, talks))


def _digest() -> str:
    """Return what changes when a kept database may no longer be what this code would make."""
    found = sorted(path for pattern in _CODE for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()[:12]
