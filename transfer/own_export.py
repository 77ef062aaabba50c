"""What `export_site` wrote, read back: every file is compared with its sum before anything is changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.validators import slug_re
from django.utils.translation import gettext_noop

from blog import languages
from blog.image_addresses import read
from blog.models import Post
from blog.models.version import Authorship
from ledger.record import Actor
from transfer import folders, front_matter, mail_wishes, restoring
from transfer.exporting import FORMAT, MANIFEST, PROGRAM
from transfer.fitting import ANSWERED
from transfer.folders import Found
from transfer.head_values import Values
from transfer.items import Article, Item, Label, Person, SourceError, Translation
from transfer.moments import moment
from transfer.own_comments import OwnComments
from transfer.own_pictures import OwnPictures

LARGEST_LIST = 64 * 1024 * 1024
LARGEST_TEXT = 2 * 1024 * 1024
_NOT_IMPORTED = "public/"
_FOCUS = re.compile(r"(\d{1,2}|100)% (\d{1,2}|100)%", re.ASCII)
_ENDINGS = {".md": "markdown", ".html": "html"}


def found_in(folder: Path) -> Path | None:
    """Return the folder that holds an export of this program, whole or not: this one, or its only one.

    Whoever packs a folder packs its name as well, mostly.
    """
    inside = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    places = [folder, *(inside if len(inside) == 1 else [])]
    return next((place for place in places if _is_own(place)), None)


def _is_own(folder: Path) -> bool:
    path = folder / MANIFEST
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST_LIST:
        return False
    try:
        return bool(_loaded(Found(MANIFEST, path)).get("program") == PROGRAM)
    except SourceError:
        return False


class OwnExport:
    """An export of this program as a source of an import."""

    format = "markdown"

    def __init__(self, folder: Path, *, by: Actor, dry_run: bool, file_name: str = "") -> None:
        """Read the files below `folder`, as `transfer.folders.opened` gives it."""
        self.file_name = file_name or folder.name
        self._folder = folder
        self._by = by
        self._dry_run = dry_run
        self._found = {found.name: found for found in folders.files(folder)}
        self._manifest = _loaded(self._file(MANIFEST))
        self.origin = f"{PROGRAM}: {self._manifest.get('site')}"
        self._site = restoring.Facts()
        self._comments = OwnComments(self._file("comments.jsonl"))
        self._pictures = OwnPictures(folder)
        self._facts: dict[str, Any] = {}
        # The texts by their addresses, and the address of the original of each translation.
        self._by_slug: dict[str, str] = {}
        self._originals: dict[str, str] = {}

    def check(self) -> int:
        """Compare every file with its sum, read them all once, and return the number of posts."""
        if self._manifest.get("format") != FORMAT:
            raise SourceError(
                f"This export has the format {self._manifest.get('format')!r:.20};"
                f" this program reads {FORMAT}."
            )
        self._compare()
        self._site = restoring.read(_loaded(self._file(restoring.FILE)))
        self._pictures.load(self._found)
        self._comments.load({author.slug: _person(author) for author in self._site.authors})
        if mail_wishes.FILE in self._found:
            mail_wishes.check(self._found[mail_wishes.FILE])
        slugs = {self._article(name).slug for name in self._names()}
        if stray := self._comments.posts - slugs:
            raise SourceError(f"It has comments on a post that is not in it: “{min(stray)[:80]}”.")
        return len(slugs)

    def hash(self) -> str:
        """Return the SHA-256 (hex) of the list of all files with their sums."""
        return folders.hash_of(self._file(MANIFEST).path)

    def facts(self) -> dict[str, Any]:
        """Return what became of the settings."""
        return self._facts

    def items(self) -> Iterator[Item]:
        """Make bylines, topics and, on a site without any, settings; then yield what is in it."""
        if not self._dry_run:
            self._facts = dict(restoring.restore(self._site, self._folder, by=self._by))
            if mail_wishes.FILE in self._found:
                mail_wishes.restore(self._found[mail_wishes.FILE])
        for name in self._names():
            article = self._article(name)
            if not self._dry_run:
                self._pictures.keep(article, by=self._by)
            yield article
        yield from self._translations()
        yield from self._site.redirections

    def _translations(self) -> Iterator[Translation]:
        """Yield what translates what: once all are in, since an original may be younger."""
        for name, slug in self._originals.items():
            if slug in self._by_slug:
                yield Translation(key=name, original=self._by_slug[slug])

    def _file(self, name: str) -> Found:
        try:
            return self._found[name]
        except KeyError:
            raise SourceError(f"This export is not complete: {name} is missing.") from None

    def _names(self) -> list[str]:
        names = self._manifest.get("items")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise SourceError(f"{MANIFEST} is not as this program writes it.")
        return names

    def _compare(self) -> None:
        sums = self._manifest.get("files")
        if not isinstance(sums, dict) or not set(self._names()) <= set(sums):
            raise SourceError(f"{MANIFEST} is not as this program writes it.")
        for name, expected in sums.items():
            if (
                not name.startswith(_NOT_IMPORTED)
                and folders.hash_of(self._file(name).path) != expected
            ):
                raise SourceError(
                    f"{name} is not what was exported: its sum is another. To import changed files as"
                    f" they are, take {MANIFEST} out of the folder."
                )

    def _article(self, name: str) -> Article:
        text = folders.read_text(self._file(name), limit=LARGEST_TEXT)
        try:
            values, body = front_matter.split_written(text)
            return self._made(name, Values(values), body.removeprefix("\n").removesuffix("\n"))
        except (KeyError, TypeError, ValueError, SourceError) as error:
            raise SourceError(f"{name} is not as this program writes it.") from error

    def _made(self, name: str, values: Values, body: str) -> Article:
        slug, at = values.text("slug"), moment(values.text("date"))
        if not slug_re.match(slug):
            raise ValueError("slug")
        self._by_slug[slug] = name
        if original := values.text("translation_of"):
            self._originals[name] = original
        is_draft = values.get("draft") is True
        return Article(
            key=name,
            kind=values.one_of("kind", Post.Kind.values),
            title=values.text("title"),
            body=self._pictures.with_addresses(body),
            markup=_ENDINGS[PurePosixPath(name).suffix],
            author=self._author(values),
            at=at,
            updated_at=moment(values.text("lastmod")),
            is_public=not is_draft,
            why_not_public=gettext_noop("a draft") if is_draft else "",
            slug=slug,
            standfirst=values.text("description"),
            brief=values.texts("brief"),
            byline=values.text("byline"),
            authorship=values.one_of("authorship", Authorship.values, default=Authorship.BY),
            authorship_detail=values.text("authorship_detail"),
            disclosure=values.text("disclosure"),
            legend=values.text("legend"),
            correction=values.text("correction"),
            answered=values.named("in_reply_to", ANSWERED),
            elsewhere=values.rows("elsewhere", ("title", "source", "url")),
            language=languages.read(values.text("language")),
            lead_image=self._lead(values),
            topics=tuple(map(self._topic, values.texts("topics"))),
            series=self._series(values.text("series")),
            series_part=values.number("series_part"),
            comment_policy=values.one_of("comments", Post.CommentPolicy.values, default="site"),
            close_comments_after=values.number("close_comments_after"),
            menu_place=values.one_of("menu", Post.MenuPlace.values, default=""),
            menu_order=100 if (order := values.number("menu_order")) is None else order,
            retraction_notice=values.text("retraction"),
            old_paths=values.texts("aliases"),
            remarks=self._comments.under(slug),
        )

    def _author(self, values: Values) -> Person:
        slug = values.text("author_slug")
        found = next((author for author in self._site.authors if author.slug == slug), None)
        return _person(found) if found else Person(key=slug, name=values.text("author"), slug=slug)

    def _lead(self, values: Values) -> dict[str, str] | None:
        image = values.get("image")
        if image is None:
            return None
        found = {str(k): self._pictures.with_addresses(str(v)) for k, v in dict(image).items()}
        is_ours = read(found["address"]) is not None and _FOCUS.fullmatch(found["focus"])
        if not is_ours or set(found) != {"address", "alt", "caption", "focus"}:
            raise ValueError("image")
        return found

    def _topic(self, name: str) -> Label:
        found = next((topic for topic in self._site.topics if topic.name == name), None)
        return Label(name=name, slug=found.slug if found else "")

    def _series(self, name: str) -> Label | None:
        found = next((series for series in self._site.series if series.name == name), None)
        return Label(name=name, slug=found.slug if found else "") if name else None


def _person(author: Any) -> Person:
    return Person(
        key=author.slug, name=author.name, slug=author.slug, role=author.role, bio=author.bio
    )


def _loaded(found: Found) -> dict[str, Any]:
    try:
        values = json.loads(folders.read_text(found, limit=LARGEST_LIST))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{found.name} is no valid JSON.") from error
    if not isinstance(values, dict):
        raise SourceError(f"{found.name} is not as this program writes it.")
    return values
