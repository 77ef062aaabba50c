"""Changing the words of a comment: by its writer, for a while, and never past a person.

Words that nobody has published are replaced at once. Those of a public comment stay public until a
person accepts the new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments import correspondence, echoes, finding, notices, sanitize
from comments.arrival import Arrival, Origin
from comments.facts import history_of, submission_of
from comments.models import Comment, Edit
from comments.moderation.acting import How, acting
from comments.moderation.blocking import count_hits
from comments.moderation.deciding import check_reason
from comments.moderation.locking import latest_text, lock, next_revision
from comments.moderation.settling import waiting_edit
from comments.moderation.teaching import teach
from comments.moderation.writers import record_step, require_a_readers
from comments.rights import require
from comments.sanitize import MAX_LENGTH
from comments.spam import Verdict, assess
from comments.spam.facts import Blocked
from comments.text import clean_line, clean_text
from ledger.canonical import digest

State = Comment.State

EDIT_WITHIN = timedelta(minutes=15)
"""For how long a writer may change her words, if nobody answers before."""

_OPEN = frozenset({State.PENDING, State.APPROVED, State.SPAM})
# What an edit brings to the comment that takes it over.
_WORDING = ("body", "body_html", "sanitizer", "is_suspect", "score", "evidence")


def edit(comment: Comment, text: str, *, at: datetime | None = None) -> Comment:
    """Let the writer say it otherwise, and return the comment as it is then.

    Spam takes an edit like what waits, so that its sender learns nothing; what a person called spam
    stays spam. The same words again change nothing.

    Args:
        at: when she did, for a demo; now, unless given.

    Raises:
        Refused: it is too late, answered or decided; or there is no text, or too much.
    """
    said = checked_text(text)
    moment = at or timezone.now()
    comment = Comment.objects.select_related("post__live_version").get(pk=comment.pk)
    if said == latest_text(comment):
        return comment
    _require_open(comment, moment)
    wording, state, blocked = _assessed(comment, said)
    with transaction.atomic():
        comment = lock(comment.pk)
        wording.before = latest_text(comment)
        if said == wording.before:
            return comment
        _require_open(comment, moment)
        wording.made_at = moment
        count_hits(blocked)
        _write(comment, wording, state)
    return comment


def accept_edit(comment: Comment, *, by: User, seen: int, **how: Unpack[How]) -> Comment:
    """Let the new words of a public comment be public.

    Raises:
        Conflict: the comment, or its edit, is not the one that the person saw.
        Refused: the account may not decide, or no edit waits.
    """
    require(by)
    with acting("accept_edit", comment, by=by, seen=seen, **how) as act:
        waiting, now, journal = _required(act.comment), act.comment, act.journal
        journal.change(
            now,
            **{name: getattr(waiting, name) for name in _WORDING},
            reason="",
            revision=next_revision(now),
            decided_at=timezone.now(),
            decided_by=by.pk,
        )
        journal.change(waiting, state=Edit.State.TAKEN)
        teach(act)
        correspondence.edit_decided(now, is_taken=True, journal=journal)
        finding.refresh([now])
        echoes.remember([now])
        act.facts |= {"revision": now.revision, "text": digest(now.body)}
    return act.comment


def refuse_edit(
    comment: Comment, *, by: User, seen: int, reason: str = "", **how: Unpack[How]
) -> Comment:
    """Let a public comment keep its words; the writer finds `reason` on her private page.

    Raises as `accept_edit` does, and when the reason is too long.
    """
    require(by)
    reason = check_reason(reason)
    with acting("refuse_edit", comment, by=by, seen=seen, **how) as act:
        waiting, now, journal = _required(act.comment), act.comment, act.journal
        journal.change(now, reason=reason, revision=next_revision(now))
        journal.change(waiting, state=Edit.State.REFUSED)
        correspondence.edit_decided(now, is_taken=False, journal=journal)
        act.facts |= {
            "revision": now.revision,
            "text": digest(waiting.body),
            "reason": digest(reason) if reason else "",
        }
    return act.comment


def why_not_editable(comment: Comment, *, at: datetime | None = None) -> str:
    """Return why its writer cannot change the words now, or an empty string. One query at most."""
    if comment.state not in _OPEN:
        return _("It does not wait and is not public, so its words stay as they are.")
    if (at or timezone.now()) >= comment.created_at + EDIT_WITHIN:
        minutes = EDIT_WITHIN // timedelta(minutes=1)
        return _(
            "Words can be changed for %(minutes)s minutes after sending. That time is over."
        ) % {"minutes": minutes}
    if comment.answered_at or comment.replies.visible().exists():
        return _("Somebody has answered it, so its words stay as they are.")
    return ""


def checked_text(text: str) -> str:
    """Return the cleaned words of a comment.

    Raises:
        Refused: nothing can be seen of them, or they are too many.
    """
    said = clean_text(text)
    if not clean_line(said):
        raise Refused(_("Write your comment first."))
    if len(said) > MAX_LENGTH:
        raise Refused(
            _("This has %(count)s characters; at most %(most)s fit. Please cut it.")
            % {
                "count": number_format(len(said), force_grouping=True),
                "most": number_format(MAX_LENGTH, force_grouping=True),
            }
        )
    return said


def _require_open(comment: Comment, moment: datetime) -> None:
    require_a_readers(comment)
    sentence = why_not_editable(comment, at=moment)
    if sentence:
        raise Refused(sentence)


def _assessed(comment: Comment, said: str) -> tuple[Edit, str, Sequence[Blocked]]:
    """Return the new words as an edit that is not saved, the state advised, and what is blocked."""
    sanitized = sanitize.render(said)
    imagined = copy(comment)
    imagined.body, imagined.body_html = said, sanitized.html
    history = history_of(imagined)
    assessment = assess(submission_of(imagined, imagined.post, _arrival_of(comment)), history)
    wording = Edit(
        comment=comment,
        body=said,
        body_html=sanitized.html,
        sanitizer=sanitize.VERSION,
        is_suspect=sanitized.is_suspect,
        score=assessment.score,
        evidence=[one.as_dict() for one in assessment.evidence],
    )
    # Even where new comments are published at once: the words of an edit wait for a person.
    is_spam = assessment.verdict == Verdict.SPAM
    return wording, State.SPAM if is_spam else State.PENDING, history.blocked


def _arrival_of(comment: Comment) -> Arrival:
    """Return how the first words came: a trap that was filled then is not forgotten by an edit."""
    found: Collection[str] = {one["check"] for one in comment.evidence}
    return Arrival(
        network=comment.network,
        origin=Origin.UNKNOWN if "origin" in found else Origin.OWN,
        stamp="fresh",
        is_trap_filled="trap" in found,
    )


def _write(comment: Comment, wording: Edit, state: str) -> None:
    before = comment.state
    comment.revision = wording.revision = next_revision(comment)
    comment.edits.waiting().update(state=Edit.State.REPLACED)
    is_public = before == State.APPROVED
    # Back to the words that are public already: nothing is left to decide.
    waits = is_public and wording.body != comment.body
    wording.comment = comment
    wording.state = Edit.State.WAITING if waits else Edit.State.TAKEN
    wording.save(force_insert=True)
    if is_public:
        comment.save(update_fields=["revision"])
    else:
        _take_over(comment, wording, state)
    if waits:
        notices.somebody_is_needed(comment)
    record_step(
        "edit",
        comment,
        **{"from": before, "to": comment.state},
        before=digest(wording.before),
        text=digest(wording.body),
        edit=wording.state,
        score=round(wording.score, 4),
    )


def _take_over(comment: Comment, wording: Edit, state: str) -> None:
    was_spam = comment.state == State.SPAM
    is_decided_spam = was_spam and bool(comment.decided_at)
    for name in _WORDING:
        setattr(comment, name, getattr(wording, name))
    if not is_decided_spam:
        comment.state = state
    comment.save(update_fields=[*_WORDING, "state", "revision"])
    if not is_decided_spam:
        # Nobody called these words spam, only those that stood here before.
        echoes.remember([comment])
    if was_spam and comment.state == State.PENDING:
        notices.somebody_is_needed(comment)


def _required(comment: Comment) -> Edit:
    waiting = waiting_edit(comment)
    if waiting is None or not comment.is_visible:
        raise Refused(_("No new wording of this comment waits for a decision."))
    return waiting
