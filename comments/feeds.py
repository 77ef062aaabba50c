"""The feed of what is said under one post."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.translation import gettext as _

from blog.feed_formats import FullTextAtom, JsonFeed
from blog.models import Post
from blog.page_store.saying import key_of_post, shows
from comments.models import Comment

LATEST = 50


class CommentFeed(Feed):
    """The newest visible comments of a public post."""

    feed_type: type[SyndicationFeed] = FullTextAtom
    address = "comments:feed"

    def get_object(self, request: HttpRequest, slug: str) -> Post:
        """Return the post that the address names."""
        posts = Post.objects.published().select_related("live_version__author")
        post = get_object_or_404(posts, slug=slug)
        shows(request, key_of_post(post.pk))
        return post

    def title(self, post: Post) -> str:
        """What was answered to."""
        return _("Comments on “%(title)s”") % {"title": post.title}

    def subtitle(self, post: Post) -> str:
        """Nothing: the title says it."""
        return ""

    def link(self, post: Post) -> str:
        """Where the comments stand."""
        return f"{settings.SITE_URL}{post.get_absolute_url()}#comments"

    def author_name(self, post: Post) -> str:
        """Who wrote the post."""
        return post.live_version.byline if post.live_version else ""

    def feed_url(self, post: Post) -> str:
        """The feed's own address."""
        return settings.SITE_URL + reverse(self.address, args=[post.slug])

    def feed_extra_kwargs(self, post: Post) -> dict[str, Any]:
        """Since when comments can come, for a feed that has none: each answer shall be the same."""
        return {"since": post.published_at}

    def items(self, post: Post) -> list[Comment]:
        """The newest comments. One query."""
        said = Comment.objects.visible().comments().filter(post=post)
        return list(said.order_by("-created_at", "-pk")[:LATEST])

    def item_title(self, item: Comment) -> str:
        """Who said it."""
        return _("%(name)s wrote") % {"name": item.name}

    def item_description(self, item: Comment) -> str:
        """Nothing shorter than the whole."""
        return ""

    def item_link(self, item: Comment) -> str:
        """Its permanent address."""
        return settings.SITE_URL + item.permalink

    def item_extra_kwargs(self, item: Comment) -> dict[str, Any]:
        """The whole text, as the page shows it."""
        return {"content": item.body_html}

    def item_guid(self, item: Comment) -> str:
        """A name that stays."""
        return f"tag:{settings.SITE_HOST},{item.created_at:%Y}:comment:{item.pk}"

    def item_author_name(self, item: Comment) -> str:
        """The name it was written under; never an address."""
        return item.name

    def item_pubdate(self, item: Comment) -> datetime:
        """When it was written."""
        return item.created_at

    def item_updateddate(self, item: Comment) -> datetime:
        """When it became public, or what it is now."""
        return max(item.created_at, item.decided_at or item.created_at)


class JsonCommentFeed(CommentFeed):
    """The same in JSON."""

    feed_type = JsonFeed
    address = "comments:feed_json"
