"""Writing what search looks through: call it in the transaction that changes what readers can see.

An entry is a copy of words that are public, or will be at a moment that is set. It never decides who
may read them: `blog.search` asks that of the posts, and of the app a text belongs to, on each page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from blog.batching import batched
from blog.models import Post, QuietPeriod, SearchEntry
from blog.plaintext import normalise
from blog.related.forgetting import forget_stale
from blog.search.tokens import as_stored

_BATCH = 500

_KINDS = {
    Post.Kind.POST.value: SearchEntry.Kind.POST.value,
    Post.Kind.PAGE.value: SearchEntry.Kind.PAGE.value,
}
_LIVE = (Post.State.SCHEDULED, Post.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Text:
    """Something that can be found: its number, the post it belongs to, and its words without markup.

    `title` is what the row is called: the title of a post, the name of who wrote a comment.
    """

    number: int
    post: int
    title: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Belonging:
    """What another app has to say about the texts of its kind.

    Attributes:
        visible: the rows that readers may see now, if their post is public.
        texts: those of some numbers as texts, their rows locked until the transaction ends.
    """

    visible: Callable[[], QuerySet[Any]]
    texts: Callable[[Sequence[int]], Sequence[Text]]


_belonging: dict[str, Belonging] = {}


def register(kind: str, belonging: Belonging) -> None:
    """Say what the texts of a kind are, and which of them may be seen; called in an app's `ready`."""
    _belonging[kind] = belonging


def registered() -> dict[str, Belonging]:
    """Return the kinds of texts that other apps have."""
    return dict(_belonging)


def index_posts(pks: Collection[int]) -> None:
    """Rewrite the entries of these posts and pages from the words they have live, now or scheduled.

    One that has none loses its entry. Comments under it keep theirs: nobody sees them without it.
    Words read for related posts go as well, unless they are live still. At most ten statements for
    each 500 posts.
    """
    for numbers in batched(sorted(set(pks)), _BATCH):
        with transaction.atomic():
            posts = _live(numbers)
            _forget(_KINDS.values(), numbers)
            for kind, found in _KINDS.items():
                _add(found, [_text_of_post(post) for post in posts if post.kind == kind])
            forget_stale(numbers)


def index_texts(kind: str, rows: Iterable[Text]) -> None:
    """Write, or rewrite, the entries of texts of one kind, such as `SearchEntry.Kind.COMMENT`.

    At most three statements for each 500 texts.
    """
    for texts in batched(rows, _BATCH):
        with transaction.atomic():
            _forget([kind], [text.number for text in texts])
            _add(kind, texts)


def forget_texts(kind: str, numbers: Collection[int]) -> None:
    """Remove the entries of texts that readers can no longer see; one statement for each 500."""
    for batch in batched(numbers, _BATCH):
        _forget([kind], batch)


def forget_for_good() -> None:
    """Let no word of removed entries stay where SQLite's full-text table notes what it once held.

    It writes its lists anew, which takes about as long as reading them: for an erasure, not for every
    change. PostgreSQL frees the space of removed rows by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO blog_search(blog_search) VALUES ('optimize')")


def reindex(shown: Callable[[list[int], str], Iterable[int]] | None = None) -> int:
    """Write the whole index anew, and return how many things can be found.

    It may run at any time, and again, while the site is used: each batch locks what it reads.

    Args:
        shown: wraps the numbers that are gone through, with what they are, to show how far it is.
    """
    show = shown or (lambda numbers, _: numbers)
    SearchEntry.objects.exclude(kind__in=[*_KINDS.values(), *_belonging]).delete()
    posts = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    for batch in batched(show(posts, "posts and pages"), _BATCH):
        index_posts(batch)
    for kind, belonging in _belonging.items():
        visible = belonging.visible().order_by("pk").values_list("pk", flat=True)
        SearchEntry.objects.filter(kind=kind).exclude(number__in=visible).delete()
        for batch in batched(show(list(visible), f"{kind}s"), _BATCH):
            with transaction.atomic():
                index_texts(kind, belonging.texts(batch))
    return SearchEntry.objects.count()


def is_missing() -> bool:
    """Whether there are public posts, and nothing is indexed. Three short queries at most."""
    needed = {model._meta.db_table for model in (SearchEntry, Post, QuietPeriod)}
    if not needed <= set(connection.introspection.table_names()):
        return False
    return not SearchEntry.objects.exists() and Post.objects.published().exists()


_BLOCK = re.compile(
    r"</?(?:p|h[1-6]|[uo]l|li|pre|blockquote|div|hr|br|figure|figcaption|section|table|tr|td|th|d[ltd])"
    r"\b(?:[^<>\"]|\"[^\"]*\")*>"
)
_FOOTNOTE = re.compile(
    r'<sup class="footnote-ref">.*?</sup>|<a\b[^<>]*class="footnote-backref".*?</a>', re.DOTALL
)
_TAG = re.compile(r"</?[a-z](?:[^<>\"]|\"[^\"]*\")*>", re.IGNORECASE)


def text_of(html: str) -> str:
    """Return the words of HTML that was sanitised here, one line for each block.

    It is quick, and no sanitiser: what comes back is text, and is escaped before it goes into a page.
    """
    lines = _BLOCK.sub("\n", _FOOTNOTE.sub("", html.replace("\n", " ")))
    words = normalise(unescape(_TAG.sub("", lines)))
    return "\n".join(filter(None, (" ".join(line.split()) for line in words.split("\n"))))


def _live(numbers: Sequence[int]) -> list[Post]:
    """Return the posts among these that have live words, all of these locked until the commit.

    The lock comes first, drafts included: one that is being published meanwhile is waited for, and
    read as it is then. One statement for both would pair its row of then with its words of before.
    """
    rows = Post.objects.filter(pk__in=numbers).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return list(rows.filter(state__in=_LIVE).select_related("live_version", "live_rendering"))


def _text_of_post(post: Post) -> Text:
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None or post.published_at is None:
        raise ValueError("A post without live words is not found.")
    lines = [normalise(line) for line in (version.standfirst, *version.brief) if line]
    text = "\n".join([*lines, text_of(rendering.html)])
    return Text(post.pk, post.pk, normalise(version.title), text, post.published_at)


def _forget(kinds: Iterable[str], numbers: Sequence[int]) -> None:
    SearchEntry.objects.filter(kind__in=list(kinds), number__in=numbers).delete()


def _add(kind: str, texts: Sequence[Text]) -> None:
    SearchEntry.objects.bulk_create(_entry(kind, text) for text in texts)


def _entry(kind: str, text: Text) -> SearchEntry:
    """Make an entry; the name of who wrote a comment is shown, and not looked through."""
    return SearchEntry(
        kind=kind,
        number=text.number,
        post_id=text.post,
        at=text.at,
        title=text.title,
        text=text.text,
        tokens=as_stored(text.title if kind in _KINDS.values() else "", text.text),
    )
