"""The one suggestion of the Monday minute: the first of these rules that applies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from audience import questions
from audience.figures import Subject, most_read, sources
from audience.pieces import Line, Piece, count, line, short
from audience.sources import ELSEWHERE, HERE, NOWHERE
from blog.models import Post
from comments.models import Comment

LONG = timedelta(days=3)
"""How long a question waits before it is what comes first."""

MANY = 5
"""Comments that wait for a decision before they come first."""

SILENCE = timedelta(days=21)
"""After how long without a post a new one is suggested."""

OFTEN = 3
"""Questions under one post that are worth a post of their own."""

ENOUGH = 10
"""Reads below which nothing is said about shares of them."""


def suggestion(week: Subject) -> Line:
    """Return what to do next: the first of the rules that has something to say."""
    found = (rule(week) for rule in RULES)
    return next((said for said in found if said), line(_NOTHING))


def _answer_who_waits(week: Subject) -> Line | None:
    oldest = questions.waiting().first()
    if oldest is None or (waited := timezone.now() - oldest.created_at) < LONG:
        return None
    path = reverse("admin:comments_comment_change", args=[oldest.pk])
    name = Piece(f"Answer {short(oldest.name, 3)}", path)
    return line(name, f": that question has waited longest, {waited.days} days.")


def _decide(week: Subject) -> Line | None:
    number = Comment.objects.to_decide().count()
    if number < MANY:
        return None
    path = f"{reverse('admin:comments_comment_changelist')}?tab=decide"
    return line("Have a look at the ", count(number, "comment", path), " that wait for a decision.")


def _write_again(week: Subject) -> Line | None:
    newest = Post.objects.published().posts().newest_first().first()
    if newest is None or newest.published_at is None:
        return line("Publish a first post: a few honest lines are enough.")
    silent = timezone.now() - newest.published_at
    if silent < SILENCE:
        return None
    return line(f"Write a few lines: your last post is {silent.days} days old.")


def _answer_in_a_post(week: Subject) -> Line | None:
    groups = week.questions().order_by().values("post", "post__slug", "post__live_version__title")
    most = groups.annotate(number=Count("pk")).order_by("-number", "post").first()
    if most is None or most["number"] < OFTEN:
        return None
    path = reverse("admin:audience_reads_post", args=[most["post__slug"]])
    asked = count(most["number"], "question", f"{path}?{week.period.query}#questions")
    title = short(most["post__live_version__title"], 8)
    return line(asked, f" came under “{title}”. A short post could answer them all.")


def _go_on_with_the_most_read(week: Subject) -> Line | None:
    total, shares = week.reads().total(), most_read(week)
    if total < ENOUGH or not shares[0].slug or shares[0].count * 2 < total:
        return None
    return line(f"Tell how “{short(shares[0].name, 8)}” went on: it drew most readers.")


def _thank_a_place(week: Subject) -> Line | None:
    total = week.reads().total()
    hosts = [one for one in sources(week) if one.key not in {NOWHERE, HERE, ELSEWHERE}]
    if total < ENOUGH or not hosts or hosts[0].count * 3 < total:
        return None
    return line(f"See what {short(hosts[0].name, 1)} says of you: it sends many readers.")


_NOTHING = "Nothing presses. Thank somebody who wrote to you."

RULES: tuple[Callable[[Subject], Line | None], ...] = (
    _answer_who_waits,
    _decide,
    _write_again,
    _answer_in_a_post,
    _go_on_with_the_most_read,
    _thank_a_place,
)
"""In the order of what presses most."""
