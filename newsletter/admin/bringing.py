"""The page that takes addresses from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

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
    known = ngettext("%(count)s was here already.", "%(count)s were here already.", brought.known)
    left = ngettext(
        "%(count)s had left or was erased, and stays away.",
        "%(count)s had left or were erased, and stay away.",
        brought.left,
    )
    new = _said_of_new(brought.new, is_agreed=is_agreed)
    said = ((new, brought.new), (known, brought.known), (left, brought.left))
    return " ".join(
        sentence % {"count": number_format(count, force_grouping=True)} for sentence, count in said
    )


def _said_of_new(count: int, *, is_agreed: bool) -> str:
    if is_agreed:
        return ngettext(
            "%(count)s new address gets mail from now on.",
            "%(count)s new addresses get mail from now on.",
            count,
        )
    return ngettext(
        "%(count)s new address is asked by mail first.",
        "%(count)s new addresses are asked by mail first.",
        count,
    )
