"""The tabs of the desk, and how many comments lie in each; counted, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from comments.desk.reading import readable
from comments.models import PRIVATE_NOTES, TO_DECIDE, VISIBLE, Comment

State = Comment.State

DECIDE = "decide"
TABS: dict[str, tuple[str, Q]] = {
    DECIDE: ("To decide", TO_DECIDE),
    "private": ("Only to the author", PRIVATE_NOTES),
    "spam": ("Spam", Q(state=State.SPAM)),
    "public": ("Public", VISIBLE),
    "done": (
        "Done",
        Q(state__in=[State.REJECTED, State.REMOVED, State.WITHDRAWN])
        | Q(answered_at__isnull=False),
    ),
}


def counts(user: User) -> dict[str, int]:
    """Return how many comments that `user` may read lie in each tab. One or two queries."""
    found: dict[str, int] = readable(user).aggregate(
        **{slug: Count("pk", filter=condition) for slug, (_, condition) in TABS.items()}
    )
    return found


class TabFilter(SimpleListFilter):
    """One tab at a time; without a choice, the comments that wait."""

    title = "tab"
    parameter_name = "tab"
    template = "admin/comments/comment/tabs.html"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.user = cast(User, request.user)
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return the tabs in their order."""
        return [(slug, name) for slug, (name, _) in TABS.items()]

    @property
    def tab(self) -> str:
        """The tab that is open."""
        value = self.value()
        return value if value in TABS else DECIDE

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
        found = counts(self.user)
        for slug, (name, _) in TABS.items():
            yield {
                "selected": slug == self.tab,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: slug}, remove=["p"]
                ),
                "display": name,
                "count": found[slug],
            }
