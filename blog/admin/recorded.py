"""Rows of the newsroom whose history is the record, instead of Django's own log beside it.

Django writes its log last, when `record` holds the head of the record already, and with a reference
to the account, so a lock on that account would be waited for out of order.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from blog.admin.lookups import PlainLookups
from blog.admin.pages import user_of
from ledger.models import Entry, subject_of
from ledger.record import Actor, record

_SHOWN = 100


class Recorded(PlainLookups):
    """Rows that verbs change and record; nothing is written after them."""

    object_history_template = "admin/blog/recorded_history.html"

    def log_addition(self, *args: Any, **options: Any) -> Any:
        """Write nothing: it is in the record."""

    def log_change(self, *args: Any, **options: Any) -> Any:
        """Write nothing: it is in the record."""

    def log_deletions(self, *args: Any, **options: Any) -> Any:
        """Write nothing: it is in the record."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the latest entries about the row, newest first."""
        about = Entry.objects.about(f"{self.opts.label_lower}:{object_id}")
        entries = about.order_by("-sequence")[:_SHOWN]
        return super().history_view(request, object_id, {"entries": entries})


class RecordedForm(Recorded):
    """Rows without verbs of their own: saving the form, and deleting, is recorded here, last."""

    def facts_of(self, form: Any) -> dict[str, Any]:
        """Return what the record says of a saved form; no personal data."""
        return {"fields": form.changed_data}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record which fields changed, after everything is saved and in the same transaction."""
        super().save_related(request, form, formsets, change)
        if form.changed_data:
            facts = self.facts_of(form)
            record(self._verb("change"), form.instance, by=Actor.of(user_of(request)), facts=facts)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete one row and record it."""
        subject = subject_of(obj)
        super().delete_model(request, obj)
        record(self._verb("delete"), subject, by=Actor.of(user_of(request)))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete rows and record each."""
        subjects = [subject_of(row) for row in queryset.order_by("pk")]
        super().delete_queryset(request, queryset)
        for subject in subjects:
            record(self._verb("delete"), subject, by=Actor.of(user_of(request)))

    def _verb(self, act: str) -> str:
        return f"{act}_{self.opts.model_name}"
