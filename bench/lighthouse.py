"""What Lighthouse says of speed, on a phone: the front page, and a post with 50 comments or more.

    python bench/lighthouse.py

`manage.py serve` serves a generated site from a database of its own, as in production. Lighthouse
looks five times at each page, with its own slow network and slow processor; the median counts. The
other categories are held at 100 by tests/browser/test_lighthouse.py.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import ROOT
from bench.startup import answers, free_port
from tests.lighthouse import CLI, lighthouse

RUNS = 5
POSTS, COMMENTS = 30, 600
MOST_TALKED_ABOUT = """
from django.db.models import Count
from blog.models import Post
posts = Post.objects.published().posts().annotate(count=Count("comments"))
print(posts.order_by("-count").first().get_absolute_url())
"""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a generated site; yield its address, and the path of its most talked about post."""
    port = free_port()
    environ = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
        "SITE_URL": f"http://localhost:{port}",
        "STATIC_ROOT": str(folder / "static"),
        "PORT": str(port),
    }

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    manage("collectstatic", "--noinput", "--verbosity", "0")
    manage("migrate", "--verbosity", "0")
    manage("generate", "--posts", str(POSTS), "--comments", str(COMMENTS))
    post = manage("shell", "--no-imports", "-c", MOST_TALKED_ABOUT).strip()
    command = [sys.executable, "manage.py", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None:
                raise SystemExit("The server did not start.")
        yield f"http://localhost:{port}", post
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main() -> None:
    """Print a line of JSON for each page."""
    if not CLI.is_file():
        print("Lighthouse was left out: `make test` installs it where npm is.")
        return
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as (address, post):
        for page, path in {"index": "/", "post": post}.items():
            found = [
                lighthouse(address + path, ["performance"]).scores["performance"]
                for _ in range(RUNS)
            ]
            figures = {"median": round(statistics.median(found)), "least": min(found)}
            load = round(os.getloadavg()[0], 1)
            said = {"benchmark": "lighthouse", "cpus": os.cpu_count(), "load": load, "page": page}
            print(json.dumps({**said, "runs": RUNS, **figures}), flush=True)


if __name__ == "__main__":
    main()
