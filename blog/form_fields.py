"""The fields of the form in which a post or a page is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import slugs
from blog.fields import CleanCharField, MomentField, RowsField
from blog.models import Author, Post, Series, Topic
from blog.models.version import Authorship
from blog.typos import MOST_CHARACTERS
from blog.words import BRIEF_POINT_LENGTH

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _empty_for_a_typo() -> str:
    return gettext(
        "Leave it empty for a typo: at most %(count)s characters, no number, name, link or “not”."
        " Anything else is a correction. Readers see your sentence with its date."
    ) % {"count": MOST_CHARACTERS}


def _line(label: StrOrPromise, most: int, **more: Any) -> CleanCharField:
    return CleanCharField(label=label, max_length=most, required=False, **more)


def _lines(label: StrOrPromise, most: int, **more: Any) -> CleanCharField:
    return _line(label, most, widget=forms.Textarea(attrs={"rows": 3}), **more)


class PostFields(forms.Form):
    """What can be said of a post or a page: its words, and how it is filed."""

    title = CleanCharField(
        label=_("Title"),
        max_length=200,
        widget=forms.TextInput(attrs={"enterkeyhint": "next"}),
        error_messages={"required": _("Give it a title.")},
    )
    body = CleanCharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("To format it: ## Heading, **bold**, [link](https://…), > quote, - list."),
        error_messages={"required": _("Write the text.")},
    )
    correction = _lines(
        _("What changed? (readers see this)"), 1000, help_text=lazy(_empty_for_a_typo, str)()
    )
    standfirst = _line(_("One sentence under the title"), 300)
    brief_1, brief_2, brief_3 = (
        _line(format_lazy(_("In brief, point {number}"), number=number), BRIEF_POINT_LENGTH)
        for number in (1, 2, 3)
    )
    topics = RowsField(
        Topic.objects.all(),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        show_hidden_initial=True,
    )
    series = forms.ModelChoiceField(
        Series.objects.all(),
        label=_("Series"),
        required=False,
        empty_label=_("None"),
        show_hidden_initial=True,
    )
    series_part = forms.IntegerField(
        label=_("Part"), min_value=1, max_value=9999, required=False, show_hidden_initial=True
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=slugs.LENGTH,
        required=False,
        show_hidden_initial=True,
        help_text=_("The end of its web address; empty makes it from the title."),
        error_messages={"invalid": _("Use only letters a–z, digits, hyphens and underscores.")},
    )
    author = forms.ModelChoiceField(
        Author.objects.all(), label=_("Under the name of"), required=False, empty_label=None
    )
    authorship = forms.ChoiceField(
        label=_("Who wrote it"), choices=Authorship.choices, required=False
    )
    authorship_detail = _line(
        _("With whom, or with what"), 200, help_text=_("For example: Sam Ortiz, communications.")
    )
    disclosure = _lines(_("Disclosure"), 1000, help_text=_("Interests a reader should know of."))
    legend = _lines(_("Legal note"), 1000)
    comment_policy = forms.ChoiceField(
        label=_("New comments"),
        choices=Post.CommentPolicy.choices,
        required=False,
        show_hidden_initial=True,
    )
    close_comments_after = forms.IntegerField(
        label=_("Close comments after"),
        min_value=0,
        max_value=9999,
        required=False,
        show_hidden_initial=True,
        help_text=_("Days after publication; empty for as everywhere on this site."),
    )
    menu_place = forms.ChoiceField(
        label=_("In the menu"),
        choices=Post.MenuPlace.choices,
        required=False,
        show_hidden_initial=True,
    )
    menu_order = forms.IntegerField(
        label=_("Place in the menu"),
        min_value=0,
        max_value=9999,
        required=False,
        show_hidden_initial=True,
        help_text=_("Small numbers come first."),
    )
    publish_at = MomentField(
        label=_("Publish at"),
        required=False,
        help_text=_("Then press Schedule; Publish means now."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    draft_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
