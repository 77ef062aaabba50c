"""What every importer hands over: plain values, whatever format they were read from.

A reader of a format turns a file into these; `transfer.storing` alone writes them into the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from transfer.aftermath import Aftermath


class SourceError(Exception):
    """The file cannot be imported; the message is one clear sentence for the person who tried."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody named in a byline. `key` is the source's own name for her (a login, a slug)."""

    key: str
    name: str
    slug: str = ""
    role: str = ""
    bio: str = ""


@dataclass(frozen=True, kw_only=True)
class Label:
    """A topic (from categories and tags) or a series."""

    name: str
    slug: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A comment, or a mention by another site.

    `body` is source as `comments.sanitize` reads it, not HTML. `state` and `kind` are values of
    `Comment.State` and `Comment.Kind`. `parent` is the key of the remark it answers, if any; a reply
    may come before what it answers. `by` names the person when one of the site's own said it.
    `decided_at`, `score`, `evidence` and `aftermath` are known only to an export of this program:
    when a person decided about it, what the filter thought, and what became of it later.
    """

    key: str
    name: str
    body: str
    at: datetime
    parent: str = ""
    email: str = ""
    url: str = ""
    state: str = "approved"
    kind: str = "comment"
    visibility: str = "public"
    by: Person | None = None
    badge: str = ""
    reason: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    decided_at: datetime | None = None
    score: float = 0.0
    evidence: tuple[dict[str, Any], ...] = ()
    aftermath: Aftermath | None = None


@dataclass(frozen=True, kw_only=True)
class Article:
    """A post or a page with all that belongs to it.

    `at` is when it was (or was to be) public; `is_public` whether the public could read it at the
    source, so that it may be adopted; otherwise it stays a draft and `why_not_public` says why in a
    few words (“a draft”, “behind a password”, “dated in the future”). `markup` is a value of
    `blog.models.version.Markup`. Pictures of this site stand in `body` under their address
    (`blog.image_addresses`); all others are left as they are, the renderer makes links of them.
    `answered` is what it answers (`url`, `title`, `author`, `quote`), `elsewhere` holds entries of
    `Version.elsewhere`, and `language` is a code as `blog.languages.read` gives it.
    `lead_image` is one entry of `Version.images`. `old_paths` are the paths, with a query where the
    path alone does not name it (`/?p=12`), at which it was found before.
    `notes` are sentences for the summary, such as a shortcode that is shown as text.
    """

    key: str
    kind: str
    title: str
    body: str
    markup: str
    author: Person
    at: datetime | None = None
    updated_at: datetime | None = None
    is_public: bool = True
    why_not_public: str = ""
    slug: str = ""
    standfirst: str = ""
    brief: tuple[str, ...] = ()
    byline: str = ""
    authorship: str = "by"
    authorship_detail: str = ""
    disclosure: str = ""
    legend: str = ""
    correction: str = ""
    answered: dict[str, str] | None = None
    elsewhere: tuple[dict[str, str], ...] = ()
    language: str = ""
    lead_image: dict[str, str] | None = None
    topics: tuple[Label, ...] = ()
    series: Label | None = None
    series_part: int | None = None
    comment_policy: str = "site"
    close_comments_after: int | None = None
    menu_place: str = ""
    menu_order: int = 100
    retraction_notice: str = ""
    old_paths: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Thread:
    """What was said under one post, from a source that has no posts, such as Disqus.

    The post is here already: the one that has, or had, the first of `paths` that leads to any. A
    thread whose post is not here is skipped, and told.
    """

    key: str
    title: str
    paths: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Redirection:
    """An old path that led to something other than one article, and the path of this site it means."""

    path: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Translation:
    """That one article is a translation of another, by their keys; it comes after both."""

    key: str
    original: str


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Something of the source that has no place here: what it is (“menu item”), which, and why not."""

    what: str
    title: str
    why: str


Item = Article | Thread | Redirection | Translation | Skipped


class Source(Protocol):
    """A file or folder of one format, opened by its reader.

    Attributes:
        format: `wordpress`, `ghost`, `disqus`, `markdown` or `linkedin`.
        file_name: what people call it, without its folder.
        origin: the site its keys belong to, e.g. the address of the old blog; never empty.
    """

    format: str
    file_name: str
    origin: str

    def check(self) -> int:
        """Read everything once without keeping it, and return how many items there are.

        Raises:
            SourceError: it is truncated, hostile, or no such file; nothing has been written then.
        """
        ...

    def hash(self) -> str:
        """Return the SHA-256 (hex) of what was read."""
        ...

    def items(self) -> Iterator[Item]:
        """Yield everything in the source, in constant memory."""
        ...

    def facts(self) -> dict[str, Any]:
        """Return what is worth telling in the summary, e.g. how many control characters were dropped."""
        ...
