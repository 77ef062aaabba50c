"""Links that narrow what was found: by kind, by topic, by year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from blog.models import SearchEntry
from blog.search.narrowing import Choice
from blog.search.results import Facet

MOST_TOPICS = 12
"""Topics offered; the others have fewer results."""

_SLUG = re.compile(r"[-\w]{1,60}", re.ASCII)
_YEAR = re.compile(r"[1-9][0-9]{3}")


@dataclass(frozen=True)
class Way:
    """A link to a part of what was found; `is_chosen` is the part that is shown already."""

    name: str
    count: int
    url: str
    is_chosen: bool


def choice_of(parameters: Mapping[str, str]) -> Choice:
    """Return what the parameters of an address choose; what makes no sense chooses nothing."""
    kind, topic, year = (parameters.get(name, "") for name in ("kind", "topic", "year"))
    return Choice(
        kind=kind if kind in SearchEntry.Kind.values else "",
        topic=topic if _SLUG.fullmatch(topic) else "",
        year=int(year) if _YEAR.fullmatch(year) else 0,
    )


def address(query: str, choice: Choice, page: int = 1) -> str:
    """Return the address of one page of what a question finds."""
    said = {
        "q": query,
        "kind": choice.kind,
        "topic": choice.topic,
        "year": choice.year or "",
        "page": page if page > 1 else "",
    }
    kept = {name: value for name, value in said.items() if value}
    return f"{reverse('blog:search')}?{urlencode(kept)}"


def kinds(facets: Iterable[Facet], query: str, choice: Choice) -> Iterator[Way]:
    """Yield everything, and then each kind that has results."""
    counts = {facet.value: facet.count for facet in facets}
    shown = [kind for kind in SearchEntry.Kind if kind in counts or kind == choice.kind]
    yield _way(gettext("Everything"), sum(counts.values()), query, choice, kind="")
    for kind in shown:
        yield _way(str(kind.label), counts.get(kind, 0), query, choice, kind=kind.value)


def topics(facets: Iterable[Facet], query: str, choice: Choice) -> Iterator[Way]:
    """Yield the topics with most results; the one that is chosen is always there."""
    most_first = sorted(facets, key=lambda facet: (-facet.count, facet.name))
    shown = [
        facet
        for place, facet in enumerate(most_first)
        if place < MOST_TOPICS or facet.value == choice.topic
    ]
    for facet in shown:
        yield _way(facet.name, facet.count, query, choice, topic=facet.value)


def years(facets: Iterable[Facet], query: str, choice: Choice) -> Iterator[Way]:
    """Yield the years with results, the newest first."""
    for facet in sorted(facets, key=lambda facet: -int(facet.value)):
        yield _way(facet.value, facet.count, query, choice, year=int(facet.value))


def _way(name: str, count: int, query: str, choice: Choice, **chosen: str | int) -> Way:
    other = replace(choice, **chosen)  # type: ignore[arg-type] # names of its fields
    return Way(name, count, address(query, other), is_chosen=other == choice)
