"""A process that imports: `python -m tests.transfer.importer ARTICLES REMARKS [DIES_AFTER]`.

It waits for a line on standard input, so that several of them start at once. With `DIES_AFTER` it
kills itself, without a chance to tidy up, when it is asked for the article of that number.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import django
from django.db import connection


def main(articles: int, remarks: int, dies_after: int | None = None) -> None:
    """Import."""
    django.setup()
    from tests.transfer.sources import BY, Many
    from transfer.items import Item
    from transfer.storing import bring

    class Mortal(Many):
        """Switched off in the middle."""

        def items(self) -> Iterator[Item]:
            for number, item in enumerate(super().items()):
                if number == dies_after:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield item

    sys.stdin.readline()
    bring(Mortal(articles, remarks), by=BY)
    getattr(connection, "close_pool", lambda: None)()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
