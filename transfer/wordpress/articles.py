"""One post or page of an export as an article of this site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from html import escape
from urllib.parse import unquote

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from blog.models import Post
from blog.models.version import Markup
from blog.words import BODY_LENGTH
from transfer.items import Article, Skipped
from transfer.moments import moment
from transfer.pictures import Pictures
from transfer.wordpress.body import Body
from transfer.wordpress.comments import remarks
from transfer.wordpress.elements import Element
from transfer.wordpress.sites import Site
from transfer.wordpress.words import plain

_WHY_NOT = {
    "draft": gettext_noop("a draft"),
    "pending": gettext_noop("waiting for review"),
    "private": "private",
    "future": gettext_noop("dated in the future"),
}
_TOO_LONG = f"its text is longer than {BODY_LENGTH:,} characters; split it there, and export again"
_LONGEST_STANDFIRST = 300
_LONGEST_DERIVED = 70
_MOST_OLD_SLUGS = 20


@dataclass
class _Telling:
    """What becomes of the text: the HTML, what leads into it, and what there is to note."""

    body: str
    standfirst: str = ""
    notes: list[str] = field(default_factory=list)


def article(item: Element, site: Site, pictures: Pictures, zone: tzinfo) -> Article | Skipped:
    """Return a post or page with its comments, or why it has no place here.

    Args:
        zone: of the old site, for moments that are told in no other way.
    """
    title, kind = plain(item.get("title")), item.get("wp:post_type").strip()
    if why := _too_large(item):
        return Skipped(what=kind, title=title, why=why)
    body = Body(site, pictures, item.get("wp:post_id").strip())
    told = _told(item, body)
    if len(told.body) > BODY_LENGTH:
        return Skipped(what=kind, title=title, why=_TOO_LONG)
    at = _moment(item, zone)
    why_not = _why_not(item, at)
    key = item.get("wp:post_id").strip() or item.get("guid").strip() or item.get("link").strip()
    found = Article(
        key=key or title,
        kind=Post.Kind.PAGE if kind == "page" else Post.Kind.POST,
        title=title or _derived(told.body),
        body=told.body,
        markup=Markup.HTML,
        author=site.person(item.get("dc:creator")),
        at=at,
        updated_at=moment(item.get("wp:post_modified_gmt")),
        is_public=not why_not,
        why_not_public=why_not,
        slug=slugify(unquote(item.get("wp:post_name"))),
        standfirst=told.standfirst,
        lead_image=_lead(item, body),
        topics=tuple(site.topics(item)),
        comment_policy=_policy(item),
        old_paths=tuple(dict.fromkeys(_old_paths(item, site))),
        remarks=tuple(remarks(item, site, zone, at or datetime(1970, 1, 1, tzinfo=UTC))),
        notes=(*told.notes, *body.notes, *_notes(item, site)),
    )
    return found if found.lead_image else replace(found, body=_placeholder(item, body) + found.body)


def _told(item: Element, body: Body) -> _Telling:
    """Return the text, with an excerpt that is too long for a standfirst in front of it."""
    told = _Telling(body.html(item.get("content:encoded")))
    excerpt = plain(item.get("excerpt:encoded"))
    if len(excerpt) <= _LONGEST_STANDFIRST:
        told.standfirst = excerpt
    elif excerpt not in plain(told.body):
        told.body = f"<p>{escape(excerpt)}</p>\n{told.body}"
        told.notes.append(
            gettext_noop("Its excerpt is longer than a standfirst may be; it begins the text.")
        )
    return told


def _too_large(item: Element) -> str:
    """Return why an item cannot come in, before any work is spent on it."""
    if item.is_too_large:
        return gettext_noop("it is larger than one item may be, with its comments")
    return _TOO_LONG if item.cut & {"content:encoded", "excerpt:encoded"} else ""


def _moment(item: Element, zone: tzinfo) -> datetime | None:
    """Return when it was or is to be public; drafts of WordPress have no such moment in UTC."""
    said = moment(item.get("wp:post_date_gmt")) or moment(item.get("wp:post_date"), zone=zone)
    return said or moment(item.get("pubDate"))


def _why_not(item: Element, at: datetime | None) -> str:
    """Return why the public could not read it there, an empty text if it could."""
    status = item.get("wp:status").strip() or "publish"
    if item.get("wp:post_password"):
        return gettext_noop("behind a password")
    if status != "publish":
        return _WHY_NOT.get(status, f"in the state “{plain(status)[:40]}”")
    if at is None:
        return gettext_noop("without a date")
    return _WHY_NOT["future"] if at > timezone.now() else ""


def _policy(item: Element) -> str:
    is_closed = item.get("wp:comment_status").strip() == "closed"
    return Post.CommentPolicy.CLOSED if is_closed else Post.CommentPolicy.SITE


def _derived(body: str) -> str:
    """Return the first words of a text without a title, for lists to have something to show."""
    words = plain(" ".join(body.replace("<", " <").split()))
    if len(words) <= _LONGEST_DERIVED:
        return words
    return f"{words[:_LONGEST_DERIVED].rpartition(' ')[0] or words[:_LONGEST_DERIVED]}…"


def _meta(item: Element, name: str) -> Iterator[str]:
    for part in item.all("wp:postmeta"):
        if part.get("wp:meta_key") == name:
            yield part.get("wp:meta_value").strip()


def _lead(item: Element, body: Body) -> dict[str, str] | None:
    """Return the picture above the text as versions keep it, if its file came along."""
    key = next(_meta(item, "_thumbnail_id"), "")
    found = body.site.attachments.get(key)
    url = body.found(body.site.absolute(found.url), found.alt) if found else ""
    if not found or not url:
        return None
    return {"address": url, "alt": found.alt, "caption": found.caption, "focus": "50% 50%"}


def _placeholder(item: Element, body: Body) -> str:
    """Return the picture above the text under its old address, which is shown as a link."""
    found = body.site.attachments.get(next(_meta(item, "_thumbnail_id"), ""))
    if not found:
        return ""
    said = f"<figcaption>{escape(found.caption)}</figcaption>" if found.caption else ""
    return f"<figure>{body.shown(found.url, found.alt or found.title)}{said}</figure>\n"


def _old_paths(item: Element, site: Site) -> Iterator[str]:
    """Yield where it was found before: its address, those it had earlier, and its number."""
    key, slug = item.get("wp:post_id").strip(), item.get("wp:post_name").strip()
    numbered = [f"{site.base}/?{name}={key}" for name in ("p", "page_id") if key]
    for url in (item.get("link"), item.get("guid")):
        path = site.old_path(url)
        # A guid may hold a number from before a move, which another post has now.
        is_another = "?p" in path and path not in numbered and site.known_path(url)
        if path and path.rstrip("/") != site.base and not is_another:
            yield path
            yield from _renamed(path, slug, item)
    yield from numbered


def _renamed(path: str, slug: str, item: Element) -> Iterator[str]:
    """Yield an address with the slugs that WordPress remembers from before it was changed."""
    before, _, last = path.rstrip("/").rpartition("/")
    for old in list(_meta(item, "_wp_old_slug"))[:_MOST_OLD_SLUGS]:
        if slug and last == slug and old and "/" not in old:
            yield f"{before}/{old}/"


def _notes(item: Element, site: Site) -> Iterator[str]:
    """Yield what WordPress knew of it and has no place here, and what was made up."""
    if not plain(item.get("title")):
        yield gettext_noop("It had no title; its first words stand for one.")
    if item.get("wp:is_sticky").strip() == "1":
        yield gettext_noop("It stood at the top of the front page (“sticky”).")
    parent = item.get("wp:post_parent").strip()
    if item.get("wp:post_type").strip() == "page" and parent not in {"", "0"}:
        yield f"It stood below the page “{site.pages.get(parent) or parent}”."
    cut = item.cut - {"content:encoded", "excerpt:encoded"}
    if cut:
        yield f"Cut, since they were too long: {', '.join(sorted(cut))}."
    if any(part.cut for part in item.all("wp:comment")):
        yield gettext_noop("A comment of more than 200,000 characters was cut.")
