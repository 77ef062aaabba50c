"""What the first page of the newsroom says to one person: what waits for her, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from blog import coming
from blog.adoptable import waiting_batches
from blog.models import Post, UnreadNote
from blog.standing import Asked, askings
from blog.workflow import may_adopt
from comments.desk import tabs
from comments.desk.titles import give_titles
from comments.rights import may_decide


@dataclass(frozen=True)
class Line:
    """One thing on the first page: how many, what about them, and where they are.

    A line about a single thing that has a name, such as an import, has no count.
    """

    sentence: str
    address: str
    count: int | None = None


def waiting_for(user: User) -> list[Line]:
    """Return what waits for `user`, the most pressing first; nothing of what she may not see.

    About a dozen queries, however much there is.
    """
    found = [*_texts(user), *_comments(user)]
    if user.has_perm("blog.view_post"):
        found += [*_notes(user), *_stopped(user), *_drafts(user)]
    return found


def coming_next(user: User) -> list[Line]:
    """Return which post goes public next, and how many follow it. Two queries."""
    if not user.has_perm("blog.view_post"):
        return []
    posts = list(coming.going_out()[:1])
    more = coming.going_out().count() - len(posts)
    lines = [Line(_goes_public(post), _page("change", post.pk)) for post in posts]
    if more:
        said = ngettext("more is scheduled", "more are scheduled", more)
        lines.append(Line(said, _page("coming"), more))
    return lines


def _texts(user: User) -> Iterator[Line]:
    here = f"{_page('changelist')}?needs=you"
    asked = Counter(asking.what for asking in askings(user))
    if count := asked[Asked.SIGN]:
        said = ngettext("text waits for you to sign", "texts wait for you to sign", count)
        yield Line(said, here, count)
    if count := asked[Asked.CHANGE]:
        said = ngettext("text came back to you", "texts came back to you", count)
        yield Line(said, here, count)
    if count := asked[Asked.PUBLISH]:
        said = ngettext(
            "text is signed, ready to publish", "texts are signed, ready to publish", count
        )
        yield Line(said, here, count)
    batches = list(waiting_batches())
    for batch in batches if batches and may_adopt(user) else ():
        address = reverse("admin:blog_batch_change", args=[batch.pk])
        said = _("The import of %(file)s waits for you to adopt it")
        yield Line(said % {"file": batch.file_name}, address)


_ASKED_OF_DECIDERS = {
    tabs.DECIDE: ngettext_lazy("comment waits for a decision", "comments wait for a decision"),
    tabs.EDITED: ngettext_lazy("comment has new words", "comments have new words"),
    tabs.REPORTED: ngettext_lazy("comment was reported", "comments were reported"),
    tabs.APPEALS: ngettext_lazy("writer asks for a second look", "writers ask for a second look"),
}
_ASKED_OF_ANSWERERS = {
    tabs.RELEASE: ngettext_lazy(
        "drafted answer waits to be released", "drafted answers wait to be released"
    ),
    tabs.PRIVATE: ngettext_lazy(
        "private note waits for an answer", "private notes wait for an answer"
    ),
    tabs.QUESTIONS: ngettext_lazy(
        "question of a reader has no answer yet", "questions of readers have no answer yet"
    ),
}


def _comments(user: User) -> Iterator[Line]:
    decides = may_decide(user)
    if not decides and not (user.has_perm("comments.view_comment") and hasattr(user, "author")):
        return
    asked = _ASKED_OF_DECIDERS | _ASKED_OF_ANSWERERS if decides else _ASKED_OF_ANSWERERS
    counts = tabs.counts(user)
    desk = reverse("admin:comments_comment_changelist")
    for tab, said in asked.items():
        if count := counts[tab]:
            yield Line(said % count, f"{desk}?tab={tab}", count)


def _notes(user: User) -> Iterator[Line]:
    unread = UnreadNote.objects.filter(person=user).select_related("note")
    counts = Counter(one.note.post_id for one in unread.order_by("pk"))
    posts = Post.objects.select_related("live_version").in_bulk(list(counts))
    give_titles(post for post in posts.values() if post.live_version_id is None)
    for pk, post in posts.items():
        said = ngettext("new note on “%(title)s”", "new notes on “%(title)s”", counts[pk])
        yield Line(said % {"title": post.title}, _page("notes", pk), counts[pk])


def _stopped(user: User) -> Iterator[Line]:
    count = coming.stopped().count() if user.has_perm("blog.publish_post") else 0
    if count:
        here = f"{_page('changelist')}?state=paused"
        said = ngettext(
            "text was stopped by a quiet period", "texts were stopped by a quiet period", count
        )
        yield Line(said, here, count)


def _drafts(user: User) -> Iterator[Line]:
    if not user.has_perm("blog.change_post"):
        return
    count = Post.objects.filter(state=Post.State.DRAFT).saved_last_by(user.pk).count()
    if count:
        here = f"{_page('changelist')}?state=draft&needs=yours"
        yield Line(ngettext("draft of yours", "drafts of yours", count), here, count)


def _page(name: str, *args: object) -> str:
    return reverse(f"admin:blog_post_{name}", args=args)


def _goes_public(post: Post) -> str:
    at = timezone.localtime(post.published_at)
    if at.date() == timezone.localdate():
        said, moment = _("“%(title)s” goes public today at %(moment)s"), date_format(at, "H:i")
    else:
        said, moment = _("“%(title)s” goes public on %(moment)s"), date_format(at, "l, j F, H:i")
    return said % {"title": post.title, "moment": moment}
