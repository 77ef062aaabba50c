"""The site itself from an export: settings where there are none yet, and bylines, topics and series.

What is here already stays as it is, so that a second import changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_noop

from blog.links import is_allowed
from blog.models import Author, Series, Site, Topic
from ledger.record import Actor, record
from transfer import site_facts
from transfer.items import Redirection, SourceError

FILE = "site.json"
LARGEST_PICTURE = 8 * 1024 * 1024
# As blog.pictures names what it writes: by its content.
_PICTURE = re.compile(r"site/(?P<key>[0-9a-f]{32})\.(png|webp)")
_LINKS = {"header_links", "footer_links", "profile_links"}
_WRONG = f"{FILE} is not as an export of this program writes it."
Row = TypeVar("Row", bound=models.Model)


@dataclass
class Facts:
    """What `site.json` says, as rows that are not saved yet, in the order in which they stand there."""

    site: Site | None = None
    authors: list[Author] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)

    @property
    def pictures(self) -> set[str]:
        """The names in storage of the pictures of the site itself."""
        files = [] if self.site is None else [getattr(self.site, n) for n in site_facts.SITE_FILES]
        return {
            str(file) for file in (*files, *(author.portrait for author in self.authors)) if file
        }


def read(values: Any) -> Facts:
    """Return the facts in the JSON of an export.

    Raises:
        SourceError: it is not as an export writes it, or a value would not be admitted here.
    """
    try:
        facts = Facts(
            _row(Site, values["site"]) if values["site"] else None,
            [_row(Author, one) for one in values["authors"]],
            [_row(Topic, one) for one in values["topics"]],
            [_row(Series, one) for one in values["series"]],
            [_redirection(one) for one in values["redirections"]],
        )
    except (AttributeError, FieldDoesNotExist, KeyError, TypeError, ValidationError) as error:
        raise SourceError(_WRONG) from error
    if not all(map(_PICTURE.fullmatch, facts.pictures)):
        raise SourceError(_WRONG)
    return facts


def restore(facts: Facts, folder: Path, *, by: Actor) -> dict[str, str]:
    """Make what is missing here, and return sentences about it for a summary.

    Pictures are copied before the transaction; a crash in between leaves files that nothing names.
    """
    for name in sorted(facts.pictures):
        _copy(folder, name)
    with transaction.atomic():
        has_settings = Site.current().is_set_up
        is_new = facts.site is not None and not has_settings
        if facts.site and is_new:
            facts.site.save()
        counts = {
            "authors": _add(facts.authors),
            "topics": _add(facts.topics),
            "series": _add(facts.series),
        }
        if is_new or any(counts.values()):
            record("restore_site", "blog.site:1", by=by, facts={"settings": is_new, **counts})
    if facts.site is None:
        return {}
    return {"Settings": _RESTORED if is_new else _LEFT}


_RESTORED = gettext_noop("restored from the export")
_LEFT = gettext_noop("left as they are here; those of the export are in its site.json")


def _row(kind: type[Row], values: dict[str, Any]) -> Row:
    """Return a row with exactly the fields an export has, each of them valid."""
    allowed = {
        Site: (*site_facts.SITE_FIELDS, *site_facts.SITE_FILES),
        Author: (*site_facts.AUTHOR_FIELDS, "portrait"),
    }.get(kind, site_facts.LABEL_FIELDS)
    if not set(values) <= set(allowed):
        raise SourceError(_WRONG)
    if not all(_are_links(values[name]) for name in _LINKS & set(values)):
        raise SourceError(_WRONG)
    row = kind(**values)
    row.clean_fields()
    return row


def _are_links(rows: Any) -> bool:
    """Whether these are links as the newsroom writes them: they stand on every page."""
    return isinstance(rows, list) and all(
        isinstance(row, dict)
        and set(row) == {"label", "url"}
        and isinstance(row["label"], str)
        and isinstance(row["url"], str)
        and is_allowed(row["url"])
        for row in rows
    )


def _redirection(values: dict[str, Any]) -> Redirection:
    path, target = values["path"], values["target"]
    if not (isinstance(path, str) and isinstance(target, str)):
        raise SourceError(_WRONG)
    return Redirection(path=path, target=target)


def _add(rows: Iterable[Author] | Iterable[Topic] | Iterable[Series]) -> int:
    """Save those of which neither slug nor name is here; return how many. One query for each row."""
    count = 0
    for row in rows:
        here = models.Q(slug=row.slug)
        if not isinstance(row, Author):
            here |= models.Q(name=row.name)
        if not type(row)._default_manager.filter(here).exists():
            row.save(force_insert=True)
            count += 1
    return count


def _copy(folder: Path, name: str) -> None:
    match = _PICTURE.fullmatch(name)
    if match is None or default_storage.exists(name):
        return
    path = folder / name
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
        raise SourceError(f"{name} is missing in the export.")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest()[:32] != match["key"]:
        raise SourceError(f"{name} is not the picture that was exported.")
    default_storage.save(name, ContentFile(data))
