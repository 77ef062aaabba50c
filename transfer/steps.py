"""One step of an import: some items, of which all come in or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext_noop

from blog import workflow
from blog.models import Batch, Post
from blog.old_addresses import Former
from comments import moderation
from comments.models import Comment
from ledger.record import Actor, Happening
from transfer import articles, discussions, old_paths, translations
from transfer.articles import NewArticle, new_articles
from transfer.belongings import Belongings
from transfer.discussions import Discussions, render_new, talks
from transfer.fitting import day
from transfer.items import Article, Item, Redirection, Remark, Skipped, Source, Thread, Translation
from transfer.known import Known, digest_of, key_of, look, origin_of
from transfer.models import Imported
from transfer.summary import ADDED, CHANGED, KNOWN, RESUMED, Summary
from transfer.threads import posts_of

MOST_ITEMS = 200
MOST_REMARKS = 2000
MOST_CHARACTERS = 4_000_000
"""What a step holds at most; one article alone may hold more."""


def steps(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield the items some at a time: many enough to be quick, few enough to hold nobody up."""
    held: list[Item] = []
    remarks = characters = 0
    for item in items:
        held.append(item)
        if isinstance(item, Article | Thread):
            remarks += len(item.remarks)
            characters += sum(len(remark.body) for remark in item.remarks)
        characters += len(item.body) if isinstance(item, Article) else 0
        is_full = len(held) >= MOST_ITEMS or remarks >= MOST_REMARKS
        if is_full or characters >= MOST_CHARACTERS:
            yield held
            held, remarks, characters = [], 0, 0
    if held:
        yield held


class Step:
    """Brings in some items. What is slow, rendering comments, is done at once, before any lock."""

    def __init__(
        self, items: Sequence[Item], source: Source, belongings: Belongings, by: Actor
    ) -> None:
        self._source = source
        self._belongings = belongings
        self._by = by
        self._before = Summary()
        self._items = list(_first_of_each_key(items, self._before))
        self._made = render_new(self._items, look(source, self._items), self._before)

    def foretell(self) -> Summary:
        """Tell what bringing it in would do, and write nothing."""
        told, known, new = self._looked_up(resumed=None)
        for one in new:
            one.tell(told)
        self._discussions(new, known, told)
        old_paths.foretell(list(self._former(new)), told)
        return told

    def bring(
        self, batch: Callable[[], Batch], *, resumed: int | None
    ) -> tuple[Summary, list[Happening]]:
        """Write it in the caller's transaction.

        Args:
            batch: gives the batch that new things belong to; called only if there are any.
            resumed: the number of the batch that had broken off and is continued, if one is.

        Returns:
            What was done, and what the caller records last.
        """
        told, known, new = self._looked_up(resumed=resumed)
        happenings: list[Happening] = []
        if new:
            brought = [one.brought for one in new]
            posts, happenings = workflow.bring_in(batch(), brought, by=self._by)
            for one, post in zip(new, posts, strict=True):
                one.post = post
                one.tell(told)
        found = self._discussions(new, known, told)
        if found.all:
            happenings += moderation.bring_in(found.all)
        self._remember(new, found, batch)
        old_paths.keep(list(self._former(new)), told)
        self._link_translations(new, known, resumed, told)
        return told, happenings

    def _looked_up(self, *, resumed: int | None) -> tuple[Summary, Known, list[NewArticle]]:
        """Return what is told so far, what is here already, and the articles that are new."""
        told = Summary()
        told.add(self._before)
        known = look(self._source, self._items)
        self._tell_known(known, resumed, told)
        new = [
            item
            for item in self._items
            if isinstance(item, Article) and item.key not in known.posts
        ]
        remarks = (one.remark for key, one in self._made.items() if key not in known.comments)
        self._belongings.load(new, remarks, told)
        return told, known, new_articles(new, self._belongings, told)

    def _discussions(self, new: Sequence[NewArticle], known: Known, told: Summary) -> Discussions:
        """Return what is said under posts that are here or come in, and tell of it."""
        found = Discussions(self._made, known, self._belongings.people)
        posts = {one.article.key: one.post for one in new}
        threads = posts_of([item for item in self._items if isinstance(item, Thread)])
        for talk in talks(self._items):
            if isinstance(talk, Article) and talk.key in posts:
                found.add(talk, posts[talk.key], told)
                continue
            row = known.posts.get(talk.key) if isinstance(talk, Article) else None
            post = row.post if row else threads.get(talk.key)
            if post and (count := found.add(talk, post, told)):
                told.say(ADDED, f"{talk.title}: {count:,}")
            if not post and isinstance(talk, Thread):
                why = f"no post here has its address; its comments are left out: {len(talk.remarks):,}"
                told.skip("thread", talk.title, why)
        return found

    def _tell_known(self, known: Known, resumed: int | None, told: Summary) -> None:
        for talk in talks(self._items):
            if isinstance(talk, Article) and (row := known.posts.get(talk.key)):
                label = articles.LABELS[Post.Kind(talk.kind)]
                _tell_here(row, talk, f"{talk.title}", label, resumed, told)
            for remark in talk.remarks:
                if row := known.comments.get(remark.key):
                    label = discussions.LABELS[Comment.Kind(remark.kind)]
                    title = f"comment of {day(remark.at)} on “{talk.title}”"
                    _tell_here(row, remark, title, label, resumed, told)
        for item in self._items:
            if isinstance(item, Skipped):
                told.skip(item.what, item.title, item.why)

    def _link_translations(
        self, new: Sequence[NewArticle], known: Known, resumed: int | None, told: Summary
    ) -> None:
        """File the translations that came with this import, in this step or before; no others."""
        here = {key: row.post for key, row in known.posts.items()}
        came = {key: row.post for key, row in known.posts.items() if row.batch_id == resumed}
        brought = {one.article.key: one.post for one in new}
        own, known_here = came | brought, here | brought
        pairs = [
            (own.get(item.key), known_here.get(item.original))
            for item in self._items
            if isinstance(item, Translation)
        ]
        translations.link(pairs, told)

    def _former(self, new: Sequence[NewArticle]) -> Iterator[Former]:
        origin = self._source.format
        for one in new:
            for path in one.article.old_paths:
                yield Former(path=path, post=one.post, origin=origin)
        for item in self._items:
            if isinstance(item, Redirection):
                yield Former(path=item.path, target=item.target, origin=origin)

    def _remember(
        self, new: Sequence[NewArticle], found: Discussions, batch: Callable[[], Batch]
    ) -> None:
        """Keep what came from where."""
        posts = [self._row(one.article, Imported.Kind.POST, post=one.post) for one in new]
        comments = [
            self._row(remark, Imported.Kind.COMMENT, comment=comment)
            for remark, comment in found.remarks
        ]
        rows = [*posts, *comments]
        if not rows:
            return
        belongs_to = batch()
        for row in rows:
            row.batch = belongs_to
        Imported.objects.bulk_create(rows, batch_size=500)

    def _row(self, thing: Article | Remark, kind: str, **leads_to: Post | Comment) -> Imported:
        return Imported(
            source=self._source.format,
            origin=origin_of(self._source),
            kind=kind,
            key=key_of(thing.key),
            digest=digest_of(thing),
            **leads_to,
        )


def _first_of_each_key(items: Sequence[Item], told: Summary) -> Iterator[Item]:
    """Yield the items without a second article or thread of the same key, which are told."""
    seen = set()
    for item in items:
        if isinstance(item, Article | Thread):
            if (type(item), item.key) in seen:
                told.skip(
                    "item", item.title, gettext_noop("another one has the same key in the source")
                )
                continue
            seen.add((type(item), item.key))
        yield item


def _tell_here(
    row: Imported,
    thing: Article | Remark,
    title: str,
    label: str,
    resumed: int | None,
    told: Summary,
) -> None:
    """Tell of something that is here already, and whether its source says something else now."""
    if row.batch_id == resumed:
        told.count(label)
        told.count(RESUMED)
    else:
        told.count(KNOWN)
    if row.digest not in ("", digest_of(thing)):
        told.say(CHANGED, title)
