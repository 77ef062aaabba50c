"""The fields of the form in which a post or a page is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import cited, slugs
from blog.cited_fields import ElsewhereField, LanguageField, OriginalField
from blog.fields import CleanCharField, MomentField, RowsField
from blog.models import Author, Post, Series, Topic
from blog.models.version import Authorship
from blog.typos import MOST_CHARACTERS
from blog.words import BRIEF_POINT_LENGTH

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ANSWER = ("answered_url", "answered_title", "answered_author", "answered_quote")
POINTS_ELSEWHERE = (
    (_("Answers a post elsewhere"), ANSWER),
    (_("From elsewhere"), ("elsewhere",)),
)


def _empty_for_a_typo() -> str:
    return gettext(
        "Leave it empty for a typo: at most %(count)s characters, no number, name, link or “not”."
        " Anything else is a correction. Readers see your sentence with its date."
    ) % {"count": MOST_CHARACTERS}


def _line(label: StrOrPromise, most: int, **more: Any) -> CleanCharField:
    return CleanCharField(label=label, max_length=most, required=False, **more)


def _lines(label: StrOrPromise, most: int, **more: Any) -> CleanCharField:
    return _line(label, most, widget=forms.Textarea(attrs={"rows": 3}), **more)


class Described(forms.BoundField):
    """A field whose help describes what is seen of it, and not the hidden copy of its first value."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Return the attributes of `widget`; HTML allows a hidden one no description."""
        found = dict(super().build_widget_attrs(attrs, widget))
        if widget and widget.is_hidden:
            found.pop("aria-describedby", None)
        return found


class PostFields(forms.Form):
    """What can be said of a post or a page: its words, and how it is filed."""

    bound_field_class = Described

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
        help_text=_(
            "To format it: ## Heading, **bold**, [link](https://…), > quote, - list."
            " A film: [its title](https://…) on a line of its own."
        ),
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
    answered_url = _line(
        _("Address of the post it answers"),
        cited.URL_LENGTH,
        widget=forms.URLInput,
        help_text=_("Nobody looks it up; what you write here is what readers see."),
    )
    answered_title = _line(_("Title of that post"), cited.TITLE_LENGTH)
    answered_author = _line(_("Author of that post"), cited.NAME_LENGTH)
    answered_quote = _lines(
        _("A short quote from that post"),
        cited.QUOTE_LENGTH,
        help_text=format_lazy(
            _("The sentence you answer; at most {count} characters."), count=cited.QUOTE_LENGTH
        ),
    )
    elsewhere = ElsewhereField(
        label=_("Links under the post"),
        help_text=format_lazy(
            _("One on a line: Title | Source | https://… At most {count}."), count=cited.MOST_LINKS
        ),
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
    language = LanguageField(
        label=_("Language"),
        required=False,
        max_length=100,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"list": "languages", "autocapitalize": "none"}),
        help_text=_(
            "Its name or its code, such as Deutsch or pt-BR; empty for the language of the site."
        ),
    )
    translation_of = OriginalField(
        label=_("It is a translation of"),
        required=False,
        max_length=2048,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"list": "originals"}),
        help_text=_("The address of the original here. Readers of either find the other."),
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

    def clean(self) -> dict[str, Any]:
        """Say at its field what is wrong with the post that this one answers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        parts = ("url", "title", "author", "quote")
        said = {part: cleaned.get(f"answered_{part}", "") for part in parts}
        for part, sentence in cited.answer_problems(cited.Answered(**said)):
            if f"answered_{part}" not in self.errors:
                self.add_error(f"answered_{part}", sentence)
        return cleaned

    @property
    def points_elsewhere(self) -> list[tuple[StrOrPromise, list[forms.BoundField], bool]]:
        """The fields for other sites, under their headings, and whether they have anything to show."""
        shown = [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in POINTS_ELSEWHERE
        ]
        return [
            (heading, fields, any(field.value() or field.errors for field in fields))
            for heading, fields in shown
            if fields
        ]
