"""Mail to colleagues about comments: what waits to be decided, and drafts that wait to be released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import outbox, roles
from blog.incoming.words import marker
from blog.models import Outbox, Site
from blog.prepared import Prepared
from comments import mail_links, reply_addresses, rights
from comments.models import REFUSED, VISIBLE, AnswerDraft, Appeal, Comment, Edit, NoticeChoice
from comments.models.decision import MAIL_AFTER

WAITING = "comments.waiting"
DRAFT = "comments.answer_draft"
"""The mail about one draft; its full name ends in the number of the draft."""

GROUPED = timedelta(hours=1)
DAILY_AT = time(8)
FRIDAY = 4
MOST_SHOWN = 20


@dataclass(frozen=True)
class _Waiting:
    """A comment in the message, and the address of the page where it is decided; none for who may not."""

    comment: Comment
    decide: str


def somebody_is_needed(comment: Comment) -> None:
    """Queue mail to the byline's owner and the moderators, in the transaction that stores `comment`.

    The first comes at once; those that follow within the hour go into one message together. Who decides
    alone is reminded on Friday. Each person may choose otherwise.
    """
    recipients = _recipients(comment)
    if not recipients:
        return
    last_sent = _last_sent()
    usual = NoticeChoice.Mode.HOURLY if rights.is_team() else NoticeChoice.Mode.WEEKLY
    for email, mode in recipients:
        if mode != NoticeChoice.Mode.OFF:
            outbox.send_digest(email, WAITING, due_at=_due(mode or usual, last_sent.get(email)))


def waiting_digest(row: Outbox) -> outbox.Words | None:
    """Write the message about all that waits now; `None` when nothing does.

    A message about one comment to the owner of its byline can be answered; `row` learns the address.
    """
    comments = list(_waiting_for(row.to)[: MOST_SHOWN + 1])
    if not comments:
        return None
    person = _person_at(row.to)
    row.reply_to = _reply_to(comments, person)
    Outbox.objects.filter(pk=row.pk).update(reply_to=row.reply_to)
    context = {
        "waiting": [
            _Waiting(each, _decide_address(each, person)) for each in comments[:MOST_SHOWN]
        ],
        "opening": _opening(len(comments)),
        "marker": marker() if row.reply_to else "",
        "desk": settings.SITE_URL + reverse("admin:comments_comment_changelist"),
    }
    return outbox.write("comments_waiting", _subject(len(comments)), context)


def draft_waits(draft: AnswerDraft) -> Outbox | None:
    """Queue the mail that asks her to release a draft; nothing if she has no address."""
    user = draft.author.user
    if user is None or not user.email:
        return None
    name = f"{DRAFT}:{draft.pk}"
    return outbox.send_digest(user.email, name, due_at=timezone.now() + MAIL_AFTER)


def draft_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail about a draft; nothing when it waits no longer, or for somebody else."""
    number = outbox.number_of(row)
    waiting = AnswerDraft.objects.waiting().filter(
        author__user__email=row.to,
        author__user__is_active=True,
        comment__post__live_version__author=F("author"),
    )
    draft = waiting.select_related("author__user", "comment__post").filter(pk=number).first()
    user = draft.author.user if draft else None
    if draft is None or user is None:
        return None
    comment = draft.comment
    link = mail_links.link_for(comment, user, ("release", "drop"), draft=draft)
    context = {"draft": draft, "comment": comment, "address": settings.SITE_URL + link.path}
    return outbox.write(
        "answer_draft", _("An answer to %(name)s waits for you") % {"name": comment.name}, context
    )


def _subject(count: int) -> str:
    if count > MOST_SHOWN:
        return _("More than %(count)s comments wait for you") % {"count": MOST_SHOWN}
    said = ngettext("%(count)s comment waits for you", "%(count)s comments wait for you", count)
    return said % {"count": count}


def _opening(count: int) -> str:
    name = Site.current().name
    if count > MOST_SHOWN:
        said = _("More than %(count)s comments wait for you on %(name)s.")
        return said % {"count": MOST_SHOWN, "name": name}
    said = ngettext(
        "%(count)s comment waits for you on %(name)s.",
        "%(count)s comments wait for you on %(name)s.",
        count,
    )
    return said % {"count": count, "name": name}


def _moderators() -> Q:
    return Q(groups__name=roles.MODERATOR)


def _person_at(email: str) -> User | None:
    """Return the account that a message to this address is for: first of all one that may decide."""
    people = get_user_model().objects.filter(email=email, is_active=True).order_by("pk")
    return min(people, key=lambda user: not rights.may_decide(user), default=None)


def _decide_address(comment: Comment, person: User | None) -> str:
    if person is None or not rights.may_decide(person):
        return ""
    # New words and appeals are decided on the desk, beside what was said before.
    if comment.state != Comment.State.PENDING:
        return ""
    actions = ("reject", "mark_spam") if comment.is_private else ("approve", "reject", "mark_spam")
    return settings.SITE_URL + mail_links.link_for(comment, person, actions).path


def _reply_to(comments: list[Comment], person: User | None) -> str:
    version = comments[0].post.live_version if len(comments) == 1 else None
    if person is None or version is None or version.author.user_id != person.pk:
        return ""
    return reply_addresses.address_for(comments[0], person)


def _recipients(comment: Comment) -> list[tuple[str, str | None]]:
    """Return whom a comment is for, in the order of their addresses, and how often each wants mail."""
    version = comment.post.live_version
    return _moderators_and(author=version.author_id if version else 0)


def _build_recipients(author: int) -> QuerySet[User, tuple[str, str | None]]:
    whose = _moderators() | Q(author=author)
    people = get_user_model().objects.filter(whose, is_active=True).exclude(email="").distinct()
    return people.order_by("email").values_list("email", "comment_notices__mode")


_moderators_and: Prepared[tuple[str, str | None]] = Prepared(_build_recipients, author=int)


def _waiting_for(email: str) -> QuerySet[Comment]:
    """Return what waits for the person with this address: moderators decide on every post."""
    people = get_user_model().objects.filter(email=email, is_active=True)
    waiting = Comment.objects.to_decide() | Comment.objects.private_notes() | _asked_about()
    if not people.filter(_moderators()).exists():
        waiting = waiting.filter(post__live_version__author__user__in=people)
    return waiting.select_related("post__live_version__author").oldest_first()


def _asked_about() -> QuerySet[Comment]:
    """Return the decided comments whose writers ask for something: other words, or a second look."""
    edits = Edit.objects.waiting().values("comment")
    appeals = Appeal.objects.waiting().values("comment")
    refused = Q(state__in=REFUSED)
    return Comment.objects.filter(VISIBLE & Q(pk__in=edits) | refused & Q(pk__in=appeals))


def _last_sent() -> dict[str, datetime]:
    return {to: sent for to, sent in _sent_since(since=timezone.now() - GROUPED) if sent}


_sent_since: Prepared[tuple[str, datetime | None]] = Prepared(
    lambda since: (
        Outbox.objects.filter(digest=WAITING, sent_at__gte=since)
        .order_by("sent_at")
        .values_list("to", "sent_at")
    ),
    since=datetime,
)


def _due(mode: str, last_sent: datetime | None) -> datetime:
    now = timezone.now()
    if mode in {NoticeChoice.Mode.DAILY, NoticeChoice.Mode.WEEKLY}:
        return _next_eight(now, friday=mode == NoticeChoice.Mode.WEEKLY)
    return max(now, last_sent + GROUPED) if last_sent else now


def _next_eight(now: datetime, *, friday: bool) -> datetime:
    """Return the next time that it is eight in the morning at the site, or that on a Friday."""
    local = timezone.localtime(now, Site.current().zone)
    found = local.replace(hour=DAILY_AT.hour, minute=0, second=0, microsecond=0)
    while found <= local or (friday and found.weekday() != FRIDAY):
        found += timedelta(days=1)
    return found
