"""The questions editors ask of the list of posts."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from blog.admin.pages import user_of
from blog.models import Author, Post, Topic, Version
from blog.models.post import PostQuerySet
from blog.standing import posts_that_need, posts_that_wait


class StateFilter(SimpleListFilter):
    """The state as people say it: a schedule whose moment has come is public. Drawn as tabs."""

    title = gettext_lazy("state")
    parameter_name = "state"
    template = "admin/blog/post/states.html"

    def lookups(self, request: HttpRequest, admin: ModelAdmin[Post]) -> list[tuple[str, str]]:
        """Offer the states in the order of a post's life."""
        return [
            ("draft", gettext("Drafts")),
            ("waiting", gettext("Waiting for a signature")),
            ("scheduled", gettext("Scheduled")),
            ("paused", gettext("Stopped by a quiet period")),
            ("public", gettext("Public")),
            ("retracted", gettext("Retracted")),
        ]

    def queryset(self, request: HttpRequest, posts: Any) -> PostQuerySet:
        """Keep the posts in the chosen state."""
        found: PostQuerySet = posts
        match self.value():
            case "draft":
                return found.filter(state=Post.State.DRAFT)
            case "waiting":
                return found.filter(pk__in=posts_that_wait())
            case "scheduled":
                public = Post.objects.published().values("pk")
                return found.filter(state=Post.State.SCHEDULED).exclude(pk__in=public)
            case "paused":
                return found.filter(state=Post.State.PAUSED)
            case "public":
                return found.published()
            case "retracted":
                return found.filter(state=Post.State.RETRACTED)
        return found


class NeedsYou(SimpleListFilter):
    """What waits for the person who is looking, or was written by her."""

    title = gettext_lazy("for you")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, admin: ModelAdmin[Post]) -> list[tuple[str, str]]:
        """Offer both."""
        return [("you", gettext("Needs you")), ("yours", gettext("You saved it last"))]

    def queryset(self, request: HttpRequest, posts: Any) -> PostQuerySet:
        """Keep what waits for this person's signature, or came back to her for changes; or is hers."""
        found: PostQuerySet = posts
        user = user_of(request)
        if self.value() == "you":
            return found.filter(pk__in=posts_that_need(user))
        return found.saved_last_by(user.pk) if self.value() == "yours" else found


class KindFilter(SimpleListFilter):
    """Posts, or pages."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, admin: ModelAdmin[Post]) -> list[tuple[str, str]]:
        """Offer both kinds."""
        return [(Post.Kind.POST, gettext("Posts")), (Post.Kind.PAGE, gettext("Pages"))]

    def queryset(self, request: HttpRequest, posts: QuerySet[Post]) -> QuerySet[Post]:
        """Keep one kind."""
        value = self.value()
        return posts.filter(kind=value) if value in Post.Kind.values else posts


class TopicFilter(SimpleListFilter):
    """What it is about."""

    title = gettext_lazy("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, admin: ModelAdmin[Post]) -> list[tuple[str, str]]:
        """Offer every topic."""
        return list(Topic.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, posts: QuerySet[Post]) -> QuerySet[Post]:
        """Keep the posts on one topic."""
        known = {str(slug) for slug, _ in self.lookup_choices}
        return posts.filter(topics__slug=self.value()) if self.value() in known else posts


class AuthorFilter(SimpleListFilter):
    """Under whose name the newest text is."""

    title = gettext_lazy("author")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, admin: ModelAdmin[Post]) -> list[tuple[str, str]]:
        """Offer every byline."""
        return list(Author.objects.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, posts: QuerySet[Post]) -> QuerySet[Post]:
        """Keep the posts under one name."""
        known = {str(slug) for slug, _ in self.lookup_choices}
        if self.value() not in known:
            return posts
        newest = Version.objects.filter(post=OuterRef("pk")).order_by("-number")
        slug = Subquery(newest.values("author__slug")[:1])
        return posts.annotate(newest_author=slug).filter(newest_author=self.value())
