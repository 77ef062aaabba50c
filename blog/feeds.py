"""The feeds of posts, and the maps of the site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from blog.cited_html import answered_html, elsewhere_html
from blog.feed_formats import FullTextAtom, JsonFeed
from blog.lead_picture import LeadPicture
from blog.markup import absolute
from blog.middleware import site_of
from blog.models import Author, ImageUse, Post, Series, Site, Topic, Version
from blog.translations import Alternate, groups

LATEST = 20
_ON_THE_MAP = (
    *("kind", "slug", "published_at", "updated_at", "live_version_id"),
    *("language", "translation_of_id"),
)
_RETRACTED = gettext_lazy("This post was taken back. Its words are no longer shown.")


@dataclass(frozen=True)
class Subject:
    """What a feed is about: the site, or one topic of it."""

    site: Site
    topic: Topic | None


class PostFeed(Feed):
    """The newest posts, or those of one topic."""

    feed_type: type[SyndicationFeed] = FullTextAtom
    file_name = "feed.atom"

    def get_object(self, request: HttpRequest, slug: str = "") -> Subject:
        """Return what the address names: the whole site, or a topic that has public posts."""
        if not slug:
            return Subject(site_of(request), None)
        topics = Topic.objects.filter(post__in=Post.objects.published().posts()).distinct()
        return Subject(site_of(request), get_object_or_404(topics, slug=slug))

    def title(self, subject: Subject) -> str:
        """The name of the site, and of the topic."""
        name = subject.site.name
        return f"{name}: {subject.topic.name}" if subject.topic else name

    def subtitle(self, subject: Subject) -> str:
        """What the site, or the topic, is about."""
        return subject.topic.description if subject.topic else subject.site.tagline

    def link(self, subject: Subject) -> str:
        """The page this feed belongs to."""
        return settings.SITE_URL + (subject.topic.get_absolute_url() if subject.topic else "/")

    def author_name(self, subject: Subject) -> str:
        """The site, for entries that name nobody: a feed has to."""
        return subject.site.name

    def feed_url(self, subject: Subject) -> str:
        """The feed's own address."""
        return f"{self.link(subject)}{self.file_name}"

    def items(self, subject: Subject) -> list[Post]:
        """The newest posts, with their HTML and topics. Two queries.

        A retracted one stays with its notice, so that whoever has read it there hears of it.
        """
        posts = Post.objects.reachable().posts().newest_first()
        if subject.topic:
            posts = posts.filter(topics=subject.topic)
        posts = posts.select_related("live_version__author", "live_rendering")
        return list(posts.prefetch_related("topics")[:LATEST])

    def item_title(self, item: Post) -> str:
        """The title."""
        return (
            _("Retracted: %(title)s") % {"title": item.title} if item.is_retracted else item.title
        )

    def item_description(self, item: Post) -> str:
        """The brief, or the standfirst."""
        version = None if item.is_retracted else item.live_version
        return " ".join(version.brief) or version.standfirst if version else ""

    def item_link(self, item: Post) -> str:
        """Its public address."""
        return settings.SITE_URL + item.get_absolute_url()

    def item_extra_kwargs(self, item: Post) -> dict[str, Any]:
        """The full text, links and pictures of this site made absolute; its picture and language."""
        lead = (
            None if item.is_retracted or not item.live_version else item.live_version.lead_picture
        )
        return {
            "content": full_html(item),
            "image": lead.absolute_url if lead else "",
            "language": item.language,
        }

    def item_guid(self, item: Post) -> str:
        """A name that stays when the address changes."""
        return f"tag:{settings.SITE_HOST},{item.created_at:%Y}:post:{item.pk}"

    def item_author_name(self, item: Post) -> str | None:
        """The byline; the site speaks for what was retracted."""
        return None if item.is_retracted or not item.live_version else item.live_version.byline

    def item_author_link(self, item: Post) -> str:
        """The page of the byline."""
        if item.is_retracted or not item.live_version:
            return ""
        return settings.SITE_URL + item.live_version.author.get_absolute_url()

    def item_pubdate(self, item: Post) -> datetime | None:
        """When readers saw it first."""
        return item.published_at

    def item_updateddate(self, item: Post) -> datetime | None:
        """The last correction, or the retraction; a typo that was mended is none."""
        return item.last_changed_at

    def item_categories(self, item: Post) -> list[str]:
        """Its topics."""
        return [] if item.is_retracted else [topic.name for topic in item.topics.all()]


class JsonPostFeed(PostFeed):
    """The same in JSON."""

    feed_type = JsonFeed
    file_name = "feed.json"


def full_html(post: Post) -> str:
    """Return the text of a post for a reader outside this site, between what its page says of it.

    Above stands the sentence on who wrote it, below what has to be disclosed and the legal note.
    Of a retracted post it is the notice.
    """
    if post.is_retracted:
        return format_html("<p>{}</p>", post.retraction_notice or _RETRACTED)
    if post.live_version is None or post.live_rendering is None:
        return ""
    line = format_html("<p>{}</p>", post.live_version.byline_line)
    return (
        line
        + _lead_html(post.live_version.lead_picture)
        + answered_html(post.live_version.answered)
        + absolute(post.live_rendering.html, settings.SITE_URL + post.get_absolute_url())
        + elsewhere_html(post.live_version.links_elsewhere)
        + _notes_html(post.live_version)
    )


def _notes_html(version: Version) -> str:
    disclosed = (gettext("Disclosure."), version.disclosure)
    disclosure = format_html("<p><strong>{}</strong> {}</p>", *disclosed) if disclosed[1] else ""
    legend = format_html("<p>{}</p>", version.legend) if version.legend else ""
    return disclosure + legend


def _lead_html(picture: LeadPicture | None) -> str:
    if picture is None:
        return ""
    (width, height), caption = picture.address.size, picture.caption
    image = format_html(
        '<img src="{}" alt="{}" width="{}" height="{}">',
        *(picture.absolute_url, picture.alt, width, height),
    )
    below = format_html("<figcaption>{}</figcaption>", caption) if caption else ""
    return format_html("<figure>{}{}</figure>", image, below)


@dataclass(frozen=True)
class Place:
    """A post or page on the map, with the whole addresses of its pictures and of its languages."""

    post: Post
    pictures: Sequence[str]
    alternates: Sequence[Alternate]


class OwnSitemap(Sitemap):
    """Addresses under `SITE_URL`, whatever host the request named."""

    # What one file may hold (sitemaps.org); more would need an index of files.
    limit = 50_000

    def get_domain(self, site: object = None) -> str:
        """Return the host of `SITE_URL`."""
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the scheme of `SITE_URL`."""
        return urlsplit(settings.SITE_URL).scheme


class PostSitemap(OwnSitemap):
    """Every public post and page, with the pictures it shows."""

    def items(self) -> list[Place]:
        """Public posts and pages, newest first. Two queries."""
        uses = ImageUse.objects.filter(version__live_posts__in=Post.objects.published())
        pictures = defaultdict(list)
        for use in uses.select_related("image").order_by("pk"):
            pictures[use.version_id].append(settings.SITE_URL + use.image.address.url)
        posts = Post.objects.published().newest_first()
        shown = list(posts.only(*_ON_THE_MAP))
        alternates = groups(shown)
        return [
            Place(post, pictures.get(post.live_version_id or 0, ()), alternates.get(post.pk, ()))
            for post in shown
        ]

    def location(self, item: Place) -> str:
        """Its path."""
        return item.post.get_absolute_url()

    def lastmod(self, item: Place) -> datetime | None:
        """The last change a reader can see."""
        return item.post.last_changed_at


class WaysInSitemap(OwnSitemap):
    """The lists that lead to posts: the front page, and each list with at least one public post."""

    def items(self) -> list[Any]:
        """Return the front page, the archive and every list that is not empty."""
        public = Post.objects.published().posts()
        return [
            reverse("blog:index"),
            *([reverse("blog:archive")] if public.exists() else []),
            *Topic.objects.filter(post__in=public).distinct(),
            *Series.objects.filter(posts__in=public).distinct(),
            *Author.objects.filter(versions__live_posts__in=public).distinct(),
        ]

    def location(self, item: Any) -> str:
        """Return the path of a list: an address as it is, or that of a row."""
        return item if isinstance(item, str) else item.get_absolute_url()
