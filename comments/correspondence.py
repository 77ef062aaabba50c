"""What readers hear by mail: only who asked for it, at an address that she confirmed.

A verb makes a `Notice` for each thing to tell, in its own transaction, and queues the mail that will
tell it; `comments.letters` writes the words when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from blog import outbox
from blog.models import Outbox, Site
from comments.models import Comment, Correspondent, Notice
from comments.models.decision import MAIL_AFTER

if TYPE_CHECKING:
    from comments.moderation.journal import Journal

CONVERSATION = "comments.conversation"
"""The mail about one post, as it happens; its full name ends in the number of the post."""

COLLECTED = "comments.correspondence"
"""The mail about all conversations of one person, once a day or a week."""

PRIVATE_ANSWER = "comments.private_answer"
"""The mail that answers a private note; its full name ends in the number of the note."""

CONFIRMING = "comments.confirm"
"""The mail that asks whether an address is hers."""

APART = timedelta(minutes=15)
"""One conversation writes to one person at most once in this time."""

COLLECTED_AT = time(8)
CONFIRMING_APART = timedelta(hours=1)
CONFIRMING_A_DAY = 3
"""How often, on one day, an address is asked that never said yes."""

_TOLD = {
    Comment.State.APPROVED: Notice.What.APPROVED,
    Comment.State.REJECTED: Notice.What.REFUSED,
    Comment.State.REMOVED: Notice.What.REFUSED,
}
_DAY = timedelta(days=1)
_MONDAY = 0


def decided(comment: Comment, *, before: str, journal: Journal) -> None:
    """Tell the writer what was decided, and whom she answers that there is an answer.

    Nothing is told about spam, so that nobody learns to tune it.

    Args:
        before: the state from which the decision led on.
    """
    if comment.state == before:
        return
    what = _TOLD.get(Comment.State(comment.state))
    told = [_notice(comment, what)] if what and _hears_decisions(comment) else []
    if comment.is_visible:
        told += _about_answer(comment)
    _tell(told, journal)


def answered(reply: Comment, journal: Journal | None = None) -> None:
    """Tell the writer of a comment that `reply` to it is public now.

    Args:
        journal: of the decision that made it public, if it was one.
    """
    _tell(_about_answer(reply), journal)


def answered_privately(comment: Comment, journal: Journal) -> bool:
    """Queue the mail with the answer to a private note; return whether there will be one.

    Its writer left the address for this answer, so it goes to one that nobody has confirmed, but
    never to somebody who wants no mail at all.
    """
    address = comment.email.lower()
    if not address or correspondent(address).muted_at:
        return False
    name = f"{PRIVATE_ANSWER}:{comment.pk}"
    row = outbox.send_digest(address, name, due_at=timezone.now() + MAIL_AFTER)
    journal.created(row)
    return True


def edit_decided(comment: Comment, *, is_taken: bool, journal: Journal) -> None:
    """Tell the writer whether her new wording is public."""
    what = Notice.What.EDIT_TAKEN if is_taken else Notice.What.EDIT_REFUSED
    _tell([_notice(comment, what)] if _hears_decisions(comment) else [], journal)


def caught_up(comment: Comment) -> None:
    """Tell a writer who has just confirmed her address what was decided and answered before."""
    what = _TOLD.get(Comment.State(comment.state))
    told = [_notice(comment, what)] if what and _hears_decisions(comment) else []
    for reply in comment.replies.visible().order_by("pk"):
        told += _about_answer(reply)
    _tell(told, None)


def taken_back(comment: Comment) -> None:
    """Remove the mail that has nothing left to tell after a decision about `comment` was undone.

    A row that somebody else holds is left: he counts on it, or it finds out itself when it is sent.
    """
    writers = [comment, comment.parent] if comment.parent else [comment]
    waiting = Outbox.objects.select_for_update(skip_locked=True).filter(
        to__in={writer.email.lower() for writer in writers if writer.email},
        digest__in=[conversation(comment.post_id), COLLECTED],
        sent_at=None,
    )
    for row in waiting:
        notices = Notice.objects.filter(email=row.to)
        if row.digest != COLLECTED:
            notices = notices.filter(post=comment.post_id)
        if not notices.exists():
            row.delete()


def ask_to_confirm(comment: Comment) -> None:
    """Queue the mail that asks the writer to confirm her address, if she wants to hear anything.

    Anybody can type any address, so one mailbox gets one such mail an hour, however many comments
    name it, and `CONFIRMING_A_DAY` a day until it says yes.
    """
    if comment.email and (comment.wants_decision or comment.wants_answers):
        address = comment.email.lower()
        outbox.send_digest(address, CONFIRMING, due_at=confirming_due(address))


def confirming_due(address: str) -> datetime:
    """Return when the next mail that asks to confirm may go to `address`: now, or later.

    What went to the same mailbox under another tag counts too (`mara+blog@…`, RFC 5233).
    """
    now = timezone.now()
    moments = [now]
    mailbox = same_mailbox(address, "to")
    last = outbox.last_of(mailbox, [CONFIRMING], since=now - CONFIRMING_APART)
    if last:
        moments.append(last + CONFIRMING_APART)
    sent = Outbox.objects.filter(mailbox, digest=CONFIRMING, sent_at__gt=now - _DAY)
    today = list(sent.order_by("-sent_at").values_list("sent_at", flat=True)[:CONFIRMING_A_DAY])
    oldest = today[-1] if len(today) == CONFIRMING_A_DAY else None
    hers = Comment.objects.filter(same_mailbox(address, "email"))
    if oldest and not hers.filter(confirmed_at__gt=oldest).exists():
        moments.append(oldest + _DAY)
    return max(moments)


_DOTS_SAY_NOTHING = ("gmail.com", "googlemail.com")
"""Where `m.ara` and `mara` are one mailbox (support.google.com/mail/answer/7436150)."""


def same_mailbox(address: str, field: str) -> Q:
    """Return a condition for the addresses that differ from `address` in nothing but a tag, or in dots."""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0]
    if domain.lower() in _DOTS_SAY_NOTHING:
        letters = r"\.?".join(re.escape(letter) for letter in local.replace(".", ""))
        hosts = "|".join(map(re.escape, _DOTS_SAY_NOTHING))
        return Q(**{f"{field}__iregex": rf"^{letters}(\+.*)?@({hosts})$"})
    plain = Q(**{f"{field}__iexact": f"{local}@{domain}"})
    begins, ends = f"{field}__istartswith", f"{field}__iendswith"
    return plain | Q(**{begins: f"{local}+", ends: f"@{domain}"})


def queue(address: str, post: int) -> None:
    """Queue the mail that will tell `address` about the post of this number, as she chose it."""
    earliest = timezone.now() + MAIL_AFTER
    mode = correspondent(address).mode
    if mode == Correspondent.Mode.SINGLE:
        name = conversation(post)
        outbox.send_digest(address, name, due_at=max(earliest, free_again(address, [name])))
    else:
        outbox.send_digest(address, COLLECTED, due_at=_next_collection(mode, earliest))


def free_again(address: str, conversations: Iterable[str]) -> datetime:
    """Return from when on these conversations may write to `address` again; now, if they may."""
    now = timezone.now()
    last = outbox.last_of(address, [*conversations, COLLECTED], since=now - APART)
    return max(now, last + APART) if last else now


def correspondent(address: str) -> Correspondent:
    """Return what `address` chose, saved or not. One query."""
    return Correspondent.objects.filter(email=address).first() or Correspondent(email=address)


def conversation(post: int) -> str:
    """Return the name of the mail about the post of this number."""
    return f"{CONVERSATION}:{post}"


def _hears_decisions(comment: Comment) -> bool:
    return bool(comment.email and comment.confirmed_at and comment.wants_decision)


def _about_answer(reply: Comment) -> list[Notice]:
    asked = reply.parent
    if asked is None or not (asked.email and asked.confirmed_at and asked.wants_answers):
        return []
    if reply.email.lower() == asked.email.lower():
        return []
    return [_notice(asked, Notice.What.ANSWERED, reply)]


def _notice(comment: Comment, what: str, answer: Comment | None = None) -> Notice:
    address = comment.email.lower()
    return Notice(email=address, post=comment.post, comment=comment, what=what, answer=answer)


def _tell(told: list[Notice], journal: Journal | None) -> None:
    """Save the notices of those who hear anything, and queue their mail in the order of addresses."""
    muted = Correspondent.objects.filter(
        email__in=[notice.email for notice in told], muted_at__isnull=False
    )
    silent = set(muted.values_list("email", flat=True)) if told else set()
    wanted = sorted(
        (notice for notice in told if notice.email not in silent), key=lambda one: one.email
    )
    for notice in wanted:
        if journal:
            journal.create(notice)
        else:
            notice.save(force_insert=True)
    for notice in wanted:
        queue(notice.email, notice.post_id)


def _next_collection(mode: str, after: datetime) -> datetime:
    """Return the next eight o'clock of the site, or that of the next Monday."""
    local = timezone.localtime(after, Site.current().zone)
    moment = local.replace(hour=COLLECTED_AT.hour, minute=0, second=0, microsecond=0)
    while moment < local or (mode == Correspondent.Mode.WEEKLY and moment.weekday() != _MONDAY):
        moment += _DAY
    return moment
