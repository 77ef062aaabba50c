"""The summary that an importer leaves, as a page of the newsroom shows it: numbers, and long lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog.told_together import Told, together

PER_PAGE = 100
_FIRST = [
    gettext_noop("Posts imported"),
    gettext_noop("Pages imported"),
    gettext_noop("Comments imported"),
    gettext_noop("Mentions imported"),
]
_LAST = gettext_noop("Skipped")
"""What is looked for first, and what concerns only what is not here."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list; `why` is empty where the title says it all.

    `names` are those of several things that the line stands for.
    """

    title: str
    why: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One list of the summary, a page of it at a time.

    `name` is what the address calls it, e.g. `s2`; it is open when somebody asked for a page of it.
    `count` tells the things, of which several may share a line.
    """

    name: str
    label: str
    count: int
    page: Page[Line]
    is_open: bool


@dataclass(frozen=True)
class ImportSummary:
    """What came, by label: single facts first, then the lists."""

    facts: list[Line]
    sections: list[Section]


def read(summary: object, asked: Mapping[str, str]) -> ImportSummary:
    """Return a summary as a page shows it, whatever JSON it is.

    Args:
        asked: the query of the page, in which `s2=3` asks for the third page of the third list.
    """
    # Sorted, since PostgreSQL keeps the keys of JSON in an order of its own.
    rows = (
        sorted(summary.items(), key=_place)
        if isinstance(summary, dict)
        else [(gettext_noop("Summary"), summary)]
    )
    facts = [Line(_(str(label)), _fact(value)) for label, value in rows if not _is_list(value)]
    lists = [(str(label), _lines(value)) for label, value in rows if _is_list(value) and value]
    sections = [
        _section(f"s{number}", _(label), lines, asked)
        for number, (label, lines) in enumerate(lists)
    ]
    return ImportSummary(facts, sections)


def _place(row: tuple[str, object]) -> tuple[int, str]:
    """Return where a label stands: what came first, what was left out last."""
    label = row[0]
    if label in _FIRST:
        return _FIRST.index(label), label
    return len(_FIRST) + label.startswith(_LAST), label


def _section(name: str, label: str, said: list[Told], asked: Mapping[str, str]) -> Section:
    lines = [_line(told) for told in said]
    page = Paginator(lines, PER_PAGE).get_page(asked.get(name))
    count = sum(len(told.titles) for told in said)
    return Section(name, label, count, page, is_open=name in asked)


def _is_list(value: object) -> bool:
    return isinstance(value, (list, dict))


def _lines(value: Any) -> list[Told]:
    if isinstance(value, dict):
        return together(("", str(name), _reason(_fact(said))) for name, said in value.items())
    return together(map(_parts, value))


def _parts(said: object) -> tuple[str, str, str]:
    """Return what an entry of a list is about, its title and its reason."""
    if isinstance(said, dict):
        title, why = said.get("title", ""), said.get("why", "")
        if title or why:
            reason = _reason(_fact(why), _fact(said.get("more", "")))
            return _fact(said.get("what", "")), _fact(title), reason
    return "", _fact(said), ""


def _reason(why: str, more: str = "") -> str:
    """Return a reason in the language of the site, and behind it what the source says in its own."""
    return f"{why and _(why)} {more}".strip()


def _line(told: Told) -> Line:
    return Line(told.heading, told.why, told.names)


def _fact(value: object) -> str:
    """Return a value in words: numbers with commas, yes and no, and of anything else its parts."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int():
            return number_format(value, force_grouping=True)
        case None:
            return "–"
        case dict():
            return "; ".join(f"{name}: {_fact(said)}" for name, said in value.items())
        case list():
            return ", ".join(map(_fact, value))
    return str(value)
