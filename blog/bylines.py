"""Whose name a new post is under when nobody has chosen one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from blog import roles
from blog.models import Author

NO_BYLINE = _("There is no byline yet. Add an author first.")


def default_author(user: User) -> Author | None:
    """Return the byline a new post gets: the writer's own, else the CEO's, else the first."""
    own = Author.objects.filter(user=user).first()
    return (
        own or Author.objects.filter(user__groups__name=roles.CEO).first() or Author.objects.first()
    )
