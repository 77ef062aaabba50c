"""A post or a page: its address and what state it is in."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import languages
from blog.models.people import Series, Topic
from blog.models.public_change import CorrectionNotice, PublicChange
from blog.models.quiet import QuietPeriod, quiet_at
from blog.models.review import Review
from blog.models.version import Rendering, Version

BLANKED_TITLE = _("A text that was taken away")


class TopicLink(NamedTuple):
    """The topic shown above a title in a list."""

    name: str
    url: str


class PostQuerySet(models.QuerySet["Post"]):
    """Who may see which posts, and the order of lists."""

    def published(self, at: datetime | None = None) -> Self:
        """Posts and pages that the public may read now; the only door to them.

        The clock decides when the page is read, so that a late timer neither hides nor leaks; and
        what was to come out in a quiet period does not, not even after it.

        Args:
            at: the moment that counts as now, for a queryset that is prepared (`blog.prepared`).
        """
        public = (Post.State.SCHEDULED, Post.State.PUBLISHED)
        quiet = QuietPeriod.objects.covering(models.OuterRef("published_at")).order_by()
        has_come = models.Q(state=Post.State.PUBLISHED) | ~models.Exists(quiet)
        return self.filter(has_come, state__in=public, published_at__lte=at or timezone.now())

    def reachable(self, at: datetime | None = None) -> Self:
        """What has an address that answers: the published, and the retracted with their notice."""
        return self.published(at) | self.filter(state=Post.State.RETRACTED)

    def posts(self) -> Self:
        """Without pages."""
        return self.filter(kind=Post.Kind.POST)

    def pages(self) -> Self:
        """Without posts."""
        return self.filter(kind=Post.Kind.PAGE)

    def newest_first(self) -> Self:
        """In the order of every list of posts."""
        return self.order_by("-published_at", "-pk")

    def for_list(self) -> Self:
        """With all that a row of a list shows, in one query and without bodies."""
        topics = Topic.objects.filter(post=models.OuterRef("pk")).order_by("name", "pk")
        return (
            self.select_related("live_version__author", "live_rendering")
            .defer("live_version__body", "live_rendering__html", "live_rendering__headings")
            .annotate(
                lead_topic_name=models.Subquery(topics.values("name")[:1]),
                lead_topic_slug=models.Subquery(topics.values("slug")[:1]),
            )
            .newest_first()
        )

    def saved_last_by(self, account: int) -> Self:
        """Whose newest words an account has typed; what an import brought, nobody has."""
        newest = Version.objects.filter(post=models.OuterRef("pk")).order_by("-number")
        typed = self.annotate(
            last_saved_by=models.Subquery(newest.values("saved_by")[:1]),
            came_with=models.Subquery(newest.values("batch")[:1]),
        )
        return typed.filter(last_saved_by=account, came_with=None)

    def awaiting_review(self) -> Self:
        """Whose newest words, or their newest HTML, are under review and not what readers see.

        Some of them may have every signature by now and wait to be published.
        """
        latest = Version.objects.filter(post=models.OuterRef("pk")).order_by("-number")
        asked = Review.objects.filter(version=models.OuterRef("newest_version")).order_by("-pk")
        return (
            self.annotate(newest_version=models.Subquery(latest.values("pk")[:1]))
            .annotate(asked_rendering=models.Subquery(asked.values("rendering")[:1]))
            .filter(asked_rendering__isnull=False)
            .exclude(live_rendering__isnull=False, live_rendering=models.F("asked_rendering"))
        )


class Post(models.Model):
    """The address and the public state. The words are in its versions; only verbs change the state."""

    class Kind(models.TextChoices):
        """A post has a date and stands in lists; a page has a place in the menu."""

        POST = "post", _("Post")
        PAGE = "page", _("Page")

    class State(models.TextChoices):
        """Where it stands; `scheduled` becomes public by the clock alone."""

        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        PAUSED = "paused", _("Paused")
        PUBLISHED = "published", _("Published")
        RETRACTED = "retracted", _("Retracted")

    class CommentPolicy(models.TextChoices):
        """What happens to comments under this post."""

        SITE = "site", _("As everywhere on this site")
        OPEN = "open", _("Readers we know appear at once, a person reads the others first")
        MODERATED = "moderated", _("A person reads each one before it appears")
        CLOSED = "closed", _("Closed: no new comments")

    class MenuPlace(models.TextChoices):
        """Where a page is linked from every page."""

        NONE = "", _("Nowhere")
        HEADER = "header", _("At the top")
        FOOTER = "footer", _("At the bottom")

    kind = models.CharField(max_length=4, choices=Kind, default=Kind.POST)
    slug = models.SlugField(_("address"), max_length=120)
    topics = models.ManyToManyField(Topic, blank=True)
    series = models.ForeignKey(
        Series, on_delete=models.SET_NULL, null=True, blank=True, related_name="posts"
    )
    series_part = models.PositiveSmallIntegerField(_("part"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    live_version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="live_posts"
    )
    live_rendering = models.ForeignKey(
        Rendering, on_delete=models.PROTECT, null=True, blank=True, related_name="live_posts"
    )
    published_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("The moment readers see it from; ahead of now while scheduled."),
    )
    updated_at = models.DateTimeField(null=True, blank=True)
    retraction_notice = models.TextField(max_length=1000, blank=True)
    comment_policy = models.CharField(
        _("comments"), max_length=12, choices=CommentPolicy, default=CommentPolicy.SITE
    )
    close_comments_after = models.PositiveSmallIntegerField(
        _("close comments after"),
        null=True,
        blank=True,
        help_text=_("Days after publication; empty for as everywhere on this site."),
    )
    menu_place = models.CharField(
        _("in the menu"), max_length=8, choices=MenuPlace, default=MenuPlace.NONE, blank=True
    )
    menu_order = models.PositiveSmallIntegerField(_("place in the menu"), default=100)
    # A code as `languages.read` gives it; empty is the language of the site.
    language = models.CharField(max_length=languages.LENGTH, blank=True)
    # The original, which is itself no translation: so all of them know each other by it.
    translation_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="translations"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # The form it was begun in, so that a second click on that form finds this post again.
    draft_key = models.UUIDField(null=True, unique=True, editable=False)

    # The sentence on a correction that is not public: only a preview sets it.
    proposed_correction = ""

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("publish_post", "Can publish, schedule and take back posts"),
            ("redact_version", "Can blank the words of a version"),
        ]
        indexes = [
            models.Index(fields=["kind", "state", "-published_at"], name="post_lists"),
            # A page of a list reads as much of this one as it shows, and sorts nothing.
            models.Index(fields=["kind", "-published_at", "-id"], name="post_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="one_address",
                violation_error_message=_(
                    "Another post has this address already. Choose another one."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["scheduled", "published"])
                | models.Q(
                    live_version__isnull=False,
                    live_rendering__isnull=False,
                    published_at__isnull=False,
                ),
                name="public_posts_have_words_and_a_date",
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"], name="one_translation_per_language"
            ),
            models.CheckConstraint(
                condition=~models.Q(translation_of=models.F("id")), name="no_translation_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return its public address, whether it is public now or not."""
        name = "blog:page" if self.kind == self.Kind.PAGE else "blog:post"
        return reverse(name, args=[self.slug])

    @cached_property
    def latest_version(self) -> Version | None:
        """The newest words, live or not. One query, then remembered."""
        return self.versions.select_related("author").order_by("-number").first()

    @property
    def title(self) -> str:
        """The title readers see, else the newest one; a sentence where its words were blanked."""
        version = self.live_version or self.latest_version
        return (version.title if version else self.slug) or str(BLANKED_TITLE)

    @property
    def is_live(self) -> bool:
        """Whether the state is scheduled or published: what the database guards."""
        return self.state in {self.State.SCHEDULED, self.State.PUBLISHED}

    @property
    def is_published(self) -> bool:
        """Whether the public may read it now; the same rule as `PostQuerySet.published`."""
        if self.published_at is None or self.published_at > timezone.now():
            return False
        if self.state == self.State.SCHEDULED:
            return quiet_at(self.published_at) is None
        return self.state == self.State.PUBLISHED

    @property
    def is_due(self) -> bool:
        """Whether it is scheduled for a moment that has come, quiet or not."""
        has_come = self.published_at is not None and self.published_at <= timezone.now()
        return self.state == self.State.SCHEDULED and has_come

    @property
    def is_retracted(self) -> bool:
        """Whether its address answers with a notice instead of its words."""
        return self.state == self.State.RETRACTED

    @property
    def language_code(self) -> str:
        """The code of the language it is in, its own or that of the site."""
        return self.language or languages.of_site()

    @property
    def direction(self) -> str:
        """How its language runs, `ltr` or `rtl`."""
        return "rtl" if languages.is_rtl(self.language_code) else "ltr"

    @property
    def lead_topic(self) -> TopicLink | None:
        """The first topic by name, when the query was `for_list`."""
        slug = getattr(self, "lead_topic_slug", None)
        if not slug:
            return None
        return TopicLink(getattr(self, "lead_topic_name", ""), reverse("blog:topic", args=[slug]))

    @cached_property
    def published_on(self) -> date:
        """The day on which readers see it first, by the clocks of the site; it must have a moment."""
        return timezone.localdate(self.published_at)

    @property
    def last_changed_at(self) -> datetime | None:
        """The last change a reader can see: publication or correction."""
        return self.updated_at or self.published_at

    @cached_property
    def corrections(self) -> list[PublicChange]:
        """The corrections of the words readers see, newest first. One query, none without any."""
        if self.updated_at is None:
            return []
        found = self.changes.corrections().of_shown_words().select_related("after__version")
        return list(found.defer("after__html", "after__version__body").newest_first())

    @property
    def correction_notices(self) -> list[CorrectionNotice]:
        """What stands under the words about their corrections, newest first.

        An import brings the sentence of a correction that was made elsewhere.
        """
        version = self.live_version
        found = [CorrectionNotice(change.reason, change.at) for change in self.corrections]
        if version and version.batch_id and version.correction:
            found.append(CorrectionNotice(version.correction, self.updated_at))
        if self.proposed_correction:
            found.insert(0, CorrectionNotice(self.proposed_correction, None))
        return found
