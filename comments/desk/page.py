"""The page of one comment: all that is known of it, and its whole history from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest

from blog.middleware import site_of
from comments.desk.cards import cards_of
from comments.desk.reasons import REASONS
from comments.desk.telling import way_back
from comments.models import Comment
from ledger.canonical import digest
from ledger.models import Entry


@dataclass(frozen=True)
class Happening:
    """One line of the history: an entry, and its reason where the comment still holds it."""

    entry: Entry
    reason: str


def context_of(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    """Return what the page shows of `comment`, as it is now."""
    user = cast(User, request.user)
    return {
        "comment": comment,
        "card": cards_of([comment], user=user, site=site_of(request))[0],
        "history": history_of(comment),
        "way_back": way_back(user, comment),
        "byline": _byline_of_another(comment, user),
        "reasons": REASONS,
    }


def history_of(comment: Comment) -> list[Happening]:
    """Return the entries about a comment, oldest first.

    The record holds a digest of a reason, so that what a person wrote can be forgotten.
    """
    kept = digest(comment.reason)
    own = Entry.objects.about(comment)
    # Those that came from elsewhere came together: one entry names the first and the last of them.
    together = Entry.objects.about(comment.post).filter(
        verb="import_comments", facts__first__lte=comment.pk, facts__last__gte=comment.pk
    )
    return [
        Happening(entry, comment.reason if entry.facts.get("reason") == kept else "")
        for entry in (own | together).order_by("sequence")
    ]


def _byline_of_another(comment: Comment, user: User) -> str:
    """Return the name an answer can be drafted for: who signed the post, if that is somebody else."""
    version = comment.post.live_version
    if version is None or version.author.user_id in {None, user.pk}:
        return ""
    return version.author.name
