"""A language that nobody speaks: each sentence of a catalogue stands in marks, and what does not is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from gettext import NullTranslations
from typing import Any
from uuid import UUID

import html5lib
from django.apps import apps
from django.db import models
from django.utils.translation import trans_real

LEFT, RIGHT = "⟦", "⟧"
_LETTER = rf"[^\s{LEFT}{RIGHT}]"
_WORD = re.compile(r"[^\W\d_]{2,}")
# A place in the net, and how many a filter of a list finds.
_ADDRESS = re.compile(rf"{_LETTER}+://{_LETTER}+|{_LETTER}+@{_LETTER}+|/{_LETTER}+/")
_COUNT = re.compile(r"\s*\(\d+$")
# The minutes of a moment, before who it was.
_MINUTES = re.compile(r"^\d\d, ")
_INITIALS = re.compile(r"[A-Z]{2}")
_NAMES = frozenset({"LinkedIn", "Bluesky", "Mastodon", "X", "Ctrl", "Enter", "Esc"})
# Django's own words that Django does not translate.
_DJANGOS = frozenset(
    {
        *("True", "False", "None"),
        *("Post-topic relationships", "Post-topic relationship", "Post_topics object"),
    }
)
_EDGES = " ·:;,.()“”‘’–—|/-#<>•›«»…?!{}[]\"'"
_CONTEXT = "\x04"
_TAG = re.compile(r"(<[^<>]*>)")
_HOLE = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")
_SHOWN = ("title", "aria-label", "alt", "placeholder", "aria-description")
_UNSEEN = frozenset({"script", "style", "template"})
# What stands in no language: an accelerator key, code, an address, a name that its owner gave it.
_OF_NO_LANGUAGE = frozenset({"kbd", "code", "svg"})


class Marked(NullTranslations):
    """A catalogue that has every message, also Django's own, and puts it into marks."""

    domain = "django"

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        """Return the message in marks; a list of words in marks each."""
        said = message.rpartition(_CONTEXT)[2]
        if said == "yes,no,maybe":
            return ",".join(f"{LEFT}{word}{RIGHT}" for word in said.split(","))
        return f"{LEFT}{_opened(said)}{RIGHT}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the message for one or for many, in marks."""
        return self.gettext(msgid1 if n == 1 else msgid2)

    def to_language(self) -> str:
        """Return the code that pages give as their language."""
        return self._language

    def language(self) -> str:
        """Return the same code; Django asks in two ways."""
        return self._language


def _opened(said: str) -> str:
    """Return a message whose holes stand outside of the marks: what fills them is no part of it.

    Within a tag a hole is left alone, since marks would change an address.
    """
    parts = _TAG.split(said)
    parts[::2] = [_HOLE.sub(rf"{RIGHT}\g<0>{LEFT}", part) for part in parts[::2]]
    return "".join(parts)


class Alike(Marked):
    """A catalogue of a language that has one word for everything."""

    word = "Hinweis"

    def gettext(self, message: str) -> str:
        """Return that word."""
        return self.word


def speak(
    language: str, *, settings: Any, monkeypatch: Any, catalogue: type[Marked] = Marked
) -> None:
    """Let the site speak the marked language under a code, in every thread, until the test ends."""
    settings.LANGUAGE_CODE = language
    catalogues = vars(trans_real)["_translations"]
    monkeypatch.setitem(catalogues, language, catalogue(language))


def stored_words() -> set[str]:
    """Return each text that somebody stored: in a row, a line of it, or the text of its HTML."""
    found: set[str] = set()
    for model in apps.get_models():
        texts = (
            models.CharField,
            models.TextField,
            models.JSONField,
            models.FileField,
            models.UUIDField,
        )
        names = [field.attname for field in model._meta.fields if isinstance(field, texts)]
        for row in model._default_manager.values_list(*names):
            for text in _texts_in(row):
                found |= {_plain(part) for part in (text, *text.splitlines(), *_shown_in(text))}
    return found


def unmarked(html: str, known: Iterable[str]) -> list[str]:
    """Return what a page shows outside of marks: visible text, titles, labels, values of buttons.

    Args:
        known: what people wrote; it may stand anywhere, in whole or as a longer part.
    """
    return _foreign(_runs(_stream(html5lib.parse(html, namespaceHTMLElements=False))), known)


def unmarked_lines(text: str, known: Iterable[str]) -> list[str]:
    """Return what a mail in plain text says outside of marks."""
    return _foreign(_runs(text.splitlines()), known)


def _foreign(said: Iterable[str], known: Iterable[str]) -> list[str]:
    words = {_plain(_ADDRESS.sub("", part)) for text in known for part in _parts(text)}
    whole = "\n".join(words)
    return [
        run
        for run in said
        if _WORD.search(run)
        and run not in _NAMES | _DJANGOS
        and not _INITIALS.fullmatch(run)
        and run not in words
        and not (len(run) > 8 and run in whole)
        and not (run.endswith("…") and run.removesuffix("…").strip() in whole)
    ]


def _parts(text: str) -> list[str]:
    """Return a text, and what stands between the signs at which the text of a page is cut."""
    return [text, *re.split(r"[·:|→]", text)]


def _runs(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the stretches of text outside of marks; a sentence may go over several pieces."""
    depth = 0
    for piece in pieces:
        run = ""
        for character in f"{_ADDRESS.sub('', piece)}\n":
            depth += (character == LEFT) - (character == RIGHT)
            if depth or character in f"{LEFT}{RIGHT}·:|→\n":
                if _plain(run):
                    yield _plain(run)
                run = ""
            else:
                run += character


def _stream(element: Any) -> Iterator[str]:
    """Yield what a reader meets in an element, in order."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _UNSEEN or not tag:
        return
    for name in _SHOWN:
        if element.get(name):
            yield element.get(name)
    if tag == "input" and element.get("type") in {"submit", "button"}:
        yield element.get("value", "")
    if tag == "meta" and element.get("name") == "description":
        yield element.get("content", "")
    if tag not in _OF_NO_LANGUAGE:
        yield element.text or ""
    for child in element:
        yield from _stream(child)
        yield child.tail or "" if tag not in _OF_NO_LANGUAGE else ""


def _plain(text: str) -> str:
    plain = " ".join(text.split()).strip(_EDGES)
    return _MINUTES.sub("", _COUNT.sub("", plain)).strip(_EDGES)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, (str, UUID)):
        yield str(value)
    elif isinstance(value, dict):
        yield from _texts_in(list(value.items()))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts_in(each)


def _shown_in(text: str) -> list[str]:
    if "<" not in text:
        return []
    return list(_stream(html5lib.parse(text, namespaceHTMLElements=False)))
