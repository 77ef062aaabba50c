"""Who of the newsroom decides about comments, and who may read which of them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from blog.prepared import Prepared
from blog.refusal import Refused
from comments.models import Comment, CommentQuerySet

DECIDE = "comments.moderate_comment"
READ = "comments.view_comment"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def may_decide(user: User) -> bool:
    """Whether `user` decides about comments, and so reads addresses and private notes as well."""
    return user.is_active and user.has_perm(DECIDE)


def may_read(user: User) -> bool:
    """Whether `user` may open the desk."""
    return may_decide(user) or (user.is_active and user.has_perm(READ))


def deciders() -> QuerySet[User]:
    """Return the active accounts that decide about comments."""
    return get_user_model().objects.with_perm(DECIDE, backend=_BACKEND).order_by("pk")


def is_team() -> bool:
    """Whether more than one account decides about comments. One query."""
    return len(_two_deciders()) > 1


_two_deciders: Prepared[tuple[int]] = Prepared(lambda: deciders().values_list("pk")[:2])


def require(user: User) -> None:
    """Refuse when an account may not decide about comments."""
    if not may_decide(user):
        raise Refused(
            _("Your account may not decide about comments. Ask an administrator for the role.")
        )


def require_speaker(user: User, comment: Comment) -> None:
    """Refuse all but those who decide and whoever's byline the post of `comment` carries."""
    version = comment.post.live_version
    if user.is_active and version is not None and version.author.user_id == user.pk:
        return
    require(user)


def readable(user: User) -> CommentQuerySet:
    """Return the comments that `user` may read, without those whose words are blanked.

    A private note is for the person whose byline the post carries, and for those who read comments
    for her; other colleagues do not see it.
    """
    comments = Comment.objects.kept()
    if may_decide(user):
        return comments
    is_hers = Q(post__live_version__author__user=user.pk)
    return comments.filter(Q(visibility=Comment.Visibility.PUBLIC) | is_hers)
