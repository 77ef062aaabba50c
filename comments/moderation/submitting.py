"""Submitting: assess, decide, store once.

Text is cleaned by the form; here it is sanitised, assessed and signed (`comments.spam.minhash`) before
the transaction begins, so that nothing slow is worked out while a lock is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from blog.models import Author, Post, Site
from blog.prepared import Prepared
from comments import correspondence, echoes, finding, notices, sanitize, trust
from comments.arrival import Arrival
from comments.facts import history_of, submission_of
from comments.models import Comment, path_under
from comments.moderation.blocking import count_hits
from comments.spam import Assessment, Blocked, Verdict, assess
from comments.spam.minhash import keys_of
from comments.spam.policy import hold_at
from ledger.canonical import digest
from ledger.inserting import insert
from ledger.models import Channel
from ledger.record import Actor, record

SECOND_CLICK = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person wrote, already cleaned and checked by the form."""

    name: str
    body: str
    email: str = ""
    url: str = ""
    parent: Comment | None = None
    visibility: str = Comment.Visibility.PUBLIC
    notify: bool = False

    def digest(self, post: Post) -> str:
        """Return the hash that makes the same words at the same place one comment.

        The address is no part of it: whoever repeats a public comment with a guess at its writer's
        address would learn from the answer whether the guess was right.
        """
        parent = self.parent.pk if self.parent else None
        return digest([post.pk, parent, self.visibility, self.name, self.body])


class Outcome(StrEnum):
    """What became of a submission."""

    STORED = "stored"
    SECOND_CLICK = "second click"
    REPEAT = "repeat"


@dataclass(frozen=True)
class Received:
    """The comment that holds the words, and whether this submission made it."""

    comment: Comment
    outcome: Outcome


def submit(post: Post, said: Said, arrival: Arrival, *, at: datetime | None = None) -> Received:
    """Store `said` under `post` exactly once, and say what became of it.

    The same words again make no second row: from the same network within ten minutes they are the
    second click of the same person, otherwise a repeat by whoever.

    Args:
        at: when it was said, for a demo or an import; now, unless given.
    """
    found = _same(post, said)
    if found:
        return _repeated(found, arrival)
    comment = _unsaved(post, said, arrival, at)
    keys = keys_of(comment.shown_text)
    history = history_of(comment, address=arrival.address, keys=keys)
    site = Site.current()
    submission = submission_of(comment, post, arrival)
    assessment = assess(submission, history, hold_from=hold_at(site.care))
    _judge(comment, assessment)
    try:
        with transaction.atomic():
            _store(comment, assessment, site, keys, history.blocked)
    except IntegrityError:
        # Somebody stored the same words between the look and the write: on to the first row.
        found = _same(post, said)
        if found is None:
            raise
        return _repeated(found, arrival)
    return Received(comment, Outcome.STORED)


def verdict_state(assessment: Assessment) -> str:
    """Return the state for a verdict: a person reads what is not spam."""
    return Comment.State.SPAM if assessment.verdict == Verdict.SPAM else Comment.State.PENDING


def _same(post: Post, said: Said) -> Comment | None:
    return _with_digest.first(digest=said.digest(post))


_with_digest: Prepared[Comment] = Prepared(
    lambda digest: Comment.objects.filter(digest=digest), digest=str
)


def _repeated(found: Comment, arrival: Arrival) -> Received:
    is_recent = timezone.now() - found.created_at < SECOND_CLICK
    is_same_person = is_recent and bool(arrival.network) and arrival.network == found.network
    return Received(found, Outcome.SECOND_CLICK if is_same_person else Outcome.REPEAT)


def _unsaved(post: Post, said: Said, arrival: Arrival, at: datetime | None) -> Comment:
    sanitized = sanitize.render(said.body)
    return Comment(
        post=post,
        parent=said.parent,
        name=said.name,
        email=said.email,
        url=said.url,
        body=said.body,
        body_html=sanitized.html,
        sanitizer=sanitize.VERSION,
        is_suspect=sanitized.is_suspect,
        visibility=said.visibility,
        wants_decision=said.notify,
        wants_answers=said.notify,
        network=arrival.network,
        digest=said.digest(post),
        created_at=at or timezone.now(),
    )


def _judge(comment: Comment, assessment: Assessment) -> None:
    comment.score = assessment.score
    comment.evidence = [finding.as_dict() for finding in assessment.evidence]
    comment.state = verdict_state(assessment)


def _store(
    comment: Comment,
    assessment: Assessment,
    site: Site,
    keys: tuple[int, ...],
    blocked: Sequence[Blocked],
) -> None:
    is_public = _appears_at_once(comment, assessment, site)
    if is_public:
        comment.state, comment.decided_at = Comment.State.APPROVED, timezone.now()
    _insert(comment)
    echoes.remember_new(comment, keys)
    count_hits(blocked)
    if comment.state == Comment.State.PENDING:
        notices.somebody_is_needed(comment)
    if comment.state != Comment.State.SPAM:
        correspondence.ask_to_confirm(comment)
    if is_public:
        finding.refresh([comment])
        correspondence.answered(comment)
    facts: dict[str, object] = {
        "state": comment.state,
        "visibility": comment.visibility,
        "text": digest(comment.body),
        "verdict": assessment.verdict.value,
        "score": round(assessment.score, 4),
        "by_rule": assessment.is_held_by_rule,
        "reasons": [finding.as_fact() for finding in assessment.evidence],
    }
    if is_public:
        facts["trusted"] = True
    reader = Actor(None, "A reader", Channel.WEB)
    record("submit_comment", f"comments.comment:{comment.pk}", by=reader, facts=facts)


def _insert(comment: Comment) -> None:
    """Write a new comment, and then its place in the thread, which needs its number."""
    insert(comment)
    comment.path = path_under(comment.parent, comment.pk)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [comment.path, comment.pk])


_PLACE = "UPDATE comments_comment SET path = %s WHERE id = %s"


def _appears_at_once(comment: Comment, assessment: Assessment, site: Site) -> bool:
    """Whether a comment is public without a person: clean, and by whom the site lets speak at once.

    That it comes from where its address was confirmed lately is no confirmation of its own: others in
    the same network could type the address.

    Args:
        site: as it was before the transaction. If anything may appear, its row is locked until the
            commit and read again, so that nothing appears after the switch for a crisis was set, not
            even what was on its way.
    """
    if assessment.verdict != Verdict.PUBLISH or comment.is_suspect or comment.is_private:
        return False
    if not trust.may_appear(comment, site):
        return False
    locked = Site.objects.select_for_update(no_key=True).first()
    return locked is not None and trust.may_appear(comment, locked)


@dataclass(frozen=True)
class Voice:
    """How one of us speaks in a thread: a name, what stands beside it, and the byline if it is one."""

    name: str
    badge: str
    author: Author | None = None


def store_own(
    post: Post, parent: Comment | None, text: str, *, voice: Voice, at: datetime | None = None
) -> Comment:
    """Write what one of us says into the thread, public at once. Call inside a verb's transaction."""
    sanitized = sanitize.render(text)
    now = at or timezone.now()
    comment = Comment(
        post=post,
        parent=parent,
        name=voice.name,
        body=text,
        body_html=sanitized.html,
        sanitizer=sanitize.VERSION,
        is_suspect=sanitized.is_suspect,
        author=voice.author,
        badge=voice.badge,
        state=Comment.State.APPROVED,
        created_at=now,
        decided_at=now,
    )
    _insert(comment)
    finding.refresh([comment])
    return comment
