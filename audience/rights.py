"""Who may see the numbers: everybody in the newsroom who has a role, and administrators."""

from __future__ import annotations

from django.contrib.auth.models import User

from audience.models.reads import SEE


def may_see(user: User) -> bool:
    """Whether this account sees what is read, from where, and the Monday minute."""
    return user.is_active and user.has_perm(SEE)
