"""After a change the next reader gets the page anew, on every process; without one she does not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import workflow
from blog.models import Author, Post, QuietPeriod, Series, Site, Topic
from blog.page_store import shown
from blog.page_store.line import Line
from comments.models import Comment
from comments.moderation import approve, mark_spam, reject, remove, restore, undo
from comments.trust import FIRST_DAYS, FIRST_DECISIONS
from ledger import guards
from tests.blog.page_store.conftest import Place, until
from tests.cast import make_draft, make_post
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR, DAM = "/posts/floor/", "/posts/dam/"
AT_ONCE = "Most comments appear at once"
LISTS = ["/", "/topics/water/", "/authors/dana-whitfield/"]
KINDS = [
    *LISTS,
    FLOOR,
    "/about/",
    "/archive/",
    "/corrections/",
    "/series/works/",
    "/feed.atom",
    "/feed.json",
    "/sitemap.xml",
    "/robots.txt",
    f"{FLOOR}history/",
    "/posts/floor.md",
    f"{FLOOR}comments/feed.atom",
]


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post with a topic and a series, beside another one."""
    post = make_post(ceo, title="Floor", slug="floor")
    topic = Topic.objects.create(name="Water", slug="water")
    series = Series.objects.create(name="Works", slug="works")
    workflow.change_post(post, {"topics": [topic], "series": series}, by=ceo)
    make_post(ceo, title="Dam", slug="dam")
    make_post(ceo, title="About", slug="about", kind=Post.Kind.PAGE)
    return post


def triggers(database: str) -> dict[str, str]:
    """Return what notices changes in a database, as one text for each table."""
    ending = "_counted" if database == "sqlite" else "_sent"
    noticing = [guard for guard in guards.registered() if guard.name.endswith(ending)]
    return {
        guard.table: "\n".join(guard.sqlite if database == "sqlite" else guard.postgresql)
        for guard in noticing
    }


def unnoticed_tables(asked: list[str], noticed: dict[str, str]) -> set[str]:
    """Return the tables that queries read and no trigger stands at."""
    read = {table for sql in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', sql)}
    return read - noticed.keys()


def unnoticed_columns(asked: list[str], noticed: dict[str, str]) -> set[str]:
    """Return the columns that queries read of tables where only some are noticed, and not those."""
    found: set[str] = set()
    for table, text in noticed.items():
        if named := re.search(rf"AFTER UPDATE OF ([\w, ]+) ON {table} ", text):
            read = {name for sql in asked for name in re.findall(rf'"{table}"\."(\w+)"', sql)}
            # A key never changes.
            found |= {f"{table}.{name}" for name in read - {"id", *named[1].split(", ")}}
    return found


def test_pages_read_nothing_whose_changes_are_not_noticed(
    post: Post, moderator: User, ceo: User, database: str
) -> None:
    make_public(post, moderator)
    Site.objects.update(comment_mode="clean")
    with CaptureQueriesContext(connection) as captured:
        for path in KINDS:
            assert Client().get(path).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries]
    noticed = triggers(database)
    # The first entry of the record says since when there is a site, and never changes; a tally changes
    # with the comments it counts.
    assert unnoticed_tables(asked, noticed) <= {"ledger_entry", "comments_tally"}
    assert unnoticed_columns(asked, noticed) == set()
    # The look itself finds what it looks for.
    for table in ("blog_post", "comments_comment", "newsletter_newsletter"):
        left = {name: text for name, text in noticed.items() if name != table}
        assert table in unnoticed_tables(asked, left)
    account = (
        'SELECT "auth_user"."id", "auth_user"."username", "auth_user"."email" FROM "auth_user"'
    )
    assert unnoticed_columns([account], noticed) == {"auth_user.email"}


def test_table_that_is_emptied_counts(post: Post, database: str) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has no TRUNCATE.")

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE blog_nearpost")

    assert changed_by(empty) == {"site"}


def numbers() -> dict[str, int]:
    """Return the numbers of all keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, number FROM {shown.TABLE}")
        return dict(cursor.fetchall())


def changed_by(act: Callable[[], object]) -> set[str]:
    """Return the keys that an act gave a new number, or had sent."""
    if connection.vendor == "postgresql":
        with closing(Line()) as line:
            act()
            return line.catch_up()
    before = numbers()
    act()
    return {key for key, number in numbers().items() if number != before.get(key)}


CHANGES: dict[str, Callable[[Post], object]] = {
    "the site": lambda post: Site.objects.update(tagline="Other"),
    "a post": lambda post: Post.objects.filter(pk=post.pk).update(menu_order=3),
    "what it is about": lambda post: post.topics.clear(),
    "a topic": lambda post: Topic.objects.update(name="Rain"),
    "a series": lambda post: Series.objects.update(name="Mending"),
    "a byline": lambda _: Author.objects.update(role="Chair"),
    "a new quiet period": lambda post: QuietPeriod.objects.create(
        starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=1), by=1, reason="Results"
    ),
    "a name": lambda post: User.objects.update(first_name="Dora"),
    "a topic that goes": lambda post: Topic.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_change_of_anything_shown_is_a_change_of_the_site(
    post: Post, change: Callable[[Post], object]
) -> None:
    assert "site" in changed_by(lambda: change(post))


def test_what_nobody_sees_changes_nothing(post: Post, ceo: User) -> None:
    assert changed_by(lambda: make_comment(post)) == set()
    waiting = Comment.objects.get()
    assert changed_by(lambda: Comment.objects.update(score=0.5)) == set()
    assert changed_by(lambda: reject(waiting, by=ceo, seen=waiting.revision)) != set()
    assert changed_by(lambda: Client().force_login(ceo)) == set()


def test_comment_changes_its_own_post_and_the_lists(post: Post, moderator: User) -> None:
    assert changed_by(lambda: make_public(post, moderator)) == {"comments", f"post-{post.pk}"}


def test_row_replaced_behind_djangos_back_counts(post: Post, database: str) -> None:
    if database == "postgresql":
        pytest.skip("PostgreSQL has no REPLACE.")

    def replace() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO blog_topic (id, name, slug, description)"
                " SELECT id, 'Rain', slug, description FROM blog_topic"
            )

    assert "site" in changed_by(replace)


def test_change_that_is_rolled_back_leaves_every_page(post: Post, place: Place) -> None:
    first = place.get(FLOOR)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Site.objects.update(tagline="Never said")
        raise ZeroDivisionError
    assert place.get(FLOOR) == first
    assert place.asked == [FLOOR]


@pytest.fixture
def both(place: Place, another_place: Place) -> Callable[[str], str]:
    """What two processes show at an address, which must be the same words."""

    def show(path: str) -> str:
        place.keeper.settle()
        texts = [process.get(path).text for process in (place, another_place)]
        # On PostgreSQL the second may make it anew, since each process writes down what it has heard.
        assert len({_STAMP.sub("", text) for text in texts}) == 1
        return texts[0]

    return show


_STAMP = re.compile(r'name="stamp" value="[^"]*"')


def test_each_decision_shows_on_both_processes_at_once(
    post: Post, moderator: User, both: Callable[[str], str]
) -> None:
    comment = make_comment(post, body="Words about the river.")

    def shows() -> bool:
        return "Words about the river." in both(FLOOR)

    assert not shows()
    for verb, is_shown in (
        (approve, True),
        (remove, False),
        (restore, False),
        (approve, True),
        (mark_spam, False),
        (restore, False),
        (reject, False),
    ):
        comment.refresh_from_db()
        verb(comment, by=moderator, seen=comment.revision)
        assert shows() is is_shown, verb.__name__


def test_promise_of_a_young_site_follows_what_is_decided_elsewhere(
    post: Post, moderator: User, place: Place
) -> None:
    Site.objects.update(comment_mode="clean")
    dam = Post.objects.get(slug="dam")

    waiting = [make_comment(dam, body=f"Thought {n}.") for n in range(FIRST_DECISIONS)]
    for comment in waiting[1:]:
        reject(comment, by=moderator, seen=comment.revision)
    assert AT_ONCE not in place.get(FLOOR).text
    place.change(lambda: reject(waiting[0], by=moderator, seen=waiting[0].revision))
    assert AT_ONCE in place.get(FLOOR).text
    last = Comment.objects.get(pk=waiting[0].pk)
    place.change(lambda: undo(last, by=moderator, seen=last.revision))
    assert AT_ONCE not in place.get(FLOOR).text


def test_promise_of_an_old_site_hangs_on_no_decision(
    post: Post, moderator: User, clock: Any, place: Place
) -> None:
    Site.objects.update(comment_mode="clean")
    clock.shift(timedelta(days=FIRST_DAYS))
    assert AT_ONCE in place.get(FLOOR).text
    place.change(lambda: make_public(Post.objects.get(slug="dam"), moderator))
    assert AT_ONCE in place.get(FLOOR).text
    assert place.asked == [FLOOR, "/"]


def test_decision_leaves_the_pages_of_other_posts(
    post: Post, moderator: User, place: Place
) -> None:
    for path in (FLOOR, DAM, "/", "/archive/"):
        place.get(path)
    place.asked.clear()
    place.change(lambda: make_public(post, moderator))
    place.asked.remove("/")
    for path in (FLOOR, DAM, "/", "/archive/"):
        place.get(path)
    assert place.asked == [FLOOR, "/"]


@pytest.mark.parametrize("path", LISTS)
def test_lists_count_a_new_comment(post: Post, moderator: User, place: Place, path: str) -> None:
    place.get(path)
    place.change(lambda: make_public(post, moderator))
    assert "1 comment" in place.get(path).text


def test_post_that_goes_is_gone_from_every_page(post: Post, ceo: User, place: Place) -> None:
    for path in KINDS:
        place.get(path)
    place.change(lambda: workflow.retract(post, by=ceo, notice="We were wrong."))
    assert "Raised" not in place.get(FLOOR).text
    assert "We were wrong." in place.get(FLOOR).text
    for path in ("/", "/archive/", "/sitemap.xml"):
        assert "posts/floor" not in place.get(path).text


def test_new_accent_is_on_the_next_page(post: Post, place: Place) -> None:
    assert "theme.css" not in place.get(FLOOR).text
    place.change(lambda: Site.objects.update(accent="#1D4F7C"))
    assert "theme.css" in place.get(FLOOR).text


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands until it is moved."""
    with time_machine.travel(timezone.now(), tick=False) as travel:
        yield travel


def test_scheduled_post_comes_at_its_second(
    post: Post, ceo: User, clock: Any, both: Callable[[str], str]
) -> None:
    draft = make_draft(ceo, title="Tomorrow", slug="tomorrow")
    workflow.approve(workflow.submit(draft, by=ceo), by=ceo)
    workflow.schedule(draft, by=ceo, at=timezone.now() + timedelta(hours=1))
    assert "Tomorrow" not in both("/")
    clock.shift(timedelta(minutes=59, seconds=59))
    assert "Tomorrow" not in both("/")
    clock.shift(timedelta(seconds=1))
    assert "Tomorrow" in both("/")


def test_comments_close_at_their_time(
    post: Post, clock: Any, place: Place, both: Callable[[str], str]
) -> None:
    Site.objects.update(close_comments_after=3)
    assert post.published_at
    closes = post.published_at + timedelta(days=3)
    clock.move_to(closes - timedelta(seconds=1))
    assert "comment-form" in both(FLOOR)
    clock.move_to(closes)
    assert "comment-form" not in both(FLOOR)
    asked = len(place.asked)
    assert "comment-form" not in both(FLOOR)
    assert len(place.asked) == asked


def test_crisis_ends_by_the_clock(post: Post, clock: Any, both: Callable[[str], str]) -> None:
    ends = timezone.now() + timedelta(hours=2)
    Site.objects.update(crisis_mode="close", crisis_until=ends)
    assert "comment-form" not in both(FLOOR)
    clock.move_to(ends)
    assert "comment-form" in both(FLOOR)


def test_no_page_is_older_than_a_day(post: Post, clock: Any, place: Place) -> None:
    place.get(FLOOR)
    clock.shift(timedelta(hours=23, minutes=59))
    place.get(FLOOR)
    clock.shift(timedelta(minutes=1))
    place.get(FLOOR)
    assert len(place.asked) == 2


def test_page_in_another_language_is_another_page(post: Post, settings: Any, place: Place) -> None:
    assert 'lang="en' in place.get(FLOOR).text
    settings.LANGUAGE_CODE = "de"
    german = Place(place.folder, program="two")
    assert 'lang="de"' in german.get(FLOOR).text
    assert 'lang="de"' in german.get(FLOOR).text
    assert german.asked == [FLOOR]


def test_what_changed_while_the_guards_were_away_is_made_good(
    post: Post, place: Place, both: Callable[[str], str]
) -> None:
    assert "Floor" in both(FLOOR)
    guards.drop()
    Topic.objects.filter(slug="water").update(name="Rivers")
    guards.install()
    place.numbers.settle()
    assert "Rivers" in both(FLOOR)


def test_nothing_is_served_as_unchanged_while_nobody_counts(
    post: Post, place: Place, both: Callable[[str], str]
) -> None:
    assert "Water" in both(FLOOR)
    guards.drop()
    try:
        Topic.objects.filter(slug="water").update(name="Rivers")
        place.numbers.settle()
        until(lambda: place.numbers.look(time.time()) is None)
        assert "Rivers" in both(FLOOR)
    finally:
        guards.install()


def test_page_made_while_the_clock_was_ahead_is_not_served(post: Post, place: Place) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        place.get(FLOOR)
        place.get(FLOOR)
        assert place.asked == [FLOOR]
    place.get(FLOOR)
    assert place.asked == [FLOOR, FLOOR]
