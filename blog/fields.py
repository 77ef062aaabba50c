"""Form fields for what people type and choose, whatever arrives in their place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.coming import LAST_YEAR
from blog.plaintext import normalise


class CleanCharField(forms.CharField):
    """Text without characters that nobody sees, so that it is safe on a page and in a feed."""

    def to_python(self, value: Any) -> str:
        """Return `value` in one spelling: NFC, no control characters, line ends only where shown."""
        text = normalise(value) if isinstance(value, str) else value
        if isinstance(text, str) and not isinstance(self.widget, forms.Textarea):
            text = text.replace("\n", " ")
        return super().to_python(text) or ""


class MomentField(forms.DateTimeField):
    """A moment on the clocks of the site, which is typed without a time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": gettext_lazy("Write the moment like 2030-05-31 09:00.")}

    def to_python(self, value: Any) -> Any:
        """Return the moment; one that is twice on the clocks, or never, or too far off, is refused."""
        moment = self._on_the_clocks(value)
        if moment and moment.year > LAST_YEAR:
            raise ValidationError(
                _("Choose a year up to %(last_year)s.") % {"last_year": LAST_YEAR}
            )
        return moment

    def _on_the_clocks(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if getattr(error, "code", None) != "ambiguous_timezone":
                raise
            sentence = _(
                "The clocks change in that hour: this time comes twice, or never. Choose another one."
            )
            raise ValidationError(sentence, code="ambiguous_timezone") from error


class HiddenRows(forms.MultipleHiddenInput):
    """The first choice of rows, carried along; it says so too when the choice was empty.

    Django's own prints nothing for an empty choice, and after an error takes what was ticked for it.
    """

    def format_value(self, value: Any) -> Any:
        """Return the keys to print, one empty one when there is none."""
        return super().format_value(value) or [""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the keys that came back, without the empty one."""
        return [key for key in super().value_from_datadict(data, files, name) or [] if key]


class RowsField(forms.ModelMultipleChoiceField):
    """A choice of rows that says no to numbers which no database can hold, instead of failing."""

    hidden_widget = HiddenRows

    def to_python(self, value: Any) -> Any:
        """Return the rows of `value`."""
        return super().to_python(self._possible(value))

    def clean(self, value: Any) -> Any:
        """Return the chosen rows."""
        return super().clean(self._possible(value))

    def _possible(self, value: Any) -> Any:
        too_long = [key for key in value or [] if len(str(key)) > 18]
        if too_long:
            message = self.error_messages["invalid_pk_value"]
            raise ValidationError(message, code="invalid_pk_value", params={"pk": too_long[0][:20]})
        return value
