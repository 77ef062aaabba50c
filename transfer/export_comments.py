"""All comments as lines of JSON, with everything a moderator can see: private data of readers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from blog.models import Post
from comments.models import Comment
from transfer import aftermath
from transfer.export_posts import moment
from transfer.site_facts import ordered


def lines(post: Post, first: int) -> Iterator[str]:
    """Yield the comments under a post, oldest first, numbered from `first` on.

    What an answer answers is named by its number. Those whose words are blanked are left
    out: nothing of them is left. Keyed hashes of networks are left out too: they mean nothing elsewhere.
    """
    kept = post.comments.kept().select_related("author").order_by("created_at", "pk")
    later = ("edits", "reports", "answer_drafts__author", "appeal")
    rows = list(kept.prefetch_related(*later))
    numbers = {comment.pk: number for number, comment in enumerate(rows, start=first)}
    for comment in rows:
        parent = numbers.get(comment.parent_id) if comment.parent_id else None
        values = {"number": numbers[comment.pk], "post": post.slug, "parent": parent}
        values |= _values(comment) | _filled(aftermath.exported(comment, numbers))
        yield f"{json.dumps(values, ensure_ascii=False)}\n"


def _values(comment: Comment) -> dict[str, Any]:
    values = {
        "kind": comment.kind,
        "state": comment.state,
        "visibility": comment.visibility,
        "name": comment.name,
        "email": comment.email,
        "url": comment.url,
        "body": comment.body,
        "at": moment(comment.created_at),
        "decided_at": moment(comment.decided_at),
        "reason": comment.reason,
        "author": comment.author.slug if comment.author else "",
        "badge": comment.badge,
        "answer": comment.answer,
        "answered_at": moment(comment.answered_at),
        "answered_by": comment.answered_by,
        "score": comment.score,
        "evidence": ordered(comment.evidence),
    }
    return _filled(values)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without those that say nothing."""
    return {name: value for name, value in values.items() if value not in ("", [], 0.0)}
