"""One text with front matter as an article: what its head says, what its name says, its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from blog import languages
from blog.image_addresses import ImageAddress
from transfer import html_pictures
from transfer.fitting import line
from transfer.folders import Found
from transfer.items import Article, Label, Person
from transfer.markdown_pictures import rewritten
from transfer.moments import moment
from transfer.pictures import Pictures

_DATED = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})-(?P<rest>.+)")
_HEADING = re.compile(r"\s*#[ \t]+(?P<title>[^\n]+?)[ \t#]*\n", re.ASCII)
_SHORTCODE = re.compile(r"\{\{[<%].{1,200}?[%>]\}\}|\{%.{1,200}?%\}|\{\{.{1,200}?\}\}")
_PARTS = re.compile(r"\s*,\s*")
_UNNAMED = Person(key="markdown", name="The author")


class MarkdownArticle:
    """One file while it is read: its place, the values at its head, and the text below."""

    def __init__(
        self, found: Found, values: dict[str, Any], body: str, is_html: bool, pictures: Pictures
    ) -> None:
        """Take the values at the head of `found` and what stands below them."""
        self._place = PurePosixPath(found.name)
        self._values = {name.lower(): value for name, value in values.items()}
        self._is_html = is_html
        self._pictures = pictures
        # Hugo keeps a post and its pictures in a folder, and the text in `index.md` there.
        stem = self._place.stem
        is_bundle = stem.lower() == "index" and len(self._place.parts) > 1
        self._name = self._place.parent.name if is_bundle else stem
        self._dated = _DATED.fullmatch(self._name)
        self._body = body
        self._notes: list[str] = []

    def article(self) -> Article:
        """Return it as an article."""
        title = self._title()
        body = self._with_pictures()
        at = self._moment("date", "published", "publishdate", "published_at", "pubdate", "created")
        at = at or (moment(self._dated["date"]) if self._dated else None)
        why_not = self._why_not(at)
        authors = self._people()
        return Article(
            key=str(self._place),
            kind=self._kind(),
            title=title,
            body=body,
            markup="html" if self._is_html else "markdown",
            author=authors[0],
            byline=" and ".join(person.name for person in authors) if authors[1:] else "",
            at=at,
            updated_at=self._moment("lastmod", "updated", "last_modified_at", "modified"),
            is_public=not why_not,
            why_not_public=why_not,
            slug=self._slug(),
            language=self._language(),
            standfirst=self._text("standfirst", "description", "summary", "excerpt", "subtitle"),
            lead_image=self._lead(),
            topics=tuple(self._topics()),
            series=next((Label(name=name) for name in self._listed("series")), None),
            series_part=self._part(),
            old_paths=tuple(dict.fromkeys(self._old_paths())),
            notes=tuple(self._noted()),
        )

    def _first(self, *names: str) -> Any:
        return next((v for name in names if (v := self._values.get(name)) not in (None, "")), None)

    def _text(self, *names: str) -> str:
        value = self._first(*names)
        return line(str(value)) if isinstance(value, str | int | float) else ""

    def _listed(self, *names: str) -> Iterator[str]:
        """Yield the texts under all these names, from lists or from words between commas."""
        for name in names:
            value = self._values.get(name)
            parts = _PARTS.split(value) if isinstance(value, str) else value
            for part in parts if isinstance(parts, list) else []:
                if isinstance(part, str | int | float) and (text := line(str(part))):
                    yield text

    def _moment(self, *names: str) -> datetime | None:
        value = self._first(*(n for n in names if not isinstance(self._values.get(n), bool)))
        return moment(value, zone=timezone.get_current_timezone())

    def _title(self) -> str:
        if title := self._text("title"):
            return title
        match = None if self._is_html else _HEADING.match(self._body)
        if match:
            self._body = self._body[match.end() :]
            return line(match["title"])
        name = self._dated["rest"] if self._dated else self._name
        return line(re.sub(r"[-_]+", " ", name)).capitalize()

    def _slug(self) -> str:
        if slug := slugify(self._text("slug")):
            return slug
        for address in (self._text("permalink"), self._text("url")):
            last = _path(address).rstrip("/").rpartition("/")[2]
            if slug := slugify(last.removesuffix(".html")):
                return slug
        return slugify(self._dated["rest"] if self._dated else self._name)

    def _language(self) -> str:
        """Return the code of its language; what is none says nothing."""
        try:
            return languages.read(self._text("language", "lang", "locale"))
        except ValueError:
            return ""

    def _kind(self) -> str:
        named = {self._text(name).lower() for name in ("kind", "type", "layout")}
        folder = {"pages", "_pages"} & set(self._place.parts[:-1])
        return "page" if "page" in named or folder else "post"

    def _why_not(self, at: datetime | None) -> str:
        if self._values.get("draft") is True or self._values.get("published") is False:
            return gettext_noop("a draft")
        if "_drafts" in self._place.parts[:-1] or self._text("status").lower() == "draft":
            return gettext_noop("a draft")
        if self._values.get("hidden") is True or self._text("visibility").lower() == "private":
            return gettext_noop("hidden at the source")
        if at is None:
            return gettext_noop("without a date")
        return gettext_noop("dated in the future") if at > datetime.now(UTC) else ""

    def _people(self) -> list[Person]:
        values = [self._values.get(name) for name in ("author", "authors")]
        found = []
        for value in values:
            for one in value if isinstance(value, list) else [value]:
                name = one.get("name") if isinstance(one, dict) else one
                if isinstance(name, str) and line(name):
                    found.append(Person(key=line(name), name=line(name)))
        return found or [_UNNAMED]

    def _topics(self) -> Iterator[Label]:
        seen = set()
        named = ("topics", "categories", "category", "tags", "tag")
        for name in self._listed(*named):
            if name.casefold() not in seen:
                seen.add(name.casefold())
                yield Label(name=name)

    def _part(self) -> int | None:
        part = self._first("series_part", "series_order", "part")
        return part if isinstance(part, int) and 0 < part < 32768 else None

    def _old_paths(self) -> Iterator[str]:
        for name in ("permalink", "url", "aliases", "alias", "redirect_from", "old_url"):
            value = self._values.get(name)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str) and ":" not in one.partition("/")[0] and "/:" not in one:
                    yield f"/{_path(one).lstrip('/')}"
        if self._dated and "_posts" in self._place.parts:
            # Where Jekyll puts a post unless it is told otherwise.
            year, month, day = (int(part) for part in self._dated["date"].split("-"))
            filed = "".join(f"{slugify(name)}/" for name in self._listed("categories", "category"))
            yield f"/{filed}{year}/{month:02}/{day:02}/{self._dated['rest']}.html"

    def _lead(self) -> dict[str, str] | None:
        value = self._first("image", "cover", "lead", "featured_image", "thumbnail", "hero")
        alt = caption = ""
        if isinstance(value, dict):
            alt, caption = (line(str(value.get(name) or "")) for name in ("alt", "caption"))
            value = next((value[n] for n in ("image", "src", "path", "url") if value.get(n)), None)
        if not isinstance(value, str):
            return None
        alt = alt or self._text("image_alt", "cover_alt")
        found = self._found(value, alt)
        if found is None:
            self._notes.append(f"Its picture {value[:200]} is not here.")
            return None
        return {"address": found.url, "alt": alt, "caption": caption, "focus": "50% 50%"}

    def _found(self, address: str, alt: str) -> ImageAddress | None:
        """Return the picture that an address in this file means, looked for as seen from its folder."""
        if address.startswith(("http://", "https://", "//")):
            return self._pictures.find(address, alt=alt, source_url=address)
        path = _path(address)
        below = path if path.startswith("/") else str(self._place.parent / path)
        return self._pictures.find(below, alt=alt)

    def _with_pictures(self) -> str:
        if self._is_html:
            return html_pictures.rewritten(
                self._body, lambda shown: self._found(shown.src, shown.alt)
            ).strip("\n")
        return rewritten(self._body, self._found).strip("\n")

    def _noted(self) -> Iterator[str]:
        yield from self._notes
        codes = list(dict.fromkeys(match[0] for match in _SHORTCODE.finditer(self._body)))
        if codes:
            shown = ", ".join(codes[:3])[:160]
            yield f"Codes of its generator are shown as text: {shown}."
        if not self._is_html and re.search(r"<(?!https?:|mailto:)[a-z][a-z0-9]*[\s>]", self._body):
            yield gettext_noop("HTML in its Markdown is shown as text.")


def _path(address: str) -> str:
    """Return the path of an address or a path; an empty string of one that is neither."""
    try:
        return urlsplit(address.strip()).path
    except ValueError:
        return ""
