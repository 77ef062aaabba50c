"""Bylines for the people a source names: the one that is here, else a new one without an account."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import slugify

from blog.models import Author
from transfer.fitting import line, shortened
from transfer.items import Person
from transfer.numbering import Numbering

_NAME = 80
_BIO = 1000
_NAMELESS = "Unknown author"


class People:
    """Finds and makes bylines, and remembers them for the whole import.

    A dry run makes none: whoever is not here is a byline that was never saved.
    """

    def __init__(self, *, dry_run: bool = False) -> None:
        self._dry_run = dry_run
        self._known: dict[Person, Author] = {}
        self._numbering = Numbering()

    def load(self, people: Iterable[Person]) -> int:
        """Find the bylines of `people`, make those that are missing, and return how many were made.

        One is here if it has the name, or the slug that the source uses for her; see `_is_she`.
        Few queries.
        """
        new = [person for person in dict.fromkeys(people) if person not in self._known]
        if not new:
            return 0
        by_slug, by_name = self._here(new)
        missing: list[Author] = []
        for person in new:
            author = by_slug.get(person.slug)
            if author is None or not _is_she(author, person):
                author = by_name.get(_name(person))
            if author is None:
                author = self._unsaved(person, by_slug)
                missing.append(author)
                by_slug[author.slug] = by_name[author.name] = author
                by_slug.setdefault(person.slug or author.slug, author)
            self._known[person] = author
        if not self._dry_run:
            Author.objects.bulk_create(missing)
        return len(missing)

    def of(self, person: Person) -> Author:
        """Return the byline of somebody who was loaded."""
        return self._known[person]

    def forget(self) -> None:
        """Look again, after a transaction that came to nothing."""
        self._known.clear()
        self._numbering.forget()

    def _here(self, people: list[Person]) -> tuple[dict[str, Author], dict[str, Author]]:
        slugs = {person.slug for person in people if person.slug}
        names = {_name(person) for person in people}
        found = list(Author.objects.filter(Q(slug__in=slugs) | Q(name__in=names)).order_by("-pk"))
        if self._dry_run:
            found = [*self._known.values(), *found]
        return {one.slug: one for one in found}, {one.name: one for one in found}

    def _free(self, wanted: str, taken: dict[str, Author]) -> str:
        """Return a slug that no byline has. One query for each one tried."""

        def is_taken(slug: str) -> bool:
            return slug in taken or Author.objects.filter(slug=slug).exists()

        base = slugify(wanted)[: _NAME - 8].strip("-_") or "author"
        return self._numbering.free(base, is_taken) if is_taken(base) else base

    def _unsaved(self, person: Person, taken: dict[str, Author]) -> Author:
        name = _name(person)
        return Author(
            name=name,
            slug=self._free(person.slug or name, taken),
            role=shortened(line(person.role), _NAME),
            bio=shortened(line(person.bio), _BIO),
        )


def _is_she(author: Author, person: Person) -> bool:
    """Whether a byline with the slug of somebody is hers.

    On many blogs all who write there choose their own name, and a slug made of a name has lost its
    accents: it proves nothing, least of all for a byline that belongs to an account here.
    """
    if author.name.casefold() == _name(person).casefold():
        return True
    return author.user_id is None and person.slug != slugify(person.name)


def _name(person: Person) -> str:
    return shortened(line(person.name) or line(person.key) or _NAMELESS, _NAME)
