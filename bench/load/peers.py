"""The peers of `bench/peers`, filled with the same words as our page and served the same way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load.places import ROOT
from bench.load.servers import Answer, Server, granian
from bench.load.site import HOST, Site

THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
"""As many as `manage.py serve` has."""


@dataclass(frozen=True)
class Plain:
    """A plain Django project with one post; `database_processes` run its database."""

    folder: Path
    database: str
    database_processes: tuple[int, ...] = ()

    @property
    def environ(self) -> dict[str, str]:
        """Return the environment of its processes."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "bench.peers.plain.settings",
            "DATABASE_URL": self.database,
            "ALLOWED_HOSTS": HOST,
        }

    def fill(self, site: Site, slug: str) -> None:
        """Make its tables, and its one post of our post `slug`."""
        subprocess.run(
            [sys.executable, "-m", "bench.peers.plain.fill"],
            cwd=self.folder,
            env=self.environ,
            input=site.run(str(ROOT / "bench" / "load" / "tell.py"), slug),
            text=True,
            check=True,
        )

    @contextmanager
    def serve(self) -> Iterator[Server]:
        """Serve it until the end of the block."""
        with granian(
            "bench.peers.plain.wsgi:application",
            folder=self.folder,
            environ=self.environ,
            threads=THREADS,
            beside=self.database_processes,
        ) as server:
            yield server


@contextmanager
def whitenoise(files: Path) -> Iterator[Server]:
    """Serve the files of a folder, and those compressed beside them, by WhiteNoise."""
    with granian(
        "bench.peers.file:application",
        folder=files.parent,
        environ={**os.environ, "PYTHONPATH": str(ROOT), "FILES": str(files)},
        threads=THREADS,
    ) as server:
        yield server


@contextmanager
def bytes_alone(answer: Answer, folder: Path, threads: int) -> Iterator[Server]:
    """Answer everything with what is in `answer`, by one function, on so many threads."""
    head, body = folder / "answer.json", folder / "answer.bytes"
    head.write_text(json.dumps(_own_headers(answer)), "utf-8")
    body.write_bytes(answer.body)
    with granian(
        "bench.peers.bytes:application",
        folder=folder,
        environ={**os.environ, "PYTHONPATH": str(ROOT), "HEAD": str(head), "BODY": str(body)},
        threads=threads,
    ) as server:
        yield server


def _own_headers(answer: Answer) -> dict[str, str]:
    """Return the headers that the site sent, without those of the server."""
    return {name: value for name, value in answer.headers.items() if name != "date"}
