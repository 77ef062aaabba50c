"""`manage.py serve`: the web server, the worker and the door for mail, as one command."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from blog.page_store import shown
from blog.page_store.program import fingerprint
from blog.page_store.shelf import Shelf
from config import first_run, service_manager
from config.stopping import Notice
from ledger.tables import require_tables

STOPS_WITHIN = 30
"""Seconds for which a stop waits for requests under way."""

NOTICE = 1.0
"""Seconds between the notice of a stop and the stop; a busy connection is asked again within one."""

# Few enough for the pool of ten connections that each process has, and for the processors there are.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)

_POLL = 0.2
_REST = 5.0


class Command(BaseCommand):
    """Start all, watch all, stop all.

    When the web server ends, everything ends with its status: whatever started this starts it again
    (systemd, a container). A worker or door that ends is started again here, since readers need neither.
    """

    help = "Serve the site, run the worker, and take mail in if MAIL_DOOR is set, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --host, --port, --workers, --notice and what to do first."""
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="One address to listen on. A browser that is asked for localhost tries ::1 and then"
            " 127.0.0.1, so both names answer. 0.0.0.0 listens to every machine.",
        )
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="Default: $PORT, else 8000."
        )
        parser.add_argument("--workers", type=int, default=2, help="Web processes; default 2.")
        parser.add_argument(
            "--notice",
            type=float,
            default=NOTICE,
            help="Seconds for which /readyz says 503 before a stop; default 1. Where a load balancer"
            " chooses among several machines: longer than the time between two of its questions.",
        )
        # In this process, since each start of Django costs as much as all of this together.
        parser.add_argument("--migrate", action="store_true", help="Migrate the database first.")
        parser.add_argument(
            "--demo", action="store_true", help="Load the demo into an empty database first."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop; the exit status is the web server's."""
        _require_static_files()
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        if options["demo"]:
            call_command("demo", if_empty=True)
        _make_pages_anew()
        self._offer_first_run()
        stop, notice = threading.Event(), Notice()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        command = _web(options["host"], options["port"], options["workers"])
        web = _start(*command, environ=notice.environ)
        self._announce_when_ready(web, stop, options["host"], options["port"])
        status = _watch(web, stop, notice, options["notice"])
        if status:
            raise SystemExit(status)

    def _offer_first_run(self) -> None:
        """Print a link for the first person, when there is nobody yet."""
        try:
            if not get_user_model().objects.exists():
                link = first_run.new_link()
                self.stdout.write(f"Nobody has an account yet. Set up this site, once, at\n{link}")
        finally:
            connections.close_all()

    def _announce_when_ready(
        self, web: subprocess.Popen[bytes], stop: threading.Event, host: str, port: int
    ) -> None:
        while web.poll() is None and not stop.wait(_POLL / 4):
            if _answers(host, port):
                name = "localhost" if host == "127.0.0.1" else host
                self.stdout.write(f"Serving on http://{name}:{port}/ (Ctrl-C stops)")
                self.stdout.flush()
                service_manager.tell(service_manager.READY)
                return


def _make_pages_anew() -> None:
    """Begin cold: nobody knows what was done to the database while nobody served it."""
    try:
        require_tables()
        shown.bump_all(connection)
        if settings.PAGE_STORE:
            # Words that were erased meanwhile may stand there.
            Shelf(settings.PAGE_STORE, fingerprint()).empty()
    finally:
        connections.close_all()


def _require_static_files() -> None:
    """Without the manifest every page would be an error."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        raise CommandError("The static files are missing. Run: manage.py collectstatic")


def _web(host: str, port: int, workers: int) -> list[str]:
    """Return the web server's command. No access log: some paths are themselves the right to see."""
    return [
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--no-ws"),
        *("--blocking-threads", str(THREADS), "--workers-kill-timeout", str(STOPS_WITHIN)),
        *("--respawn-failed-workers", "--no-access-log", "--log-level", "warning"),
    ]


def _start(*command: str, environ: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a process of its own session, so that Ctrl-C reaches only us and we stop it in order."""
    return subprocess.Popen(  # noqa: S603 - ours
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | (environ or {}),
        start_new_session=True,
    )


def _companions() -> list[str]:
    """Return the commands that run beside the web server."""
    return ["worker", *(["mail_door"] if settings.MAIL_DOOR else [])]


def _start_command(name: str) -> subprocess.Popen[bytes]:
    return _start(sys.executable, "manage.py", name)


def _watch(
    web: subprocess.Popen[bytes], stop: threading.Event, notice: Notice, seconds: float
) -> int:
    """Keep the others running beside the web server until either stops it all; return the status.

    A stop that was asked for is announced `seconds` before it comes.
    """
    running = {name: _start_command(name) for name in _companions()}
    try:
        while web.poll() is None and not stop.wait(_POLL):
            for name, process in running.items():
                if process.poll() is not None and not stop.wait(_REST):
                    running[name] = _start_command(name)
        notice.give()
        service_manager.tell(service_manager.STOPPING)
        with suppress(subprocess.TimeoutExpired):
            web.wait(seconds)
    finally:
        _end(web, *running.values())
    return web.returncode if web.returncode >= 0 else 128 - web.returncode


def _end(*processes: subprocess.Popen[bytes]) -> None:
    """Ask all to stop at the same time, and kill what does not, with whatever it has started."""
    for process in processes:
        process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOPS_WITHIN + 5)
        # A web server that was killed leaves its processes behind, at our address.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(host: str, port: int) -> bool:
    target = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((target, port), timeout=1).close()
    except OSError:
        return False
    return True
