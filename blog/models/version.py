"""The exact words of a post, and their HTML: rows that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.cited import (
    NAME_LENGTH,
    QUOTE_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
    Answered,
    FurtherLink,
    further_links,
)
from blog.lead_picture import LeadPicture, lead_picture
from blog.markup import minutes as minutes_to_read
from blog.models.adoption import LABEL_LENGTH, Batch
from blog.models.people import Author

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Markup(models.TextChoices):
    """What the source of a body is written in."""

    MARKDOWN = "markdown", gettext_lazy("Markdown")
    HTML = "html", "HTML"


class Authorship(models.TextChoices):
    """How the words came about; readers see one fixed line for each."""

    BY = "by", gettext_lazy("Written by the person named")
    WITH = "with", gettext_lazy("Drafted with somebody")
    GUEST = "guest", gettext_lazy("Guest post")
    AI = "ai", gettext_lazy("Written with help from an AI system")


# The fields that hold words, all of which `redact` blanks and nothing else may touch.
TEXTS = (
    "title",
    "standfirst",
    "body",
    "byline",
    "authorship_detail",
    "disclosure",
    "legend",
    "correction",
    "answered_url",
    "answered_title",
    "answered_author",
    "answered_quote",
)
# The same, kept as lists.
LISTS = ("brief", "images", "elsewhere")


_WRITTEN_BY = gettext_lazy("Written by %(byline)s")
# By whether it is said with whom, or with what.
_BYLINES: dict[tuple[str, bool], StrOrPromise] = {
    (Authorship.BY, False): _WRITTEN_BY,
    (Authorship.BY, True): _WRITTEN_BY,
    (Authorship.WITH, False): gettext_lazy("%(byline)s, drafted with colleagues"),
    (Authorship.WITH, True): gettext_lazy("%(byline)s, drafted with %(detail)s"),
    (Authorship.GUEST, False): gettext_lazy("Guest post by %(byline)s"),
    (Authorship.GUEST, True): gettext_lazy("Guest post by %(byline)s (%(detail)s)"),
    (Authorship.AI, False): gettext_lazy("%(byline)s, with help from an AI system"),
    (Authorship.AI, True): gettext_lazy("%(byline)s, with help from %(detail)s"),
}


class Version(models.Model):
    """Everything of a post that a reader is shown, as one person saved it at one moment."""

    post = models.ForeignKey("blog.Post", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    standfirst = models.CharField(max_length=300, blank=True)
    brief = models.JSONField(default=list, blank=True)
    body = models.TextField()
    markup = models.CharField(max_length=8, choices=Markup, default=Markup.MARKDOWN)
    images = models.JSONField(default=list, blank=True)
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="versions")
    byline = models.CharField(max_length=80)
    authorship = models.CharField(max_length=8, choices=Authorship, default=Authorship.BY)
    authorship_detail = models.CharField(max_length=200, blank=True)
    disclosure = models.TextField(max_length=1000, blank=True)
    legend = models.TextField(max_length=1000, blank=True)
    correction = models.TextField(max_length=1000, blank=True)
    answered_url = models.CharField(max_length=URL_LENGTH, blank=True)
    answered_title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    answered_author = models.CharField(max_length=NAME_LENGTH, blank=True)
    answered_quote = models.CharField(max_length=QUOTE_LENGTH, blank=True)
    elsewhere = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(max_length=64)
    saved_at = models.DateTimeField()
    # A plain number and a frozen name: deleting an account must not touch this row.
    saved_by = models.BigIntegerField(null=True)
    saved_by_label = models.CharField(max_length=LABEL_LENGTH)
    redacted_at = models.DateTimeField(null=True, blank=True)
    # Set on words that were public elsewhere and came with an import; one signature adopts them all.
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        title = self.title or _("(redacted)")
        return f"{title} · {self.number}"

    @property
    def byline_line(self) -> str:
        """The one sentence that says honestly who wrote this."""
        before, after = self.byline_around
        return f"{before}{self.byline}{after}"

    @property
    def byline_around(self) -> tuple[str, str]:
        """What stands before and after the name in `byline_line`, for a page that links the name alone."""
        # What is typed and not saved yet may say anything.
        said = _BYLINES.get((self.authorship, bool(self.authorship_detail)), _WRITTEN_BY)
        before, _name, after = (
            said % {"byline": "\0", "detail": self.authorship_detail}
        ).partition("\0")
        return before, after

    @property
    def lead_picture(self) -> LeadPicture | None:
        """The picture above the words, if they have one."""
        return lead_picture(self.images)

    @property
    def answered(self) -> Answered | None:
        """The post of somebody else that these words answer, if they do."""
        found = Answered(
            self.answered_url, self.answered_title, self.answered_author, self.answered_quote
        )
        return found if found.title else None

    @property
    def links_elsewhere(self) -> list[FurtherLink]:
        """What else to read, on other sites."""
        return further_links(self.elsewhere)

    @property
    def description(self) -> str:
        """One plain sentence for lists, feeds and search engines."""
        return self.standfirst or " ".join(self.brief)


class RenderingQuerySet(models.QuerySet["Rendering"]):
    """HTML, asked for by what stands behind it."""

    def first_made(self) -> Self:
        """The HTML that was made first, of each version.

        By what is not there: with ORDER BY and LIMIT, PostgreSQL walks the whole table for each version
        of a new import, of which it has no statistics yet.
        """
        earlier = Rendering.objects.filter(version=models.OuterRef("version"))
        return self.filter(~models.Exists(earlier.filter(pk__lt=models.OuterRef("pk"))))

    def adopted(self) -> Self:
        """The HTML that the signature over an import covers; `blog/guards.py` asks the same.

        It is the first HTML of the first words of a post: any other needs an approval of its own.
        """
        return self.first_made().filter(
            version__number=1,
            version__redacted_at__isnull=True,
            version__batch__adoption__isnull=False,
        )


class Rendering(models.Model):
    """The sanitised HTML of a version, made by the renderer of one number."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="renderings")
    renderer = models.PositiveSmallIntegerField()
    html = models.TextField()
    headings = models.JSONField(default=list, blank=True)
    words = models.PositiveIntegerField(default=0)
    html_hash = models.CharField(max_length=64)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        ordering = ["-renderer"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "renderer"], name="one_rendering_per_renderer"
            ),
        ]

    def __str__(self) -> str:
        return _("%(version)s (renderer %(renderer)s)") % {
            "version": self.version,
            "renderer": self.renderer,
        }

    @property
    def minutes(self) -> int:
        """Minutes to read it, at least 1."""
        return minutes_to_read(self.words)
