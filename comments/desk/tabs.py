"""The tabs of the desk, and how many comments lie in each; counted, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from comments.models import VISIBLE, Comment

State = Comment.State

TO_DECIDE = "decide"
TABS: dict[str, tuple[str, Q]] = {
    TO_DECIDE: ("To decide", Q(state=State.PENDING, visibility=Comment.Visibility.PUBLIC)),
    "private": (
        "Only to the author",
        Q(state=State.PENDING, visibility=Comment.Visibility.PRIVATE, answered_at=None),
    ),
    "spam": ("Spam", Q(state=State.SPAM)),
    "public": ("Public", VISIBLE),
    "done": (
        "Done",
        Q(state__in=[State.REJECTED, State.REMOVED, State.WITHDRAWN])
        | Q(answered_at__isnull=False),
    ),
}


def counts() -> dict[str, int]:
    """Return how many comments lie in each tab. One query."""
    found: dict[str, int] = Comment.objects.aggregate(
        **{slug: Count("pk", filter=condition) for slug, (_, condition) in TABS.items()}
    )
    return found


class TabFilter(SimpleListFilter):
    """One tab at a time; without a choice, the comments that wait."""

    title = "tab"
    parameter_name = "tab"
    template = "admin/comments/comment/tabs.html"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return the tabs in their order."""
        return [(slug, name) for slug, (name, _) in TABS.items()]

    @property
    def tab(self) -> str:
        """The tab that is open."""
        value = self.value()
        return value if value in TABS else TO_DECIDE

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the comments of the open tab; a search looks through all of them.

        An action finds every comment that was ticked, so that one which has left the tab meanwhile is
        named as a conflict and not passed over in silence.
        """
        if request.method == "POST" or (request.GET.get("q") and not self.value()):
            return queryset
        return queryset.filter(TABS[self.tab][1])

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield each tab with its count and its address."""
        found = counts()
        for slug, (name, _) in TABS.items():
            yield {
                "selected": slug == self.tab,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: slug}, remove=["p"]
                ),
                "display": name,
                "count": found[slug],
            }
