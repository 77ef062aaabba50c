"""What is asked about a picture in the library, and what the library can be narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.fields import CleanCharField
from blog.models import Image
from blog.picture_forms import ALT_MISSING


class ImageForm(forms.ModelForm):
    """What is offered when the picture is put into a text."""

    alt = CleanCharField(
        label=gettext_lazy("What it shows"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("In one sentence, for those who cannot see it."),
    )
    caption = CleanCharField(max_length=300, required=False)

    class Meta:
        model = Image
        fields = ["name", "alt", "is_decorative", "caption", "focus_x", "focus_y"]

    def clean(self) -> dict[str, Any]:
        """Ask for what it shows, unless that is nothing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_decorative"):
            cleaned["alt"] = ""
        elif not cleaned.get("alt") and "alt" not in self.errors:
            self.add_error("alt", ALT_MISSING)
        for name in ("focus_x", "focus_y"):
            if (cleaned.get(name) or 0) > 100:
                self.add_error(name, _("Write a percentage from 0 to 100."))
        return cleaned


class UseFilter(SimpleListFilter):
    """Whether a text shows the picture, and whether somebody has said what it shows."""

    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, admin: ModelAdmin[Image]) -> list[tuple[str, str]]:
        """Offer what there is to tidy up."""
        return [
            ("used", _("In a text")),
            ("unused", _("In no text")),
            ("undescribed", _("Not described")),
        ]

    def queryset(self, request: HttpRequest, found: Any) -> Any:
        """Keep the pictures of the chosen kind."""
        match self.value():
            case "used":
                return found.filter(is_used=True)
            case "unused":
                return found.filter(is_used=False)
            case "undescribed":
                return found.filter(alt="", is_decorative=False)
        return found
