"""A post or page as a text file: its words below, everything else that belongs to it at the head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from blog.image_addresses import FOLDER, KEY_LENGTH
from blog.models import Post, Version
from blog.models.post import BLANKED_TITLE
from blog.models.version import Authorship, Markup
from blog.plaintext import normalise
from transfer import front_matter
from transfer.fitting import line

MEDIA = "../media/"
"""From the folder of a text to that of the pictures."""

_ROWS = 200
_ADDRESS = re.compile(
    rf"{FOLDER}(?P<name>[0-9a-f]{{{KEY_LENGTH}}}-\d{{1,5}}x\d{{1,5}})\.jpg(?![\w-])", re.ASCII
)
_FOLDERS = {Post.Kind.POST: "posts", Post.Kind.PAGE: "pages"}
_ENDINGS = {Markup.MARKDOWN: "md", Markup.HTML: "html"}


@dataclass(frozen=True)
class Text:
    """A post with the words that leave: those readers see, or the newest of a draft."""

    post: Post
    version: Version

    @property
    def is_draft(self) -> bool:
        """Whether no reader has ever seen it under this state: also one that is only scheduled."""
        return not (self.post.is_published or self.post.is_retracted)

    @property
    def folder(self) -> str:
        """The folder it is filed in."""
        return _FOLDERS[Post.Kind(self.post.kind)]

    @property
    def ending(self) -> str:
        """The end of the name of its file."""
        return _ENDINGS[Markup(self.version.markup)]

    def written(self, media: Mapping[str, str]) -> str:
        """Return the whole file.

        Args:
            media: the name of the file of each picture, by what its address begins with.
        """
        head = front_matter.written(_values(self.post, self.version, self.is_draft, media))
        return f"{head}\n{with_files(normalise(self.version.body), media)}\n"


def texts() -> Iterator[Text]:
    """Yield every post and page that has words, in the order in which they were begun."""
    posts = (
        Post.objects.select_related("live_version__author", "series", "translation_of")
        .prefetch_related("topics", "old_addresses")
        .order_by("pk")
    )
    for post in posts.iterator(chunk_size=_ROWS):
        version = post.live_version or post.latest_version
        if version is not None:
            yield Text(post, version)


def with_newer_text() -> int:
    """Return how many posts have a newer text than readers see, which does not leave. One query."""
    newest = Version.objects.filter(post=OuterRef("pk")).order_by("-number").values("pk")[:1]
    shown = Post.objects.filter(live_version__isnull=False)
    return shown.exclude(live_version=Subquery(newest)).count()


def with_files(text: str, media: Mapping[str, str]) -> str:
    """Return text in which pictures are named by their files, as seen from a folder of texts."""

    def file(match: re.Match[str]) -> str:
        name = media.get(match["name"])
        return f"{MEDIA}{name}" if name else match[0]

    return _ADDRESS.sub(file, text)


def picture_names(version: Version) -> Iterator[str]:
    """Yield what the addresses of its pictures begin with, each once."""
    texts = [version.body, *(str(value) for image in version.images for value in image.values())]
    yield from dict.fromkeys(match["name"] for text in texts for match in _ADDRESS.finditer(text))


def moment(at: datetime | None) -> str:
    """Return a moment as it is written in every file of an export: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat() if at else ""


def _values(
    post: Post, version: Version, is_draft: bool, media: Mapping[str, str]
) -> dict[str, Any]:
    """Return what stands at the head, under the names that other programs use where they have one."""
    values = {
        "title": line(version.title) or str(BLANKED_TITLE),
        "kind": post.kind,
        "slug": post.slug,
        "date": moment(post.published_at),
        "lastmod": moment(post.updated_at),
        "draft": is_draft,
        **_who(version),
        "description": normalise(version.standfirst).strip(),
        "brief": [point for point in map(line, version.brief) if point],
        "disclosure": normalise(version.disclosure),
        "legend": normalise(version.legend),
        "correction": normalise(version.correction),
        "in_reply_to": _answered(version),
        "elsewhere": [
            {name: line(str(value)) for name, value in sorted(link.items())}
            for link in version.elsewhere
        ],
        "image": _lead(version, media),
        **_filed(post),
        "retraction": post.retraction_notice if post.is_retracted else "",
    }
    return {name: value for name, value in values.items() if not _is_nothing(value)}


def _is_nothing(value: object) -> bool:
    """Whether a line about it would say nothing; zero says something."""
    return value is None or value is False or value in ("", [])


def _who(version: Version) -> dict[str, Any]:
    is_plain = version.authorship == Authorship.BY
    return {
        "author": version.author.name,
        "author_slug": version.author.slug,
        "byline": line(version.byline) if line(version.byline) != version.author.name else "",
        "authorship": "" if is_plain else version.authorship,
        "authorship_detail": line(version.authorship_detail),
    }


def _answered(version: Version) -> dict[str, str] | None:
    answered = version.answered
    if answered is None:
        return None
    quote = normalise(answered.quote)
    said = {"author": line(answered.author), "quote": quote, "title": line(answered.title)}
    return {**said, "url": answered.url}


def _filed(post: Post) -> dict[str, Any]:
    is_site = post.comment_policy == Post.CommentPolicy.SITE
    return {
        "language": post.language,
        "translation_of": post.translation_of.slug if post.translation_of else "",
        "topics": sorted(topic.name for topic in post.topics.all()),
        "series": post.series.name if post.series else "",
        "series_part": post.series_part,
        "comments": "" if is_site else post.comment_policy,
        "close_comments_after": post.close_comments_after,
        "menu": post.menu_place,
        "menu_order": None if post.menu_order == _MENU_ORDER else post.menu_order,
        "aliases": sorted(address.path for address in post.old_addresses.all()),
    }


def _lead(version: Version, media: Mapping[str, str]) -> dict[str, str] | None:
    for image in version.images:
        return {name: with_files(str(value), media) for name, value in sorted(image.items())}
    return None


_MENU_ORDER = Post._meta.get_field("menu_order").default
