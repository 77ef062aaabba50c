"""A process whose child is the worker: `python -m tests.config.worker_process`.

Each line on standard input starts one, whose number is printed; the next line may come once that one
was killed. A fork is ready at once, so that many can be killed in a short test.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django


def main() -> None:
    """Start a worker for each line, and wait for its end."""
    django.setup()
    from django.core.management import call_command

    from blog.outbox import delivering
    from config import urls  # noqa: F401 - read once here, and not by each worker
    from config.management.commands import worker  # noqa: F401

    # Only one worker lives at a time, so nobody needs to wait for the end of a dead one's lease.
    delivering.LEASE = timedelta(seconds=0.2)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            call_command("worker")
            return
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
