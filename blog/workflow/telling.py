"""Telling colleagues by mail about texts; the words are written when the mail leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from blog import outbox
from blog.models import Note, Post, Review, UnreadNote
from ledger.models import Entry

WAITING = "blog.waiting"
"""The mail about all texts that wait for one person; `blog.letters` writes it."""

LIVE = "blog.live"
"""The mail that a post is live, whose number follows behind a colon; `blog.letters` writes it."""

STOPPED = "blog.stopped"
"""The mail that a quiet period stopped a schedule, named and written likewise."""

WITHDRAWN = "blog.withdrawn"
"""The mail that a colleague retracted a post, or took it back, named and written likewise."""

NOTED = "blog.noted"
"""The mail about notes at a post, whose number follows behind a colon; `blog.note_letters` writes it."""

TOGETHER = timedelta(minutes=2)
"""How long the mail waits, so that what happens together is told together, or not at all if taken back."""


def ask(review: Review, *, but: int | None) -> None:
    """Queue mail to everybody who can give a signature that `review` lacks.

    Args:
        but: the account that asks, which need not be told.
    """
    _tell(_who_can_give(review.missing()), but)


def turn_down(review: Review, *, but: int | None) -> None:
    """Queue mail to whoever wrote a text that was sent back, or whose signature was taken back."""
    _tell(_account(review.version.saved_by), but)


def complete(review: Review, *, but: int | None) -> None:
    """Queue mail to whoever asked for the signatures, now that all are there."""
    _tell(_account(review.opened_by), but)


def live(post: Post) -> None:
    """Queue mail to whoever worked on a post that the clock has made public, one for each address."""
    _tell_workers(post, LIVE)


def stopped(post: Post) -> None:
    """Queue mail to the same people when a quiet period has stopped the schedule of a post."""
    _tell_workers(post, STOPPED)


def withdrawn(post: Post, *, but: int) -> None:
    """Queue mail to the same people, but for the one who did it, when words were taken from readers.

    Call it while the post still knows which words those were.
    """
    _tell_workers(post, WITHDRAWN, but, wait=TOGETHER)


def noted(note: Note) -> None:
    """Queue mail about a note to whoever writes, signs or was asked to sign, or left a note before."""
    people = get_user_model().objects.filter(_at_work_on(note.post), is_active=True)
    keys = sorted({*people.values_list("pk", flat=True)} - {note.by})
    UnreadNote.objects.bulk_create(UnreadNote(note=note, person_id=key) for key in keys)
    for address in _addresses(Q(pk__in=keys)):
        outbox.send_digest(address, f"{NOTED}:{note.post_id}", due_at=timezone.now() + TOGETHER)


def _at_work_on(post: Post) -> Q:
    version = post.versions.select_related("author").order_by("-number").first()
    reviews = Review.objects.filter(version=version).prefetch_related("approvals")
    people: set[int | None] = {*post.notes.values_list("by", flat=True), _scheduled_by(post)}
    asked = Q()
    if version:
        people |= {version.saved_by, version.author.user_id}
    for review in reviews:
        people |= {review.opened_by, *review.given().values()}
        asked |= _who_can_give(review.missing())
    return Q(pk__in=people - {None}) | asked


def _tell_workers(
    post: Post, letter: str, but: int | None = None, *, wait: timedelta = timedelta(0)
) -> None:
    """Tell who saved its words last, who is named on them, who signed, and who chose the moment."""
    version = post.live_version
    named = {version.saved_by, version.author.user_id} if version else set()
    people = {*named, _scheduled_by(post), *_signed_by(post)} - {None}
    for address in _addresses(Q(pk__in=people), but):
        outbox.send_digest(address, f"{letter}:{post.pk}", due_at=timezone.now() + wait)


def _scheduled_by(post: Post) -> int | None:
    entry = Entry.objects.about(post).filter(verb="schedule").last()
    return entry.actor if entry else None


def _signed_by(post: Post) -> set[int]:
    asked = Review.objects.filter(version=post.live_version_id, rendering=post.live_rendering_id)
    signed = [review for review in asked.prefetch_related("approvals") if review.is_complete]
    return {account for review in signed for account in review.given().values()}


def _account(number: int | None) -> Q:
    return Q(pk__in=[number] if number else [])


def _who_can_give(signatures: Iterable[str]) -> Q:
    kinds = [signature.partition(":")[::2] for signature in signatures]
    accounts = [int(value) for kind, value in kinds if kind == "user"]
    roles = [value for kind, value in kinds if kind == "role"]
    return Q(pk__in=accounts) | Q(groups__name__in=roles)


def _tell(people: Q, but: int | None) -> None:
    for address in _addresses(people, but):
        outbox.send_digest(address, WAITING, due_at=timezone.now() + TOGETHER)


def _addresses(people: Q, but: int | None = None) -> list[str]:
    """Return the addresses of active accounts, in the order in which whoever queues several must go."""
    found = get_user_model().objects.filter(people, is_active=True).exclude(email="")
    return sorted({email for pk, email in found.values_list("pk", "email") if pk != but})
