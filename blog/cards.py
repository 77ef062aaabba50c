"""The card of a post: the picture that other sites show beside a link to it, drawn from its words.

1200 × 630 is what their documentation asks for (The Open Graph protocol; X Cards, `summary_large_image`).
"""

from __future__ import annotations

import hashlib
import io
from bisect import bisect_right
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from blog.models import Post, Site

SIZE = (1200, 630)
_DRAWN_AS = 1
"""Raise it when the drawing changes, so that every card gets another address."""

_PAPER, _INK, _QUIET, _RULE, _ACCENT = "#FBFAF7", "#16202B", "#5B6571", "#DDD8CC", "#1D4F7C"
_EDGE, _FACE, _FACE_TOP = 80, 128, 472
_TITLE_SIZES = (76, 68, 60, 52, 46)
_TITLE_LINES, _BYLINE_LINES = 4, 2
_ROOM = SIZE[0] - 2 * _EDGE
_COLOURS, _COLOURS_OF_A_FACE = 16, 64
_FONTS = Path(settings.BASE_DIR) / "static" / "fonts"


def _letters(ranges: str) -> frozenset[str]:
    """Return the letters of hexadecimal ranges such as `20-7E,131`."""
    spans = [span.partition("-") for span in ranges.split(",")]
    codes = [range(int(first, 16), int(last or first, 16) + 1) for first, _, last in spans]
    return frozenset(chr(code) for span in codes for code in span)


# What each file of the reading face holds: `static/fonts/README.md` makes them from the same ranges.
_LATIN = _letters(
    "20-7E,A0-FF,131,152-153,2C6,2DA,2DC,2010-2015,2018-201E,2020-2022,2026,202F,2032-2033,"
    "2039-203A,2044,20AC,2122,2190-2193,2212"
)
_EXTENDED = _letters(
    "100-130,132-151,154-2BA,2BD-2C5,2C7-2CC,2CE-2D7,2DD-2FF,1E00-1EFF,20A0-20AB,20AD-20C0"
)


@dataclass(frozen=True)
class Card:
    """What a card shows."""

    title: str
    byline: str
    site: str
    accent: str
    face: str
    initials: str

    @property
    def digest(self) -> str:
        """A name that changes with what the card shows."""
        said = "\0".join([str(_DRAWN_AS), *astuple(self)])
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def card_of(post: Post, site: Site) -> Card | None:
    """Return the card of a public post; `None` when its words have letters that our face lacks."""
    version = post.live_version
    if version is None:
        return None
    card = Card(
        title=version.title,
        byline=version.byline_line,
        site=site.name,
        accent=site.accent or _ACCENT,
        face=version.author.portrait.name or "",
        initials=version.author.initials,
    )
    return card if has_letters_for(card.title + card.byline + card.site) else None


def card_address(post: Post, site: Site) -> str:
    """Return the whole address of the card of a public post, or an empty string without one."""
    card = card_of(post, site)
    return settings.SITE_URL + reverse("blog:card", args=[post.slug, card.digest]) if card else ""


@lru_cache(maxsize=128)
def drawn(card: Card) -> bytes:
    """Return the card as a PNG of about 10 to 25 kB; drawn once by each process."""
    picture = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 16, SIZE[1]), fill=card.accent)
    _write(pen, (_EDGE, 64), _cut(card.site, 32, _ROOM), 32, _QUIET)
    size, lines = _title(card.title)
    for number, line in enumerate(lines):
        _write(pen, (_EDGE, 130 + number * round(size * 1.18)), line, size, _INK, weight=600)
    pen.line((_EDGE, 450, SIZE[0] - _EDGE, 450), fill=_RULE, width=2)
    _face(picture, card)
    left = _EDGE + _FACE + 24
    said = _first_lines(card.byline, 32, SIZE[0] - _EDGE - left, _BYLINE_LINES)
    for number, line in enumerate(said):
        top = _FACE_TOP + (_FACE - 42 * len(said)) / 2 + 42 * number
        _write(pen, (left, top), line, 32, _INK)
    file = io.BytesIO()
    colours = _COLOURS_OF_A_FACE if card.face else _COLOURS
    picture.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def has_letters_for(text: str) -> bool:
    """Whether the reading face can write a text."""
    return all(letter in _LATIN or letter in _EXTENDED for letter in text)


@lru_cache(maxsize=32)
def _font(letters: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONTS / f"reading-serif-{letters}-roman.woff2", size)
    font.set_variation_by_axes([weight])
    return font


def _runs(text: str, size: int, weight: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """Split a text into pieces that one file of the face holds."""
    grouped = groupby(text, key=lambda letter: "latin" if letter in _LATIN else "latin-ext")
    return [("".join(run), _font(letters, size, weight)) for letters, run in grouped]


def _width(text: str, size: int, weight: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, size, weight))


def _write(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    ink: str,
    *,
    weight: int = 400,
) -> None:
    """Write one line, its baseline where that of the largest letters of this size is."""
    across, down = at[0], at[1] + size
    for run, font in _runs(text, size, weight):
        pen.text((across, down), run, font=font, fill=ink, anchor="ls")
        across += font.getlength(run)


def _title(text: str) -> tuple[int, list[str]]:
    """Return the largest size at which the title fits, and its lines; the smallest cuts it."""
    for size in _TITLE_SIZES:
        lines = _lines(text, size, _ROOM, 600)
        fits = len(lines) <= _TITLE_LINES and len(lines) * size * 1.18 <= 310
        if fits and all(_width(line, size, 600) <= _ROOM for line in lines):
            return size, lines
    return size, _first_lines(text, size, _ROOM, _TITLE_LINES, weight=600)


def _lines(text: str, size: int, room: float, weight: int) -> list[str]:
    """Break a text between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _first_lines(text: str, size: int, room: float, most: int, *, weight: int = 400) -> list[str]:
    """Break a text into at most so many lines, cutting what is too long."""
    lines = _lines(text, size, room, weight)
    shown = [*lines[: most - 1], " ".join(lines[most - 1 :])] if len(lines) > most else lines
    return [_cut(line, size, room, weight=weight) for line in shown]


def _cut(text: str, size: int, room: float, *, weight: int = 400) -> str:
    """Cut a line that is too long, and say so with an ellipsis."""
    if _width(text, size, weight) <= room:
        return text
    # The longest beginning that fits, found by halving.
    most = bisect_right(range(len(text)), room, key=lambda n: _width(f"{text[:n]}…", size, weight))
    return f"{text[: most - 1].rstrip()}…"


def _face(picture: Image.Image, card: Card) -> None:
    """Paste the portrait as a disc, or the initials on one."""
    mask = Image.new("L", (_FACE * 4, _FACE * 4), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, _FACE * 4 - 1, _FACE * 4 - 1), fill=255)
    mask = mask.resize((_FACE, _FACE), Image.Resampling.LANCZOS)
    disc = _portrait(card.face)
    if disc is None:
        disc = Image.new("RGB", (_FACE, _FACE), card.accent)
        if has_letters_for(card.initials):
            pen = ImageDraw.Draw(disc)
            middle = (_FACE - _width(card.initials, 48, 600)) / 2
            _write(pen, (middle, 33), card.initials, 48, _PAPER, weight=600)
    picture.paste(disc, (_EDGE, _FACE_TOP), mask)


def _portrait(name: str) -> Image.Image | None:
    """Return a portrait as a square of the disc's size, if it is there and can be read."""
    if not name:
        return None
    try:
        with default_storage.open(name) as file, Image.open(file) as found:
            return found.convert("RGB").resize((_FACE, _FACE), Image.Resampling.LANCZOS)
    except (OSError, UnidentifiedImageError):
        return None
