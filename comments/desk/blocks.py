"""The blocklist in the newsroom, for those who decide about comments."""

from __future__ import annotations

from copy import copy
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.pages import user_of
from blog.admin.recorded import Recorded
from blog.fields import CleanCharField
from blog.refusal import Refused
from comments import moderation
from comments.blocklist import normalised
from comments.models import Block
from comments.rights import may_decide

LONGEST_VALUE = 300


class BlockForm(forms.ModelForm):
    """One rule."""

    value = CleanCharField(
        label=gettext_lazy("Catches"),
        max_length=LONGEST_VALUE,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy(
            "name@example.com · example.com, with all below it · 192.0.2.0/24 · a word or phrase, whole"
            " words, without regard to capitals and accents · a regular expression such as cheap.*pills"
        ),
        error_messages={"required": gettext_lazy("Write what it should catch.")},
    )

    expires_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty for ever."),
        error_messages={"invalid": gettext_lazy("Write the moment like 2030-05-31 09:00.")},
    )

    class Meta:
        model = Block
        fields = ["kind", "value", "effect", "note", "expires_at"]

    def clean_expires_at(self) -> Any:
        """Refuse a moment that has passed."""
        moment = self.cleaned_data["expires_at"]
        if moment and moment <= timezone.now() and "expires_at" in self.changed_data:
            raise ValidationError(
                _("This moment has passed. Choose a later one, or leave it empty.")
            )
        return moment

    def clean(self) -> dict[str, Any]:
        """Spell the value as it is compared, and refuse what is no rule."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "kind" in cleaned and "value" in cleaned:
            try:
                cleaned["value"] = normalised(cleaned["kind"], cleaned["value"])
            except ValueError as error:
                self.add_error("value", str(error))
        if len(cleaned.get("value", "")) > LONGEST_VALUE:
            self.add_error(
                "value",
                _("At most %(most)s characters fit.") % {"most": LONGEST_VALUE},
            )
        return cleaned


class InForceFilter(admin.SimpleListFilter):
    """Rules that count, and those whose time is over."""

    title = gettext_lazy("time")
    parameter_name = "now"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Two choices."""
        return [("yes", _("In force")), ("no", _("Over"))]

    def queryset(self, request: Any, queryset: QuerySet[Block]) -> QuerySet[Block]:
        """Keep what was chosen."""
        if self.value() == "yes":
            return queryset.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
        return queryset.filter(expires_at__lte=timezone.now()) if self.value() else queryset


class Blocks(Recorded):
    """The list with its hits; each button calls a verb of `moderation`."""

    form = BlockForm
    list_display = ["value", "kind", "effect", "until", "hits", "last_hit_at"]
    list_filter = ["kind", "effect", InForceFilter]
    list_per_page = 50
    search_fields = ["value", "note"]
    search_help_text = gettext_lazy("A part of what it catches, or of the note.")
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Values are addresses of people: for those who decide."""
        return may_decide(cast(User, request.user))

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As all else here."""
        return self.has_view_permission(request)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show a refusal of the verb as a message, on the same page."""
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Count rules, of which the list is made."""
        changelist = super().get_changelist_instance(request)
        changelist.opts = copy(changelist.opts)
        changelist.opts.verbose_name, changelist.opts.verbose_name_plural = _("rule"), _("rules")
        return changelist

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under the name people use for it."""
        return super().changelist_view(request, {"title": _("Blocklist")} | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Block, form: Any, change: Any) -> None:
        """Call the verb."""
        said = {"kind": obj.kind, "value": obj.value, "effect": obj.effect, "note": obj.note}
        if not change:
            made = moderation.block(**said, until=obj.expires_at, by=user_of(request))
            obj.pk, obj._state.adding = made.pk, False
        elif form.changed_data:
            moderation.change_block(obj, **said, until=obj.expires_at, by=user_of(request))

    def delete_model(self, request: HttpRequest, obj: Block) -> None:
        """Call the verb."""
        moderation.unblock(obj, by=user_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> None:
        """Call the verb for each."""
        for rule in queryset.order_by("pk"):
            moderation.unblock(rule, by=user_of(request))

    @admin.display(description=gettext_lazy("until"), ordering="expires_at")
    def until(self, rule: Block) -> Any:
        """When it ends."""
        return rule.expires_at or _("for ever")
