"""`manage.py reindex`: what search looks through, and which posts are related, written anew."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from blog.related import keeping
from blog.search_index import reindex
from ledger.tables import require_tables


class Command(BaseCommand):
    """Write the search index anew; readers can search meanwhile, and running it again does no harm."""

    help = "Writes the search index and related posts anew from what is public."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through everything that is public, and say how much that is."""
        require_tables()
        count = reindex(_shown)
        self.stdout.write(f"Posts, pages and comments that can be found: {count:,}")
        compared = keeping.rebuild(_shown)
        self.stdout.write(f"Posts compared by their words: {compared:,}")


def _shown(numbers: list[int], name: str) -> Iterable[int]:
    bar: Iterable[int] = tqdm(
        numbers, desc=name, unit="", disable=None, leave=False, file=sys.stderr
    )
    return bar
