"""The translations of a post: the original, and every post that names it; each has a language of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from blog import languages
from blog.models import Post
from blog.models.post import PostQuerySet

FIELDS = frozenset({"language", "translation_of"})
"""The fields of a post that place it among them."""

ANY = "x-default"
"""What stands for a language in the place for readers of none of these."""


@dataclass(frozen=True)
class Alternate:
    """The whole address of a post for readers of one language."""

    code: str
    url: str


@dataclass(frozen=True)
class Editions:
    """A post and its other languages, as readers see them."""

    post: Post
    others: Sequence[Post]

    @property
    def alternates(self) -> list[Alternate]:
        """Where each language is, itself included, and where everybody else is sent; none alone."""
        return alternates([self.post, *self.others]) if self.others else []


def with_whether_translated(posts: PostQuerySet) -> PostQuerySet:
    """Let `editions` know of each post whether another one translates it, which saves a query for most."""
    others = Post.objects.filter(translation_of=OuterRef("pk"))
    return posts.annotate(is_translated=Exists(others))


def editions(post: Post) -> Editions:
    """Return a post with its other languages that are public, by the names of these. One query at most."""
    if post.translation_of_id is None and not getattr(post, "is_translated", True):
        return Editions(post, [])
    found = _group(Post.objects.published(), post).exclude(pk=post.pk)
    others = found.select_related("live_version").defer("live_version__body")
    return Editions(post, sorted(others, key=lambda other: languages.name_of(other.language_code)))


def alternates(posts: Iterable[Post]) -> list[Alternate]:
    """Return the addresses of posts that translate each other, by language; last, everybody's.

    Everybody's is the original. While readers do not see that, it is one in the language of the site.
    """
    by_code = sorted(posts, key=lambda post: post.language_code)
    first = min(by_code, key=lambda post: (post.translation_of_id is not None, bool(post.language)))
    found = [Alternate(post.language_code, _address(post)) for post in by_code]
    return [*found, Alternate(ANY, _address(first))]


def groups(posts: Iterable[Post]) -> dict[int, list[Alternate]]:
    """Return the addresses of the languages of each post that has several among these, by its number."""
    together = defaultdict(list)
    for post in posts:
        together[post.translation_of_id or post.pk].append(post)
    several = [found for found in together.values() if len(found) > 1]
    return {post.pk: said for found in several for said in [alternates(found)] for post in found}


def problems(post: Post) -> Iterator[str]:
    """Yield a sentence for what keeps `post`, as it is filed now, from its place. Two queries at most."""
    original = post.translation_of
    if original is not None:
        yield from _problems_with(post, original)
    for other in _group(Post.objects.all(), post).exclude(pk=post.pk):
        if other.language_code == post.language_code:
            name = languages.name_of(post.language_code)
            said = _(
                "“%(title)s” is the %(language)s text already. Say which other language this one is in."
            )
            yield said % {"title": other.title, "language": name}


def _problems_with(post: Post, original: Post) -> Iterator[str]:
    if original.pk == post.pk:
        yield _("A post is no translation of itself. Name the other one.")
    elif original.kind != post.kind:
        yield _("A post translates a post, and a page a page.")
    elif original.translation_of is not None:
        said = _("“%(title)s” is itself a translation of “%(first)s”. Name that one.")
        yield said % {"title": original.title, "first": original.translation_of.title}
    elif post.pk and post.translations.exists():
        yield _("Other posts name this one as their original. Let them name another one first.")


def _group(posts: PostQuerySet, post: Post) -> PostQuerySet:
    """Return those of `posts` that are, or translate, the same as `post`."""
    first = post.translation_of_id or post.pk
    # A post that is not stored yet is nobody's translation.
    if not first:
        return posts.none()
    return posts.filter(Q(pk=first) | Q(translation_of=first))


def _address(post: Post) -> str:
    return settings.SITE_URL + post.get_absolute_url()
