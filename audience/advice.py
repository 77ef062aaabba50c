"""The one suggestion of the Monday minute: the first of these rules that applies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audience import pieces
from audience.figures import Subject, is_steady, most_read, sources
from audience.pieces import Line, Piece, comments, line, sentence, short
from audience.referrers import ELSEWHERE, HERE, NOWHERE
from blog.models import Post
from comments import questions
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
    return next((said for said in found if said), line(str(_NOTHING)))


def _answer_who_waits(week: Subject) -> Line | None:
    oldest = questions.waiting().first()
    if oldest is None or (waited := timezone.now() - oldest.created_at) < LONG:
        return None
    path = reverse("admin:comments_comment_change", args=[oldest.pk])
    said = ngettext(
        "%(answer)s: that question has waited longest, %(days)s day.",
        "%(answer)s: that question has waited longest, %(days)s days.",
        waited.days,
    )
    answer = Piece(_("Answer %(name)s") % {"name": short(oldest.name, 3)}, path)
    return sentence(said, answer=answer, days=str(waited.days))


def _decide(week: Subject) -> Line | None:
    number = Comment.objects.to_decide().count()
    if number < MANY:
        return None
    path = f"{reverse('admin:comments_comment_changelist')}?tab=decide"
    said = _("Have a look at the %(comments)s that wait for a decision.")
    return sentence(said, comments=comments(number, path))


def _write_again(week: Subject) -> Line | None:
    newest = Post.objects.published().posts().newest_first().first()
    if newest is None or newest.published_at is None:
        return line(_("Publish a first post: a few honest lines are enough."))
    silent = timezone.now() - newest.published_at
    if silent < SILENCE:
        return None
    said = ngettext(
        "Write a few lines: your last post is %(days)s day old.",
        "Write a few lines: your last post is %(days)s days old.",
        silent.days,
    )
    return line(said % {"days": silent.days})


def _answer_in_a_post(week: Subject) -> Line | None:
    groups = week.questions().order_by().values("post", "post__slug", "post__live_version__title")
    most = groups.annotate(number=Count("pk")).order_by("-number", "post").first()
    if most is None or most["number"] < OFTEN:
        return None
    path = reverse("admin:audience_reads_post", args=[most["post__slug"]])
    asked = pieces.questions(most["number"], f"{path}?{week.period.query}#questions")
    title = short(most["post__live_version__title"], 8)
    said = _("%(questions)s came under “%(title)s”. A short post could answer them all.")
    return sentence(said, questions=asked, title=title)


def _go_on_with_the_most_read(week: Subject) -> Line | None:
    total, shares = week.reads().total(), most_read(week)
    if total < ENOUGH or not shares[0].slug or shares[0].count * 2 < total:
        return None
    said = _("Tell how “%(title)s” went on: it drew most readers.")
    return line(said % {"title": short(shares[0].name, 8)})


def _thank_a_place(week: Subject) -> Line | None:
    total = week.reads().total()
    hosts = [one for one in sources(week) if one.key not in {NOWHERE, HERE, ELSEWHERE}][:1]
    hosts = [one for one in hosts if is_steady(one, week)]
    if total < ENOUGH or not hosts or hosts[0].count * 3 < total:
        return None
    said = _("See what %(host)s says of you: it sends many readers.")
    return line(said % {"host": short(hosts[0].name, 1)})


_NOTHING = gettext_lazy("Nothing presses. Thank somebody who wrote to you.")

RULES: tuple[Callable[[Subject], Line | None], ...] = (
    _answer_who_waits,
    _decide,
    _write_again,
    _answer_in_a_post,
    _go_on_with_the_most_read,
    _thank_a_place,
)
"""In the order of what presses most."""
