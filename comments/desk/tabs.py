"""The tabs of the desk, and how many comments lie in each; counted, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.lookups import IsNull
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from comments import questions
from comments.desk.sampling import chance_keys, sample_keys
from comments.models import (
    PRIVATE_NOTES,
    REFUSED,
    TO_DECIDE,
    VISIBLE,
    AnswerDraft,
    Appeal,
    Comment,
    Edit,
    Report,
)
from comments.rights import may_decide, readable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


State = Comment.State

DECIDE, EDITED, REPORTED, APPEALS = "decide", "edited", "reported", "appeals"
PRIVATE, RELEASE, SAMPLE, SPAM = "private", "release", "sample", "spam"
QUESTIONS = "questions"
UNCONFIRMED = "unconfirmed"
"""Counted beside the tabs: what is called spam, and by no person here."""


@dataclass(frozen=True)
class Tab:
    """A tab: its name, and whether what lies in it waits for somebody and is due."""

    name: StrOrPromise
    is_due: bool = False
    is_waiting: bool = False
    is_for_deciders: bool = False


TABS: dict[str, Tab] = {
    DECIDE: Tab(_("To decide"), is_due=True, is_waiting=True),
    EDITED: Tab(_("Edited"), is_due=True, is_waiting=True, is_for_deciders=True),
    REPORTED: Tab(_("Reported"), is_due=True, is_waiting=True, is_for_deciders=True),
    APPEALS: Tab(_("Appeals"), is_due=True, is_waiting=True, is_for_deciders=True),
    PRIVATE: Tab(_("Only to the author"), is_waiting=True),
    RELEASE: Tab(_("To release"), is_waiting=True),
    QUESTIONS: Tab(_("Questions"), is_waiting=True),
    SAMPLE: Tab(_("Sample"), is_waiting=True, is_for_deciders=True),
    SPAM: Tab(_("Spam")),
    "public": Tab(_("Public")),
    "done": Tab(_("Done")),
}
_STATES: dict[str, Q] = {
    DECIDE: TO_DECIDE,
    PRIVATE: PRIVATE_NOTES,
    SPAM: Q(state=State.SPAM),
    "public": VISIBLE,
    "done": Q(state__in=REFUSED | {State.WITHDRAWN})
    | Q(visibility="private", state=State.PENDING, answered_at__isnull=False),
}


_LEFT_OUT_WHEN_EMPTY = {RELEASE, QUESTIONS}


def holds(slug: str, user: User) -> Q:
    """Return which comments that `user` may read lie in a tab. Four queries for the sample, else none."""
    if slug in _STATES:
        return _STATES[slug]
    if slug == SAMPLE:
        comments = readable(user)
        return Q(pk__in={*sample_keys(comments), *chance_keys(comments)})
    if slug == QUESTIONS:
        return Q(pk__in=_unanswered(user).values("pk"))
    return _STANDS[slug] & Q(pk__in=_asking(slug, user).values("comment"))


def _unanswered(user: User) -> QuerySet[Comment]:
    """Return the questions of readers that wait for an answer.

    Those who decide see all of them, others those under posts that carry their byline.
    """
    found = questions.waiting()
    return found if may_decide(user) else found.filter(post__live_version__author__user=user.pk)


# Where a comment stands for which somebody asks something; what else is asked of it has no answer.
_STANDS = {
    EDITED: VISIBLE,
    REPORTED: VISIBLE | TO_DECIDE,
    APPEALS: Q(state__in=REFUSED),
    RELEASE: VISIBLE | TO_DECIDE | PRIVATE_NOTES,
}


def _asking(slug: str, user: User) -> QuerySet[Any]:
    """Return the rows that put a comment into a tab: edits, reports, appeals or drafts that wait."""
    rows: QuerySet[Any]
    if slug == EDITED:
        rows = Edit.objects.waiting()
    elif slug == REPORTED:
        rows = Report.objects.open()
    elif slug == APPEALS:
        rows = Appeal.objects.waiting()
    else:
        rows = AnswerDraft.objects.waiting()
        rows = rows if may_decide(user) else rows.filter(author__user=user.pk)
    return rows


def order_of(slug: str) -> list[str | OrderBy]:
    """Return how a tab is ordered: what waits longest first, else the newest first.

    Of spam, what no person has confirmed comes before all that one has.
    """
    if TABS[slug].is_waiting:
        return ["since", "pk"]
    first = [IsNull(F("decided_by"), True).desc()] if slug == SPAM else []
    return [*first, "-created_at", "-pk"]


def since(slug: str, user: User) -> Combinable:
    """Return since when a comment waits in a tab."""
    if slug not in _STANDS:
        return F("created_at")
    rows: QuerySet[Model] = _asking(slug, user).filter(comment=OuterRef("pk"))
    return Subquery(rows.order_by("made_at").values("made_at")[:1])


def tabs_of(user: User) -> list[str]:
    """Return the tabs `user` may open: what readers report and appeal is for those who decide."""
    decides = may_decide(user)
    return [slug for slug, tab in TABS.items() if decides or not tab.is_for_deciders]


def counts(user: User, known: Mapping[str, Q] | None = None) -> dict[str, int]:
    """Return how many comments that `user` may read lie in each tab she may open.

    Args:
        known: what `holds` has said of some tabs already.

    What no person has confirmed of the spam is counted beside them. Five queries; one where it has been
    asked for the sample already.
    """
    asked = {slug: holds(slug, user) for slug in tabs_of(user) if slug not in (known or {})}
    inside = {**(known or {}), **asked}
    found: dict[str, int] = readable(user).aggregate(
        **{slug: Count("pk", filter=inside[slug]) for slug in tabs_of(user)},
        **{UNCONFIRMED: Count("pk", filter=_STATES[SPAM] & Q(decided_by=None))},
    )
    return found


class TabFilter(SimpleListFilter):
    """One tab at a time; without a choice, the comments that wait."""

    title = _("tab")
    parameter_name = "tab"
    template = "admin/comments/comment/tabs.html"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.user = cast(User, request.user)
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return the tabs in their order."""
        return [(slug, str(TABS[slug].name)) for slug in tabs_of(self.user)]

    @property
    def tab(self) -> str:
        """The tab that is open."""
        return open_tab(self.value(), self.user)

    @cached_property
    def inside(self) -> Q:
        """Which comments lie in the open tab; asked once for a page."""
        return holds(self.tab, self.user)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the comments of the open tab; a search looks through all of them.

        An action finds every comment that was ticked, so that one which has left the tab meanwhile is
        named as a conflict and not passed over in silence.
        """
        if request.method == "POST" or (request.GET.get("q") and not self.value()):
            found: QuerySet = queryset.annotate(since=F("created_at"))
        else:
            inside = queryset.filter(self.inside)
            found = inside.annotate(since=since(self.tab, self.user))
        return found

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield each tab with its count and its address; some only while they hold anything."""
        found = counts(self.user, {self.tab: self.inside})
        unconfirmed = found.pop(UNCONFIRMED)
        for slug, count in found.items():
            if slug in _LEFT_OUT_WHEN_EMPTY and not count and slug != self.tab:
                continue
            yield {
                "slug": slug,
                "selected": slug == self.tab,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: slug}, remove=["p"]
                ),
                "display": TABS[slug].name,
                "count": count,
                "unconfirmed": unconfirmed if slug == SPAM else 0,
            }


def open_tab(value: str | None, user: User) -> str:
    """Return the tab that `value` names, if `user` may open it, else the first."""
    return value if value in tabs_of(user) else DECIDE
