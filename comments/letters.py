"""The words of mail to readers, written when it is sent and true at that moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import outbox
from blog.models import Outbox, Post, Site
from comments import reader_links
from comments.correspondence import (
    confirming_due,
    conversation,
    correspondent,
    free_again,
)
from comments.models import Comment, Correspondent, Decision, Notice
from comments.models.decision import MAIL_AFTER
from comments.news import News, news

What = Notice.What
CONFIRMED_TOGETHER = 10
_ASKED_WITHIN = timedelta(days=7)
_OUTCOMES = (What.APPROVED, What.REFUSED)
_SUBJECTS = {
    What.APPROVED: gettext_lazy("Your comment on “%(title)s” is public"),
    What.REFUSED: gettext_lazy("About your comment on “%(title)s”"),
    What.ANSWERED: gettext_lazy("%(name)s answered you on “%(title)s”"),
    What.EDIT_TAKEN: gettext_lazy("Your new wording on “%(title)s” is public"),
    What.EDIT_REFUSED: gettext_lazy("About your new wording on “%(title)s”"),
}


@dataclass(frozen=True)
class Talk:
    """The news of one conversation."""

    title: str
    news: list[News] = field(default_factory=list)


def conversation_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail about one post, for a person who hears of things as they happen."""
    post = outbox.number_of(row)
    return _letter(row, _untold(row).filter(post=post), is_single=True)


def collected_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail about all conversations of a person who hears of them together."""
    return _letter(row, _untold(row), is_single=False)


def private_answer(row: Outbox) -> outbox.Words | None:
    """Write the answer to a private note; nothing when it was taken back, or she wants no mail now."""
    number = outbox.number_of(row)
    notes = Comment.objects.select_related("post__live_version").exclude(answered_at=None)
    comment = notes.filter(pk=number, email__iexact=row.to).first()
    if comment is None or correspondent(row.to).muted_at:
        return None
    title = comment.post.title
    return outbox.write(
        "private_answer",
        _("An answer to your note on “%(title)s”") % {"title": title},
        {"comment": comment, "title": title, "choices": reader_links.choices_address(comment)},
        headers=reader_links.unsubscribe_headers(comment),
    )


def told(row: Outbox) -> None:
    """Forget what a mail told, once it has left."""
    Notice.objects.filter(told_in=row.key).delete()


def confirming_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail that asks whether an address is hers; it quotes nothing of what was sent."""
    wanted = Q(wants_decision=True) | Q(wants_answers=True)
    since = timezone.now() - _ASKED_WITHIN
    asking = Comment.objects.filter(wanted, email__iexact=row.to, confirmed_at=None).exclude(
        body=""
    )
    recent = asking.filter(created_at__gte=since).exclude(state=Comment.State.WITHDRAWN)
    comments = list(
        recent.select_related("post__live_version").order_by("-created_at")[:CONFIRMED_TOGETHER]
    )
    if not comments or correspondent(row.to).muted_at:
        return None
    _wait_until(confirming_due(row.to))
    context = {
        "comments": [
            {
                "title": comment.post.title,
                "at": comment.created_at,
                "link": reader_links.confirm_address(comment),
            }
            for comment in comments
        ],
        "choices": reader_links.choices_address(comments[0]),
    }
    headers = reader_links.unsubscribe_headers(comments[0])
    subject = _("Is this your address? A comment on %(name)s") % {"name": Site.current().name}
    return outbox.write("confirm_address", subject, context, headers=headers)


def _untold(row: Outbox) -> QuerySet[Notice]:
    """Return what nobody has told `row.to` yet, nor is about to."""
    notices = Notice.objects.filter(email=row.to)
    keys = set(notices.exclude(told_in=None).values_list("told_in", flat=True))
    elsewhere = outbox.unfinished([key for key in keys if key and key != row.key])
    untold = notices.exclude(told_in__in=elsewhere) if elsewhere else notices
    return untold.select_related("comment", "answer", "post__live_version")


def _letter(row: Outbox, untold: QuerySet[Notice], *, is_single: bool) -> outbox.Words | None:
    chosen = correspondent(row.to)
    if chosen.muted_at or (chosen.mode == Correspondent.Mode.SINGLE) != is_single:
        # Whoever changed the choice has queued the mail that fits it.
        return None
    notices = list(untold)
    if not notices:
        return None
    _wait_until(_quiet_from(notices))
    _wait_until(free_again(row.to, {conversation(notice.post_id) for notice in notices}))
    true = _true_of(notices)
    Notice.objects.filter(pk__in={one.pk for one in notices} - {one.pk for one in true}).delete()
    if not true:
        return None
    Notice.objects.filter(pk__in=[notice.pk for notice in true]).update(told_in=row.key)
    return _words(true)


def _wait_until(moment: datetime) -> None:
    if moment > timezone.now():
        raise outbox.NotYet(moment)


def _quiet_from(notices: Iterable[Notice]) -> datetime:
    """Return from when on no decision about these comments can be taken back."""
    now = timezone.now()
    numbers = {number for one in notices for number in (one.comment_id, one.answer_id) if number}
    young = Decision.objects.filter(comment__in=numbers, made_at__gt=now - MAIL_AFTER)
    last = young.aggregate(last=Max("made_at"))["last"]
    return last + MAIL_AFTER if last else now


def _true_of(notices: list[Notice]) -> list[Notice]:
    """Return the notices that still tell the truth, each thing once."""
    public = set(
        Post.objects.published()
        .filter(pk__in={notice.post_id for notice in notices})
        .values_list("pk", flat=True)
    )
    latest = {
        # Of several decisions about one comment the last one counts.
        (one.comment_id, "outcome" if one.what in _OUTCOMES else one.what, one.answer_id): one
        for one in notices
    }
    return [one for one in latest.values() if _is_true(one, is_post_public=one.post_id in public)]


def _is_true(notice: Notice, *, is_post_public: bool) -> bool:
    comment, answer = notice.comment, notice.answer
    if not comment.confirmed_at or comment.email.lower() != notice.email:
        return False
    if notice.what == What.ANSWERED:
        return bool(
            comment.wants_answers and is_post_public and answer is not None and answer.is_visible
        )
    if notice.what == What.REFUSED:
        return comment.wants_decision and comment.is_refused
    return comment.wants_decision and is_post_public and comment.is_visible


def _words(notices: list[Notice]) -> outbox.Words:
    talks: dict[int, Talk] = {}
    for notice in notices:
        talk = talks.setdefault(notice.post_id, Talk(notice.post.title))
        talk.news.append(news(notice))
    first = notices[0].comment
    context = {"talks": list(talks.values()), "choices": reader_links.choices_address(first)}
    headers = reader_links.unsubscribe_headers(first)
    return outbox.write("correspondence", _subject(notices), context, headers=headers)


def _subject(notices: list[Notice]) -> str:
    first = notices[0]
    title = first.post.title
    if len({notice.post_id for notice in notices}) > 1:
        return _("News about your comments on %(name)s") % {"name": Site.current().name}
    if len(notices) > 1:
        return _("News about what you wrote on “%(title)s”") % {"title": title}
    name = first.answer.name if first.answer else ""
    return str(_SUBJECTS[What(first.what)]) % {"name": name, "title": title}
