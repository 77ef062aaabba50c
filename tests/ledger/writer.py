"""A process that writes to the record from several threads: `python -m tests.ledger.writer 5 10`.

It waits for a line on standard input, so that several of them start at once.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import django
from django.db import connection, connections, transaction


def main(threads: int, entries: int) -> int:
    """Write and return 1 if any thread failed."""
    django.setup()
    from ledger.record import Actor, record

    failures: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(entries):
                with transaction.atomic():
                    record("test", f"x:{number}", by=Actor.system("command"))
        except BaseException as error:  # noqa: BLE001 - told by the exit status
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=write) for _ in range(threads)]
    sys.stdin.readline()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    close_pool: Any = getattr(connection, "close_pool", lambda: None)
    close_pool()
    print(*failures, sep="\n", file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
