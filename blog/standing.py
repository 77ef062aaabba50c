"""Where a post stands, in words; whom it waits for; and what a person may do with it next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog.models import Approval, Post, Review, Version
from blog.models.review import Decision
from blog.workflow.reviewing import in_words, needed_signatures, open_to, signatures_of


@dataclass(frozen=True)
class Standing:
    """A post with its newest version, the review of that, and the names behind signatures."""

    post: Post
    version: Version | None
    review: Review | None
    names: Mapping[str, str]

    @property
    def waiting_for(self) -> str:
        """Who has still to sign the newest text: “Dana Whitfield and counsel”, or nothing."""
        missing = self.review.missing() if self.review else []
        return get_text_list([self.names.get(need, need) for need in missing], _("and"))

    @property
    def objection(self) -> Approval | None:
        """The newest decision against the newest text that nobody has answered with a signature."""
        decisions = self.review.latest_decisions().values() if self.review else []
        against = [found for found in decisions if found.decision != Decision.APPROVED]
        return max(against, key=lambda found: found.pk, default=None)

    @property
    def is_signed(self) -> bool:
        """Whether the newest text has every signature."""
        return self.review is not None and self.review.is_complete

    @property
    def waits_to_be_adopted(self) -> bool:
        """Whether its only words came with an import that nobody has signed for yet."""
        version = self.version
        if version is None or version.batch is None or self.post.state != Post.State.DRAFT:
            return False
        is_as_it_came = self.post.published_at is not None and not version.redacted_at
        return is_as_it_came and not hasattr(version.batch, "adoption")

    @property
    def has_newer_text(self) -> bool:
        """Whether the newest text, or its newest HTML, is not what readers see or will see."""
        if self.version is None or self.version.pk != self.post.live_version_id:
            return self.version is not None
        return self.review is not None and self.review.rendering_id != self.post.live_rendering_id

    @property
    def sentence(self) -> str:
        """The state in words: “Public since 3 May 2026; a newer text waits for Dana Whitfield”."""
        base = self._base()
        if not base:
            return self._only_text()
        if not self.has_newer_text:
            return base
        return _("%(state)s; %(newer)s") % {"state": base, "newer": self._newer_text()}

    def _base(self) -> str:
        post = self.post
        if post.is_published:
            return _("Public since %(day)s") % {"day": _day(post.published_at)}
        match post.state:
            case Post.State.SCHEDULED if post.is_due:
                return _("Stopped by a quiet period")
            case Post.State.SCHEDULED:
                is_newer = self.has_newer_text
                kept = _("Goes public on %(moment)s as it was signed")
                said = kept if is_newer else _("Goes public on %(moment)s")
                return said % {"moment": _moment(post.published_at)}
            case Post.State.RETRACTED:
                return _("Retracted on %(day)s") % {"day": _day(post.updated_at)}
            case Post.State.PAUSED:
                return _("Stopped by a quiet period")
        return ""

    def _only_text(self) -> str:
        """Where a text stands that is the only one, as a sentence of its own."""
        if self.objection:
            return _("Changes requested by %(name)s") % {"name": self.objection.by_label}
        if self.waiting_for:
            return _("Waiting for %(names)s") % {"names": self.waiting_for}
        if self.waits_to_be_adopted and not self.is_signed:
            return _("Imported, waiting to be adopted")
        return _("Signed, ready to publish") if self.is_signed else _("Draft")

    def _newer_text(self) -> str:
        """Where a text stands that is newer than the one readers see, to go on a sentence with."""
        if self.objection:
            said = _("a newer text had changes requested by %(name)s")
            return said % {"name": self.objection.by_label}
        if self.waiting_for:
            return _("a newer text waits for %(names)s") % {"names": self.waiting_for}
        if self.is_signed:
            return _("a newer text is signed, ready to publish")
        return _("a newer text is a draft")


@dataclass(frozen=True, kw_only=True)
class Steps:
    """What one person may do with a post now; the verbs check again."""

    write: bool = False
    ask: bool = False
    sign: bool = False
    publish: bool = False
    take_back: bool = False
    retract: bool = False
    blank: bool = False


def standing_of(post: Post) -> Standing:
    """Return where one post stands. About four queries."""
    return standings([post])[post.pk]


def standings(posts: Sequence[Post]) -> dict[int, Standing]:
    """Return where each post stands, by its key. Four queries, however many posts.

    It also gives each post its `latest_version`, without the body.
    """
    versions = {version.post_id: version for version in _latest_versions(posts)}
    reviews = _latest_reviews(versions.values())
    names = in_words({need for review in reviews.values() for need in review.needs})
    found = {}
    for post in posts:
        version = versions.get(post.pk)
        post.latest_version = version
        review = reviews.get(version.pk) if version else None
        found[post.pk] = Standing(post, version, review, names)
    return found


def steps_for(standing: Standing, user: User, *, is_solo: bool) -> Steps:
    """Return what `user` may do with a post that stands so."""
    post = standing.post
    may_publish = user.has_perm("blog.publish_post")
    is_ready = is_solo or (standing.is_signed and not _is_shown(standing))
    return Steps(
        write=user.has_perm("blog.change_post"),
        ask=user.has_perm("blog.change_post") and not is_solo,
        sign=not is_solo and bool(signable(standing, user)),
        publish=may_publish and is_ready,
        take_back=may_publish and (post.is_live or post.state == Post.State.PAUSED),
        retract=may_publish and post.is_published,
        blank=user.has_perm("blog.redact_version"),
    )


def signable(standing: Standing, user: User) -> str | None:
    """Return the signature that the newest text still needs and `user` may give."""
    return _signable(standing, user, signatures_of(user))


def _signable(standing: Standing, user: User, own: frozenset[str]) -> str | None:
    if standing.version is None or _is_shown(standing):
        return None
    if standing.review:
        return open_to(standing.review, user, own)
    return next((need for need in needed_signatures(standing.version) if need in own), None)


class Asked(Enum):
    """What somebody is asked to do with a text."""

    SIGN = "sign"
    CHANGE = "change"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Asking:
    """What one person is asked to do with one text: by whom, since when, and perhaps with a note."""

    standing: Standing
    what: Asked
    who: str
    since: datetime
    note: str = ""


def askings(user: User) -> list[Asking]:
    """Return all that waits for `user`, the oldest first. Six queries, however many texts there are."""
    if not user.has_perm("blog.view_post"):
        return []
    own = signatures_of(user)
    found = standings(list(Post.objects.awaiting_review())).values()
    asked = [asking for standing in found if (asking := _asking(standing, user, own))]
    if not user.has_perm("blog.change_post"):
        asked = [asking for asking in asked if asking.what == Asked.SIGN]
    return sorted(asked, key=lambda one: (one.since, one.standing.post.pk))


def posts_that_need(user: User) -> list[int]:
    """Return the keys of posts with a text that waits for `user`: to sign, to change, or to publish."""
    return [asking.standing.post.pk for asking in askings(user)]


def posts_that_wait() -> list[int]:
    """Return the keys of posts with a text that lacks a signature somebody was asked for."""
    asked = standings(list(Post.objects.awaiting_review()))
    return [pk for pk, standing in asked.items() if not standing.is_signed]


def _asking(standing: Standing, user: User, own: frozenset[str]) -> Asking | None:
    version, review, objection = standing.version, standing.review, standing.objection
    if version is None or review is None:
        return None
    if objection:
        if version.saved_by != user.pk:
            return None
        return Asking(standing, Asked.CHANGE, objection.by_label, objection.at, objection.note)
    if _signable(standing, user, own):
        return Asking(standing, Asked.SIGN, review.opened_by_label, review.opened_at)
    if review.is_complete and review.opened_by == user.pk and standing.has_newer_text:
        last = max(review.latest_decisions().values(), key=lambda decision: decision.at)
        return Asking(standing, Asked.PUBLISH, last.by_label, last.at)
    return None


def _is_shown(standing: Standing) -> bool:
    return standing.post.is_live and not standing.has_newer_text


def _latest_versions(posts: Sequence[Post]) -> Iterable[Version]:
    newest = Version.objects.filter(post=OuterRef("post")).order_by("-number").values("pk")[:1]
    rows = Version.objects.filter(post__in=posts).annotate(newest=Subquery(newest))
    return (
        rows.filter(pk=F("newest")).select_related("author__user", "batch__adoption").defer("body")
    )


def _latest_reviews(versions: Iterable[Version]) -> dict[int, Review]:
    reviews = Review.objects.filter(version__in=list(versions)).prefetch_related("approvals")
    return {review.version_id: review for review in reviews.order_by("pk")}


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j F Y") if moment else ""


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i") if moment else ""
