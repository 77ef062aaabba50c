"""From what a source says to what fits the fields here; what does not fit is told, never dropped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from blog.cited import MOST_LINKS, Answered, answer_problems, problems
from blog.models import Author, Version
from blog.plaintext import normalise
from blog.words import BRIEF_POINT_LENGTH, BRIEF_POINTS, Words
from transfer.items import Article

UNTITLED = "Untitled"
ANSWERED = ("url", "title", "author", "quote")
_SHORTENED = {
    "title": gettext_noop("Its title was shortened. The whole of it:"),
    "standfirst": gettext_noop("Its standfirst was shortened. The whole of it:"),
    "byline": gettext_noop("Its byline was shortened. The whole of it:"),
    "authorship_detail": gettext_noop("How it was written was shortened. The whole of it:"),
    "disclosure": gettext_noop("Its disclosure was shortened. The whole of it:"),
    "legend": gettext_noop("Its legal note was shortened. The whole of it:"),
    "correction": gettext_noop("What changed in it was shortened. The whole of it:"),
    "brief": gettext_noop("In brief was shortened. The whole of it:"),
    "answered_url": gettext_noop("The address of what it answers was shortened. The whole of it:"),
    "answered_title": gettext_noop("The title of what it answers was shortened. The whole of it:"),
    "answered_author": gettext_noop(
        "The author of what it answers was shortened. The whole of it:"
    ),
    "answered_quote": gettext_noop("What it quotes was shortened. The whole of it:"),
}


@dataclass(frozen=True)
class Note:
    """What is told of an article: a sentence of the catalogue, in English, and words of the source."""

    why: str
    more: str = ""


@dataclass(frozen=True)
class Fitted:
    """The words of an article as they fit here, and a note for each thing that was changed."""

    words: Words
    notes: tuple[Note, ...]


def line(text: str) -> str:
    """Return text on one line, without what no reader sees."""
    return " ".join(normalise(text).split())


def shortened(text: str, length: int) -> str:
    """Return `text` with at most `length` characters, cut behind a word, an ellipsis in its place."""
    if len(text) <= length:
        return text
    start = text[: length - 1]
    words = start.rpartition(" ")[0]
    whole = words if len(words) > length // 2 else start
    # A mark that belongs to the letter cut off would stand on the ellipsis' neighbour.
    while whole and unicodedata.combining(text[len(whole)]):
        whole = whole[:-1]
    return f"{whole.rstrip(' ,;:–—-')}…"


def moment(at: datetime | None) -> datetime | None:
    """Return a moment with a time zone: UTC where the source names none."""
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if timezone.is_naive(at) else at


def day(at: datetime) -> str:
    """Return a day as people write it, to name a comment by: its writer may ask to be forgotten."""
    return f"{at.day} {at:%B %Y}"


def longest(field: str) -> int:
    """Return how many characters a field of `Version` holds."""
    return int(Version._meta.get_field(field).max_length or 0)  # type: ignore[union-attr]


def fitted(article: Article, author: Author) -> Fitted:
    """Return the words of `article` under the byline of `author`.

    A title that is too long is shortened, and the whole of it begins the standfirst if there is room,
    else it stands in a note.
    """
    changes = _Changes()
    title, standfirst = changes.heading(article)
    words = Words(
        title=title,
        standfirst=standfirst,
        brief=changes.brief(article),
        body=normalise(article.body),
        markup=article.markup,
        author=author,
        images=(article.lead_image,) if article.lead_image else (),
        byline=changes.short("byline", line(article.byline)),
        authorship=article.authorship,
        authorship_detail=changes.short("authorship_detail", line(article.authorship_detail)),
        disclosure=changes.short("disclosure", normalise(article.disclosure)),
        legend=changes.short("legend", normalise(article.legend)),
        correction=changes.short("correction", normalise(article.correction)),
        elsewhere=changes.elsewhere(article),
        **changes.answered(article),
    )
    return Fitted(words, tuple(changes.notes(words)))


class _Changes:
    """Shortens, and remembers what was shortened."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def short(self, field: str, text: str) -> str:
        """Return `text` as it fits a field; the whole goes into a note."""
        fits = shortened(text, longest(field))
        if fits != text:
            self._notes.append(Note(_SHORTENED[field], text))
        return fits

    def heading(self, article: Article) -> tuple[str, str]:
        """Return title and standfirst."""
        whole, standfirst = line(article.title), normalise(article.standfirst).strip()
        title = shortened(whole, longest("title"))
        if title == whole:
            return whole or UNTITLED, self.short("standfirst", standfirst)
        together = f"{whole} {standfirst}".strip()
        if len(together) <= longest("standfirst"):
            why = gettext_noop("Its title was shortened; the whole begins its standfirst.")
            self._notes.append(Note(why))
            return title, together
        self._notes.append(Note(_SHORTENED["title"], whole))
        return title, self.short("standfirst", standfirst)

    def brief(self, article: Article) -> tuple[str, ...]:
        """Return the points of “In brief”."""
        points = [line(point) for point in article.brief if point.strip()]
        fits = tuple(shortened(point, BRIEF_POINT_LENGTH) for point in points[:BRIEF_POINTS])
        if list(fits) != points:
            self._notes.append(Note(_SHORTENED["brief"], " · ".join(points)))
        return fits

    def answered(self, article: Article) -> dict[str, str]:
        """Return what it answers by the fields of `Version`, or nothing where that cannot be kept."""
        said = article.answered or {}
        found = {name: normalise(said.get(name, "")).strip() for name in ANSWERED}
        if any(answer_problems(Answered(**{**found, "author": "", "quote": ""}))):
            whole = ", ".join(filter(None, found.values()))
            self._notes.append(Note(gettext_noop("What it answers could not be kept:"), whole))
            return {}
        fields = {f"answered_{name}": text for name, text in found.items()}
        return {name: self.short(name, text) for name, text in fields.items()}

    def elsewhere(self, article: Article) -> tuple[dict[str, str], ...]:
        """Return the links to elsewhere that can be kept."""
        kept: list[dict[str, str]] = []
        for said in article.elsewhere:
            link = {name: line(text) for name, text in said.items()}
            if len(kept) < MOST_LINKS and not any(problems(Answered(), [link])):
                kept.append(link)
            else:
                why = gettext_noop("A link to elsewhere could not be kept:")
                self._notes.append(Note(why, ", ".join(link.values())))
        return tuple(kept)

    def notes(self, words: Words) -> Iterator[Note]:
        """Yield a note for each change, and for what has no text at all."""
        yield from self._notes
        if words.title == UNTITLED:
            yield Note(gettext_noop("It had no title."))
        if not words.body.strip():
            yield Note(gettext_noop("It has no text."))
