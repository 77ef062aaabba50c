"""Old addresses that a source names: which of them are new here, and why others are not kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_noop

from blog.models import OldAddress
from blog.old_addresses import Former, is_own, normal, remember_all
from transfer.summary import Summary

_KEPT = gettext_noop("Old addresses kept")
_NOT_KEPT = gettext_noop("Old addresses not kept")
_AT_ONCE = 900


def keep(rows: Sequence[Former], told: Summary) -> None:
    """Keep old addresses, and tell how many are new and which were not kept. Call it in a transaction."""
    wanted = {path for row in rows if (path := normal(row.path))}
    before = len(_stored(wanted))
    for refused in remember_all(rows):
        told.say(_NOT_KEPT, {"title": refused.path, "why": refused.why})
    told.count(_KEPT, len(_stored(wanted)) - before)


def foretell(rows: Sequence[Former], told: Summary) -> None:
    """Tell how many would be new, for a dry run."""
    wanted = {path for row in rows if (path := _new(row))}
    told.count(_KEPT, len(wanted - _stored(wanted)))


def _new(row: Former) -> str | None:
    """Return the path of a row that would be kept if nothing had it yet."""
    path = normal(row.path)
    leads_to = row.post.get_absolute_url() if row.post else row.target
    return path if path != "/" and is_own(leads_to) and path != normal(leads_to) else None


def _stored(paths: Iterable[str]) -> set[str]:
    asked = list(paths)
    found: set[str] = set()
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        found.update(OldAddress.objects.filter(path__in=some).values_list("path", flat=True))
    return found
