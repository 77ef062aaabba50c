"""The archive that LinkedIn gives a member of her own posts and articles: a folder, or the .zip of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from blog.addresses import is_web_address
from blog.plaintext import as_paragraphs, normalise
from transfer import folders, html_pictures
from transfer.fitting import line
from transfer.folders import Found
from transfer.items import Article, Item, Person, Skipped, SourceError
from transfer.linkedin_article import Written, read
from transfer.moments import moment
from transfer.pictures import Pictures

TITLE_LENGTH = 80
LONGEST_CSV = 64 * 1024 * 1024
"""Bytes; twenty years of posts a day are a tenth of it."""

LONGEST_ARTICLE = 2 * 1024 * 1024
LONGEST_FIELD = 1024 * 1024

_WHY_NOT = {
    "CONNECTIONS": gettext_noop("shared with her connections only"),
    "CONTAINER": gettext_noop("shared in a group only"),
    "GROUP": gettext_noop("shared in a group only"),
    "LOGGED_IN": gettext_noop("shared with members of LinkedIn only"),
    "MEMBER_NETWORK": gettext_noop("shared with members of LinkedIn only"),
}
_UNNAMED = Person(key="linkedin", name="The author")
_PUBLIC = frozenset({"", "ANYONE", "PUBLIC"})
_SENTENCE = re.compile(r"(.+?[.!?…])(?=\s|$)")
# A line end inside a post is written with a quote on either side of it.
_QUOTED_LINE_END = re.compile(r'"(\r?\n)"')


class LinkedIn:
    """A member's archive as a source of an import."""

    format = "linkedin"

    def __init__(self, folder: Path, pictures: Pictures, *, file_name: str = "") -> None:
        """Read the files below `folder`, as `transfer.folders.opened` gives it."""
        self.file_name = file_name or folder.name
        self.origin = "linkedin"
        self._folder = folder
        self._pictures = pictures
        self._author = _UNNAMED

    def check(self) -> int:
        """Read every post and article once, and return how many there are."""
        found = list(folders.files(self._folder))
        if not any(_is_posts(file) or _is_article(file) for file in found):
            raise SourceError(
                f"{self.file_name} is no archive of LinkedIn: it holds neither Shares.csv nor articles."
            )
        self._author = self._owner(found)
        self.origin = f"linkedin: {self._author.name}"
        return sum(1 for _ in self._raw(found))

    def hash(self) -> str:
        """Return one SHA-256 (hex) over the files."""
        return folders.hash_of_all(folders.files(self._folder))

    def facts(self) -> dict[str, Any]:
        """Return what became of the pictures."""
        return self._pictures.facts()

    def items(self) -> Iterator[Item]:
        """Yield each post and each article, the same one once; `check` has found whose they are."""
        seen: set[str] = set()
        for found, raw in self._raw(list(folders.files(self._folder))):
            item = self._post(raw) if isinstance(raw, dict) else self._article(found, raw)
            if isinstance(item, Article):
                if item.key in seen:
                    item = Skipped(
                        what="post", title=item.title, why=gettext_noop("it stands there twice")
                    )
                else:
                    seen.add(item.key)
            yield item

    def _raw(self, found: list[Found]) -> Iterator[tuple[Found, dict[str, str] | Written | str]]:
        """Yield what each post and article says; text in place of one says why it cannot be read."""
        for file in found:
            if _is_posts(file):
                for row in _table(file, needs="ShareCommentary"):
                    yield file, row
            elif _is_article(file):
                try:
                    yield file, read(folders.read_text(file, limit=LONGEST_ARTICLE))
                except SourceError as error:
                    yield file, str(error)

    def _owner(self, found: list[Found]) -> Person:
        for file in found:
            if file.path.name == "Profile.csv":
                for row in _table(file, needs="First Name"):
                    name = line(f"{row.get('First Name', '')} {row.get('Last Name', '')}")
                    if name:
                        return Person(key=name, name=name, role=line(row.get("Headline", ""))[:80])
        return _UNNAMED

    def _post(self, row: dict[str, str]) -> Item:
        text = _QUOTED_LINE_END.sub(r"\1", row.get("ShareCommentary", ""))
        text = normalise(text).strip()
        at = moment(row.get("Date", ""))
        if not text or at is None:
            why = (
                gettext_noop("it says nothing of its own") if at else gettext_noop("it has no date")
            )
            return Skipped(what="post", title=line(text)[:TITLE_LENGTH] or "(untitled)", why=why)
        return self._made(
            key=_key(row.get("ShareLink", ""), at.isoformat(), text),
            title=title_of(text),
            body=as_paragraphs(text) + "".join(map(_linked, _shared(row))),
            at=at,
            why_not=_why_not(row.get("Visibility", "")),
        )

    def _article(self, found: Found, written: Written | str) -> Item:
        if isinstance(written, str):
            return Skipped(what="article", title=found.name, why=written)
        title = line(written.title) or Path(found.name).stem
        if not written.body.strip():
            return Skipped(what="article", title=title, why=gettext_noop("it is empty"))
        body = html_pictures.rewritten(written.body, self._shown)
        return self._made(
            key=_key(written.url, written.created, title),
            title=title,
            body=body,
            at=moment(written.published) or moment(written.created),
            why_not="" if moment(written.published) else gettext_noop("a draft"),
        )

    def _shown(self, shown: html_pictures.Shown) -> Any:
        return self._pictures.find(shown.src, alt=shown.alt, source_url=shown.src)

    def _made(self, *, key: str, title: str, body: str, at: Any, why_not: str) -> Article:
        return Article(
            key=key,
            kind="post",
            title=title,
            body=body,
            markup="html",
            author=self._author,
            at=at,
            is_public=not why_not,
            why_not_public=why_not,
        )


def title_of(text: str) -> str:
    """Return the first sentence of a text as a title, of at most `TITLE_LENGTH` characters."""
    first = next(filter(None, map(line, text.split("\n"))), "")
    match = _SENTENCE.match(first)
    title = match[1] if match else first
    if len(title) > TITLE_LENGTH:
        cut = title[: TITLE_LENGTH - 1]
        title = f"{cut.rpartition(' ')[0].rstrip(' ,;:–-') or cut}…"
    return title.removesuffix(".") or title


def _is_posts(file: Found) -> bool:
    return file.path.name == "Shares.csv"


def _is_article(file: Found) -> bool:
    parts = file.name.split("/")
    return "Articles" in parts[:-1] and parts[-1].lower().endswith((".html", ".htm"))


def _table(file: Found, *, needs: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file whose header has the column `needs`; lines before it are notes."""
    text = folders.read_text(file, limit=LONGEST_CSV)
    if "\0" in text:
        raise SourceError(f"{file.name} is no table: it holds bytes that no text has.")
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        header = next((row for row in reader if needs in map(str.strip, row)), None)
        if header is None:
            raise SourceError(f"{file.name} has no column “{needs}”.")
        names = [name.strip() for name in header]
        yield from (dict(zip(names, row, strict=False)) for row in reader if any(row))
    except csv.Error as error:
        raise SourceError(f"{file.name} is no table that can be read: {error}.") from error
    finally:
        csv.field_size_limit(before)


def _why_not(visibility: str) -> str:
    word = visibility.strip().upper()
    return "" if word in _PUBLIC else _WHY_NOT.get(word, f"shared with “{word[:40]}” only")


def _shared(row: dict[str, str]) -> Iterable[str]:
    """Return the page, and the picture or film, that a post showed, each once."""
    return dict.fromkeys(row.get(name, "").strip() for name in ("SharedUrl", "MediaUrl"))


def _linked(url: str) -> str:
    """Return a paragraph with what a post showed, under its address there."""
    if not is_web_address(url):
        return ""
    return f'<p><a href="{escape(url)}">{escape(url)}</a></p>\n'


def _key(url: str, *else_: str) -> str:
    """Return what names a post for good: its address there, else a hash of what it says."""
    url = url.strip()
    return url if 0 < len(url) <= 250 else sha256("\n".join((url, *else_)).encode()).hexdigest()
