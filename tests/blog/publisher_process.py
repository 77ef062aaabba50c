"""A process whose children publish what is due: `python -m tests.blog.publisher_process`.

Each line on standard input is one round: numbers, for each of which a child starts at once with the
others. A number says before which step the child kills itself: a statement, or the moment before or
after a commit; 0 lets it live. The answer is a line of process numbers, and one of exit statuses.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    """Start children for each line, and tell how they ended."""
    django.setup()
    from blog import workflow

    for line in sys.stdin:
        children = [_fork(int(step), workflow.publish_due) for step in line.split()]
        print(*children, flush=True)
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(*ends, flush=True)


def _fork(step: int, publish_due: Callable[[], int]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        _kill_before(step)
        publish_due()
    except BaseException:  # noqa: BLE001 - a child ends here, whatever happened
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _kill_before(step: int) -> None:
    """Count statements and commits from now on, and die before the one with this number."""
    from django.db import connection

    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(run: Any, *statement: Any) -> Any:
        one_more()
        return run(*statement)

    def commit() -> None:
        one_more()
        committed()
        one_more()

    # Django promises nothing about this method; there is no other place around a commit.
    committed = connection._commit  # type: ignore[attr-defined]
    connection._commit = commit  # type: ignore[attr-defined]
    connection.execute_wrappers.append(execute)


if __name__ == "__main__":
    main()
