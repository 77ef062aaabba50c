"""The list of addresses: for looking one up, not for changing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.lookups import PlainLookups
from blog.admin.pages import user_of
from newsletter.models import Subscriber, SubscriberQuerySet
from newsletter.rights import may_manage

_SHOWN = ("email", "kind", "standing", "source", "confirmed_at", "asked_at")


class StandingFilter(admin.SimpleListFilter):
    """Who gets mail, who has not said yes, whose server refuses."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Three choices."""
        return [
            ("on", _("Gets mail")),
            ("waiting", _("Not confirmed yet")),
            ("paused", _("Paused")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> Any:
        """Keep what was chosen."""
        rows = queryset if isinstance(queryset, SubscriberQuerySet) else Subscriber.objects.none()
        match self.value():
            case "on":
                return rows.confirmed()
            case "waiting":
                return rows.waiting()
            case "paused":
                return rows.paused()
        return queryset


@admin.register(Subscriber)
class SubscriberAdmin(PlainLookups):
    """For the chief executive and administrators. Whoever wants to leave has a link in each mail."""

    list_display = ["email", "kind", "standing", "confirmed_at"]
    list_filter = ["kind", StandingFilter]
    list_per_page = 50
    search_fields = ["email"]
    search_help_text = gettext_lazy("A part of the address.")
    show_full_result_count = False
    actions = None
    fields = _SHOWN
    readonly_fields = _SHOWN

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever manages the newsletter."""
        return may_manage(user_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: each signs up for herself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: each chooses for herself."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never here: “What is kept about a person” erases all of it."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everybody, for looking one up."""
        return super().changelist_view(
            request, {"title": _("Subscribers"), **(extra_context or {})}
        )

    @admin.display(description=gettext_lazy("state"))
    def standing(self, subscriber: Subscriber) -> str:
        """Where it stands, in words."""
        return subscriber.standing
