"""The words of mail to colleagues about texts, written when it is sent and true at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import outbox
from blog.models import Outbox, Post
from blog.models.post import PostQuerySet
from blog.models.quiet import quiet_at
from blog.standing import Asked, Asking, askings
from ledger.models import Entry

_SENTENCES = {
    Asked.SIGN: gettext_lazy("%(who)s asks you to sign it."),
    Asked.CHANGE: gettext_lazy("%(who)s sent it back."),
    Asked.PUBLISH: gettext_lazy("It is signed, and ready to publish."),
}
_WITHDRAW = ("retract", "unpublish", "redact")
_PAGES = {Asked.SIGN: "sign", Asked.CHANGE: "change", Asked.PUBLISH: "change"}


@dataclass(frozen=True)
class Waiting:
    """One text that waits for a person: what is asked, since when, by a note perhaps, and where."""

    title: str
    sentence: str
    since: datetime
    link: str
    note: str = ""


def waiting_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail about all texts that wait for `row.to` now; `None` when none does."""
    people = get_user_model().objects.filter(email=row.to, is_active=True).order_by("pk")
    waiting = [_waiting(asking) for person in people for asking in askings(person)]
    if not waiting:
        return None
    context = {
        "waiting": waiting,
        "list": f"{settings.SITE_URL}{reverse('admin:blog_post_changelist')}?needs=you",
    }
    return outbox.write("texts_waiting", _subject(waiting), context)


def _subject(waiting: list[Waiting]) -> str:
    if len(waiting) == 1:
        return _("“%(title)s” waits for you") % {"title": waiting[0].title}
    count = len(waiting)
    said = ngettext("%(count)s text waits for you", "%(count)s texts wait for you", count)
    return said % {"count": count}


def live_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail that a post is live; `None` when it is not, or `row.to` has no account any more."""
    post = post_for(row, Post.objects.published())
    if post is None:
        return None
    context = {
        "post": post,
        "link": settings.SITE_URL + post.get_absolute_url(),
        "share": settings.SITE_URL + reverse("admin:blog_post_share", args=[post.pk]),
    }
    return outbox.write("post_live", _("“%(title)s” is live") % {"title": post.title}, context)


def stopped_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail that a quiet period stopped a schedule; `None` when somebody saw to it already."""
    post = post_for(row, Post.objects.filter(state=Post.State.PAUSED))
    period = quiet_at(post.published_at) if post and post.published_at else None
    if post is None or period is None:
        return None
    context = {
        "post": post,
        "period": period,
        "link": settings.SITE_URL + reverse("admin:blog_post_change", args=[post.pk]),
    }
    return outbox.write(
        "post_stopped", _("“%(title)s” did not go out") % {"title": post.title}, context
    )


def withdrawn_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail that a colleague took a post from readers; `None` when they have it again."""
    hidden = Post.objects.filter(state__in=[Post.State.RETRACTED, Post.State.DRAFT])
    post = post_for(row, hidden)
    entry = Entry.objects.about(post).filter(verb__in=_WITHDRAW).last() if post else None
    if post is None or entry is None:
        return None
    retracted, taken_back = _("“%(title)s” was retracted"), _("“%(title)s” was taken back")
    subject = retracted if post.is_retracted else taken_back
    context = {
        "post": post,
        "who": entry.actor_label,
        "link": settings.SITE_URL + reverse("admin:blog_post_change", args=[post.pk]),
    }
    return outbox.write("post_withdrawn", subject % {"title": post.title}, context)


def post_for(row: Outbox, posts: PostQuerySet) -> Post | None:
    """Return the post that a mail is about, if it is among `posts` and somebody there may still see it."""
    post = posts.select_related("live_version").filter(pk=outbox.number_of(row)).first()
    people = get_user_model().objects.filter(email=row.to, is_active=True, is_staff=True)
    return post if any(person.has_perm("blog.view_post") for person in people) else None


def _waiting(asking: Asking) -> Waiting:
    version, post = asking.standing.version, asking.standing.post
    link = reverse(f"admin:blog_post_{_PAGES[asking.what]}", args=[post.pk])
    return Waiting(
        title=version.title if version else post.slug,
        sentence=_SENTENCES[asking.what] % {"who": asking.who},
        since=asking.since,
        link=settings.SITE_URL + link,
        note=asking.note,
    )
