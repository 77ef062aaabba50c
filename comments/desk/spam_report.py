"""The page that says how well the spam filter does, and lets its care be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages import add_message, constants
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.middleware import site_of
from blog.models import Site
from blog.refusal import Refused
from comments import moderation, outcomes
from comments.desk.check_names import with_parts
from comments.desk.result import result_in_words
from comments.draw import ONE_IN
from comments.drift import MUCH, Drift, drift
from comments.models import Comment, Lesson
from comments.openness import appear_at_once
from comments.rights import may_decide, may_read, readable
from comments.spam import hindsight, what_if
from comments.spam.hindsight import Figures, Judged, Share
from comments.spam.learned.weights import DamagedModelError
from comments.spam.measures import calibration_error
from comments.spam.policy import CARES, hold_at

STEP, BAR = 10, 8
"""Width of a week in the drawing, and of its bar, in units of the drawing."""
TURNED_SHOWN = 10
"""Comments with another verdict that are named at most."""
FEWEST_WEEKS = 12
"""Weeks that the drawing has room for at least."""


@require_http_methods(["GET", "HEAD", "POST"])
def spam_report(request: HttpRequest) -> HttpResponse:
    """Show the report (GET), or choose how careful the filter is (POST).

    Raises:
        PermissionDenied: the account may not read comments, or not decide about them.
    """
    user = cast(User, request.user)
    if not may_read(user) or (request.method == "POST" and not may_decide(user)):
        raise PermissionDenied
    if request.method == "POST":
        return _chosen(request, user)
    response = TemplateResponse(request, "admin/comments/spam_report.html", _context(request, user))
    add_never_cache_headers(response)
    return response


def _chosen(request: HttpRequest, user: User) -> HttpResponse:
    sent = request.POST.get("care", "")
    care = int(sent) if sent.isascii() and sent.isdigit() and len(sent) == 1 else 0
    try:
        moderation.choose_care(care, by=user)
    except Refused as refusal:
        add_message(request, constants.ERROR, str(refusal))
    else:
        said = _("From now on the filter is this careful: %(care)s.") % {"care": care}
        add_message(request, constants.SUCCESS, said)
        return HttpResponseRedirect(f"{reverse('admin:comments_spam_report')}#care")
    return HttpResponseRedirect(reverse("admin:comments_spam_report"))


def _context(request: HttpRequest, user: User) -> dict[str, Any]:
    site = site_of(request)
    judged = outcomes.decided(site.zone)
    published, called = hindsight.looked_at(judged)
    weeks = _weeks(judged)
    counted = hindsight.figures(judged)
    alone = what_if.by_check(outcomes.findings(), hold_from=hold_at(site.care))
    turned = _drift(site)
    return {
        **admin.site.each_context(request),
        "title": _("Spam report"),
        "count": len(judged),
        "days": outcomes.DAYS,
        "figures": counted,
        "result": result_in_words(counted),
        "example": Share(0, 2),
        "looked_published": published,
        "looked_called": called,
        "one_in": ONE_IN,
        "deciles": hindsight.calibration(judged),
        "error": 100 * calibration_error([(one.score, one.is_spam) for one in judged]),
        "weeks": weeks,
        "begin": _begin([(week.monday, week.figures) for week in weeks]),
        "width": weeks[-1].x - (STEP - BAR) // 2 + STEP if weeks else 0,
        "bar_width": BAR,
        "checks": with_parts(alone),
        "is_damaged": turned is None,
        "turned": turned,
        "much": round(100 * MUCH),
        "turned_shown": _shown(turned, user) if turned else (),
        "lessons": Lesson.objects.count(),
        "worded_days": outcomes.WORDED_DAYS,
        "positions": what_if.positions(judged),
        "care": site.care,
        "cares": CARES,
        "may_decide": may_decide(user),
        "is_idle": not appear_at_once(site),
        "setting": _setting(site) if user.has_perm("blog.change_site") else "",
    }


def _setting(site: Site) -> str:
    """Return where the mode of comments is chosen."""
    return f"{reverse('admin:blog_site_change', args=[site.pk])}#id_comment_mode"


def _drift(site: Site) -> Drift | None:
    """Return how far lessons turn verdicts; None where the weights themselves cannot be read."""
    try:
        return drift(site)
    except DamagedModelError:
        return None


def _shown(turned: Drift, user: User) -> list[Comment]:
    """Return the newest comments with another verdict that `user` may read. One query, or none."""
    keys = [one.pk for one in turned.turned]
    return list(readable(user).filter(pk__in=keys).order_by("-pk")[:TURNED_SHOWN]) if keys else []


@dataclass(frozen=True)
class Week:
    """One week of the curve: its Monday, its figures, and its bar, as high as spam was stopped."""

    monday: date
    figures: Figures
    x: int
    height: int

    @property
    def y(self) -> int:
        """Where the bar begins, from the top."""
        return 100 - self.height


def _weeks(judged: Sequence[Judged]) -> list[Week]:
    """Return the weeks of the curve, each at its distance from where the drawing begins."""
    weeks = hindsight.by_week(judged)
    begin = _begin(weeks)
    return [
        Week(monday, figures, _place(monday, begin), figures.stopped.percent)
        for monday, figures in weeks
    ]


def _begin(weeks: Sequence[tuple[date, Figures]]) -> date:
    """Return the Monday where the drawing begins: few weeks stand at its end."""
    first, last = (weeks[0][0], weeks[-1][0]) if weeks else (date.max, date.max)
    return min(first, last - timedelta(weeks=FEWEST_WEEKS - 1))


def _place(monday: date, begin: date) -> int:
    return (monday - begin) // timedelta(days=7) * STEP + (STEP - BAR) // 2
