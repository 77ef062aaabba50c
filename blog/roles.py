"""The roles of the newsroom: groups, and what each of them may do with posts."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AbstractBaseUser, Group, Permission, User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

CEO = "CEO"
WRITER = "Writer"
COUNSEL = "Counsel"
MODERATOR = "Moderator"
AUDITOR = "Auditor"
ROLES = (CEO, WRITER, COUNSEL, MODERATOR, AUDITOR)
_IN_WORDS = {
    CEO: gettext_lazy("CEO"),
    WRITER: gettext_lazy("Writer"),
    COUNSEL: gettext_lazy("Counsel"),
    MODERATOR: gettext_lazy("Moderator"),
    AUDITOR: gettext_lazy("Auditor"),
}

_READS = (
    "view_post",
    "view_version",
    "view_review",
    "view_approval",
    "view_rendering",
    "view_author",
    "view_image",
    "view_batch",
    "view_adoption",
)
_WRITES = (
    *("add_post", "change_post", "publish_post", "add_topic", "change_topic", "view_topic"),
    *("add_series", "change_series", "view_series"),
    *("add_image", "change_image", "delete_image"),
    *("add_oldaddress", "change_oldaddress", "delete_oldaddress", "view_oldaddress"),
)
_PERMISSIONS: dict[str, tuple[str, ...]] = {
    CEO: (
        *_READS,
        *_WRITES,
        "redact_version",
        "adopt_batch",
        "plan_quiet_period",
        "view_site",
        "change_site",
        "change_author",
        "add_author",
    ),
    WRITER: (*_READS, *_WRITES),
    COUNSEL: (*_READS, "redact_version", "plan_quiet_period"),
    MODERATOR: (),
    AUDITOR: (*_READS, "view_entry"),
}


def grant(app_label: str, permissions: dict[str, tuple[str, ...]]) -> None:
    """Give each role, made if it is missing, the named permissions of an app. Adds, never removes.

    Django makes the permissions of each app after a migration too, but perhaps after this is called.
    """
    create_permissions(apps.get_app_config(app_label), verbosity=0)
    for role, names in permissions.items():
        group, _ = Group.objects.get_or_create(name=role)
        found = Permission.objects.filter(content_type__app_label=app_label, codename__in=names)
        group.permissions.add(*found)


def install(**kwargs: Any) -> None:
    """Make the roles after a migration, when the permissions of the apps below exist."""
    for role in ROLES:
        Group.objects.get_or_create(name=role)
    grant("blog", _PERMISSIONS)
    grant("ledger", {AUDITOR: ("view_entry",), CEO: ("view_entry",)})


def in_words(role: str) -> str:
    """Return what people call a role; a group of another name is called by that."""
    return str(_IN_WORDS.get(role, role))


def has_role(user: AbstractBaseUser, role: str) -> bool:
    """Whether an active account has a role. Superusers have no role by nature. One query."""
    return user.is_active and isinstance(user, User) and user.groups.filter(name=role).exists()


def people(role: str) -> QuerySet[User]:
    """Return the active accounts that have a role."""
    return get_user_model().objects.filter(is_active=True, groups__name=role)


def signers() -> QuerySet[User]:
    """Return the active accounts that can sign: who owns a byline, the CEO, and counsel."""
    can_sign = Q(author__isnull=False) | Q(groups__name__in=[CEO, COUNSEL])
    return get_user_model().objects.filter(can_sign, is_active=True).distinct()


def is_solo(user: AbstractBaseUser) -> bool:
    """Whether this account is the only one that can sign, so that publishing signs. One query."""
    return list(signers().values_list("pk", flat=True)[:2]) == [user.pk]
