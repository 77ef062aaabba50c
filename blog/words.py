"""The words of a version as one value, and the hash that a signature stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog import cited
from blog.cited import Answered
from blog.models import Author, Version
from blog.models.version import Authorship, Markup
from ledger.canonical import digest

BRIEF_POINTS = 3
BRIEF_POINT_LENGTH = 280
BODY_LENGTH = 200_000
# The number stands for what the body is written in, as it did before there was a choice.
_FORMATS = {Markup.MARKDOWN: 1, Markup.HTML: 2}
# They came later: while they are empty, words have the hash that was signed before there were any.
_LATER = ("answered_url", "answered_title", "answered_author", "answered_quote", "elsewhere")


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything of a post that a reader is shown and a signer signs."""

    title: str
    body: str
    author: Author
    standfirst: str = ""
    brief: tuple[str, ...] = ()
    markup: str = Markup.MARKDOWN
    images: tuple[dict[str, str], ...] = ()
    byline: str = ""
    authorship: str = Authorship.BY
    authorship_detail: str = ""
    disclosure: str = ""
    legend: str = ""
    correction: str = ""
    answered_url: str = ""
    answered_title: str = ""
    answered_author: str = ""
    answered_quote: str = ""
    elsewhere: tuple[dict[str, str], ...] = ()

    @property
    def answered(self) -> Answered:
        """The post of somebody else that they answer; empty when they answer none."""
        return Answered(
            self.answered_url, self.answered_title, self.answered_author, self.answered_quote
        )

    @property
    def fields(self) -> dict[str, Any]:
        """The values of a `Version`, by the names of its fields."""
        return {
            "title": self.title,
            "standfirst": self.standfirst,
            "brief": list(self.brief),
            "body": self.body,
            "markup": self.markup,
            "images": list(self.images),
            "author": self.author,
            "byline": self.byline or self.author.name,
            "authorship": self.authorship,
            "authorship_detail": self.authorship_detail,
            "disclosure": self.disclosure,
            "legend": self.legend,
            "correction": self.correction,
            "answered_url": self.answered_url,
            "answered_title": self.answered_title,
            "answered_author": self.answered_author,
            "answered_quote": self.answered_quote,
            "elsewhere": list(self.elsewhere),
        }

    @property
    def content_hash(self) -> str:
        """H: SHA-256 (hex) of the canonical JSON of these words."""
        fields = {k: value for k, value in self.fields.items() if value or k not in _LATER}
        fields["author"] = self.author.pk
        return digest({"format": _FORMATS[fields.pop("markup")], **fields})


def words_of(version: Version) -> Words:
    """Return the words a stored version holds."""
    return Words(
        title=version.title,
        body=version.body,
        markup=version.markup,
        author=version.author,
        standfirst=version.standfirst,
        brief=tuple(version.brief),
        images=tuple(version.images),
        byline=version.byline,
        authorship=version.authorship,
        authorship_detail=version.authorship_detail,
        disclosure=version.disclosure,
        legend=version.legend,
        correction=version.correction,
        answered_url=version.answered_url,
        answered_title=version.answered_title,
        answered_author=version.answered_author,
        answered_quote=version.answered_quote,
        elsewhere=tuple(version.elsewhere),
    )


def too_long() -> str:
    """Return what is said of a text that is longer than a post may be."""
    return _("The text is longer than %(count)s characters. Split it into parts.") % {
        "count": number_format(BODY_LENGTH, force_grouping=True)
    }


def problems(words: Words, *, needs_text: bool = True) -> Iterable[str]:
    """Yield a sentence for each thing that keeps `words` from being saved.

    Args:
        needs_text: whether an empty text is such a thing; on other sites there are posts without.
    """
    if not words.title.strip():
        yield _("Give it a title.")
    if needs_text and not words.body.strip():
        yield _("Write the text.")
    if len(words.body) > BODY_LENGTH:
        yield too_long()
    if len(words.brief) > BRIEF_POINTS:
        yield _("In brief has at most %(count)s points.") % {"count": BRIEF_POINTS}
    if any(len(point) > BRIEF_POINT_LENGTH for point in words.brief):
        yield _("Each point of In brief has at most %(count)s characters.") % {
            "count": BRIEF_POINT_LENGTH
        }
    yield from cited.problems(words.answered, words.elsewhere)
