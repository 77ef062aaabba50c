"""All that happens to an account, one verb each: inviting, changing, disabling.

Accounts are never deleted: the record names them. Nobody sets another person's password; people
choose their own by a link that only their mailbox gets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext

from blog import outbox, roles
from blog.models import Site
from blog.refusal import Refused, Stale
from config.passwords import link_days, password_link
from ledger.models import Channel
from ledger.record import Actor, record


def invite(
    name: str, email: str, to_roles: Sequence[str], *, by: User, channel: str = Channel.ADMIN
) -> User:
    """Make an account without a password and mail its link, by which the person chooses one.

    She signs in with her address in lower case.

    Raises:
        Refused: when `by` may not invite, the address has an account, or no role is given.
    """
    _require(
        by, "add_user", gettext("Your account may not invite colleagues. Ask an administrator.")
    )
    username = email.lower()
    if not to_roles or not set(to_roles) <= set(roles.ROLES):
        raise Refused(gettext("Choose at least one role."))
    first_name, _, last_name = name.partition(" ")
    with transaction.atomic():
        _lock_administrators()
        if has_account(email):
            raise Refused(gettext("This address has an account already."))
        user = User.objects.create_user(
            username, email, None, first_name=first_name, last_name=last_name, is_staff=True
        )
        user.groups.set(Group.objects.filter(name__in=to_roles))
        _mail_invitation(user, by)
        record("invite", user, by=Actor.of(by, channel=channel), facts={"roles": sorted(to_roles)})
    return user


def has_account(email: str) -> bool:
    """Whether somebody has this address, or signs in with it."""
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists()


def invite_again(user: User, *, by: User, channel: str = Channel.ADMIN) -> None:
    """Mail a new link to somebody who has not chosen a password yet; the older link ends."""
    _require(
        by, "change_user", gettext("Your account may not invite colleagues. Ask an administrator.")
    )
    with transaction.atomic():
        user = _locked(user, by)
        if not user.is_active or user.has_usable_password():
            raise Refused(
                gettext("%(name)s is not waiting for an invitation.") % {"name": _name(user)}
            )
        user.set_unusable_password()
        user.save(update_fields=["password"])
        _mail_invitation(user, by)
        record("invite_again", user, by=Actor.of(by, channel=channel))


def change(
    user: User,
    *,
    by: User,
    seen: str,
    name: tuple[str, str],
    email: str,
    to_roles: Iterable[str],
    is_superuser: bool,
    channel: str = Channel.ADMIN,
) -> None:
    """Change who somebody is here; the record says what changed, without names and addresses.

    Only an administrator changes another person's address or who is administrator: whoever gets the
    mail of an account can become it. The old address is told.

    Args:
        seen: the `fingerprint` of the account as `by` saw it.

    Raises:
        Stale: when the account was changed since; an older form would give back what was taken.
        Refused: when `by` may not make this change.
    """
    _require(
        by, "change_user", gettext("Your account may not change accounts. Ask an administrator.")
    )
    with transaction.atomic():
        administrators = _lock_administrators()
        user = _locked(user, by)
        if seen != fingerprint(user):
            raise Stale(
                gettext("Somebody changed this account meanwhile. Here it is as it is now.")
            )
        before = set(user.groups.values_list("name", flat=True))
        if user == by and before != set(to_roles) and not by.is_superuser:
            raise Refused(gettext("Nobody gives herself a role. Ask a colleague who may."))
        if user.email != email:
            _check_address(user, by, email)
        if user.is_superuser != is_superuser:
            _check_administrator(user, by, administrators)
        facts = _changes(user, name, email, before, set(to_roles), is_superuser)
        if not facts:
            return
        old_email = user.email
        user.first_name, user.last_name = name
        user.email, user.is_superuser = email, is_superuser
        user.save(update_fields=["first_name", "last_name", "email", "is_superuser"])
        user.groups.set(Group.objects.filter(name__in=list(to_roles)))
        if old_email and old_email != email:
            outbox.send_words(old_email, _address_changed(user, by))
        record("change_account", user, by=Actor.of(by, channel=channel), facts=facts)


def fingerprint(user: User) -> str:
    """Return a digest of all that `change` can change about an account. One query."""
    names = sorted(group.name for group in user.groups.all())
    said = [user.first_name, user.last_name, user.email, user.is_superuser, names]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def disable(user: User, *, by: User, channel: str = Channel.ADMIN) -> None:
    """Keep somebody out from now on: sign-ins end at once, and she cannot sign in again.

    Raises:
        Refused: for oneself, for the last active administrator, and for an administrator when `by`
            is none.
    """
    _require(
        by, "change_user", gettext("Your account may not disable accounts. Ask an administrator.")
    )
    with transaction.atomic():
        administrators = _lock_administrators()
        user = _locked(user, by)
        if user.pk == by.pk:
            raise Refused(gettext("Nobody disables her own account. Ask another administrator."))
        if administrators == [user.pk]:
            raise Refused(gettext("This is the last administrator. Make somebody else one first."))
        user.is_active = False
        user.save(update_fields=["is_active"])
        _end_sessions(user)
        record("disable_account", user, by=Actor.of(by, channel=channel))


def enable(user: User, *, by: User, channel: str = Channel.ADMIN) -> None:
    """Let somebody sign in again."""
    _require(
        by, "change_user", gettext("Your account may not enable accounts. Ask an administrator.")
    )
    with transaction.atomic():
        user = _locked(user, by)
        user.is_active = True
        user.save(update_fields=["is_active"])
        record("enable_account", user, by=Actor.of(by, channel=channel))


def may_change(user: User, by: User) -> bool:
    """Whether `by` may change an account at all: an administrator's only as an administrator."""
    return by.is_superuser or not user.is_superuser


def _require(by: User, permission: str, refusal: str) -> None:
    if not (by.is_active and by.has_perm(f"auth.{permission}")):
        raise Refused(refusal)


def _lock_administrators() -> list[int]:
    """Return the active administrators, locked: two can then not disable each other at once.

    No number of an account ever changes. A lock that says so (`no_key`) lets rows that name the
    account be committed meanwhile; else whoever writes one and then the record waits for us, as we
    for the record: PostgreSQL looks at foreign keys at the commit.
    """
    active = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    return list(active.select_for_update(no_key=True).values_list("pk", flat=True))


def _locked(user: User, by: User) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not may_change(user, by):
        raise Refused(gettext("Only an administrator changes the account of an administrator."))
    return user


def _check_address(user: User, by: User, email: str) -> None:
    if not by.is_superuser and user.pk != by.pk:
        raise Refused(gettext("Only an administrator changes the address of somebody else."))
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Refused(gettext("This address has an account already."))


def _check_administrator(user: User, by: User, administrators: list[int]) -> None:
    if not by.is_superuser:
        raise Refused(gettext("Only an administrator says who is administrator."))
    if administrators == [user.pk]:
        raise Refused(gettext("This is the last administrator. Make somebody else one first."))


def _changes(
    user: User,
    name: tuple[str, str],
    email: str,
    before: set[str],
    after: set[str],
    is_superuser: bool,
) -> dict[str, object]:
    """Return what would change, without personal data; empty when nothing would."""
    facts: dict[str, object] = {}
    if (user.first_name, user.last_name) != name:
        facts["name"] = "changed"
    if user.email != email:
        facts["email"] = "changed"
    if before != after:
        facts["roles"] = {"from": sorted(before), "to": sorted(after)}
    if user.is_superuser != is_superuser:
        facts["administrator"] = {"from": user.is_superuser, "to": is_superuser}
    return facts


def _end_sessions(user: User) -> None:
    """Remove the sign-ins of an account, so that none comes back when it is enabled again."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _mail_invitation(user: User, by: User) -> None:
    site = Site.current()
    context = {
        "name": user.first_name,
        "inviter": _name(by),
        "roles": get_text_list(
            [roles.in_words(group.name) for group in user.groups.order_by("name")], gettext("and")
        ),
        "days": link_days(),
        "link": password_link(user),
        "username": user.get_username(),
        "sign_in": settings.SITE_URL + reverse("admin:index"),
    }
    words = outbox.write(
        "invitation",
        gettext("%(name)s invites you to %(site)s") % {"name": _name(by), "site": site.name},
        context,
    )
    outbox.send_words(user.email, words, reply_to=by.email)


def _address_changed(user: User, by: User) -> outbox.Words:
    context = {"username": user.get_username(), "by": _name(by)}
    subject = gettext("Your address on %(name)s was changed") % {"name": Site.current().name}
    return outbox.write("address_changed", subject, context)


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
