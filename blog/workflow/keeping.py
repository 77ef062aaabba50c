"""Keeping what is typed before anybody saves it, so that a closed lid costs no words.

Nothing here is a version, so nothing of it is recorded: there is nothing to prove about words that
their writer may still drop.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blog.models import Post, Unsaved
from blog.workflow.writing import require

Values = Mapping[str, Sequence[str]]
"""The values of each field of a form, by its name, as a browser sends them."""

KEPT_DAYS = 30
"""Days for which words that nobody comes back to are kept."""


def keep(
    values: Values, *, by: User, post: Post | None, draft_key: uuid.UUID | None, kind: str
) -> Unsaved:
    """Keep the form of a post as `by` has typed it up to now, in place of what was kept before.

    Args:
        post: the post, or `None` for a new one, which `draft_key` then stands for.

    Raises:
        Refused: when the account may not write.
    """
    require(
        by,
        "change_post" if post else "add_post",
        gettext("Your account may not write posts. Ask an administrator for the role."),
    )
    said = {"kind": kind, "values": dict(values), "kept_at": timezone.now()}
    with transaction.atomic():
        kept, _ = Unsaved.objects.update_or_create(
            user=by, post=post, draft_key=None if post else draft_key, defaults=said
        )
    return kept


def drop(*, by: User, post: Post | None, draft_key: uuid.UUID | None) -> None:
    """Forget what `by` has typed into the form of a post: it is saved now, or not wanted."""
    own = Unsaved.objects.filter(user=by)
    if draft_key:
        own.filter(draft_key=draft_key).delete()
    if post:
        own.filter(post=post).delete()


def forget_unsaved() -> int:
    """Delete what was typed `KEPT_DAYS` ago and never saved; return how many forms it was."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    return Unsaved.objects.filter(kept_at__lt=before).delete()[0]
