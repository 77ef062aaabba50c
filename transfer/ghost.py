"""A Ghost export (JSON, Ghost 0.x to 5): read row by row, so that its size does not matter.

Tables stand in any order, so the file is read twice: first for the small ones (people, tags, and who
belongs to what), which stay in memory, then for the posts, of which one is held at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_noop

from blog.addresses import is_web_address
from transfer import folders, html_pictures
from transfer.fitting import line
from transfer.ghost_cards import html_of
from transfer.items import Article, Item, Label, Person, Redirection, SourceError
from transfer.json_pieces import Path_, rows
from transfer.moments import moment
from transfer.pictures import Pictures

SITE = "__GHOST_URL__"
"""What an export writes for the address of the site, which it does not tell."""

_PUBLIC = frozenset({"", "public"})
_WHY_NOT = {
    "draft": gettext_noop("a draft"),
    "scheduled": gettext_noop("dated in the future"),
    "sent": gettext_noop("sent by mail only"),
}
_SMALL = {
    "posts_tags": ("post_id", "tag_id", "sort_order"),
    "posts_authors": ("post_id", "author_id", "sort_order"),
    "posts_meta": ("post_id", "feature_image_alt", "feature_image_caption"),
    "tags": ("id", "name", "slug", "description"),
    "users": ("id", "name", "slug", "bio"),
    "settings": ("key", "value"),
}
_UNNAMED = Person(key="ghost", name="The author")


class Ghost:
    """A Ghost export as a source of an import."""

    format = "ghost"

    def __init__(self, path: Path, pictures: Pictures) -> None:
        """Read from `path`; pictures are looked for among those that came along."""
        self.path = path
        self.file_name = path.name
        self.origin = "ghost"
        self._pictures = pictures
        self._tables: dict[str, dict[str, list[dict[str, Any]]]] = {}

    def check(self) -> int:
        """Read it whole, keep the small tables, and return the number of posts and pages."""
        if not self.path.is_file():
            raise SourceError(f"There is no file called {self.path.name or self.path}.")
        count, is_ghost = 0, False
        self._tables = {name: {} for name in _SMALL}
        for (*_, table, _row), row in rows(self.path, _is_row):
            if not isinstance(row, dict):
                raise SourceError(f"This is no export of Ghost: its “{table}” are no rows.")
            is_ghost = is_ghost or table in {"posts", "users"}
            if table == "posts":
                count += 1
            elif table in _SMALL:
                self._keep(table, row)
        if not is_ghost:
            raise SourceError(
                f"{self.path.name} is no export of Ghost: it has no posts. In Ghost it is made under"
                " Settings, Labs, Export."
            )
        self.origin = self._setting("url") or self._setting("title") or "ghost"
        return count

    def hash(self) -> str:
        """Return the SHA-256 (hex) of the file."""
        return folders.hash_of(self.path)

    def facts(self) -> dict[str, Any]:
        """Return what became of the pictures."""
        return self._pictures.facts()

    def items(self) -> Iterator[Item]:
        """Yield the posts and pages, then where lists of tags and authors are now."""
        if not self._tables:
            self.check()
        for _, row in rows(self.path, _is_post):
            yield self._article(row)
        yield from self._redirections()

    def _keep(self, table: str, row: dict[str, Any]) -> None:
        small = {name: row.get(name) for name in _SMALL[table]}
        key = small.get("post_id") or small.get("id") or small.get("key")
        self._tables[table].setdefault(str(key), []).append(small)

    def _one(self, table: str, key: object) -> dict[str, Any]:
        return next(iter(self._tables[table].get(str(key), [])), {})

    def _many(self, table: str, post: str, name: str) -> list[str]:
        """Return the keys of what belongs to a post, in its order."""
        found = self._tables[table].get(post, [])
        return [str(row[name]) for row in sorted(found, key=lambda row: _number(row["sort_order"]))]

    def _setting(self, name: str) -> str:
        return _line(self._one("settings", name).get("value"))[:200]

    def _article(self, row: dict[str, Any]) -> Article:
        key = _text(row.get("id")) or _text(row.get("uuid"))
        people = self._people(key, row)
        notes = list(_notes(row))
        body, markup = self._body(row)
        if not body.strip() and any(row.get(name) for name in ("lexical", "mobiledoc")):
            notes.append(
                gettext_noop(
                    "No words were found in the form in which Ghost's editor keeps its text."
                )
            )
        lead = self._lead(key, row, notes)
        if lead is None and markup == "html":
            body = _placeholder(row) + body
        why_not = _why_not(row)
        slug = _text(row.get("slug"))
        return Article(
            key=key,
            kind="page" if row.get("type") == "page" or row.get("page") == 1 else "post",
            title=_line(row.get("title")),
            body=body,
            markup=markup,
            author=people[0],
            byline=" and ".join(person.name for person in people) if people[1:] else "",
            at=moment(row.get("published_at")) or moment(row.get("created_at")),
            updated_at=None,
            is_public=not why_not,
            why_not_public=why_not,
            slug=slug,
            standfirst=_line(row.get("custom_excerpt")),
            lead_image=lead,
            topics=tuple(self._topics(key)),
            old_paths=tuple(_old_paths(slug, row)),
            notes=tuple(notes),
        )

    def _people(self, key: str, row: dict[str, Any]) -> list[Person]:
        authors = self._many("posts_authors", key, "author_id")
        authors = authors or [_text(row.get(name)) for name in ("author_id", "author")]
        found = [_person(user) for name in authors if (user := self._one("users", name))]
        return found or [_UNNAMED]

    def _topics(self, key: str) -> Iterator[Label]:
        for name in self._many("posts_tags", key, "tag_id"):
            label = _label(self._one("tags", name))
            if label:
                yield label

    def _body(self, row: dict[str, Any]) -> tuple[str, str]:
        html = _text(row.get("html")) or html_of(row)
        if not html.strip() and _text(row.get("markdown")).strip():
            return _text(row["markdown"]).replace(SITE, ""), "markdown"
        return html_pictures.rewritten(html, self._shown).replace(SITE, ""), "html"

    def _shown(self, shown: html_pictures.Shown) -> Any:
        src = shown.src.replace(SITE, "")
        return self._pictures.find(src, alt=shown.alt, source_url=src)

    def _lead(self, key: str, row: dict[str, Any], notes: list[str]) -> dict[str, str] | None:
        """Return the picture above the text, as versions keep it."""
        src = _lead_address(row)
        if not src:
            return None
        meta = self._one("posts_meta", key)
        alt = _line(meta.get("feature_image_alt"))
        caption = _plain(_text(meta.get("feature_image_caption")))
        found = self._pictures.find(src, alt=alt, caption=caption, source_url=src)
        if found is None:
            notes.append(f"Its picture {src} is not here.")
            return None
        return {"address": found.url, "alt": alt, "caption": caption, "focus": "50% 50%"}

    def _redirections(self) -> Iterator[Redirection]:
        used = {
            str(row["tag_id"]) for links in self._tables["posts_tags"].values() for row in links
        }
        for key in sorted(used):
            label = _label(self._one("tags", key))
            if label:
                yield Redirection(path=f"/tag/{label.slug}/", target=f"/topics/{label.slug}/")
        for found in self._tables["users"].values():
            person = _person(found[0])
            if person.slug:
                yield Redirection(path=f"/author/{person.slug}/", target=f"/authors/{person.slug}/")


def _is_row(place: Path_) -> bool:
    """Whether a place is a row of a table that matters: `db[].data.posts[]`, or `data.posts[]`."""
    return (
        len(place) in {3, 5}
        and place[-1] == "[]"
        and place[-3] == "data"
        and place[:-3] in {(), ("db", "[]")}
        and (place[-2] in _SMALL or place[-2] == "posts")
    )


def _is_post(place: Path_) -> bool:
    return _is_row(place) and place[-2] == "posts"


def _lead_address(row: dict[str, Any]) -> str:
    return _text(row.get("feature_image") or row.get("image")).replace(SITE, "")


def _placeholder(row: dict[str, Any]) -> str:
    """Return a lead picture that did not come along, for the renderer to make a link of."""
    src = _lead_address(row)
    return f'<p><img src="{escape(src)}" alt=""></p>\n' if is_web_address(src) else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _line(value: object) -> str:
    return line(_text(value))


def _plain(html: str) -> str:
    """Return a caption without its tags."""
    kept, _, rest = html.partition("<")
    while rest:
        _, _, rest = rest.partition(">")
        text, _, rest = rest.partition("<")
        kept += text
    return _line(unescape(kept))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _person(row: dict[str, Any]) -> Person:
    name, slug = _line(row.get("name")), slugify(_text(row.get("slug")))
    return Person(key=slug or name, name=name or slug, slug=slug, bio=_text(row.get("bio")).strip())


def _label(row: dict[str, Any]) -> Label | None:
    """Return a tag as a topic, unless it is one that only Ghost's own pages know (`#newsletter`)."""
    name = _line(row.get("name"))
    if not name or name.startswith("#"):
        return None
    slug = slugify(_text(row.get("slug"))) or slugify(name)
    return Label(name=name, slug=slug, description=_text(row.get("description")).strip())


def _why_not(row: dict[str, Any]) -> str:
    status = _text(row.get("status"))
    if status not in {"", "published"}:
        return _WHY_NOT.get(status, f"“{status}” in Ghost")
    if _text(row.get("visibility")) not in _PUBLIC:
        return gettext_noop("for members only")
    return ""


def _notes(row: dict[str, Any]) -> Iterator[str]:
    if canonical := _text(row.get("canonical_url")):
        yield f"It names another page as the original: {canonical[:300]}."
    if any(_text(row.get(name)).strip() for name in ("codeinjection_head", "codeinjection_foot")):
        yield gettext_noop("Code that was added to its page is left out.")


def _old_paths(slug: str, row: dict[str, Any]) -> Iterator[str]:
    if slug:
        yield f"/{slug}/"
    if uuid := _text(row.get("uuid")):
        yield f"/p/{uuid}/"
