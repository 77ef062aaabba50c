"""A thread whose comments are remembered is the one that would be rendered, after every change."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from blog import workflow
from blog.fragments import forget
from blog.models import Author, Post, Site
from comments import moderation
from comments.models import Comment
from tests.blog.test_fragments import without_stamp
from tests.cast import edited
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
ADDRESS = "mara@example.org"


@pytest.fixture
def thread(post: Post, moderator: User) -> dict[str, Comment]:
    """A thread with an answer, a comment that waits, and one with an address."""
    forget()
    first = make_public(post, moderator, name="Ada", url="https://ada.example/")
    return {
        "first": first,
        "answer": make_public(post, moderator, name="Bo", parent=first, body="One more thing."),
        "mailed": make_public(post, moderator, name="Mara", email=ADDRESS, body="And the pumps?"),
        "waiting": make_comment(post, name="Di", body="What of the roof?"),
    }


def by(comment: Comment, user: User) -> dict[str, Any]:
    comment.refresh_from_db()
    return {"by": user, "seen": comment.revision}


def approve(thread, post, ceo, moderator):
    moderation.approve(thread["waiting"], **by(thread["waiting"], moderator))


def edit(thread, post, ceo, moderator):
    moderation.edit(thread["mailed"], "Other words, all of them.")
    moderation.accept_edit(thread["mailed"], **by(thread["mailed"], moderator))


def withdraw(thread, post, ceo, moderator):
    moderation.withdraw(thread["first"])


def withdraw_and_come_back_otherwise(thread, post, ceo, moderator):
    moderation.withdraw(thread["mailed"])
    thread["mailed"].refresh_from_db()
    moderation.come_back(thread["mailed"])
    thread["mailed"].refresh_from_db()
    edit(thread, post, ceo, moderator)


def remove(thread, post, ceo, moderator):
    moderation.remove(thread["first"], **by(thread["first"], moderator))


def remove_answer(thread, post, ceo, moderator):
    moderation.remove(thread["answer"], **by(thread["answer"], moderator))


def answer(thread, post, ceo, moderator):
    moderation.answer(thread["first"], "We paid.", **by(thread["first"], ceo))


def answer_as_a_colleague(thread, post, ceo, moderator):
    moderation.answer(thread["first"], "We pass it on.", **by(thread["first"], moderator))


def close(thread, post, ceo, moderator):
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")


def correct(thread, post, ceo, moderator):
    workflow.save_version(post, edited(post, body="Three metres."), by=ceo)
    post.refresh_from_db()
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)


def erase(thread, post, ceo, moderator):
    moderation.erase_person(ADDRESS, by=ceo)


def rename_the_byline(thread, post, ceo, moderator):
    Author.objects.update(name="D. Whitfield")


def another_byline(thread, post, ceo, moderator):
    answer(thread, post, ceo, moderator)
    guest = Author.objects.create(name="Guest Writer", slug="guest")
    Comment.objects.exclude(author=None).update(author=guest)


def another_time_zone(thread, post, ceo, moderator):
    Site.objects.update(time_zone="America/New_York")


def last_year(thread, post, ceo, moderator):
    Comment.objects.filter(pk=thread["first"].pk).update(created_at="2019-06-05T04:03:02Z")


def published_in_another_year(thread, post, ceo, moderator):
    Post.objects.filter(pk=post.pk).update(published_at="2019-06-05T04:03:02Z")


CHANGES = [
    *(approve, edit, withdraw, withdraw_and_come_back_otherwise, remove, remove_answer, answer),
    *(answer_as_a_colleague, close, correct, erase, rename_the_byline, another_byline),
    *(another_time_zone, last_year, published_in_another_year),
]


def pages(client: Client, post: Post, thread: dict[str, Comment]) -> list[str]:
    """The page in either order, and with the form that answers a comment."""
    queries = ("", "?order=newest", f"?reply={thread['first'].pk}")
    found = [client.get(post.get_absolute_url() + query).content.decode() for query in queries]
    return [without_stamp(page) for page in found]


@pytest.mark.parametrize("change", CHANGES)
def test_page_after_a_change_is_the_one_without_a_memory(
    change, thread, post, ceo, moderator, client
):
    before = pages(client, post, thread)
    change(thread, post, ceo, moderator)
    remembered = pages(client, post, thread)
    forget()
    assert remembered == pages(client, post, thread)
    assert remembered[0] != before[0]


def test_thread_in_another_language_is_another(thread, post, client):
    english = pages(client, post, thread)
    with translation.override("de"):
        german = pages(client, post, thread)
        forget()
        assert german == pages(client, post, thread)
    assert german != english
    assert pages(client, post, thread) == english
