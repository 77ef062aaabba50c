"""Form fields for what the owner sets: links as lines, pictures written anew, a time zone."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from blog.links import parse_lines, to_lines
from blog.pictures import fitted
from blog.plaintext import normalise


class LinksField(forms.CharField):
    """Links that people edit as text, `Label | address` on a line, and the model keeps as rows."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options: Any) -> None:
        """Ask for lines."""
        hint = _("One on a line: Label | address. For example: About | /about/")
        super().__init__(**{"required": False, "max_length": 4000, "help_text": hint, **options})

    def prepare_value(self, value: Any) -> Any:
        """Show rows as lines; leave what was typed alone."""
        return to_lines(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the rows that the lines stand for."""
        try:
            return parse_lines(super().clean(normalise(value or "")))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other links were typed than there were."""
        try:
            return bool(parse_lines(data or "") != (initial or []))
        except ValueError:
            return True


class PictureField(forms.FileField):
    """A picture, kept as a WebP of at most the given size in pixels, or of exactly it when square."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def __init__(self, *, width: int, height: int, is_square: bool = False, **options: Any) -> None:
        """Take the size to keep it in."""
        self.size: dict[str, Any] = {"width": width, "height": height, "is_square": is_square}
        super().__init__(required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the picture written anew, or the name of the same one if it is there already."""
        value = super().clean(data, initial)
        if not isinstance(value, UploadedFile):
            return value
        made: ContentFile[bytes] = fitted(cast(BinaryIO, value), **self.size)
        # Storage would give the same content a second name, which is not served.
        name = f"site/{made.name}"
        return name if default_storage.exists(name) else made


@cache
def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]


def time_zone_field() -> forms.ChoiceField:
    """Return a select of every time zone this machine knows."""
    return forms.ChoiceField(
        label=_("Time zone"), choices=_zones, help_text=_("All dates are shown in it.")
    )


class SluggedForm(forms.ModelForm):
    """A form for something with a name, whose address is made from the name when left empty."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Let the address be empty."""
        super().__init__(*args, **options)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("The end of its web address; empty makes it.")

    def clean_slug(self) -> str:
        """Return the address as typed, or one made from the name."""
        slug: str = self.cleaned_data["slug"]
        found = slug or slugify(self.cleaned_data.get("name", ""))[:60]
        if not found:
            raise ValidationError(_("Write an address of letters a–z, digits and hyphens."))
        return found
