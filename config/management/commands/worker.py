"""`manage.py worker`: send mail, publish what is due, and forget what was kept long enough."""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from config.jobs import JOBS, Job

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Do every job when it is due, until SIGTERM or Ctrl-C; the job that runs then is finished."""

    help = "Send mail and do what is due, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --once."""
        parser.add_argument("--once", action="store_true", help="Do each job once, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the jobs."""
        if options["once"]:
            for job in JOBS:
                run(job)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work(stop)


def work(stop: threading.Event, jobs: tuple[Job, ...] = JOBS) -> None:
    """Run each of `jobs` whenever it is due, until `stop` is set."""
    due = dict.fromkeys(jobs, 0.0)
    while not stop.is_set():
        for job in jobs:
            if not stop.is_set() and time.monotonic() >= due[job]:
                run(job)
                due[job] = time.monotonic() + job.every
        # So that a database that was restarted is found again.
        close_old_connections()
        stop.wait(max(0, min(due.values()) - time.monotonic()))


def run(job: Job) -> None:
    """Run one job; a failure is logged, and the others go on. Each writes, so `READ_ONLY` stops all."""
    if settings.READ_ONLY:
        return
    try:
        job.run()
    except Exception:
        logger.exception("The job “%s” failed", job.name)
