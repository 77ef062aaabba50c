"""The questions that a new site asks; the web page and the command ask the same ones."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Author, Site
from config.founding import Beginning, Person

PERSON_FIELDS = ("name", "email", "username", "password")
BEGINNING_FIELDS = ("site_name", "byline", "time_zone", "sender_email", "publish_starter_pages")


def default_sender() -> str:
    """Return noreply at this host, or an empty string where the host's name makes no address."""
    address = f"noreply@{settings.SITE_HOST}"
    try:
        validate_email(address)
    except forms.ValidationError:
        return ""
    return address


def _length(model: type[Any], field: str) -> int:
    length: int = model._meta.get_field(field).max_length
    return length


class BeginningForm(forms.Form):
    """What the site is called, and who speaks on it."""

    site_name = forms.CharField(
        label=gettext_lazy("Name of the site"),
        max_length=_length(Site, "name"),
        help_text=gettext_lazy("At the top of every page, in feeds and in mail."),
        error_messages={"required": gettext_lazy("Give the site a name. You can change it later.")},
    )
    byline = forms.CharField(
        label=gettext_lazy("Byline"),
        max_length=_length(Author, "name"),
        help_text=gettext_lazy("The name readers see under each post."),
        error_messages={"required": gettext_lazy("Write the name that readers will see.")},
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=[(name, name) for name in sorted(zoneinfo.available_timezones())],
        initial="UTC",
        help_text=gettext_lazy("For example Europe/Berlin. Every date on the site is shown in it."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a time zone such as Europe/Berlin.")
        },
    )
    sender_email = forms.EmailField(
        label=gettext_lazy("Sender address"),
        max_length=_length(Site, "sender_email"),
        required=False,
        initial=default_sender,
        help_text=gettext_lazy("Mail from this site comes from this address."),
    )
    publish_starter_pages = forms.BooleanField(
        label=gettext_lazy("Sign and publish the pages Privacy and Comment policy now"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "They say what this site really does. About and Contact stay drafts for you to write."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "field__input"

    def beginning(self) -> Beginning:
        """Return the answers of a valid form."""
        return Beginning(**{name: self.cleaned_data[name] for name in BEGINNING_FIELDS})


class SetupForm(BeginningForm):
    """The first person, and her site."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=_length(User, "last_name"),
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=_length(User, "email"),
        help_text=gettext_lazy("To reset your password, and to hear when a comment waits."),
        error_messages={"required": gettext_lazy("Write your e-mail address.")},
    )
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=_length(User, "username"),
        validators=[User.username_validator],
        help_text=gettext_lazy("What you sign in with. Letters, digits and @ . + - _ only."),
        error_messages={"required": gettext_lazy("Choose a name to sign in with.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least 12 characters. A short sentence is easy to remember and hard to guess."
        ),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )
    password_again = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Type the password a second time.")},
    )
    field_order = (
        *("name", "email", "username", "password", "password_again"),
        *BEGINNING_FIELDS,
    )

    def clean(self) -> dict[str, Any]:
        """Compare both passwords, and judge the first by the rules of the settings."""
        cleaned = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ. Please type them again."))
        elif password:
            self._judge(password)
        return cleaned

    def person(self) -> Person:
        """Return the answers of a valid form."""
        return Person(**{name: self.cleaned_data[name] for name in PERSON_FIELDS})

    def _judge(self, password: str) -> None:
        known = ("username", "email")
        somebody = User(
            first_name=self.cleaned_data.get("name", ""),
            **{name: self.cleaned_data.get(name, "") for name in known},
        )
        try:
            validate_password(password, somebody)
        except forms.ValidationError as error:
            self.add_error("password", error)
