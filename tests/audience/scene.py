"""A week in which everything happened, and the one before; told on the Monday after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import User

from audience.models import Reads
from blog import workflow
from blog.models import Post, Site
from comments.models import Comment
from comments.moderation import answer
from tests.cast import make_post
from tests.comments.conftest import make_comment, make_public

WEEK = date(2030, 5, 6)
MONDAY = datetime(2030, 5, 13, 6, 0, tzinfo=UTC)
"""Eight in the morning in Berlin, an hour after the mail is due."""

LONG = "A very long title of a post that goes on and on with one word and then another of them"


def make_reads(post: Post, day: date, count: int, source: str = "") -> Reads:
    """Some reads of a post on a day."""
    return Reads.objects.create(post=post, day=day, count=count, source=source)


def say_at(comment: Comment, at: datetime) -> Comment:
    """Let a comment have come at another moment."""
    Comment.objects.filter(pk=comment.pk).update(created_at=at)
    comment.refresh_from_db()
    return comment


def in_week(day: int, hour: int = 10) -> datetime:
    """A moment of the week; day 0 is its Monday."""
    start = datetime.combine(WEEK, datetime.min.time(), UTC)
    return start + timedelta(days=day, hours=hour)


def make_full_week(ceo: User, moderator: User) -> list[Post]:
    """Fill two weeks with all that the minute tells of; return the posts. The clock stands at `MONDAY`."""
    Site.objects.update(time_zone="Europe/Berlin")
    posts = [make_post(ceo, title=f"{LONG} {n}", slug=f"post-{n}") for n in range(5)]
    Post.objects.update(published_at=in_week(-3))
    hosts = ["", "/", "*", "news.example", f"{'long-name-of-a-host.' * 4}example"]
    for number, post in enumerate(posts):
        for place, host in enumerate(hosts):
            make_reads(post, WEEK + timedelta(days=place), 1000 * (number + 1) + place, host)
            make_reads(post, WEEK + timedelta(days=place + 1), 7, host)
        make_reads(post, WEEK - timedelta(days=1), 70 + number)
        make_reads(post, WEEK + timedelta(days=7), 5)
    gone = make_post(ceo, title="Gone", slug="gone")
    make_reads(gone, WEEK, 900)
    say_at(make_public(gone, moderator, body="Where is this going?"), in_week(2))
    workflow.retract(gone, by=ceo, notice="We were wrong.")
    _make_comments(posts, ceo, moderator)
    return posts


def _make_comments(posts: list[Post], ceo: User, moderator: User) -> None:
    name = "A B C D E F G H I J K L M N O P Q R S T"
    words = (
        "Whether you will ever tell the people who live right below the dam what is planned for it"
    )
    for number in range(8):
        said = {"name": f"{name} {number}", "body": f"So be it. {words} in year {number}?"}
        asked = make_public(posts[number % 2], moderator, **said)
        if number < 3:
            answer(asked, "Yes. Soon?", by=ceo, seen=asked.revision)
        say_at(asked, in_week(number % 7))
    for number in range(6):
        waiting = make_comment(posts[2], name="Ines", body=f"And what comes {number}?\nTell us.")
        say_at(waiting, in_week(6, 21 + number % 2))
    for number in range(5):
        body = f"Thank you, part {number}. See https://example.org/?q=river for more."
        say_at(make_public(posts[3], moderator, name="Ada", body=body), in_week(number))
    say_at(make_public(posts[3], moderator, name="Lea", body="Is it over?"), in_week(7, 1))
    private = make_comment(posts[3], name="Pia", body="Between us?", visibility="private")
    say_at(private, in_week(1))
