"""The first person of a site: who founds it, and what an account still lacks to run it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy

from blog import roles
from blog.models import Author, Site
from blog.refusal import Refused
from config.starter import make_pages
from ledger.record import Actor, record

FOUNDER_ROLES = (roles.CEO, roles.MODERATOR)
BYLINE_ROLE = gettext_lazy("Chief executive")


@dataclass(frozen=True, kw_only=True)
class Person:
    """The account of the first person, with her password as she typed it."""

    username: str
    name: str
    email: str
    password: str


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What a new site is asked first."""

    site_name: str
    byline: str
    time_zone: str
    sender_email: str = ""
    publish_starter_pages: bool = True


@transaction.atomic
def found_site(person: Person, beginning: Beginning, *, channel: str) -> User:
    """Create the one person who is chief executive, moderator and administrator, and her site.

    Values come checked from `config.forms.SetupForm`. With `publish_starter_pages` the pages Privacy
    and Comment policy are signed by her and public at once; About and Contact are drafts.

    Raises:
        Refused: when anybody has an account already, or the database has lost its guards.
    """
    site = _locked_site()
    if User.objects.exists():
        raise Refused(
            gettext("This site has its first person already. Sign in, or ask to be invited.")
        )
    first_name, _, last_name = person.name.partition(" ")
    user = User.objects.create_superuser(
        person.username, person.email, person.password, first_name=first_name, last_name=last_name
    )
    _begin(site, user, beginning, channel)
    return user


@transaction.atomic
def complete(user: User, beginning: Beginning, *, channel: str) -> User:
    """Give an administrator what `lacks` names; a site that has a name keeps it.

    Raises:
        Refused: when the account is no active administrator, or lacks nothing.
    """
    site = _locked_site()
    require_incomplete(user)
    _begin(site, user, beginning, channel)
    return user


def require_incomplete(user: User) -> None:
    """Refuse when an account cannot be completed, or lacks nothing."""
    if not (user.is_active and user.is_superuser):
        raise Refused(
            gettext("Only an active administrator can become the first person of a site.")
        )
    if not lacks(user):
        raise Refused(gettext("This account lacks nothing."))


def lacks(user: User) -> list[str]:
    """Return what keeps an administrator from publishing here, in words; empty when nothing does."""
    found = []
    if not Author.objects.filter(user=user).exists():
        found.append(gettext("a byline to publish under"))
    if not roles.has_role(user, roles.CEO):
        found.append(gettext("the role of chief executive, to sign"))
    if not Site.current().is_set_up:
        found.append(gettext("a name for the site"))
    return found


def _locked_site() -> Site:
    """Return the one row, made if it is missing, locked so that only one of two can found the site."""
    Site.objects.bulk_create([Site(pk=1)], ignore_conflicts=True)
    return Site.objects.select_for_update().get(pk=1)


def _begin(site: Site, user: User, beginning: Beginning, channel: str) -> None:
    user.groups.add(*Group.objects.filter(name__in=FOUNDER_ROLES))
    author = Author.objects.filter(user=user).first() or _make_author(user, beginning.byline)
    if not site.is_set_up:
        _set_up(site, beginning)
        make_pages(site, author, by=user, publish=beginning.publish_starter_pages, channel=channel)
    facts = {"account": user.pk, "author": author.pk, "roles": list(FOUNDER_ROLES)}
    record("found_site", site, by=Actor.of(user, channel=channel), facts=facts)


def _set_up(site: Site, beginning: Beginning) -> None:
    site.name = beginning.site_name
    site.time_zone = beginning.time_zone
    site.sender_email = beginning.sender_email
    site.setup_token_hash = ""
    site.save()


def _make_author(user: User, byline: str) -> Author:
    wanted = slugify(byline)[:60] or "author"
    taken = set(Author.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    slug = next(name for name in names if name not in taken)
    return Author.objects.create(name=byline, slug=slug, role=str(BYLINE_ROLE), user=user)
