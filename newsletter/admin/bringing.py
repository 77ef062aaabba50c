"""The page that takes addresses from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.pages import say, user_of
from blog.fields import CleanCharField
from blog.refusal import Refused
from newsletter import moving

STATEMENT = gettext_lazy(
    "The people in this file asked for mail from us and said yes to it elsewhere."
)
_LARGEST = 10 * 1024 * 1024
_SHOWN = 100


class FileForm(forms.Form):
    """A file, and where its people said yes."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "A column called “email”; “since” and “kind” (post or weekly) are read too."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    is_agreed = forms.BooleanField(label=STATEMENT, required=False)
    source = CleanCharField(
        label=gettext_lazy("Where"),
        required=False,
        max_length=moving.SOURCE_LENGTH,
        help_text=gettext_lazy(
            "For example: the newsletter we had before. The record keeps it for good."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be a list of addresses."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST:
            raise forms.ValidationError(_("This file is larger than 10 MB. Send it in parts."))
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
    counts = {
        name: number_format(getattr(brought, name), force_grouping=True)
        for name in ("new", "known", "left")
    }
    agreed = _(
        "%(new)s new addresses get mail from now on; %(known)s were here already,"
        " %(left)s had left or were erased and stay away."
    )
    asked = _(
        "%(new)s new addresses are asked by mail first; %(known)s were here already,"
        " %(left)s had left or were erased and stay away."
    )
    return (agreed if is_agreed else asked) % counts
