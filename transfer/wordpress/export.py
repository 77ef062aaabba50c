"""A WordPress export as a source of an import.

The file is read twice: once for what items say of each other, in any order, and once for the items.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_noop

from blog.models import Site as OwnSite
from transfer.items import Article, Item, Redirection, Skipped
from transfer.pictures import Pictures
from transfer.wordpress.articles import article
from transfer.wordpress.characters import CHUNK, readable
from transfer.wordpress.elements import Element, read
from transfer.wordpress.first_look import look
from transfer.wordpress.sites import Site
from transfer.wordpress.words import plain

_IS_PICTURE = re.compile(r"\.(?:avif|bmp|gif|hei[cf]|jpe?g|png|svg|tiff?|webp)\Z", re.IGNORECASE)
_POSTS = frozenset({"post", "page"})
_NEVER_WRITTEN = {
    "auto-draft": gettext_noop("nobody wrote it"),
    "trash": gettext_noop("it was in the bin there"),
}
_WHY_SKIPPED = {
    "nav_menu_item": (
        gettext_noop("menu item"),
        gettext_noop("menus are made anew here, from the pages"),
    ),
    "revision": ("revision", gettext_noop("only the last words of a post come along")),
    "wp_block": (
        gettext_noop("shared block"),
        gettext_noop("its words stand in the posts that use it"),
    ),
    "wp_template": ("template", gettext_noop("how pages look is not imported")),
    "wp_template_part": ("template", gettext_noop("how pages look is not imported")),
    "wp_global_styles": ("style", gettext_noop("how pages look is not imported")),
    "wp_navigation": ("menu", gettext_noop("menus are made anew here, from the pages")),
    "custom_css": ("style", gettext_noop("how pages look is not imported")),
    "customize_changeset": ("style", gettext_noop("how pages look is not imported")),
    "oembed_cache": (gettext_noop("stored embed"), gettext_noop("embeds become links")),
}


class WordPressExport:
    """A file of WXR 1.0 to 1.2, in UTF-8 or whatever it declares."""

    format = "wordpress"

    def __init__(self, path: Path, pictures: Pictures) -> None:
        """Look at both ends of the file and at its first lines; pictures are looked for in `pictures`.

        Raises:
            SourceError: it is no export, or its end is missing.
        """
        self._path = path
        self._pictures = pictures
        self._encoding = look(path)
        self._counts: Counter[str] = Counter()
        self._hash = ""
        self._site = Site()
        self._used: dict[tuple[str, str], str] = {}
        self._writers: dict[str, str] = {}
        self._library = 0
        self.file_name = path.name
        self.origin = self._first_lines() or path.name

    def check(self) -> int:
        """Read the whole file for what holds of all items, and return their number.

        Raises:
            SourceError: it is damaged, or defines entities.
        """
        self._site = Site()
        self._counts.clear()
        digest = hashlib.sha256()
        count = 0
        for part in self._parts(digest):
            self._site.learn(part)
            count += part.name == "item"
        self._hash = digest.hexdigest()
        return count

    def hash(self) -> str:
        """Return the SHA-256 (hex) of the file."""
        if not self._hash:
            self.check()
        return self._hash

    def items(self) -> Iterator[Item]:
        """Yield every item, then where lists and feeds of the old site are now."""
        self.hash()
        self._used, self._writers, self._library = {}, {}, 0
        zone = OwnSite.current().zone
        counts, self._counts = self._counts, Counter()
        for part in self._parts():
            if part.name == "item":
                found = self._item(part, zone)
                if found:
                    yield found
        self._counts = counts
        yield from self._redirections()

    def facts(self) -> dict[str, Any]:
        """Return what had to be mended, and what became of the pictures."""
        facts: dict[str, Any] = {f"Of the file: {what}": n for what, n in self._counts.items()}
        if self._library:
            facts["Pictures of its library that came along"] = self._library
        return facts | self._pictures.facts()

    def _parts(self, digest: Any = None) -> Iterator[Element]:
        with self._path.open("rb") as file:
            chunks = iter(lambda: file.read(CHUNK), b"")
            seen = _digested(chunks, digest) if digest else chunks
            yield from read(readable(seen, self._encoding, self._counts))

    def _first_lines(self) -> str:
        """Return the address of the old site, as the file says it before its first item."""
        for part in self._parts():
            if part.name != "channel":
                break
            self._site.learn(part)
        return self._site.url or self._site.title

    def _item(self, item: Element, zone: Any) -> Item | None:
        kind, status = item.get("wp:post_type").strip(), item.get("wp:status").strip()
        if kind == "attachment":
            return self._attachment(item)
        title = plain(item.get("title"))
        if kind not in _POSTS:
            what, why = _WHY_SKIPPED.get(
                kind, (kind or "item", gettext_noop("there is no such thing here"))
            )
            return Skipped(what=what, title=title, why=why)
        if status in _NEVER_WRITTEN:
            return Skipped(what=kind, title=title, why=_NEVER_WRITTEN[status])
        found = article(item, self._site, self._pictures, zone)
        if isinstance(found, Article) and found.is_public:
            self._note_use(item, found)
        return found

    def _attachment(self, item: Element) -> Skipped | None:
        """Keep a picture that came along, even if no text shows it; other files stay where they are."""
        known = self._site.attachments[item.get("wp:post_id").strip()]
        title = known.title or known.url
        if not _IS_PICTURE.search(known.url.partition("?")[0]):
            return Skipped(
                what="file", title=title, why=gettext_noop("texts link to it where it is")
            )
        self._pictures.find(known.url, alt=known.alt, caption=known.caption, source_url=known.url)
        if why := self._pictures.why_not(known.url):
            return Skipped(what="picture", title=title, why=why)
        self._library += 1
        return None

    def _note_use(self, item: Element, found: Article) -> None:
        """Remember which lists of the old site held something public, so that only those lead on."""
        self._writers[found.author.key] = found.author.slug
        if found.kind == "page":
            return
        for part in item.all("category"):
            base = {"category": "category", "post_tag": "tag"}.get(part.get("domain"))
            label = self._site.label(plain(part.get("")), part.get("nicename"))
            if base and part.get("nicename"):
                # What was filed nowhere has no topic here; all posts are in the archive.
                leads = f"/topics/{label.slug}/" if label else "/archive/"
                self._used[base, part.get("nicename")] = leads

    def _redirections(self) -> Iterator[Redirection]:
        base = self._site.base
        for (kind, name), target in self._used.items():
            yield Redirection(path=f"{base}/{kind}/{name}/", target=target)
            if kind == "tag":
                yield Redirection(path=f"{base}/?tag={name}", target=target)
            elif number := self._site.categories_by_name.get(name):
                yield Redirection(path=f"{base}/?cat={number}", target=target)
        yield from self._redirections_of_writers(base)
        for path in ("/comments/feed/", *(("/feed/", "/feed/atom/") if base else ())):
            yield Redirection(path=f"{base}{path}", target="/feed.atom")

    def _redirections_of_writers(self, base: str) -> Iterator[Redirection]:
        numbers = {person.key: number for number, person in self._site.people_by_id.items()}
        for login, slug in self._writers.items():
            target = f"/authors/{slug}/"
            if slugify(login):
                yield Redirection(path=f"{base}/author/{slugify(login)}/", target=target)
            if number := numbers.get(login):
                yield Redirection(path=f"{base}/?author={number}", target=target)


def _digested(chunks: Iterator[bytes], digest: Any) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
