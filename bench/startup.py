"""How long a start takes: Django's set-up alone, and `serve` until it answers its first page.

Run it with `make bench`. Five runs each; the median counts, the others show the spread. Process
start, imports and one page on an empty SQLite database; nothing is kept warm but the disk cache.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5


def seconds_to_set_up(environ: dict[str, str]) -> float:
    """Run a command that does nothing but set Django up."""
    begin = time.perf_counter()
    command = [sys.executable, "-c", "import config.wsgi"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True)
    return time.perf_counter() - begin


def seconds_to_first_page(environ: dict[str, str], port: int) -> float:
    """Start `serve`, fetch the front page as soon as it answers, and stop it."""
    begin = time.perf_counter()
    command = [sys.executable, "manage.py", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            while not answers(f"http://127.0.0.1:{port}/"):
                if process.poll() is not None or time.perf_counter() - begin > 60:
                    raise SystemExit("The server did not start.")
                time.sleep(0.01)
            return time.perf_counter() - begin
        finally:
            process.send_signal(signal.SIGTERM)


def answers(address: str) -> bool:
    """Whether a whole page came back."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.read())
    except (urllib.error.URLError, ConnectionError):
        return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def main() -> None:
    """Measure and print one line of JSON."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        database = f"sqlite:///{home}/site.sqlite3"
        environ = {**os.environ, "DATABASE_URL": database, "PORT": str(port)}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environ, check=True)
        set_up = [seconds_to_set_up(environ) for _ in range(RUNS)]
        first_page = [seconds_to_first_page(environ, port) for _ in range(RUNS)]
    result = {
        "benchmark": "startup",
        "runs": RUNS,
        "cpus": os.cpu_count(),
        "setup_seconds": round(statistics.median(set_up), 2),
        "setup_range": [round(min(set_up), 2), round(max(set_up), 2)],
        "first_page_seconds": round(statistics.median(first_page), 2),
        "first_page_range": [round(min(first_page), 2), round(max(first_page), 2)],
        "ratio": round(statistics.median(first_page) / statistics.median(set_up), 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
