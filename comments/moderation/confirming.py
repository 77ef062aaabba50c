"""Confirming: the writer shows that the address she gave with a comment is hers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from comments import correspondence
from comments.models import Comment
from comments.moderation.locking import lock
from ledger.models import Channel
from ledger.record import Actor, record


def confirm(comment: Comment) -> Comment:
    """Note that the address of `comment` is its writer's, and return the comment; twice is fine.

    Its revision stays: nothing that a moderator decides about has changed under her eyes.
    """
    with transaction.atomic():
        comment = lock(comment.pk)
        if comment.confirmed_at is None:
            comment.confirmed_at = timezone.now()
            comment.save(update_fields=["confirmed_at"])
            correspondence.caught_up(comment)
            reader = Actor(None, "A reader", Channel.WEB)
            record("confirm_address", f"comments.comment:{comment.pk}", by=reader, facts={})
    return comment
