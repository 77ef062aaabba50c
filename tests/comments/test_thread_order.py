"""The order a reader chooses, and the mark on what was answered by the person the post names."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from blog.models import Author, Post
from comments import moderation
from comments.models import Comment
from comments.thread import Order, thread_of
from tests.comments.conftest import make_public
from tests.comments.test_thread import outline

pytestmark = pytest.mark.django_db


def page_of(client: Any, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def order_in(page: str) -> list[int]:
    """The numbers of the comments in the order of the page."""
    return [int(number) for number in re.findall(r'<article id="c(\d+)"', page)]


def current(page: str) -> list[str]:
    """The links of the chooser that say they are the current ones."""
    nav = re.search(r'<nav class="comments__order".*?</nav>', page, re.DOTALL)
    assert nav
    return re.findall(r'aria-current="true">([^<]*)<', nav[0])


def test_newest_first_turns_the_threads_and_not_their_answers(post, moderator):
    first = make_public(post, moderator, name="Ada")
    make_public(post, moderator, name="Bo")
    make_public(post, moderator, name="Cy", parent=first, body="One.")
    make_public(post, moderator, name="Di", parent=first, body="Two.")
    assert outline(thread_of(post, order=Order.NEWEST).nodes) == [
        ["Bo"],
        ["Ada", [["Cy"], ["Di"]]],
    ]


def test_links_name_the_order_that_is_shown(client, post, moderator):
    a, b = (make_public(post, moderator, name=name) for name in ("Ada", "Bo"))
    path = post.get_absolute_url()
    oldest, newest = page_of(client, path), page_of(client, f"{path}?order=newest")
    assert (order_in(oldest), order_in(newest)) == ([a.pk, b.pk], [b.pk, a.pk])
    assert (current(oldest), current(newest)) == (["Oldest first"], ["Newest first"])
    assert f'href="{path}#comments"' in newest
    assert f'href="{path}?order=newest#comments" rel="nofollow"' in oldest


@pytest.mark.parametrize("order", ["", "oldest", "NEWEST", "x", "%00", "newest%20", "1"])
def test_odd_order_is_oldest_first(client, post, moderator, order):
    numbers = [make_public(post, moderator, name=name).pk for name in ("Ada", "Bo")]
    page = page_of(client, f"{post.get_absolute_url()}?order={order}")
    assert order_in(page) == numbers


def test_one_comment_has_no_order(client, post, moderator):
    parent = make_public(post, moderator)
    make_public(post, moderator, name="Bo", parent=parent)
    assert "comments__order" not in page_of(client, post.get_absolute_url())


def test_either_order_has_the_same_canonical_address(client, post, moderator):
    for name in ("Ada", "Bo"):
        make_public(post, moderator, name=name)
    path = post.get_absolute_url()
    canonical = [
        re.findall(r'rel="canonical" href="([^"]*)"', page_of(client, path + query))
        for query in ("", "?order=newest", "?order=newest&comments=2")
    ]
    assert canonical[0] == canonical[1] == canonical[2]
    assert canonical[0][0].endswith(path)


def test_newest_first_over_pages(client, post, moderator, settings):
    settings.THROTTLE = False
    numbers = [
        make_public(post, moderator, name=f"Reader {n}", body=f"Thought {n}.").pk for n in range(51)
    ]
    path = post.get_absolute_url()
    first = page_of(client, f"{path}?order=newest")
    second = page_of(client, f"{path}?order=newest&comments=2")
    assert order_in(first) == numbers[:0:-1]
    assert order_in(second) == numbers[:1]
    assert f'rel="next" href="{path}?order=newest&comments=2#comments">Earlier comments' in first
    assert f'rel="prev" href="{path}?order=newest#comments">Later comments' in second
    reply = f"?order=newest&comments=2&reply={numbers[0]}"
    assert f'href="{reply}#comment-form"' in second
    assert f'name="parent" value="{numbers[0]}"' in page_of(client, path + reply)
    last = Comment.objects.get(pk=numbers[-1])
    assert client.get(last.get_absolute_url())["Location"].endswith(f"?comments=2#c{last.pk}")


def answered(post: Post, ceo: Any, moderator: Any) -> tuple[Comment, Comment]:
    """A comment with an answer of the person whose name the post carries."""
    comment = make_public(post, moderator, name="Mara")
    return comment, moderation.answer(comment, "Thank you.", by=ceo, seen=comment.revision)


def marks(page: str) -> list[str]:
    return re.findall(r'class="comment__answered"><a href="([^"]*)">([^<]*)<', page)


def test_mark_names_and_leads_to_the_answer(client, post, ceo, moderator):
    _, answer = answered(post, ceo, moderator)
    make_public(post, moderator, name="Bo")
    page = page_of(client, post.get_absolute_url())
    assert marks(page) == [(f"#c{answer.pk}", "Answered by Dana Whitfield")]
    assert "Dana Whitfield answered one of them." in page


def test_count_covers_every_page_of_the_thread(client, post, ceo, moderator, settings):
    settings.THROTTLE = False
    for number in range(51):
        comment = make_public(post, moderator, name=f"Reader {number}", body=f"Thought {number}.")
        if number in {0, 50}:
            moderation.answer(comment, f"Thanks {number}.", by=ceo, seen=comment.revision)
    for query in ("", "?comments=2"):
        page = page_of(client, post.get_absolute_url() + query)
        assert "Dana Whitfield answered 2 of them." in page
        assert len(marks(page)) == 1


def test_answer_that_is_taken_away_takes_the_mark_along(client, post, ceo, moderator):
    _, answer = answered(post, ceo, moderator)
    moderation.remove(answer, by=moderator, seen=answer.revision)
    page = page_of(client, post.get_absolute_url())
    assert marks(page) == []
    assert "comments__answered" not in page


def test_placeholder_has_no_mark(client, post, ceo, moderator):
    comment, _ = answered(post, ceo, moderator)
    comment.refresh_from_db()
    moderation.remove(comment, by=moderator, seen=comment.revision)
    assert marks(page_of(client, post.get_absolute_url())) == []


def test_answers_of_others_and_to_oneself_make_no_mark(client, post, ceo, moderator):
    comment = make_public(post, moderator, name="Mara")
    by_newsroom = moderation.answer(comment, "We pass it on.", by=moderator, seen=comment.revision)
    moderation.answer(by_newsroom, "Thank you.", by=ceo, seen=by_newsroom.revision)
    own = Comment.objects.get(body="Thank you.")
    Comment.objects.filter(pk=own.pk).update(parent=None, path=f"{own.pk:010}")
    own.refresh_from_db()
    moderation.answer(own, "One more thing.", by=ceo, seen=own.revision)
    assert marks(page_of(client, post.get_absolute_url())) == []


def test_another_byline_makes_no_mark(client, post, ceo, moderator):
    answered(post, ceo, moderator)
    guest = Author.objects.create(name="Guest Writer", slug="guest")
    Comment.objects.exclude(author=None).update(author=guest)
    assert marks(page_of(client, post.get_absolute_url())) == []


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Mara, answered by Dana Whitfield"},
        {"body": "Answered by Dana Whitfield"},
        {"body": '<p class="comment__answered"><a href="#c1">Answered by Dana Whitfield</a></p>'},
        {"name": '</h3><p class="comment__answered">Answered by Dana Whitfield'},
        {"url": 'https://example.org/"class="comment__answered"'},
    ],
)
def test_no_text_of_a_reader_makes_a_mark(client, post, moderator, said):
    make_public(post, moderator, **said)
    page = client.get(post.get_absolute_url()).content.decode()
    assert 'class="comment__answered"' not in page
    assert 'class="comments__answered"' not in page
