"""The form under a post: each field is cleaned, and told how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.addresses import is_web_address
from blog.models import Post
from blog.models.site import CommentMode
from comments.arrival import stamp_for
from comments.facts import own_names
from comments.models import Comment
from comments.moderation import Said
from comments.names import Likeness, nearest
from comments.sanitize import MAX_LENGTH
from comments.text import clean_line, clean_text

URL_LENGTH = 200
_WHERE_TO = gettext_lazy(
    "Where shall we write to? Fill in your email, or take the tick from “Write to me” below."
)
LONGEST_ELAPSED_MS = 7 * 24 * 3600 * 1000


class Fits(MaxLengthValidator):
    """Refuses what is too long, and tells both numbers as people here write them."""

    def __call__(self, value: str) -> None:
        """Raise `ValidationError` when `value` has more characters than the limit."""
        if len(value) > self.limit_value:
            said = {"count": len(value), "most": self.limit_value}
            raise ValidationError(
                _("This has %(count)s characters; at most %(most)s fit. Please cut it."),
                code=self.code,
                params={name: number_format(n, force_grouping=True) for name, n in said.items()},
            )


class PlainField(forms.CharField):
    """A field whose text is cleaned before anything else looks at it."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.clean_text = clean_text if lines else clean_line
        kept = [v for v in self.validators if "NullCharacters" not in type(v).__name__]
        self.validators = [
            Fits(v.limit_value) if isinstance(v, MaxLengthValidator) else v for v in kept
        ]

    def to_python(self, value: Any) -> str:
        """Return the cleaned text; an over-long one is refused as it is, not cut."""
        return self.clean_text(super().to_python(value) or "")


def _room() -> str:
    return _("Up to %(count)s characters. *Emphasis*, > quotes, lists and links work.") % {
        "count": number_format(MAX_LENGTH, force_grouping=True)
    }


class CommentForm(forms.Form):
    """What a reader fills in. The names of the fields are a public contract."""

    use_required_attribute = True
    mode: CommentMode = CommentMode.MODERATED
    """What the form says happens to comments here; set by whoever knows the site."""

    body = PlainField(
        lines=True,
        label=gettext_lazy("Your comment"),
        max_length=MAX_LENGTH,
        help_text=lazy(_room, str)(),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write your comment first.")},
    )
    name = PlainField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Shown with your comment."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": gettext_lazy("Tell us your name, or what you would like to be called."),
            "max_length": gettext_lazy(
                "A name has at most 60 characters. Please use a shorter one."
            ),
        },
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Never shown."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy(
                "Enter an email address such as name@example.com, or leave it empty."
            )
        },
    )
    url = forms.CharField(
        label=gettext_lazy("Website"),
        required=False,
        help_text=gettext_lazy("Linked from your name."),
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read this?"),
        choices=[
            ("public", gettext_lazy("Everybody")),
            ("private", gettext_lazy("Only the author")),
        ],
        initial=Comment.Visibility.PUBLIC,
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy(
                "Choose whether everybody or only the author may read this."
            )
        },
    )
    notify = forms.BooleanField(
        label=gettext_lazy("Write to me when it is decided and when somebody answers"),
        required=False,
    )
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    elapsed = forms.CharField(required=False, widget=forms.HiddenInput)
    # A trap: people do not see it, scripts fill it in.
    subject = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)

    def __init__(
        self, *args: Any, post: Post, reply_to: Comment | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"stamp": stamp_for(post.pk), "parent": reply_to.pk if reply_to else ""}
        super().__init__(*args, **kwargs)
        self.post = post
        self.reply_to = reply_to

    def clean_body(self) -> str:
        """Refuse a text of which nothing can be seen."""
        body: str = self.cleaned_data["body"]
        if not clean_line(body):
            raise forms.ValidationError(self.fields["body"].error_messages["required"])
        return body

    def clean_name(self) -> str:
        """Refuse the name of somebody who speaks for the site. One query."""
        name: str = self.cleaned_data["name"]
        found = nearest(name, own_names())
        if found and found[0] == Likeness.SAME:
            raise forms.ValidationError(
                _(
                    "“%(name)s” is a name that speaks for this site. If it is yours too, please "
                    "add something that tells you apart, such as your town or your company."
                )
                % {"name": name}
            )
        return name

    def clean_email(self) -> str:
        """Keep the address as typed, without control characters."""
        return clean_line(self.cleaned_data["email"])

    def clean_url(self) -> str:
        """Accept an http or https address; `example.com` alone is taken for https."""
        url = clean_line(self.cleaned_data["url"])
        if not url:
            return ""
        if "://" not in url and ":" not in url.partition("/")[0]:
            url = f"https://{url}"
        if len(url) > URL_LENGTH:
            raise forms.ValidationError(
                _("A web address here has at most %(most)s characters.") % {"most": URL_LENGTH}
            )
        if not (url.startswith(("http://", "https://")) and is_web_address(url)):
            raise forms.ValidationError(
                _("Enter a web address such as https://example.com, or leave it empty.")
            )
        return url

    def clean_visibility(self) -> str:
        """Public, unless the reader chose otherwise."""
        return self.cleaned_data["visibility"] or Comment.Visibility.PUBLIC

    def clean_parent(self) -> Comment | None:
        """Find the comment this one answers: public, and under the same post."""
        raw = self.cleaned_data["parent"].strip()
        if not raw:
            return None
        found = comment_by_number(self.post, raw)
        if found is None:
            self.data = {name: self.data.get(name) for name in self.data} | {"parent": ""}
            raise forms.ValidationError(
                _(
                    "The comment you answer is no longer here. Send again, and yours will stand on its own."
                )
            )
        self.reply_to = found
        return found

    def clean_elapsed(self) -> int | None:
        """Milliseconds from the first key to sending, if a script measured them."""
        raw = self.cleaned_data["elapsed"]
        if raw.isascii() and raw.isdigit() and len(raw) <= 12:
            return min(int(raw), LONGEST_ELAPSED_MS)
        return None

    def clean(self) -> None:
        """Ask for the address to which a reader wants mail."""
        data = self.cleaned_data
        if data.get("notify") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _WHERE_TO)

    def said(self) -> Said:
        """Return the cleaned words of a valid form."""
        data = self.cleaned_data
        return Said(
            name=data["name"],
            body=data["body"],
            email=data["email"],
            url=data["url"],
            parent=data["parent"],
            visibility=data["visibility"],
            notify=data["notify"],
        )


@dataclass(frozen=True)
class Blank:
    """A form in which nothing has been typed yet, for a page that shows it without making a `CommentForm`.

    Attributes:
        mode: what it says happens to comments here.
        stamp: when it was made and for which post.
        parent, reply_name: the number of the comment it answers, and its name.
    """

    mode: CommentMode
    stamp: str
    parent: int | None = None
    reply_name: str = ""


def comment_by_number(post: Post, number: str) -> Comment | None:
    """Return the visible comment of `post` with this number as typed in an address, or `None`."""
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return Comment.objects.visible().comments().filter(post=post, pk=int(number)).first()
