"""Form fields for what a post points to: links elsewhere as lines, its language, and what it translates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from blog import cited, languages
from blog.fields import CleanCharField
from blog.models import Post

_LONGEST_LINES = cited.MOST_LINKS * (cited.URL_LENGTH + cited.TITLE_LENGTH + cited.NAME_LENGTH + 10)
_NO_POST = gettext_lazy(
    "No post of this site has this address. Copy it from the page of the original."
)


class ElsewhereField(CleanCharField):
    """Links that people edit as lines, `Title | Source | address`, and the model keeps as rows."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options: Any) -> None:
        """Ask for lines."""
        super().__init__(required=False, max_length=_LONGEST_LINES, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show rows as lines; leave what was typed alone."""
        return cited.to_lines(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Return the rows that the lines stand for, or say what is wrong with each line."""
        rows, sentences = cited.parse_lines(super().clean(value))
        if sentences:
            raise ValidationError(sentences)
        return tuple(rows)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other links were typed than there were."""
        rows, sentences = cited.parse_lines(self.to_python(data))
        return bool(sentences) or rows != list(initial or [])


class LanguageField(CleanCharField):
    """The language of a post by its code or its name; empty is that of the site."""

    def clean(self, value: Any) -> Any:
        """Return the code."""
        try:
            return languages.read(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class OriginalField(CleanCharField):
    """Another post of this site, named by its address, its path, or the end of it."""

    def prepare_value(self, value: Any) -> Any:
        """Show a post, or its number, as its path; leave what was typed alone."""
        if isinstance(value, int):
            value = Post.objects.filter(pk=value).first()
        return value.get_absolute_url() if isinstance(value, Post) else value

    def clean(self, value: Any) -> Any:
        """Return the post, or `None` when none is named."""
        typed = super().clean(value)
        if not typed:
            return None
        found = Post.objects.select_related("translation_of").filter(slug=_slug_in(typed)).first()
        if found is None:
            raise ValidationError(_NO_POST)
        return found


def _slug_in(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
