"""The one form in which a post or a page is written."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from blog import languages, roles, slugs, translations
from blog.bylines import NO_BYLINE, default_author
from blog.form_fields import ANSWER, POINTS_ELSEWHERE, PostFields
from blog.form_values import BRIEF_FIELDS, initial_values, words_from
from blog.models import Author, Post, Series, Topic, Version
from blog.models.version import Markup
from blog.picture_forms import PictureFields, lead_fields
from blog.picture_marks import mark_problems
from blog.words import Words, problems, words_of
from blog.workflow.filing import FIELDS
from blog.workflow.pictures import picture_problems
from blog.workflow.writing import ADDRESS_RESERVED, ADDRESS_TAKEN

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


_GROUPS = (
    (gettext_lazy("For the hurried reader"), ("standfirst", *BRIEF_FIELDS)),
    (
        gettext_lazy("Where it belongs"),
        ("topics", "series", "series_part", "menu_place", "menu_order", "slug"),
    ),
    (gettext_lazy("Language"), ("language", "translation_of")),
    (
        gettext_lazy("By whom"),
        ("author", "authorship", "authorship_detail", "disclosure", "legend"),
    ),
    (gettext_lazy("Comments"), ("comment_policy", "close_comments_after")),
)
_MOST_ORIGINALS = 30
_IN_HTML = gettext_lazy(
    "It came from another site as HTML: <h2>, <p>, <strong>, <a href>, <blockquote>, <ul>."
)
_POSTS_ONLY = ("topics", "series", "series_part", *ANSWER, "elsewhere")
_PAGES_ONLY = ("menu_place", "menu_order")
# What is agreed between several people; what an earlier version says there stays.
_TEAMS_ONLY = ("disclosure", "legend")


class PostForm(PostFields):
    """A post or page as one form: the words that are signed, and how it is filed.

    Only title and text are needed. Fields without signature carry their first value along, so that
    saving changes only what this person changed.
    """

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        post: Post | None,
        kind: str,
        user: User,
        is_kept: bool = False,
        earlier: Version | None = None,
        **options: Any,
    ) -> None:
        """Show `post`, or an empty form for a new one of `kind`.

        Args:
            is_kept: whether `data` was kept while it was typed: it is shown as it is, for it is
                checked when it is saved.
            earlier: an earlier text whose words it shows, to be saved again.
        """
        self.post, self.kind, self.user, self.is_kept = post, kind, user, is_kept
        initial = initial_values(post, user, earlier)
        super().__init__(data, files, initial=initial, label_suffix="", **options)
        self.lead = lead_fields(data, files, initial.get("images", ()), user)
        self.picture = PictureFields(prefix="picture", by=user)
        if post is None and data is None:
            self.fields["title"].widget.attrs["autofocus"] = True
        if self.markup == Markup.HTML:
            self.fields["body"].label = gettext("Text (HTML)")
            self.fields["body"].help_text = _IN_HTML
        for name in _POSTS_ONLY if kind == Post.Kind.PAGE else _PAGES_ONLY:
            del self.fields[name]
        if roles.is_solo(user):
            for name in _TEAMS_ONLY:
                del self.fields[name]
        if kind == Post.Kind.POST:
            self._leave_out_what_is_empty()
        if post is None or not post.is_published:
            del self.fields["correction"]
        else:
            del self.fields["publish_at"]

    def _leave_out_what_is_empty(self) -> None:
        """Ask for topics and series only where there are any."""
        if not Topic.objects.exists():
            del self.fields["topics"]
        if not Series.objects.exists():
            del self.fields["series"], self.fields["series_part"]

    def full_clean(self) -> None:
        """Check what was typed, unless it was only kept."""
        if self.is_kept:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean_body(self) -> str:
        """Refuse a text that waits for a picture."""
        body: str = self.cleaned_data["body"]
        for sentence in mark_problems(body):
            raise ValidationError(sentence)
        return body

    def clean_slug(self) -> str:
        """Refuse an address that is taken or that the site itself uses."""
        slug: str = self.cleaned_data["slug"]
        if slugs.is_reserved(slug, self.kind):
            raise ValidationError(ADDRESS_RESERVED % {"slug": slug})
        if slug and slugs.is_taken(slug, by_other_than=self.post):
            raise ValidationError(ADDRESS_TAKEN)
        return slug

    @property
    def moment(self) -> datetime | None:
        """The moment that stands in the form, if it can be read as one: what the buttons speak of."""
        if "publish_at" not in self.fields:
            return None
        try:
            found: datetime | None = self.fields["publish_at"].clean(self["publish_at"].value())
        except ValidationError:
            return None
        return found

    def clean_publish_at(self) -> Any:
        """Refuse a moment that has passed."""
        moment = self.cleaned_data["publish_at"]
        if moment and moment <= timezone.now() and "publish_at" in self.changed_data:
            raise ValidationError(
                gettext("This moment has passed. Choose a later one, or clear it.")
            )
        return moment

    def clean(self) -> dict[str, Any]:
        """Check what concerns the words as a whole."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not (cleaned.get("author") or self.usual_author):
            raise ValidationError(NO_BYLINE)
        if self.lead.is_bound and not self.lead.is_valid():
            self.add_error(
                None, gettext("Something is missing at the lead picture, below under “More”.")
            )
        for sentence in translations.problems(self._as_filed(cleaned)):
            self.add_error("translation_of", sentence)
        if not self.errors:
            for sentence in (*problems(self.words), *picture_problems(self.words)):
                self.add_error(None, sentence)
        return cleaned

    def _as_filed(self, value: Mapping[str, Any]) -> Post:
        """Return the post as it would stand among its translations."""
        post = copy(self.post) if self.post else Post(kind=self.kind)
        for name in translations.FIELDS & value.keys():
            setattr(post, name, value[name])
        return post

    @property
    def groups(self) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
        """The fields that few posts need, under their headings."""
        return [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in _GROUPS
        ]

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from, by code."""
        return languages.common()

    @property
    def originals(self) -> list[Post]:
        """The newest public posts that this one may be a translation of. One query."""
        posts = Post.objects.published().filter(kind=self.kind, translation_of=None)
        posts = posts.exclude(pk=self.post.pk) if self.post else posts
        return list(posts.for_list()[:_MOST_ORIGINALS])

    @property
    def mistakes(self) -> list[forms.BoundField]:
        """The fields with something to mend, from top to bottom, those of the pictures included."""
        fields = [*self, *(self.picture if self.picture.is_bound else ())]
        fields += self.lead if self.lead.is_bound else ()
        return [field for field in fields if field.errors and not field.is_hidden]

    @property
    def is_more_open(self) -> bool:
        """Whether one of those fields, or the schedule, has an error to show or was just refused."""
        if self.data.get("then") == "schedule" or (self.lead.is_bound and self.lead.errors):
            return True
        groups = (*_GROUPS, *POINTS_ELSEWHERE)
        names = {name for _, names in groups for name in names} | {"publish_at"}
        return not names.isdisjoint(self.errors)

    @property
    def words(self) -> Words:
        """The words as typed; what this form does not show stays as in the newest version."""
        return self.words_with(self.cleaned_data)

    def words_with(self, value: Mapping[str, Any]) -> Words:
        """Return the words with the values of fields as `value` says."""
        latest = self.post.latest_version if self.post else None
        author = value.get("author") or self.usual_author
        if author is None:
            raise ValidationError(NO_BYLINE)
        before = words_of(latest) if latest else None
        words = words_from(value, author, before)
        if self.lead.is_bound and self.lead.is_valid():
            words = replace(words, images=(self.lead.entry,) if self.lead.entry else ())
        if before is None or words.correction or self._changes_public_words(words):
            return words
        return before

    def _changes_public_words(self, new: Words) -> bool:
        """Whether `new` says anything else than readers see, when that is the newest text.

        The sentence on an earlier correction is told already: the form does not show it again, and
        leaving it out is no change.
        """
        latest = self.post.latest_version if self.post else None
        if self.post is None or latest is None or latest.pk != self.post.live_version_id:
            return True
        return replace(new, correction=latest.correction).content_hash != latest.content_hash

    @property
    def markup(self) -> str:
        """What the text is written in, which this form does not change."""
        latest = self.post.latest_version if self.post else None
        return latest.markup if latest else Markup.MARKDOWN

    @property
    def filing(self) -> dict[str, Any]:
        """The unsigned values that this person changed, by field; an empty address is no change."""
        names = [name for name in (*FIELDS, "topics") if name in self.changed_data]
        values = {name: self.cleaned_data[name] for name in names}
        needed = ("slug", "comment_policy", "menu_order")
        return {name: v for name, v in values.items() if v not in ("", None) or name not in needed}

    @property
    def usual_author(self) -> Author | None:
        """The byline when none is chosen: that of the newest version, else the writer's own."""
        latest = self.post.latest_version if self.post else None
        return latest.author if latest else default_author(self.user)
