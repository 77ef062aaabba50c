"""Put the demonstration into an empty database, through the same verbs that people use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from blog import workflow
from blog.models import Author, Outbox, Post, Series, Site, Topic
from blog.words import Words
from comments import moderation
from comments.arrival import Arrival, Origin, network_of
from comments.models import Comment
from comments.moderation import Said
from config import privacy
from config.demo import pictures, readers, reading
from config.demo.reading import Article
from ledger.models import Entry


@dataclass(frozen=True)
class Login:
    """An account of the demonstration, with the password that is shown once."""

    username: str
    password: str
    role: str
    name: str


class Scene:
    """The demonstration while it is being loaded: who is who, by the names the files use."""

    def __init__(self) -> None:
        self.data = reading.scene()
        self.site = self._site()
        self.now = timezone.now().astimezone(self.site.zone)
        self.logins: list[Login] = []
        self.users: dict[str, User] = {}
        self.authors = {
            key: Author.objects.create(**row) for key, row in self.data["authors"].items()
        }
        self.topics = {row["name"]: Topic.objects.create(**row) for row in self.data["topics"]}
        self.series = {row["name"]: Series.objects.create(**row) for row in self.data["series"]}
        for row in self.data["users"]:
            self._user(row)

    def first(self, role: str) -> User:
        """Return the first account that has a role."""
        return next(self.users[login.username] for login in self.logins if login.role == role)

    def _site(self) -> Site:
        site = Site(**self.data["site"], sender_email=self.data["site"]["contact_email"], demo={})
        site.save()
        return site

    def _user(self, row: dict[str, Any]) -> None:
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(
            row["username"],
            row["email"],
            password,
            first_name=row["first_name"],
            last_name=row["last_name"],
            is_staff=True,
            # One person must be able to show everything.
            is_superuser=row["role"] == "CEO" and not self.logins,
        )
        user.groups.add(Group.objects.get(name=row["role"]))
        if row["author"]:
            Author.objects.filter(pk=self.authors[row["author"]].pk).update(user=user)
        self.users[row["username"]] = user
        self.logins.append(Login(row["username"], password, row["role"], user.get_full_name()))


def load() -> list[Login]:
    """Load the demonstration and return its logins. The database must be empty.

    It is marked as a demonstration in the end, with what belongs to it and the last entry of the
    record about it, so that it can be told from what people do afterwards, and removed.
    """
    scene = Scene()
    for article in reading.articles("posts"):
        _post(scene, article)
    for article in (*reading.articles("pages"), *_generated_pages(scene)):
        _page(scene, article)
    _comments(scene)
    readers.add_reads(scene.now)
    # Nobody of this scene has a mailbox.
    Outbox.objects.all().delete()
    scene.site.demo = {
        "users": sorted(user.pk for user in scene.users.values()),
        "posts": sorted(Post.objects.values_list("pk", flat=True)),
        "head": Entry.objects.latest("sequence").sequence,
    }
    scene.site.save()
    return scene.logins


def _post(scene: Scene, article: Article) -> None:
    author = Author.objects.get(pk=scene.authors[article.head["author"]].pk)
    words = Words(
        title=article.head["title"],
        standfirst=article.head.get("standfirst", ""),
        brief=tuple(article.listed("brief")),
        body=pictures.placed(article.first_body),
        images=pictures.lead(article),
        author=author,
        authorship=article.head.get("authorship", "by"),
        authorship_detail=article.head.get("authorship_detail", ""),
        disclosure=article.head.get("disclosure", ""),
    )
    writer = next(
        user for user in scene.users.values() if user.groups.filter(name="Writer").exists()
    )
    post = workflow.create_post(words, by=writer, slug=article.head["slug"], channel="command")
    post.topics.set(scene.topics[name] for name in article.listed("topics"))
    if "series" in article.head:
        name, part = article.listed("series")
        Post.objects.filter(pk=post.pk).update(series=scene.series[name], series_part=int(part))
    at = reading.moment(article.head["published"], scene.now)
    if at is not None:
        _publish(scene, post, author, at)
    if article.head.get("correction"):
        _correct(scene, post, article, words)


def _page(scene: Scene, article: Article) -> None:
    author = Author.objects.get(pk=scene.authors["ceo"].pk)
    words = Words(
        title=article.head["title"],
        standfirst=article.head.get("standfirst", ""),
        body=article.body,
        author=author,
    )
    place = article.head["menu"].replace("none", "")
    slug = article.head["slug"]
    writer = scene.first("Writer")
    post = workflow.create_post(words, by=writer, slug=slug, kind=Post.Kind.PAGE, channel="command")
    Post.objects.filter(pk=post.pk).update(
        menu_place=place,
        menu_order=int(article.head["menu_order"]),
        comment_policy=Post.CommentPolicy.CLOSED,
    )
    _publish(scene, post, author, scene.now - timedelta(days=421))


def _generated_pages(scene: Scene) -> list[Article]:
    texts = {
        ("privacy", "Privacy"): privacy.privacy_text(scene.site),
        ("comment-policy", "Comment policy"): privacy.comment_policy_text(scene.site),
    }
    return [
        Article({"slug": slug, "title": title, "menu": "footer", "menu_order": "10"}, text)
        for (slug, title), text in texts.items()
    ]


def _publish(scene: Scene, post: Post, author: Author, at: datetime | None) -> None:
    """Let the person in the byline sign, and publish as she does."""
    signer = author.user or scene.first("CEO")
    review = workflow.submit(post, by=scene.first("Writer"), channel="command")
    workflow.approve(review, by=signer, channel="command")
    workflow.publish(post, by=scene.first("CEO"), at=at, channel="command")


def _correct(scene: Scene, post: Post, article: Article, words: Words) -> None:
    """Let the writer put right what was public, and the person in the byline sign that as well."""
    right = replace(
        words, body=pictures.placed(article.body), correction=article.head["correction"]
    )
    workflow.save_version(post, right, by=scene.first("Writer"), channel="command")
    _publish(scene, post, words.author, None)


def _comments(scene: Scene) -> None:
    posts = {post.slug: post for post in Post.objects.select_related("live_version__author__user")}
    made: dict[str, Comment] = {}
    rows = [(_said_at(row, posts[row["post"]], scene.now), row) for row in reading.comments()]
    for at, row in sorted(rows, key=lambda pair: pair[0]):
        post = posts[row["post"]]
        parent = made.get(row["parent"] or "")
        if row["by"] == "reader":
            made[row["key"]] = _from_reader(scene, row, post, parent, at)
        elif parent is not None:
            made[row["key"]] = _from_us(scene, row, post, parent, at)


def _said_at(row: dict[str, Any], post: Post, now: datetime) -> datetime:
    if "before_hours" in row:
        return now - timedelta(hours=row["before_hours"])
    return (post.published_at or now) + timedelta(hours=row["after_hours"])


def _from_reader(
    scene: Scene, row: dict[str, Any], post: Post, parent: Comment | None, at: datetime
) -> Comment:
    said = Said(
        name=row["name"],
        email=row["email"],
        url=row["url"],
        body=row["body"],
        parent=parent,
        visibility=row["visibility"],
    )
    network = network_of(f"198.51.{row['network'] % 256}.7")
    arrival = Arrival(network=network, origin=Origin.OWN, stamp="fresh")
    comment = moderation.submit(post, said, arrival, at=at).comment
    moderator = scene.first("Moderator")
    if row["state"] == Comment.State.APPROVED:
        return moderation.approve(comment, by=moderator, seen=comment.revision, channel="command")
    if row["state"] == Comment.State.SPAM and comment.state != Comment.State.SPAM:
        return moderation.mark_spam(comment, by=moderator, seen=comment.revision, channel="command")
    if row["state"] == Comment.State.PENDING and comment.state == Comment.State.SPAM:
        return moderation.restore(comment, by=moderator, seen=comment.revision, channel="command")
    return comment


def _from_us(
    scene: Scene, row: dict[str, Any], post: Post, parent: Comment, at: datetime
) -> Comment:
    owner = post.live_version.author.user if post.live_version else None
    speaker = (owner or scene.first("CEO")) if row["by"] == "ceo" else scene.first("Moderator")
    parent.refresh_from_db(fields=["revision"])
    return moderation.answer(
        parent, row["body"], by=speaker, seen=parent.revision, channel="command", at=at
    )
