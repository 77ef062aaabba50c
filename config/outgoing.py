"""Outgoing mail in the newsroom: what waits, what went out, and what the mail server said."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import outbox
from blog.models import Outbox

_SHOWN = ("to", "about", "standing", "created_at", "due_at", "sent_at", "attempts", "last_error")


@admin.register(Outbox)
class OutgoingMail(admin.ModelAdmin):
    """For administrators. Texts are not shown: some hold links by which an account can be taken over."""

    list_display = ["to", "about", "standing", "attempts", "last_error", "due_at"]
    list_filter = ["created_at", ("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["to", "subject"]
    fields = _SHOWN
    readonly_fields = _SHOWN
    actions = ["try_again"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters of this list: any other could sound out a text, letter by letter."""
        return lookup in {"created_at__gte", "created_at__lt", "sent_at__isempty"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: what happens on the site queues mail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        """Never: it is for reading."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        """Never: the worker removes what is old."""
        return False

    @admin.display(description=gettext_lazy("subject"))
    def about(self, mail: Outbox) -> str:
        """The subject, or the name of a digest that is not written yet."""
        return mail.subject or mail.digest

    @admin.display(description=gettext_lazy("state"))
    def standing(self, mail: Outbox) -> str:
        """Where it stands, in words."""
        if mail.sent_at:
            return _("Sent")
        if mail.attempts >= outbox.MAX_ATTEMPTS:
            return _("Given up")
        return _("Will be tried again") if mail.attempts else _("Waits")

    @admin.action(description=gettext_lazy("Try again now"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        """Send what was not sent, after a mail server was mended."""
        count = outbox.try_again(queryset)
        self.message_user(
            request,
            ngettext(
                "%(count)s will be tried again within seconds.",
                "%(count)s will be tried again within seconds.",
                count,
            )
            % {"count": count},
        )
