"""Mentions by other sites: a quiet list of links after the thread, and no comments."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from blog.refusal import Refused
from comments import moderation
from comments.models import Comment
from comments.thread import thread_of
from tests.comments.conftest import make_public
from tests.comments.test_importing import imported, saying

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/comment/"


def mention(key: str, **said):
    """A mention by another site."""
    address = {"url": f"https://elsewhere.example.org/{key}"}
    return saying(key, **{"kind": "mention", "name": f"Blog {key}", **address, **said})


def page_of(client: Client, post: Post, query: str = "") -> str:
    return client.get(post.get_absolute_url() + query).content.decode()


def test_mention_is_a_link_that_gives_no_weight(post, client):
    imported(post, mention("a"))
    page = page_of(client, post)
    assert "Mentioned elsewhere" in page
    link = re.search(r'<a href="https://elsewhere.example.org/a" rel="([^"]*)">', page)
    assert link and link[1] == "nofollow ugc noopener"
    assert "Words of a" not in page


def test_mention_is_no_comment_and_not_counted(post, client, moderator):
    make_public(post, moderator)
    imported(post, mention("a"), mention("b"))
    thread = thread_of(post)
    assert thread.total == 1
    assert [one.name for one in thread.mentions] == ["Blog a", "Blog b"]
    assert "1 comment" in page_of(client, post)
    assert "3 comments" not in client.get("/").content.decode()


@pytest.mark.parametrize("state", [s for s in Comment.State.values if s != "approved"])
def test_only_an_approved_mention_is_shown(post, client, state):
    imported(post, mention("a", state=state))
    page = page_of(client, post)
    assert "Mentioned elsewhere" not in page
    assert "elsewhere.example.org" not in page


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "ftp://x.example/", "mailto:a@b.example"]
)
def test_mention_without_a_web_address_is_not_shown(post, client, url):
    imported(post, mention("a", url=url))
    assert "Blog a" not in page_of(client, post)


def test_name_of_a_mention_is_never_markup(post, client):
    imported(post, mention("a", name="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in page_of(client, post)


def test_permanent_address_of_a_mention_leads_to_it(post, client):
    imported(post, mention("a"))
    comment = Comment.objects.get()
    response = client.get(comment.get_absolute_url())
    assert response.status_code == 302
    assert response["Location"] == f"{post.get_absolute_url()}#c{comment.pk}"
    assert f'id="c{comment.pk}"' in page_of(client, post)


def test_answer_to_a_mention_stands_by_itself(post):
    imported(post, mention("a"), saying("b", parent="a", minute=1))
    thread = thread_of(post)
    assert [node.comment.name for node in thread.nodes] == ["Reader b"]
    assert Comment.objects.get(name="Reader b").parent is None


def test_mention_can_be_decided_about_but_not_answered(post, moderator):
    imported(post, mention("a", state="pending"))
    comment = Comment.objects.get()
    moderation.approve(comment, by=moderator, seen=1)
    with pytest.raises(Refused, match="mention on another site"):
        moderation.answer(comment, "Thank you.", by=moderator, seen=2)


def test_nobody_can_reply_to_a_mention_with_the_form(post, send):
    imported(post, mention("a"))
    response = send(parent=str(Comment.objects.get().pk))
    assert response.status_code == 422
    assert not Comment.objects.filter(kind="comment").exists()


def test_desk_names_mentions_and_filters_them(post, client, moderator):
    imported(post, mention("a", state="pending"), saying("b", state="pending"))
    client.force_login(moderator)
    page = client.get(DESK).content.decode()
    assert re.search(r"mentions\s+<a href=\"/posts/", page)
    only = client.get(f"{DESK}?kind__exact=mention").content.decode()
    assert "Blog a" in only
    assert "Reader b" not in only
    detail = client.get(f"{DESK}{Comment.objects.get(kind='mention').pk}/change/").content.decode()
    assert "Approve and answer" not in detail


def test_page_with_fifty_comments_and_mentions_needs_no_more_queries(post, client):
    imported(
        post, *(saying(f"{n}", minute=n) for n in range(50)), *(mention(f"m{n}") for n in range(9))
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = page_of(client, post)
    assert page.count('class="mentions__item"') == 9
    assert "50 comments" in page
    assert len(queries) <= 8


def test_mentions_stand_on_every_page_of_a_long_thread(post, client):
    imported(post, *(saying(f"{n}", minute=n) for n in range(60)), mention("a"))
    assert "Blog a" in page_of(client, post)
    assert "Blog a" in page_of(client, post, "?comments=2")
