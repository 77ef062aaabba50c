"""Addresses for posts that come in: the source's own where it is free here, else one like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.core.validators import slug_re
from django.utils import timezone
from django.utils.text import slugify

from blog.models import Post
from blog.slugs import LENGTH, reserved
from transfer.items import Article
from transfer.numbering import Numbering


class Addresses:
    """Chooses an address for each article, none twice.

    In a dry run it remembers all it has chosen, since no post is written that would hold it.
    """

    def __init__(self, *, dry_run: bool = False) -> None:
        self._dry_run = dry_run
        self._chosen: set[str] = set()
        self._numbering = Numbering()

    def choose(self, articles: Iterable[Article]) -> list[str]:
        """Return one address for each article, in their order. One query, and few for those taken."""
        wanted = [_wanted(article) for article in articles]
        taken = self._chosen | _stored(slug for slug, _ in wanted)
        chosen = []
        for slug, kind in wanted:
            free = slug if _is_free(slug, kind, taken) else self._numbered(slug, taken)
            taken.add(free)
            chosen.append(free)
        if self._dry_run:
            self._chosen.update(chosen)
        return chosen

    def _numbered(self, slug: str, taken: set[str]) -> str:
        """Return `our-plan-2`, or with the next number that is free. One query for each one tried."""
        base = slug[: LENGTH - 8].rstrip("-_")
        return self._numbering.free(base, lambda one: one in taken or bool(_stored([one])))

    def forget(self) -> None:
        """Begin to count again, after a transaction that came to nothing."""
        self._numbering.forget()


def _wanted(article: Article) -> tuple[str, str]:
    if slug_re.match(article.slug) and len(article.slug) <= LENGTH:
        return article.slug, article.kind
    base = slugify(article.slug) or slugify(article.title)
    slug = base[:LENGTH].strip("-_")
    if not slug:
        day = article.at or timezone.now()
        slug = f"{article.kind}-{day:%Y-%m-%d}"
    return slug, article.kind


def _is_free(slug: str, kind: str, taken: set[str]) -> bool:
    is_in_the_way = kind == Post.Kind.PAGE and slug in reserved()
    return slug not in taken and not is_in_the_way


def _stored(slugs: Iterable[str]) -> set[str]:
    """Return those of `slugs` that a post or page has. One query for each 900."""
    waiting: Iterator[str] = iter(set(slugs))
    found: set[str] = set()
    while some := list(islice(waiting, 900)):
        found.update(Post.objects.filter(slug__in=some).values_list("slug", flat=True))
    return found
