"""From articles of a source to posts that can be brought in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_noop

from blog.models import Post
from blog.plaintext import normalise
from blog.words import problems
from blog.workflow import Brought
from transfer.belongings import Belongings
from transfer.fitting import Fitted, Note, fitted, moment, shortened
from transfer.items import Article
from transfer.summary import DRAFTS, Summary

_MOST_PARTS = 32767
_NOTICE_LENGTH = 1000
LABELS = {
    Post.Kind.POST: gettext_noop("Posts imported"),
    Post.Kind.PAGE: gettext_noop("Pages imported"),
}
"""What the summary counts them under."""


@dataclass
class NewArticle:
    """An article that is not here yet, and how it comes in; `post` is set once it is there."""

    article: Article
    brought: Brought
    notes: tuple[Note, ...]
    post: Post

    def tell(self, told: Summary) -> None:
        """Tell that it came in, and what is worth knowing about that."""
        told.count(LABELS[Post.Kind(self.article.kind)])
        title = self.brought.words.title
        for note in (*map(Note, self.article.notes), *self.notes):
            told.note(title, note.why, note.more)
        if not self.brought.was_public:
            why = self.article.why_not_public or _not_public(self.brought)
            told.say(DRAFTS, {"title": title, "why": why})


def new_articles(
    articles: Sequence[Article], belongings: Belongings, told: Summary
) -> list[NewArticle]:
    """Return those of `articles` that can be kept, with words, address and all; tell of the others.

    What they name must be loaded.
    """
    keep = [(one, fits) for one in articles if (fits := _fitted(one, belongings, told))]
    slugs = belongings.addresses.choose([article for article, _ in keep])
    return [
        _new(article, fits, slug, belongings)
        for (article, fits), slug in zip(keep, slugs, strict=True)
    ]


def _fitted(article: Article, belongings: Belongings, told: Summary) -> Fitted | None:
    fits = fitted(article, belongings.people.of(article.author))
    why = " ".join(problems(fits.words, needs_text=False))
    if not why:
        return fits
    if article.remarks:
        why = f"{why} Its comments are left out with it: {len(article.remarks):,}"
    told.skip(article.kind, fits.words.title, why)
    return None


def _new(article: Article, fits: Fitted, slug: str, belongings: Belongings) -> NewArticle:
    at = moment(article.at)
    notes = list(_notes(article, slug))
    if at is None and article.is_public:
        at = timezone.now()
        notes.append(Note(gettext_noop("It had no date; it has that of its import.")))
    topics = (belongings.topics.of(label) for label in article.topics)
    part = article.series_part
    brought = Brought(
        words=fits.words,
        slug=slug,
        kind=article.kind,
        published_at=at,
        updated_at=moment(article.updated_at),
        is_public=article.is_public,
        topics=[topic for topic in topics if topic],
        series=belongings.series.of(article.series) if article.series else None,
        series_part=part if part is not None and 0 <= part <= _MOST_PARTS else None,
        comment_policy=article.comment_policy,
        close_comments_after=article.close_comments_after,
        menu_place=article.menu_place,
        menu_order=min(max(article.menu_order, 0), _MOST_PARTS),
        language=article.language,
        retraction_notice=shortened(normalise(article.retraction_notice), _NOTICE_LENGTH),
    )
    post = Post(kind=article.kind, slug=slug)
    return NewArticle(article, brought, (*fits.notes, *notes), post)


def _notes(article: Article, slug: str) -> Iterator[Note]:
    if article.slug and slug != article.slug:
        why = gettext_noop("Its address has another end here than it had there:")
        yield Note(why, f"“{slug}”, “{article.slug}”")


def _not_public(brought: Brought) -> str:
    return (
        gettext_noop("dated in the future")
        if brought.is_public
        else gettext_noop("not public there")
    )
