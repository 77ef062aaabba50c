"""What readers ask under public posts, and which of it waits for an answer.

A question is a reader's public comment with a question mark that ends a sentence. It is answered once one of
us has answered it in public.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from blog.models import Post
from comments.models import Comment, CommentQuerySet

WAITS_DAYS = 90
"""Days after which a question no longer waits: whoever asked it has gone on."""

# At the very end, or before a space or a new line; so not within an address such as /search/?q=.
_ASKS = (
    Q(body__endswith="?")
    | Q(body__contains="? ")
    | Q(body__contains="?\n")
    | Q(body__contains="？")
    | Q(body__contains="؟")
)
_OURS = ~Q(author=None) | ~Q(badge="")


def of_readers() -> CommentQuerySet:
    """Return what readers, and not we, said in public under posts that are public now."""
    said = Comment.objects.comments().filter(post__in=Post.objects.published())
    return said.exclude(_OURS).filter(visibility=Comment.Visibility.PUBLIC)


def asked() -> CommentQuerySet:
    """Return the questions that readers see; what waits for a decision may be anything."""
    return of_readers().visible().filter(_ASKS)


def answered(questions: CommentQuerySet) -> CommentQuerySet:
    """Return those that one of us has answered in public."""
    return questions.filter(_has_answer())


def unanswered(questions: CommentQuerySet) -> CommentQuerySet:
    """Return the others."""
    return questions.exclude(_has_answer())


def waiting() -> CommentQuerySet:
    """Return the questions of the last `WAITS_DAYS` days without an answer, the oldest first."""
    since = timezone.now() - timedelta(days=WAITS_DAYS)
    return unanswered(asked().filter(created_at__gte=since)).oldest_first()


def _has_answer() -> Exists:
    ours = Comment.objects.visible().filter(_OURS, parent=OuterRef("pk"))
    return Exists(ours)
