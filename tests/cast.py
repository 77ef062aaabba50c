"""The named cast of the tests, and posts for them to write."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User

from blog import roles, workflow
from blog.models import Author, Post, Site
from blog.slugs import free_slug
from blog.words import Words, words_of

PASSWORD = "nine quiet otters hum"


def make_user(full_name: str, *to_roles: str, **fields: Any) -> User:
    """Make a colleague with an account named after her first name: Dana Whitfield is `dana`."""
    first_name, _, last_name = full_name.partition(" ")
    user = User.objects.create_user(
        first_name.lower(),
        f"{first_name.lower()}@example.com",
        PASSWORD,
        **{"first_name": first_name, "last_name": last_name, "is_staff": True, **fields},
    )
    user.groups.set(Group.objects.filter(name__in=to_roles))
    return user


def make_ceo() -> User:
    """Make Dana Whitfield, the chief executive, with her byline on her own site."""
    Site(name="Letters from the shop floor", sender_email="letters@example.com").save()
    user = make_user("Dana Whitfield", roles.CEO)
    Author.objects.create(
        name="Dana Whitfield", slug="dana-whitfield", role="Chief executive", user=user
    )
    return user


def make_words(author: Author, **said: Any) -> Words:
    """Make the words of a post under a byline; any part can be said otherwise."""
    body = "The river rose two metres.\n\nSo did our floor, and nobody had to ask twice."
    return Words(**{"title": "Why we raised the floor", "body": body, "author": author, **said})


def make_draft(by: User, *, slug: str = "", kind: str = Post.Kind.POST, **said: Any) -> Post:
    """Make a draft saved by an account, under its own byline unless `author` says whose."""
    author = said.pop("author", None) or Author.objects.filter(user=by).first()
    words = make_words(author or Author.objects.get(user__groups__name=roles.CEO), **said)
    return workflow.create_post(
        words, by=by, slug=slug or free_slug(words.title, kind), kind=kind, channel="command"
    )


def make_post(by: User, **said: Any) -> Post:
    """Make a post that its author has signed and published; returns it as it is stored."""
    post = make_draft(by, **said)
    workflow.approve(workflow.submit(post, by=by), by=by)
    return workflow.publish(post, by=by)


def edited(post: Post, **said: Any) -> Words:
    """Return the newest words of a post with some of them said otherwise, and a word on it for readers."""
    version = post.versions.select_related("author").first()
    assert version is not None
    words = words_of(version)
    if said and Post.objects.get(pk=post.pk).is_published:
        said = {"correction": f"We said it better: {version.number}."} | said
    return Words(**{name: getattr(words, name) for name in words.__dataclass_fields__} | said)
