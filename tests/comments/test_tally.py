"""The count of visible comments, which the database keeps: true after every change, whoever makes it."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import transaction

from blog.models import Post
from comments import moderation
from comments.models import Comment, Tally
from comments.thread import PER_PAGE, thread_of
from comments.thread_rows import threads_until
from ledger import guards
from tests.cast import make_ceo, make_post, make_user
from tests.comments.conftest import make_comment, make_public

PLACES = [
    place
    for place in product(Comment.Kind.values, Comment.State.values, Comment.Visibility.values)
    if place[1:] != ("approved", "private")
]


def counted(post: Post) -> int:
    return Tally.objects.of([post.pk]).get(post.pk, 0)


def visible(post: Post) -> int:
    return Comment.objects.visible().comments().filter(post=post).count()


@pytest.mark.django_db
def test_count_is_shown_on_the_page_and_in_the_list(post, moderator, client):
    comment = make_public(post, moderator)
    for path in ("/", post.get_absolute_url()):
        assert "1 comment<" in client.get(path).content.decode()
    moderation.remove(comment, by=moderator, seen=comment.revision)
    for path in ("/", post.get_absolute_url()):
        assert "1 comment<" not in client.get(path).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
def test_count_follows_a_comment_to_every_place_and_back(place, post, moderator):
    comment = make_public(post, moderator)
    make_public(post, moderator, name="Bo", body="Another thought.")
    rows = Comment.objects.filter(pk=comment.pk)
    rows.update(kind=place[0], state=place[1], visibility=place[2], withdrawn_from="")
    assert counted(post) == visible(post) == thread_of(post).total
    rows.update(kind="comment", state="approved", visibility="public")
    assert counted(post) == visible(post) == 2


@pytest.mark.django_db
def test_count_goes_with_a_comment_that_moves_and_that_is_deleted(post, ceo):
    other = make_post(ceo, slug="other", title="Other")
    comment = Comment.objects.create(
        post=post, name="Mara", state="approved", sanitizer=0, path="1"
    )
    Comment.objects.filter(pk=comment.pk).update(post=other)
    assert (counted(post), counted(other)) == (0, 1)
    comment.delete()
    assert counted(other) == 0


@pytest.mark.django_db
def test_many_at_once_are_counted(post):
    comments = [make_comment(post, name=f"R{n}", body=f"Thought {n}.") for n in range(5)]
    Comment.objects.filter(pk__in=[one.pk for one in comments]).update(state="approved")
    assert counted(post) == visible(post) == 5


@pytest.mark.django_db(transaction=True)
def test_what_changed_while_the_triggers_were_away_is_counted_when_they_come_back(post, moderator):
    make_public(post, moderator)
    guards.drop()
    Comment.objects.filter(post=post).update(state="removed")
    assert counted(post) == 1
    guards.install()
    assert counted(post) == visible(post) == 0


@pytest.mark.django_db(transaction=True)
def test_missing_trigger_is_noticed():
    assert guards.missing() == []
    guards.drop()
    assert "comments_counted" in guards.missing()
    guards.install()


@pytest.mark.django_db(transaction=True)
def test_who_decides_at_once_in_another_order_waits_for_nobody(run_together):
    ceo, moderator = make_ceo(), make_user("Mo Lindqvist", "Moderator")
    posts = [make_post(ceo, slug=slug, title=slug.title()) for slug in ("one", "two")]
    waiting = [
        [make_comment(post, name=f"R{n}", body=f"Thought {n} on {post.slug}.") for post in posts]
        for n in range(4)
    ]

    def decide(number: int) -> None:
        mine = waiting[number] if number % 2 else waiting[number][::-1]
        with transaction.atomic():
            for comment in mine:
                moderation.approve(comment, by=moderator, seen=comment.revision)

    run_together(4, decide, reraise=True)
    assert [counted(post) for post in posts] == [visible(post) for post in posts] == [4, 4]
    for post in posts:
        make_public(post, moderator, name="Last", body="The last word.")
    assert Tally.objects.count() == 2


@pytest.mark.django_db
def test_page_beyond_the_last_is_the_last(post, moderator, settings, client):
    settings.THROTTLE = False
    for number in range(PER_PAGE + 1):
        last = make_public(post, moderator, name=f"Reader {number}", body=f"Thought {number}.")
    assert threads_until(post) == PER_PAGE + 1
    for order in ("", "&order=newest"):
        pages = [
            client.get(f"{post.get_absolute_url()}?comments={page}{order}").content.decode()
            for page in (2, 9)
        ]
        assert [page.count('<article id="c') for page in pages] == [1, 1]
    assert thread_of(post, page=9).page == 2
    assert (
        f'id="c{last.pk}"' in client.get(f"{post.get_absolute_url()}?comments=9").content.decode()
    )
