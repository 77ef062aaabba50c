"""The page with the numbers, of the site and of each post, and the list of questions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audience.admin.frame import PagesOnly
from audience.charts import chart, scaled
from audience.figures import Share, Subject, by_day, most_read, reads_by_day, sources
from audience.models import Reads
from audience.periods import CHOICES, period_of
from blog.markup import plain_text
from blog.middleware import site_of
from blog.models import Post
from comments import questions
from comments.models import CommentQuerySet

MOST_ROWS = 200
"""Questions that the list shows at most; the pages count all."""

_MOST_SHARES = 50


@admin.register(Reads)
class NumbersAdmin(PagesOnly):
    """What is read, from where, and what readers say."""

    def get_urls(self) -> list[URLPattern]:
        """The page of the site, one for each post, and the questions."""
        view, name = self.admin_site.admin_view, "audience_reads"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("questions/", view(self.questions), name=f"{name}_questions"),
            path("post/<slug:slug>/", view(self.post), name=f"{name}_post"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the numbers of the site."""
        subject = _subject(request)
        shares = _drawn(most_read(subject))
        return self.page(
            request, "numbers.html", title=_("Numbers"), shares=shares, **_numbers(subject)
        )

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the numbers of a text that is public now; no other has any here."""
        posts = Post.objects.published().select_related("live_version")
        found = get_object_or_404(posts, slug=slug)
        subject = _subject(request, found)
        return self.page(
            request, "numbers.html", title=found.title, post=found, **_numbers(subject)
        )

    def questions(self, request: HttpRequest) -> HttpResponse:
        """List the questions of a period, those of them that were answered, or all that wait."""
        subject, only = _subject(request), request.GET.get("only", "")
        rows = _questions(subject, only)
        shown = rows.select_related("post__live_version")[:MOST_ROWS]
        context = {
            "only": only if only in {"answered", "waiting"} else "",
            "count": rows.count(),
            "rows": [(comment, plain_text(comment.body_html)) for comment in shown],
            "period": subject.period,
            "waits_days": questions.WAITS_DAYS,
        }
        return self.page(request, "questions.html", title=_("What readers ask"), **context)


def _subject(request: HttpRequest, post: Post | None = None) -> Subject:
    """Return what the address asks for."""
    zone = site_of(request).zone
    period = period_of(request.GET.dict(), timezone.localdate(timezone=zone))
    return Subject(period, zone, post)


def _questions(subject: Subject, only: str) -> CommentQuerySet:
    if only == "waiting":
        return questions.waiting()
    found = subject.answered() if only == "answered" else subject.questions()
    return found.oldest_first()


def _numbers(subject: Subject) -> dict[str, Any]:
    """Return what both pages show."""
    period, zone = subject.period, subject.zone
    asked, answered = (by_day(rows, zone) for rows in (subject.questions(), subject.answered()))
    return {
        "period": period,
        "choices": CHOICES,
        "reads": chart(period, reads_by_day(subject)),
        "reads_before": subject.before.reads().total(),
        "comments": chart(period, by_day(subject.comments(), zone)),
        "comments_before": subject.before.comments().count(),
        "questions": chart(period, asked, answered),
        "sources": _drawn(sources(subject)),
    }


def _drawn(shares: list[Share]) -> list[tuple[Share, int]]:
    """Return the largest shares, each with the length of its bar, and all the others as one."""
    shown, rest = shares[:_MOST_SHARES], sum(share.count for share in shares[_MOST_SHARES:])
    rows = [*shown, *([Share(_("All others"), rest)] if rest else [])]
    top = max((share.count for share in rows), default=0)
    return [(share, scaled(share.count, top)) for share in rows]
