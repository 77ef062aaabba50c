"""What stands in the form of a post as it is typed, whether it can be saved like that or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from blog.form_values import BRIEF_FIELDS, TEXT_FIELDS
from blog.forms import PostForm
from blog.picture_marks import marks_in, without_marks
from blog.plaintext import normalise
from blog.words import BODY_LENGTH, Words

# They say where the writing began, and are no part of it.
_ORIGIN = {"seen", "draft_key"}

COMING = "coming"
"""Beside the kept fields: how many pictures were on their way and are not kept."""


def sent_values(form: PostForm) -> dict[str, list[str]]:
    """Return what a browser sent for each field of the form, without what no column can hold."""
    data = cast(QueryDict, form.data)
    names = {*_names(form), *(field.html_name for field in form.lead if field.name != "file")}
    sent = {name: [normalise(value) for value in data.getlist(name)] for name in names & {*data}}
    return _without_coming(sent)


def _without_coming(sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the marks of pictures on their way, which come no more; their number takes their place."""
    bodies = sent.get("body", [])
    count = sum(len(marks_in(body)) for body in bodies)
    if not count:
        return sent
    return sent | {"body": [without_marks(body) for body in bodies], COMING: [str(count)]}


def coming_in(values: Mapping[str, Sequence[str]]) -> int:
    """Return how many pictures were on their way when these values were kept."""
    return sum(int(count) for count in values.get(COMING, []))


def as_sent(values: Mapping[str, Sequence[str]]) -> MultiValueDict[str, str]:
    """Return kept values as the data of a form."""
    return MultiValueDict({name: list(said) for name, said in values.items()})


def differs(form: PostForm) -> bool:
    """Whether what was typed is not what is saved."""
    is_lead_changed = form.lead.is_bound and form.lead.has_changed()
    return is_lead_changed or not _ORIGIN.issuperset(form.changed_data)


def is_too_long(form: PostForm) -> bool:
    """Whether the text is longer than any that can be saved."""
    return len(normalise(str(form["body"].value() or ""))) > BODY_LENGTH


def sketch(form: PostForm) -> Words:
    """Return the words as they stand now, those included that cannot be saved like this.

    Raises:
        ValidationError: there is no byline yet.
    """
    # What is wrong is said when it is saved; what is right is taken as it was read.
    form.is_valid()
    checked: dict[str, Any] = getattr(form, "cleaned_data", {})
    names = [name for name in (*TEXT_FIELDS, *BRIEF_FIELDS) if name in form.fields]
    said = {name: normalise(str(form[name].value() or "")) for name in names}
    value = {"authorship": form["authorship"].value(), **said, **checked}
    return form.words_with(value | {"body": without_marks(value["body"])})


def _names(form: PostForm) -> set[str]:
    fields = list(form)
    return {field.html_name for field in fields} | {field.html_initial_name for field in fields}
