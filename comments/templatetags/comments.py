"""What templates of posts show of comments; the only place where the two meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from blog.middleware import site_of
from blog.models import Post
from blog.models.site import CommentMode
from blog.page_store.saying import COMMENTS, holds_until, is_not_kept, key_of_post, shows
from comments.arrival import stamp_for
from comments.forms import Blank, CommentForm
from comments.mail_choices import choices_of
from comments.models import Comment, Tally
from comments.openness import CLOSED_HERE, closed_sentence, closes_at, mode_of
from comments.reader_links import choices_token
from comments.shown import Setting, thread_html
from comments.thread import Order, Thread, thread_of
from comments.thread_rows import Row
from comments.trust import mode_told, new_until

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_counts(
    context: template.Context, posts: Post | Iterable[Post], *others: Post | None
) -> dict[int, int]:
    """Return how many visible comments each post has, by primary key.

    One query for a list. For one post alone the thread is read, which the page needs anyway.
    """
    if isinstance(posts, Post):
        return {posts.pk: _thread(context, posts).total}
    shows(context["request"], COMMENTS)
    pks = [post.pk for post in (*posts, *others) if post]
    return Tally.objects.of(pks)


@register.filter
def of(counts: dict[int, int], post: Post) -> int:
    """Return the count of one post: `{{ counts|of:post }}`."""
    return counts.get(post.pk, 0)


@register.simple_tag(takes_context=True)
def stands_elsewhere(context: template.Context) -> bool:
    """Whether this is a page of a copy of the site, where nothing is said."""
    return CLOSED_HERE in context["request"].META


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context: template.Context, post: Post) -> dict[str, Any]:
    """Show the thread of `post`, and the form below it while comments are open."""
    request: HttpRequest = context["request"]
    closed = request.META.get(CLOSED_HERE) or closed_sentence(post, site_of(request))
    if closes := closes_at(post, site_of(request)):
        holds_until(request, closes)
    thread = replace(_thread(context, post), closed_sentence=closed)
    return {
        "request": request,
        "site": context["site"],
        "post": post,
        "thread": thread,
        "blank": _blank(request, post, thread) if thread.is_open else None,
        "is_copy": CLOSED_HERE in request.META,
        "thread_html": thread_html(thread.nodes, _setting(request, post, thread)),
        "action": reverse("comments:submit", args=[post.slug]),
    }


@register.simple_tag
def blank_form() -> CommentForm:
    """Return a form in which nothing has been typed, for the fields that every post has."""
    return CommentForm(post=Post())


@register.simple_tag
def mail_choices(comment: Comment) -> dict[str, Any]:
    """Return what the writer of a comment can choose about mail, and where she says so. One query."""
    action = reverse("comments:mail_choices", args=[choices_token(comment)])
    return {"action": action, "choices": choices_of(comment)}


def _thread(context: template.Context, post: Post) -> Thread:
    """Return the thread of `post`, read once for a page. Two queries."""
    request: HttpRequest = context["request"]
    cached: dict[int, Thread] = request.__dict__.setdefault("_comment_threads", {})
    if post.pk not in cached:
        page, order = request.GET.get("comments", "1"), request.GET.get("order", "")
        cached[post.pk] = thread_of(post, page=_page(page), order=_order(order))
        shows(request, key_of_post(post.pk))
        if cached[post.pk].page != _page(page):
            is_not_kept(request)
    return cached[post.pk]


def _setting(request: HttpRequest, post: Post, thread: Thread) -> Setting:
    at = post.published_at
    return Setting(
        year=f"{timezone.localtime(at).year:04}" if at else "",
        place=thread.place,
        is_open=thread.is_open,
        is_copy=CLOSED_HERE in request.META,
        corrected_at=post.corrections[0].at if post.corrections else None,
    )


def _blank(request: HttpRequest, post: Post, thread: Thread) -> Blank:
    answered = _reply_to(request, thread)
    return Blank(
        mode=_mode(request, post),
        stamp=stamp_for(post.pk),
        parent=answered.pk if answered else None,
        reply_name=answered.name if answered else "",
    )


def _mode(request: HttpRequest, post: Post) -> CommentMode:
    site = site_of(request)
    if mode_of(post, site) == CommentMode.CLEAN and (until := new_until()) > timezone.now():
        # What is told of a young site hangs on all that was decided, and on what is undone again.
        shows(request, COMMENTS)
        holds_until(request, until)
    return mode_told(post, site)


def _page(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 5 else 1


def _order(name: str) -> Order:
    return Order.NEWEST if name == Order.NEWEST else Order.OLDEST


def _reply_to(request: HttpRequest, thread: Thread) -> Row | None:
    """Return the comment that `?reply=` names: one of this page of the thread, so without a query."""
    number = request.GET.get("reply")
    if not number:
        return None
    return next((comment for comment in thread.visible if str(comment.pk) == number), None)
