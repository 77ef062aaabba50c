"""Finding posts by words: every word must stand in the title, the standfirst or the text."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models import Q

from blog.models import Post

MOST_RESULTS = 50
MOST_WORDS = 8
LONGEST_QUERY = 200


def search(query: str) -> dict[str, Any]:
    """Return what the search page shows: the query as read, the results, and a sentence if there is one.

    Any text is a valid query: control characters are dropped, and only the first words count. One
    query to the database, none for an empty one.
    """
    text = _readable(query)
    words = text.split()
    message = ""
    if len(query) > LONGEST_QUERY or len(words) > MOST_WORDS:
        message = f"Only the first {MOST_WORDS} words were searched for."
    found = _matching(words[:MOST_WORDS]) if words else []
    return {
        "query": text,
        "results": found[:MOST_RESULTS],
        "is_truncated": len(found) > MOST_RESULTS,
        "message": message,
    }


def _readable(query: str) -> str:
    cut = query[:LONGEST_QUERY]
    kept = "".join(character for character in cut if unicodedata.category(character)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _matching(words: list[str]) -> list[Post]:
    condition = Q()
    for word in words:
        condition &= (
            Q(live_version__title__icontains=word)
            | Q(live_version__standfirst__icontains=word)
            | Q(live_version__body__icontains=word)
        )
    return list(Post.objects.published().filter(condition).for_list()[: MOST_RESULTS + 1])
