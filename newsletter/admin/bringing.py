"""The page that takes addresses from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from blog.admin.pages import say, user_of
from blog.fields import CleanCharField
from blog.refusal import Refused
from newsletter import moving

STATEMENT = "The people in this file asked for mail from us and said yes to it elsewhere."
_LARGEST = 10 * 1024 * 1024
_SHOWN = 100


class FileForm(forms.Form):
    """A file, and where its people said yes."""

    file = forms.FileField(
        label="CSV file",
        help_text="A column called “email”; “since” and “kind” (post or weekly) are read too.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    is_agreed = forms.BooleanField(label=STATEMENT, required=False)
    source = CleanCharField(
        label="Where",
        required=False,
        max_length=moving.SOURCE_LENGTH,
        help_text="For example: the newsletter we had before. The record keeps it for good.",
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be a list of addresses."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST:
            raise forms.ValidationError("This file is larger than 10 MB. Send it in parts.")
        return file


def bring_in(request: HttpRequest) -> HttpResponse | dict[str, Any]:
    """Take a file (POST) and go back to the newsletter, or return what the page shows."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if not form.is_bound or not form.is_valid():
        return {"form": form}
    said = form.cleaned_data
    try:
        brought = moving.bring_in(
            said["file"].read(),
            by=user_of(request),
            source=said["source"],
            is_agreed=said["is_agreed"],
        )
    except moving.BadFile as bad:
        form.add_error(None, str(bad))
        more = max(0, len(bad.faults) - _SHOWN)
        return {"form": form, "faults": bad.faults[:_SHOWN], "more": more}
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return {"form": form}
    say(request, _said(brought, is_agreed=said["is_agreed"]))
    return HttpResponseRedirect(reverse("admin:newsletter_newsletter_changelist"))


def _said(brought: moving.Brought, *, is_agreed: bool) -> str:
    then = "get mail from now on" if is_agreed else "are asked by mail first"
    return (
        f"{brought.new:,} new addresses {then}; {brought.known:,} were here already,"
        f" {brought.left:,} had left or were erased and stay away."
    )
