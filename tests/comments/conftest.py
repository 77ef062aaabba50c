"""A site with one public post, and what a reader sends to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Post
from comments.arrival import Arrival, Origin, network_of, stamp_for
from comments.models import Comment
from comments.moderation import Said, approve, submit
from tests.cast import make_post

OWN = {"HTTP_ORIGIN": "http://testserver"}
THOUGHT = "The part about the river made me look up our own insurance. What did yours say?"


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post under the CEO's name."""
    return make_post(ceo, title="Why we raised the floor", slug="why-we-raised-the-floor")


@pytest.fixture
def fields(post: Post) -> Callable[..., dict[str, str]]:
    """The fields of the form as a browser sends them; any of them can be said otherwise."""

    def build(**changes: str) -> dict[str, str]:
        sent = {"name": "Mara Quist", "email": "", "url": "", "body": THOUGHT, "parent": ""}
        sent |= {"stamp": stamp_for(post.pk), "visibility": "public", "elapsed": "", "subject": ""}
        return sent | changes

    return build


@pytest.fixture
def send(post: Post, fields: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Send the form from our own page, as a reader without a cookie."""

    def sender(*, client: Client | None = None, headers: Any = None, **changes: str) -> Any:
        chosen = OWN if headers is None else headers
        path = f"/posts/{post.slug}/comments/"
        return (client or Client()).post(path, fields(**changes), **chosen)

    return sender


def arrival(address: str = "192.0.2.1") -> Arrival:
    """Where a comment sent from our own page comes from."""
    return Arrival(network=network_of(address), origin=Origin.OWN, stamp="fresh")


def make_comment(post: Post, **said: Any) -> Comment:
    """A comment that waits for a person."""
    words = {"name": "Mara Quist", "body": THOUGHT, **said}
    return submit(post, Said(**words), arrival()).comment


def make_public(post: Post, moderator: User, **said: Any) -> Comment:
    """A comment that readers can see."""
    comment = make_comment(post, **said)
    return approve(comment, by=moderator, seen=comment.revision)
