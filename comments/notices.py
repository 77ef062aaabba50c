"""Mail about comments: to the people who must decide, and answers to private notes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from blog import outbox, roles
from blog.models import Outbox, Site
from comments import reader_links
from comments.models import Comment, NoticeChoice

WAITING = "comments.waiting"
GROUPED = timedelta(hours=1)
DAILY_AT = time(8)
MOST_SHOWN = 20


def somebody_is_needed(comment: Comment) -> None:
    """Queue mail to the byline's owner and the moderators, in the transaction that stores `comment`.

    The first comes at once; those that follow within the hour go into one message together. Each
    person may choose once a day, or never.
    """
    last_sent = _last_sent()
    for email, mode in (
        _recipients(comment).order_by("email").values_list("email", "comment_notices__mode")
    ):
        if mode != NoticeChoice.Mode.OFF:
            outbox.send_digest(email, WAITING, due_at=_due(mode, last_sent.get(email)))


def waiting_digest(row: Outbox) -> outbox.Words | None:
    """Write the message about all that waits now, or `None` when nothing does."""
    comments = list(_waiting_for(row.to)[: MOST_SHOWN + 1])
    if not comments:
        return None
    count = (
        f"More than {MOST_SHOWN} comments wait"
        if len(comments) > MOST_SHOWN
        else _counted(len(comments))
    )
    context = {
        "comments": comments[:MOST_SHOWN],
        "count": count,
        "desk": settings.SITE_URL + reverse("admin:comments_comment_changelist"),
    }
    return outbox.write("comments_waiting", f"{count} for you", context)


def private_answer(comment: Comment) -> outbox.Words:
    """Write the answer to a private note."""
    title = comment.post.title
    return outbox.write(
        "private_answer",
        f"An answer to your note on “{title}”",
        {"comment": comment, "title": title, "choices": reader_links.choices_address(comment)},
        headers=reader_links.unsubscribe_headers(comment),
    )


def _counted(count: int) -> str:
    return "1 comment waits" if count == 1 else f"{count} comments wait"


def _moderators() -> Q:
    return Q(groups__name=roles.MODERATOR)


def _recipients(comment: Comment) -> QuerySet[User]:
    version = comment.post.live_version
    owner = Q(author=version.author_id) if version else Q(pk=None)
    people = get_user_model().objects.filter(_moderators() | owner, is_active=True)
    return people.exclude(email="").distinct()


def _waiting_for(email: str) -> QuerySet[Comment]:
    """Return what waits for the person with this address: moderators decide on every post."""
    people = get_user_model().objects.filter(email=email, is_active=True)
    waiting = Comment.objects.to_decide() | Comment.objects.private_notes()
    if not people.filter(_moderators()).exists():
        waiting = waiting.filter(post__live_version__author__user__in=people)
    return waiting.select_related("post__live_version").oldest_first()


def _last_sent() -> dict[str, datetime]:
    since = timezone.now() - GROUPED
    rows = Outbox.objects.filter(digest=WAITING, sent_at__gte=since).order_by("sent_at")
    return {email: sent for email, sent in rows.values_list("to", "sent_at") if sent}


def _due(mode: str | None, last_sent: datetime | None) -> datetime:
    now = timezone.now()
    if mode == NoticeChoice.Mode.DAILY:
        local = timezone.localtime(now, Site.current().zone)
        today = local.replace(hour=DAILY_AT.hour, minute=0, second=0, microsecond=0)
        return today if today > local else today + timedelta(days=1)
    return max(now, last_sent + GROUPED) if last_sent else now
