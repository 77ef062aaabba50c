"""A conversation a thousand answers deep: flat enough to read, and quick enough to be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction

from blog.models import Post
from comments import moderation
from comments.models import MAX_DEPTH, Comment, path_under
from comments.numbers import reserve
from comments.thread import thread_of
from tests.comments.conftest import make_public
from tests.pace import seconds
from tests.surface import html_of

pytestmark = pytest.mark.django_db

LEVELS = 1000
SENT = 10


def deepest(element: Any, depth: int = 0) -> int:
    """How many lists of answers stand inside each other below an element, without recursion."""
    found, waiting = depth, [(element, depth)]
    while waiting:
        one, level = waiting.pop()
        level += one.tag == "ol" and one.get("class") == "thread"
        found = max(found, level)
        waiting.extend((child, level) for child in one)
    return found


@pytest.fixture
def conversation(post, send) -> list[int]:
    """A thousand comments, each an answer to the one before, the last ten of them sent; their numbers."""
    with transaction.atomic():
        numbers = reserve(LEVELS - SENT)
        rows: list[Comment] = []
        for level, number in enumerate(numbers):
            parent = rows[-1] if rows else None
            words = {"name": f"Reader {level}", "body": f"Level {level}", "body_html": "<p>So.</p>"}
            row = Comment(pk=number, post=post, parent=parent, state="approved", **words)
            row.path, row.sanitizer = path_under(parent, number), 1
            rows.append(row)
        Comment.objects.bulk_create(rows)
    for level in range(LEVELS - SENT, LEVELS):
        words = {"name": f"Reader {level}", "body": f"Level {level} says this."}
        assert send(parent=str(numbers[-1]), **words).status_code == 303
        numbers.append(Comment.objects.latest("pk").pk)
        Comment.objects.filter(pk=numbers[-1]).update(state="approved")
    return numbers


def test_a_thousand_levels_are_flattened(conversation, client, post, django_assert_max_num_queries):
    path = f"{post.get_absolute_url()}?order=newest&reply={conversation[-1]}"
    with django_assert_max_num_queries(9):
        response = client.get(path)
    assert seconds(lambda: client.get(path), 10) < 10
    page = response.content.decode()
    assert [int(n) for n in re.findall(r'<article id="c(\d+)"', page)] == conversation
    assert deepest(html_of(response)) == MAX_DEPTH + 1
    assert f'name="parent" value="{conversation[-1]}"' in page
    assert "in reply to Reader 998" in page
    stored = list(Comment.objects.order_by("pk").values_list("path", "parent_id"))
    assert max(path.count("/") for path, _ in stored) == MAX_DEPTH
    assert [parent for _, parent in stored] == [None, *conversation[:-1]]
    last = client.get(f"/comments/{conversation[-1]}/")
    assert last["Location"].endswith(f"#c{conversation[-1]}")


def chain(post: Post, moderator: Any, length: int) -> list[Comment]:
    """Public comments, each an answer to the one before."""
    made: list[Comment] = []
    for level in range(length):
        parent = made[-1] if made else None
        body = f"Level {level} says this."
        made.append(make_public(post, moderator, name=f"Reader {level}", body=body, parent=parent))
    return made


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_removed_parent_keeps_what_stands_below(client, post, moderator, level):
    comments = chain(post, moderator, 6)
    gone = comments[level]
    moderation.remove(gone, by=moderator, seen=gone.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    left = [one for one in comments if one != gone]
    assert all(one.body in page for one in left)
    assert gone.body not in page
    assert f">{gone.name}<" not in page
    # What has no list of its own below it leaves no gap when it goes.
    assert page.count("This comment was removed.") == (level < MAX_DEPTH)
    assert thread_of(post).total == 5


def test_withdrawn_parent_keeps_its_answers_and_says_who_took_it_back(client, post, moderator):
    parent, answer = chain(post, moderator, 2)
    Comment.objects.filter(pk=parent.pk).update(state="withdrawn")
    page = client.get(post.get_absolute_url()).content.decode()
    assert "Its writer took this comment back." in page
    assert "This comment was removed." not in page
    assert answer.body in page
    assert parent.body not in page
    assert parent.name not in page


def test_all_parents_can_go_and_the_last_answer_stays(client, post, moderator):
    comments = chain(post, moderator, 4)
    for comment in comments[:-1]:
        moderation.remove(comment, by=moderator, seen=comment.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    assert page.count("This comment was removed.") == 3
    assert comments[-1].body in page
