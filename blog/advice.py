"""What an experienced editor would point out in a text: advice, which never keeps anybody from saving.

Pure functions over plain values; the time they take grows with the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.card_places import card_place
from blog.first_screen import lines_too_many
from blog.markup import WORDS_A_MINUTE
from blog.models.version import Authorship, Markup
from blog.open_places import open_places
from blog.text_parts import Part, parts_of
from blog.words import BRIEF_POINT_LENGTH

BRIEF_SECONDS = 60
"""Who reads no more than In brief shall have the point in a minute."""

MOST = 40
"""Pieces of advice on one text; whoever has followed those gets the next ones."""

_LONGEST = 80


@dataclass(frozen=True)
class Advice:
    """One thing to look at.

    Attributes:
        kind: a word for which rule it is.
        sentence: what to do, for the person who writes.
        excerpt: the place in the text, spelled as there; empty where it is about no place.
        field: the field of the form that it is about.
    """

    kind: str
    sentence: str
    excerpt: str = ""
    field: str = "body"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What there is to give advice on: plain values, as they stand in the form."""

    body: str
    title: str = ""
    markup: str = Markup.MARKDOWN
    brief: tuple[str, ...] = ()
    authorship: str = Authorship.BY
    authorship_detail: str = ""
    disclosure: str = ""

    @property
    def brief_seconds(self) -> int:
        """Seconds that reading In brief takes."""
        return round(sum(len(point.split()) for point in self.brief) * 60 / WORDS_A_MINUTE)


def advice_on(draft: Draft) -> list[Advice]:
    """Return at most `MOST` pieces of advice: on who wrote it, then on the text from top to bottom."""
    is_html = draft.markup == Markup.HTML
    parts = parts_of(draft.body, is_html=is_html)
    before = (*_on_the_first_screen(draft), *_on_the_writers(draft))
    return [*before, *islice(_on_the_text(parts, is_html=is_html), MOST)][:MOST]


def _on_the_first_screen(draft: Draft) -> Iterator[Advice]:
    points = tuple(point for point in draft.brief if point)
    if any(len(point) > BRIEF_POINT_LENGTH for point in points):
        return  # It cannot be saved like this, and its field says so.
    byline = f"Written by somebody of us {draft.authorship_detail}"
    lines = lines_too_many(draft.title, byline, points)
    if lines:
        said = ngettext(
            "On a phone the first screen ends about %(count)s line before In brief does."
            " Shorten a point, the title or the byline.",
            "On a phone the first screen ends about %(count)s lines before In brief does."
            " Shorten a point, the title or the byline.",
            lines,
        ) % {"count": lines}
        yield Advice("first screen", said, field=f"brief_{len(points)}")


def _on_the_writers(draft: Draft) -> Iterator[Advice]:
    if draft.brief_seconds > BRIEF_SECONDS:
        said = _(
            "In brief takes %(brief_seconds)s seconds to read. Try to stay within a minute."
        ) % {"brief_seconds": draft.brief_seconds}
        yield Advice("brief", said, field="brief_1")
    for number, point in enumerate(draft.brief, 1):
        yield from _on_open_places(point, f"brief_{number}")
    has_detail = bool(draft.authorship_detail.strip())
    if draft.authorship == Authorship.GUEST and not has_detail:
        said = _("Say who the guest is: what connects them with you.")
        yield Advice("byline", said, field="authorship_detail")
    if draft.authorship == Authorship.AI and not has_detail:
        said = _("Say which AI system helped, and with what.")
        yield Advice("byline", said, field="authorship_detail")
    if draft.authorship == Authorship.GUEST and not draft.disclosure.strip():
        said = _("Has the guest interests a reader should know of? Say so under “Disclosure”.")
        yield Advice("disclosure", said, field="disclosure")


def _on_the_text(parts: Iterable[Part], *, is_html: bool) -> Iterator[Advice]:
    outline = _Outline()
    linked: set[str] = set()
    for part in parts:
        match part.kind:
            case "heading":
                yield from outline.on(part)
                yield from _on_open_places(part.text)
            case "link":
                yield from _on_link(part)
                linked.update(_ADDRESS.findall(part.text))
            case "image":
                yield from _on_image(part)
            case _:
                yield from _on_holes(part)
                yield from _on_open_places(part.text)
                if is_html:  # Markdown makes a link of it
                    yield from _on_addresses(part, linked)
                yield from _on_figures(part)


class _Outline:
    """Follows the levels of headings through a text."""

    def __init__(self) -> None:
        self._first = self._before = 0

    def on(self, part: Part) -> Iterator[Advice]:
        """Yield advice on a heading that skips a level, or stands above the first one."""
        self._first = self._first or part.level
        if self._before and part.level > self._before + 1:
            said = _("The heading “%(short)s” is two levels or more below the one before.") % {
                "short": _short(part.text)
            }
            yield Advice("heading", said, part.source)
        elif part.level < self._first:
            said = _("The heading “%(short)s” stands above the first one of the text.") % {
                "short": _short(part.text)
            }
            yield Advice("heading", said, part.source)
        self._before = part.level


# What an editor leaves in the place of an address that is still to come.
_NOWHERE = re.compile(r"#?|(?:https?://)?[….]*", re.IGNORECASE)


def _on_link(part: Part) -> Iterator[Advice]:
    if _NOWHERE.fullmatch(part.target):
        yield Advice(
            "link",
            _("The link “%(short)s” leads nowhere yet.") % {"short": _short(part.text)},
            part.source,
        )
    elif not part.text:
        yield Advice("link", _("A link has no words that could be clicked."), part.source)


def _on_image(part: Part) -> Iterator[Advice]:
    if not part.text:
        said = _("Say what this picture shows, unless it is only decorative.")
        yield Advice("image", said, part.source)


_HOLES = (
    # “click here to .”, “see , and”; no “in .NET”, no “wait …”
    re.compile(r"(?<!\w)\w+[ \t]+[.,](?![\w.])"),
    # “see  for details”: two spaces where a link stood
    re.compile(
        r"\b(?:at|by|from|here|in|of|on|read|see|the|to|under|via|visit|with)[ \t]{2,}\w+",
        re.IGNORECASE,
    ),
    # “(see )”
    re.compile(r"(?<![\w\]])\([ \t]*(?:(?:see|via|source):?[ \t]*)?\)", re.IGNORECASE),
)


def _on_holes(part: Part) -> Iterator[Advice]:
    for hole in _HOLES:
        for match in hole.finditer(part.text):
            said = _("Something seems to be missing here: “%(short)s”. Was it a link?") % {
                "short": _short(match[0])
            }
            yield Advice("hole", said, match[0])


# Each begins where a run of digits does, so that a long one is read once.
_NUMBER = re.compile(
    r"(?P<before>[$€£¥][ \t\u00a0]?)?(?<!\d)(?P<number>\d(?:[\d.,'’\u202f]*\d)?)"
    r"(?P<after>[ \t\u00a0]?(?:[%€£¥]|(?:per[ ]cent|EUR|USD|GBP|CHF|euros?|dollars?|pounds?)\b))?"
)
_LARGE = re.compile(r"(?:\d{4,}|\d{1,3}(?:[.,'’\u202f]\d{3})+)(?:[.,]\d+)?")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")


def _on_open_places(text: str, field: str = "body") -> Iterator[Advice]:
    for place in open_places(text):
        said = _("A place is still open here: “%(short)s”.") % {"short": _short(place)}
        yield Advice("open", said, place, field)


# Not within a link or a definition, and without the full stop of its sentence.
_ADDRESS = re.compile(r"(?<![\w<(\[\"'=/])(?<!\]: )https?://[^\s<>\[\]]*[^\s<>\[\].,;:!?)'\"”…]")


def _on_addresses(part: Part, linked: set[str]) -> Iterator[Advice]:
    """Yield advice on addresses that readers would see and could not click."""
    for address in _ADDRESS.findall(part.text):
        is_card = address == part.text and card_place(address)
        if address not in linked and not is_card:
            said = _("Readers cannot click “%(short)s”. Make it a link with words.") % {
                "short": _short(address)
            }
            yield Advice("address", said, address)


def _on_figures(part: Part) -> Iterator[Advice]:
    """Yield one piece of advice for a paragraph: the first figure stands for all of them."""
    if part.has_source:
        return
    numbers = _NUMBER.finditer(part.text)
    figure = next((match[0] for match in numbers if _is_figure(match)), "")
    if figure:
        said = _("Where is %(short)s from? A link or a footnote lets readers check it.") % {
            "short": _short(figure)
        }
        yield Advice("figure", said, figure)


def _is_figure(match: re.Match[str]) -> bool:
    """Whether a number says how much, and is not merely a day, a year or a small count."""
    if match["before"] or match["after"]:
        return True
    number = match["number"]
    return bool(_LARGE.fullmatch(number)) and not _YEAR.fullmatch(number)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
