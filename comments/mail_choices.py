"""What a reader chooses about mail: how often, not about this conversation, or none at all."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.correspondence import correspondent, queue
from comments.models import Comment, Correspondent, Notice


class Choice(models.TextChoices):
    """The choices on her page; the first three also turn on again what was turned off."""

    SINGLE = "single", _("When it happens, at most every 15 minutes")
    DAILY = "daily", _("Together, once a day")
    WEEKLY = "weekly", _("Together, once a week")
    LEAVE = "leave", _("Nothing more about this conversation")
    NONE = "none", _("No mail at all")


LESS = frozenset({Choice.LEAVE, Choice.NONE})
"""The choices after which less mail comes; these are open to whoever holds the link, from anywhere."""


def choose(comment: Comment, choice: Choice) -> None:
    """Let the writer of `comment` hear as she chose, at its address; the same twice changes nothing.

    More mail than before comes only to an address that was confirmed for this comment.
    """
    with transaction.atomic():
        match choice:
            case Choice.NONE:
                _silence(comment.email.lower())
            case Choice.LEAVE:
                _hear(comment, wants=False)
                _notices(comment).filter(post=comment.post_id).delete()
            case _ if comment.confirmed_at:
                _hear(comment, wants=True)
                _set_mode(comment.email.lower(), choice.value)


def choice_of(comment: Comment) -> Choice:
    """Return what holds now. One query."""
    chosen = correspondent(comment.email.lower())
    if chosen.muted_at:
        return Choice.NONE
    if not (comment.wants_decision or comment.wants_answers):
        return Choice.LEAVE
    return Choice(chosen.mode)


def choices_of(comment: Comment) -> list[dict[str, object]]:
    """Return the choices that are open for this comment, with the one that holds."""
    now = choice_of(comment)
    return [
        {"value": choice.value, "label": choice.label, "is_chosen": choice == now}
        for choice in Choice
        if comment.confirmed_at or choice in LESS
    ]


def _silence(address: str) -> None:
    Correspondent.objects.get_or_create(email=address)
    Correspondent.objects.filter(email=address, muted_at=None).update(muted_at=timezone.now())
    Notice.objects.filter(email=address).delete()


def _hear(comment: Comment, *, wants: bool) -> None:
    """Set what all her comments in this conversation ask for; only the confirmed can ask for more."""
    hers = Comment.objects.filter(post=comment.post_id, email__iexact=comment.email)
    if wants:
        hers = hers.exclude(confirmed_at=None)
    locked = hers.select_for_update(of=("self",), no_key=True).order_by("pk")
    numbers = list(locked.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=numbers).update(wants_decision=wants, wants_answers=wants)


def _set_mode(address: str, mode: str) -> None:
    Correspondent.objects.update_or_create(email=address, defaults={"mode": mode, "muted_at": None})
    waiting = Notice.objects.filter(email=address).order_by("post").values_list("post", flat=True)
    for post in waiting.distinct():
        queue(address, post)


def _notices(comment: Comment) -> models.QuerySet[Notice]:
    return Notice.objects.filter(email=comment.email.lower())
