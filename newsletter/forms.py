"""The form with which readers ask for the newsletter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from newsletter.addresses import address_of
from newsletter.models import Subscriber

NO_ADDRESS = _("Enter an email address such as name@example.com.")


class AddressField(forms.CharField):
    """An address in the one spelling in which it is kept."""

    def to_python(self, value: Any) -> str:
        """Return it, before anything else looks at what was sent."""
        text = super().to_python(value)
        try:
            return address_of(text) if text else ""
        except ValueError as error:
            raise forms.ValidationError(NO_ADDRESS) from error


class SubscribeForm(forms.Form):
    """An address, and how often."""

    email = AddressField(error_messages={"required": NO_ADDRESS})
    kind = forms.ChoiceField(choices=Subscriber.Kind.choices, required=False)
    # A trap: people do not see it, scripts fill it in.
    subject = forms.CharField(required=False)

    def clean_kind(self) -> str:
        """Each post, unless she chose otherwise."""
        return self.cleaned_data["kind"] or Subscriber.Kind.POST
