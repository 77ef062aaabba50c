"""A comment, from the moment it is accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Author, Post
from blog.models.people import initials
from comments.models.standing import standing_of
from comments.spam.shown import text_shown

MAX_DEPTH = 3
AVATAR_HUES = 8


def hue_of(name: str) -> int:
    """Return which of the colours the picture of a name has; the same name has the same one."""
    return sum(map(ord, name)) % AVATAR_HUES


# Digits of a primary key in a path; a bigint has at most 19, and 10 last for ten thousand million.
PATH_DIGITS = 10
COME_BACK_WITHIN = timedelta(hours=24)
"""How long whoever withdrew a comment may take that back."""

# What the public may read, provided the post is public; `Comment.is_visible` says the same of one row.
VISIBLE = models.Q(state="approved", visibility="public")
# What readers see in a thread, for SQL: the same, without mentions on other sites.
SHOWN_SQL = "{row}.kind = 'comment' AND {row}.state = 'approved' AND {row}.visibility = 'public'"
# What waits for a person: to be decided, or to be answered.
TO_DECIDE = models.Q(state="pending", visibility="public")
PRIVATE_NOTES = models.Q(state="pending", visibility="private", answered_at=None)
# What a person has kept, or taken, from the public, and its writer may appeal.
REFUSED = frozenset({"rejected", "removed"})
# Spam that was kept long enough is blanked: the row keeps its number and its place, and nothing else.
KEPT = ~models.Q(body="")


class Root(models.Func):
    """The part of a path that names the top-level comment; written out, as indexes need it."""

    function = "SUBSTR"
    template = f"%(function)s(%(expressions)s, 1, {PATH_DIGITS})"
    output_field = models.CharField()


class CommentQuerySet(models.QuerySet["Comment"]):
    """Who may see which comments."""

    def visible(self) -> Self:
        """Comments that the public may read, provided their post is public."""
        return self.filter(VISIBLE)

    def comments(self) -> Self:
        """What readers, and we, said here: without mentions on other sites."""
        return self.filter(kind=Comment.Kind.COMMENT)

    def to_decide(self) -> Self:
        """Public comments that wait for a person."""
        return self.filter(TO_DECIDE)

    def private_notes(self) -> Self:
        """Notes to the author that nobody has answered or closed."""
        return self.filter(PRIVATE_NOTES)

    def kept(self) -> Self:
        """Without spam whose words are blanked."""
        return self.filter(KEPT)

    def oldest_first(self) -> Self:
        """In the order in which they are decided."""
        return self.order_by("created_at", "pk")


class Comment(models.Model):
    """What one reader (or one of us) said under one post."""

    class State(models.TextChoices):
        """Where it stands; only the verbs of `comments.moderation` change it."""

        PENDING = "pending", _("Waiting")
        APPROVED = "approved", _("Public")
        REJECTED = "rejected", _("Not published")
        SPAM = "spam", _("Spam")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REMOVED = "removed", _("Removed")

    class Visibility(models.TextChoices):
        """Whom the writer meant it for."""

        PUBLIC = "public", _("Publish it")
        PRIVATE = "private", _("Only to the author")

    class Kind(models.TextChoices):
        """What a reader wrote here, or a link that another site sent when it wrote about a post."""

        COMMENT = "comment", _("Comment")
        MENTION = "mention", _("Mention on another site")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.COMMENT, editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    # Primary keys from the first comment of the thread down to this one: sorts a thread as it is shown.
    path = models.CharField(max_length=64, default="", editable=False)
    # A reader's name has at most 60 characters, as the form says; that of a colleague may be longer.
    name = models.CharField(max_length=301)
    email = models.EmailField(blank=True)
    url = models.URLField(blank=True)
    body = models.TextField()
    body_html = models.TextField(editable=False)
    sanitizer = models.PositiveSmallIntegerField(editable=False)
    is_suspect = models.BooleanField(default=False, editable=False)
    # Set on what we say ourselves: the byline that speaks, or the role of a colleague.
    author = models.ForeignKey(
        Author,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
        editable=False,
    )
    badge = models.CharField(max_length=80, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING, editable=False)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    revision = models.PositiveIntegerField(default=1, editable=False)
    reason = models.CharField(max_length=300, blank=True, editable=False)
    score = models.FloatField(default=0, editable=False)
    evidence = models.JSONField(default=list, editable=False)
    network = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The number of the account that decided last; no key, so that an account can go.
    decided_by = models.BigIntegerField(null=True, blank=True, editable=False)
    # When the writer showed that the address is hers, and what she asked to hear by mail.
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    wants_decision = models.BooleanField(default=False, editable=False)
    wants_answers = models.BooleanField(default=False, editable=False)
    # Where it stood before its writer took it back, so that she can come back.
    withdrawn_from = models.CharField(max_length=10, choices=State, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the writer of a private note signed that it may be published.
    consented_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.TextField(blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.CharField(max_length=301, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", "Can decide about comments")]
        indexes = [
            models.Index(
                "post", "kind", "state", "visibility", Root("path"), "path", name="comment_threads"
            ),
            models.Index(
                fields=["post", "kind", "state", "visibility", "author", "parent"],
                condition=models.Q(author__isnull=False),
                name="comment_answers",
            ),
            models.Index(fields=["state", "visibility", "created_at"], name="comment_queue"),
            models.Index(fields=["network", "name", "created_at"], name="comment_networks"),
            # What was decided about a name or a network; a new comment is in neither.
            models.Index(
                fields=["name"],
                condition=models.Q(decided_by__isnull=False),
                name="comment_decided_names",
            ),
            models.Index(
                fields=["network"],
                condition=models.Q(decided_by__isnull=False),
                name="comment_decided_networks",
            ),
            models.Index(fields=["email"], name="comment_addresses"),
            # Addresses are compared without regard to case.
            models.Index(Upper("email"), name="comment_addresses_folded"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(visibility="private", state="approved"),
                name="private_notes_are_never_public",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_from="")
                | models.Q(state="withdrawn", withdrawn_at__isnull=False),
                name="only_the_withdrawn_can_come_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.excerpt}"

    def get_absolute_url(self) -> str:
        """Return its permanent address."""
        return reverse("comments:permalink", args=[self.pk])

    @property
    def permalink(self) -> str:
        """The same, for templates."""
        return self.get_absolute_url()

    @property
    def excerpt(self) -> str:
        """The first words, on one line."""
        line = " ".join(self.body.split())
        return line if len(line) <= 80 else f"{line[:79]}…"

    @property
    def is_visible(self) -> bool:
        """Whether the public may read it, provided its post is public; as `CommentQuerySet.visible`."""
        return self.state == self.State.APPROVED and self.visibility == self.Visibility.PUBLIC

    @property
    def is_refused(self) -> bool:
        """Whether a person has kept it, or taken it, from the public: what its writer may appeal."""
        return self.state in REFUSED

    @property
    def appeared_by_itself(self) -> bool:
        """Whether readers see it, and no person here has decided that they may."""
        is_public = self.state == self.State.APPROVED and self.decided_at is not None
        return is_public and self.decided_by is None and not self.is_own

    @property
    def is_mention(self) -> bool:
        """Whether another site wrote about the post, rather than a reader here."""
        return self.kind == self.Kind.MENTION

    @property
    def is_private(self) -> bool:
        """Whether only the author of the post may read it."""
        return self.visibility == self.Visibility.PRIVATE

    @property
    def depth(self) -> int:
        """How deep in the thread it is shown: 0 to `MAX_DEPTH`."""
        return self.path.count("/")

    @property
    def is_own(self) -> bool:
        """Whether one of us said it."""
        return bool(self.author_id or self.badge)

    @property
    def can_be_reported(self) -> bool:
        """Whether readers may ask for a second look: at what another reader said here in public."""
        return self.is_visible and not self.is_own and not self.is_mention

    @property
    def can_come_back(self) -> bool:
        """Whether its writer may still take back that she withdrew it."""
        return (
            self.state == self.State.WITHDRAWN
            and self.withdrawn_from != ""
            and self.withdrawn_at is not None
            and timezone.now() < self.withdrawn_at + COME_BACK_WITHIN
        )

    @property
    def state_title(self) -> str:
        """What its writer reads first on her private page."""
        return standing_of(self)[0]

    @property
    def state_sentence(self) -> str:
        """What that means for her, in a sentence."""
        return standing_of(self)[1]

    @property
    def initials(self) -> str:
        """One or two letters for its picture."""
        return initials(self.name)

    @property
    def hue(self) -> int:
        """Which of the colours its picture has; the same name has the same one."""
        return hue_of(self.name)

    @property
    def email_domain(self) -> str:
        """What follows the @, in lower case."""
        return self.email.rpartition("@")[2].lower()

    @property
    def shown_text(self) -> str:
        """What a page shows of the words, as text; what was typed while there is no HTML of it."""
        return text_shown(self.body_html) if self.body_html else self.body


def path_under(parent: Comment | None, pk: int) -> str:
    """Return the path of comment `pk` below `parent`; what would be too deep stands beside it instead."""
    own = f"{pk:0{PATH_DIGITS}d}"
    if parent is None:
        return own
    ancestors = parent.path.split("/")[:MAX_DEPTH]
    return "/".join([*ancestors, own])
