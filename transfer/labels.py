"""Topics and series for the labels a source uses: those that are here, else new ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.utils.text import slugify

from blog.models import Series, Topic
from transfer.fitting import line, shortened
from transfer.items import Label
from transfer.numbering import Numbering

Row = TypeVar("Row", bound=Topic | Series)

_DESCRIPTION = 600


class Labels(Generic[Row]):
    """Finds and makes the rows of one kind, and remembers them for the whole import.

    They are compared without regard to case, which only Python does alike for all letters: so the
    names of all rows are read once.
    """

    def __init__(self, kind: type[Row], *, dry_run: bool = False) -> None:
        self._kind: Any = kind
        self._dry_run = dry_run
        self._length = int(kind._meta.get_field("name").max_length or 0)
        self._by_name: dict[str, Row] = {}
        self._by_slug: dict[str, Row] = {}
        self._numbering = Numbering()
        self._is_read = False

    def load(self, labels: Iterable[Label]) -> int:
        """Find the rows of `labels`, make those that are missing, and return how many were made."""
        self._read()
        # Each one is remembered at once, so that the next label of that name finds it.
        missing = [
            self._remembered(self._unsaved(label))
            for label in labels
            if self._name(label) and self._find(label) is None
        ]
        if not self._dry_run:
            self._kind._default_manager.bulk_create(missing)
        return len(missing)

    def of(self, label: Label) -> Row | None:
        """Return the row of a label that was loaded; none for a label without a name."""
        return self._find(label) if self._name(label) else None

    def forget(self) -> None:
        """Look again, after a transaction that came to nothing."""
        self._by_name.clear()
        self._by_slug.clear()
        self._numbering.forget()
        self._is_read = False

    def _read(self) -> None:
        if not self._is_read:
            for row in self._kind._default_manager.only("name", "slug"):
                self._remembered(row)
            self._is_read = True

    def _remembered(self, row: Row) -> Row:
        self._by_name[row.name.casefold()] = self._by_slug[row.slug] = row
        return row

    def _find(self, label: Label) -> Row | None:
        return self._by_name.get(self._name(label).casefold()) or self._by_slug.get(
            slugify(label.slug)
        )

    def _name(self, label: Label) -> str:
        return shortened(line(label.name), self._length)

    def _unsaved(self, label: Label) -> Row:
        made: Row = self._kind(
            name=self._name(label),
            slug=self._free(label),
            description=shortened(line(label.description), _DESCRIPTION),
        )
        return made

    def _free(self, label: Label) -> str:
        whole = slugify(label.slug) or slugify(label.name) or str(self._kind._meta.verbose_name)
        slug = whole[: self._length]
        if slug not in self._by_slug:
            return slug
        base = whole[: self._length - 8].strip("-_")
        return self._numbering.free(base, self._by_slug.__contains__)
