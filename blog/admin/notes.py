"""Small forms for the steps after writing."""

from __future__ import annotations

from typing import Any

from django import forms

from blog.fields import CleanCharField


class NoteForm(forms.Form):
    """One text that a step needs: a note, a notice, a reason."""

    note = CleanCharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, required: str = "", **options: Any) -> None:
        """Ask for `label`; with `required`, say that sentence when it is empty."""
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.fields["note"].label = label
        self.fields["note"].required = bool(required)
        self.fields["note"].error_messages["required"] = required


class CompareForm(forms.Form):
    """Which two earlier texts to compare, by number."""

    old = forms.IntegerField(min_value=1, max_value=10**6)
    new = forms.IntegerField(min_value=1, max_value=10**6)
