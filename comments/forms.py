"""The form under a post: each field is cleaned, and told how to mend it."""

from __future__ import annotations

from typing import Any

from django import forms

from blog.addresses import is_web_address
from blog.models import Post
from comments.arrival import stamp_for
from comments.facts import own_names
from comments.models import Comment
from comments.moderation import Said
from comments.names import Likeness, nearest
from comments.sanitize import MAX_LENGTH
from comments.text import clean_line, clean_text

URL_LENGTH = 200
_WHERE_TO = (
    "Where shall we write to? Fill in your email, or take the tick from “Write to me” below."
)
LONGEST_ELAPSED_MS = 7 * 24 * 3600 * 1000


class PlainField(forms.CharField):
    """A field whose text is cleaned before anything else looks at it."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.clean_text = clean_text if lines else clean_line
        self.validators = [v for v in self.validators if "NullCharacters" not in type(v).__name__]

    def to_python(self, value: Any) -> str:
        """Return the cleaned text; an over-long one is refused as it is, not cut."""
        return self.clean_text(super().to_python(value) or "")


class CommentForm(forms.Form):
    """What a reader fills in. The names of the fields are a public contract."""

    use_required_attribute = True
    is_open = False
    """Whether comments of readers we know appear at once here; set by whoever knows the site."""

    body = PlainField(
        lines=True,
        label="Your comment",
        max_length=MAX_LENGTH,
        help_text=f"Up to {MAX_LENGTH:,} characters. *Emphasis*, > quotes, lists and links work.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "Write your comment first.",
            "max_length": f"This has %(show_value)s characters; at most {MAX_LENGTH:,} fit. Please cut it.",
        },
    )
    name = PlainField(
        label="Name",
        max_length=60,
        help_text="Shown with your comment.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "Tell us your name, or what you would like to be called.",
            "max_length": "A name has at most 60 characters. Please use a shorter one.",
        },
    )
    email = forms.EmailField(
        label="Email",
        required=False,
        max_length=254,
        help_text="Never shown.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": "Enter an email address such as name@example.com, or leave it empty."
        },
    )
    url = forms.CharField(
        label="Website",
        required=False,
        help_text="Linked from your name.",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    visibility = forms.ChoiceField(
        label="Who may read this?",
        choices=[("public", "Everybody"), ("private", "Only the author")],
        initial=Comment.Visibility.PUBLIC,
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "Choose whether everybody or only the author may read this."
        },
    )
    notify = forms.BooleanField(
        label="Write to me when it is decided and when somebody answers", required=False
    )
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    elapsed = forms.CharField(required=False, widget=forms.HiddenInput)
    # A trap: people do not see it, scripts fill it in.
    subject = forms.CharField(label="Leave this empty", required=False)

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
                f"“{name}” is a name that speaks for this site. If it is yours too, please add"
                " something that tells you apart, such as your town or your company."
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
            raise forms.ValidationError(f"A web address here has at most {URL_LENGTH} characters.")
        if not (url.startswith(("http://", "https://")) and is_web_address(url)):
            raise forms.ValidationError(
                "Enter a web address such as https://example.com, or leave it empty."
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
                "The comment you answer is no longer here. Send again, and yours will stand on its own."
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


def comment_by_number(post: Post, number: str) -> Comment | None:
    """Return the visible comment of `post` with this number as typed in an address, or `None`."""
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return Comment.objects.visible().comments().filter(post=post, pk=int(number)).first()
