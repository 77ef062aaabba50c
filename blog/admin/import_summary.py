"""The summary that an importer leaves, as a page of the newsroom shows it: numbers, and long lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list; `why` is empty where the title says it all."""

    title: str
    why: str = ""


@dataclass(frozen=True)
class Section:
    """One list of the summary, a page of it at a time.

    `name` is what the address calls it, e.g. `s2`; it is open when somebody asked for a page of it.
    """

    name: str
    label: str
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
    rows = sorted(summary.items()) if isinstance(summary, dict) else [("Summary", summary)]
    facts = [Line(str(label), _fact(value)) for label, value in rows if not _is_list(value)]
    lists = [(str(label), _lines(value)) for label, value in rows if _is_list(value) and value]
    sections = [
        _section(f"s{number}", label, lines, asked) for number, (label, lines) in enumerate(lists)
    ]
    return ImportSummary(facts, sections)


def _section(name: str, label: str, lines: list[Line], asked: Mapping[str, str]) -> Section:
    page = Paginator(lines, PER_PAGE).get_page(asked.get(name))
    return Section(name, label, page, is_open=name in asked)


def _is_list(value: object) -> bool:
    return isinstance(value, (list, dict))


def _lines(value: Any) -> list[Line]:
    if isinstance(value, dict):
        return [Line(str(name), _fact(said)) for name, said in value.items()]
    return [_line(said) for said in value]


def _line(said: object) -> Line:
    if isinstance(said, dict):
        title, why = said.get("title", ""), said.get("why", "")
        if title or why:
            return Line(_fact(title), _fact(why))
    return Line(_fact(said))


def _fact(value: object) -> str:
    """Return a value in words: numbers with commas, yes and no, and of anything else its parts."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case None:
            return "–"
        case dict():
            return "; ".join(f"{name}: {_fact(said)}" for name, said in value.items())
        case list():
            return ", ".join(map(_fact, value))
    return str(value)
