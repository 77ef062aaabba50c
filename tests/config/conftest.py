"""The people who run a site."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

from blog import roles
from blog.models import Author, Site
from config.founding import Beginning, Person, found_site

PASSWORD = "nine quiet otters hum"

FORM = {
    "name": "Dana Whitfield",
    "email": "dana@example.com",
    "username": "dana",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "site_name": "Letters from the shop floor",
    "byline": "Dana Whitfield",
    "time_zone": "Europe/Berlin",
    "sender_email": "letters@example.com",
    "publish_starter_pages": "on",
}


@pytest.fixture
def founder(db: None) -> User:
    """The first person of a site: chief executive, moderator and administrator."""
    person = Person(
        username="dana", name="Dana Whitfield", email="dana@example.com", password=PASSWORD
    )
    beginning = Beginning(
        site_name="Letters from the shop floor",
        byline="Dana Whitfield",
        time_zone="Europe/Berlin",
        sender_email="letters@example.com",
    )
    return found_site(person, beginning, channel="setup")


@pytest.fixture
def ceo(db: None) -> User:
    """A chief executive who is no administrator, on a site that has one."""
    Site(name="Letters from the shop floor", sender_email="letters@example.com").save()
    make_user("root", is_superuser=True)
    user = make_user("carla", roles.CEO)
    Author.objects.create(name="Carla Moss", slug="carla-moss", user=user)
    return user


def make_user(username: str, *to_roles: str, is_superuser: bool = False) -> User:
    """Make a colleague who can sign in with `PASSWORD`."""
    user = User.objects.create_user(
        username,
        f"{username}@example.com",
        PASSWORD,
        first_name=username.title(),
        is_staff=True,
        is_superuser=is_superuser,
    )
    user.groups.set(Group.objects.filter(name__in=to_roles))
    return user
