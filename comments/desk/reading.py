"""Who of the newsroom may read what: the words of everybody, private notes of few."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q

from comments.models import Comment, CommentQuerySet


def may_decide(user: User) -> bool:
    """Whether `user` decides about comments, and so reads addresses and private notes as well."""
    return user.has_perm("comments.moderate_comment")


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
