"""Threads: order, depth, placeholders, pages, permanent addresses."""

from __future__ import annotations

import html

import pytest

from blog.models import Post, Series
from comments import moderation
from comments.models import Comment
from comments.thread import Node, page_of, thread_of
from tests.cast import make_post
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db


def outline(nodes: list[Node]) -> list[object]:
    """The names of a thread as nested lists."""
    return [
        [node.comment.name, *([outline(node.replies)] if node.replies else [])] for node in nodes
    ]


def test_answers_stand_below_what_they_answer(post, moderator):
    first = make_public(post, moderator, name="Ada")
    make_public(post, moderator, name="Bo")
    reply = make_public(post, moderator, name="Cy", parent=first)
    make_public(post, moderator, name="Di", parent=reply)
    thread = thread_of(post)
    assert outline(thread.nodes) == [["Ada", [["Cy", [["Di"]]]]], ["Bo"]]
    assert thread.total == 4


def test_deep_answers_stand_beside_their_parent_and_name_it(post, moderator):
    comment = None
    for number in range(7):
        comment = make_public(post, moderator, name=f"Level {number}", parent=comment)
    flat = []
    nodes = thread_of(post).nodes
    while nodes:
        flat.extend(nodes)
        nodes = [reply for node in nodes for reply in node.replies]
    assert max(node.depth for node in flat) == 3
    assert [node.parent_name for node in flat] == ["", "", "", "", "Level 3", "Level 4", "Level 5"]


def test_removed_parent_keeps_its_place_without_its_words(post, moderator, client):
    parent = make_public(post, moderator, body="CANARY-REMOVED")
    make_public(post, moderator, name="Bo", parent=parent, body="An answer that stays")
    moderation.remove(parent, by=moderator, seen=parent.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    assert "CANARY-REMOVED" not in page
    assert "This comment was removed." in page
    assert "An answer that stays" in page
    assert thread_of(post).total == 1


def test_removed_comment_without_answers_is_gone(post, moderator):
    comment = make_public(post, moderator)
    moderation.remove(comment, by=moderator, seen=comment.revision)
    assert thread_of(post).nodes == []


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "withdrawn", "removed"])
def test_what_is_not_approved_is_nowhere(post, client, state):
    comment = make_comment(post, name="CANARYNAME", body="CANARYBODY", url="https://canary.example")
    Comment.objects.filter(pk=comment.pk).update(state=state)
    for path in (
        post.get_absolute_url(),
        "/",
        "/feed.atom",
        "/sitemap.xml",
        "/search/?q=CANARYBODY",
        "/archive/",
    ):
        page = client.get(path).content.decode()
        assert "CANARYNAME" not in page
        assert "<p>CANARYBODY" not in page
        assert "canary.example" not in page
        assert "1 comment" not in page
    assert client.get(comment.get_absolute_url()).status_code == 404
    assert (
        client.get(f"{post.get_absolute_url()}?reply={comment.pk}").content.count(b"CANARYNAME")
        == 0
    )


def test_permalink_leads_to_the_comment(post, moderator, client):
    comment = make_public(post, moderator)
    assert (
        client.get(f"/comments/{comment.pk}/")["Location"]
        == f"{post.get_absolute_url()}#c{comment.pk}"
    )


def test_permalink_hides_with_its_post(post, moderator, client):
    comment = make_public(post, moderator)
    Post.objects.filter(pk=post.pk).update(state="draft")
    assert client.get(f"/comments/{comment.pk}/").status_code == 404


def test_long_thread_has_pages_and_permalinks_find_theirs(post, moderator, client, settings):
    settings.THROTTLE = False
    comments = [
        make_public(post, moderator, name=f"Reader {number}", body=f"Thought {number}.")
        for number in range(51)
    ]
    last = comments[-1]
    reply = make_public(post, moderator, name="Bo", parent=last, body="To the last one.")
    assert [len(thread_of(post, page=page).nodes) for page in (1, 2)] == [50, 1]
    assert page_of(last) == page_of(reply) == 2
    assert client.get(reply.get_absolute_url())["Location"].endswith(f"?comments=2#c{reply.pk}")
    assert (
        f'id="c{reply.pk}"' in client.get(f"{post.get_absolute_url()}?comments=2").content.decode()
    )
    assert f'id="c{reply.pk}"' not in client.get(post.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "x", "%00", "1e9", "٣"])
def test_odd_page_of_a_thread_is_its_first_or_last(post, moderator, client, number):
    make_public(post, moderator)
    assert client.get(f"{post.get_absolute_url()}?comments={number}").status_code == 200


def test_reply_on_a_later_page_of_the_thread_finds_its_comment(post, moderator, client, settings):
    settings.THROTTLE = False
    for number in range(51):
        last = make_public(post, moderator, name=f"Reader {number}", body=f"Thought {number}.")
    page = html.unescape(client.get(f"{post.get_absolute_url()}?comments=2").content.decode())
    address = f"?comments=2&reply={last.pk}"
    assert address in page
    form = client.get(post.get_absolute_url() + address).content.decode()
    assert f'name="parent" value="{last.pk}"' in form


def test_reply_form_names_whom_it_answers(post, moderator, client):
    comment = make_public(post, moderator, name="Ada Lund")
    page = client.get(f"{post.get_absolute_url()}?reply={comment.pk}").content.decode()
    assert f'name="parent" value="{comment.pk}"' in page


def test_parent_of_another_post_is_refused(post, moderator, ceo, send):
    other = make_post(ceo, title="Another", slug="another")
    comment = make_public(other, moderator)
    assert send(parent=str(comment.pk)).status_code == 422


def test_post_with_fifty_comments_needs_at_most_nine_queries(
    post, moderator, client, django_assert_max_num_queries
):
    parent = None
    for number in range(50):
        made = make_public(
            post, moderator, name=f"R{number}", body=f"Thought {number}.", parent=parent
        )
        parent = made if number % 5 == 0 else parent
    series = Series.objects.create(name="The flood", slug="the-flood")
    Post.objects.filter(pk=post.pk).update(series=series, series_part=1)
    with django_assert_max_num_queries(9):
        page = client.get(f"{post.get_absolute_url()}?reply={parent.pk}")
    assert page.content.count(b'class="comment') >= 50


def test_list_of_twenty_posts_with_counts_needs_at_most_four_queries(
    ceo, moderator, client, django_assert_max_num_queries
):
    for number in range(21):
        made = make_post(ceo, title=f"Post {number}", slug=f"post-{number}")
        make_public(made, moderator, body=f"Thought {number}.")
    with django_assert_max_num_queries(4):
        page = client.get("/")
    assert page.content.count(b"1 comment") >= 20
