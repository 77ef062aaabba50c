"""What the lists of the newsroom say on top of Django's: which filters hold, what each cell is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.contrib.admin import ListFilter
from django.contrib.admin.views.main import ChangeList

register = template.Library()

_OWN_TEMPLATE = ListFilter.template
"""What draws a filter that is no row of tabs."""


@register.filter
def is_tabs(spec: ListFilter) -> bool:
    """Whether a filter draws itself as a row of tabs, which stands above the others."""
    return spec.template != _OWN_TEMPLATE


@register.filter
def chosen_filters(cl: ChangeList) -> list[str]:
    """Return what is chosen in the filters that are no tabs, in their order: `["Pages", "Water"]`."""
    specs = [spec for spec in cl.filter_specs if spec.used_parameters and not is_tabs(spec)]
    return [str(choice["display"]) for spec in specs for choice in _chosen(spec, cl)]


def _chosen(spec: Any, cl: ChangeList) -> Iterator[Mapping[str, Any]]:
    return (choice for choice in spec.choices(cl) if choice["selected"])


@register.filter
def labelled(
    cells: Iterable[str], headers: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield each cell of a row with the name of its column; without one for its tick and its heading."""
    for cell, header in zip(cells, headers, strict=False):
        is_plain = cell.startswith("<td") and 'class="action-checkbox"' not in cell
        yield cell, str(header["text"]) if is_plain else ""
