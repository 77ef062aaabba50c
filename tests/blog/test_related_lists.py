"""The list of each post stays full, whatever is corrected, taken off or read at the same moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from blog import workflow
from blog.models import NearPost, Post, Series, TellingWords
from blog.related import comparing, keeping
from blog.related.comparing import MOST_NEAR
from blog.related.forgetting import forget_stale
from blog.related.reading import related_to
from tests.cast import edited, make_post

BODY = "A forklift came down the ramp with a pallet and stopped before a mechanic."

Lists = dict[int, list[tuple[int, int]]]


def correct(post: Post, ceo: Any, **words: Any) -> None:
    workflow.save_version(post, edited(post, **words), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)


def many(ceo: Any) -> list[Post]:
    """Make more posts on one subject than a list holds, the first the farthest from all."""
    far = make_post(ceo, title="Far", body=f"{BODY} Bees, hives, queens, nectar, honey, pollen.")
    texts = [(f"Ramp {n}", f"{BODY} We closed the ramp.") for n in range(MOST_NEAR + 3)]
    return [far, *(make_post(ceo, title=title, body=body) for title, body in texts)]


def lists() -> Lists:
    """Return the list of each post as it is kept."""
    found: Lists = {}
    for post, *near in NearPost.objects.order_by("post", "other").values_list(
        "post", "other", "nearness"
    ):
        found.setdefault(post, []).append((near[0], near[1]))
    return found


def rebuilt() -> Lists:
    keeping.rebuild()
    return lists()


@pytest.mark.django_db
def test_post_in_no_other_list_keeps_its_own_when_its_neighbours_are_corrected(ceo):
    posts = many(ceo)
    keeping.keep_up()
    assert not NearPost.objects.filter(other=posts[0]).exists()
    for post in posts[1:]:
        correct(post, ceo, body=f"{BODY} We closed the ramp, today.")
        keeping.keep_up()
    assert len(lists()[posts[0].pk]) == MOST_NEAR
    kept = lists()
    assert kept == rebuilt()


@pytest.mark.django_db
def test_rebuilding_in_several_batches_is_rebuilding_in_one(ceo, monkeypatch):
    many(ceo)
    whole = rebuilt()
    monkeypatch.setattr(comparing, "_BATCH", 3)
    assert rebuilt() == whole
    assert {len(found) for found in whole.values()} == {MOST_NEAR}


@pytest.mark.django_db
def test_list_is_filled_when_posts_in_it_change_their_subject_or_are_taken_off(ceo):
    first, *others = many(ceo)
    keeping.keep_up()
    near = [row.other for row in NearPost.objects.filter(post=first).order_by("other")]
    correct(near[0], ceo, title="Steel", body="Prices of steel rose by a third.")
    workflow.unpublish(near[1], by=ceo)
    keeping.keep_up()
    kept = lists()
    assert len(kept[first.pk]) == MOST_NEAR
    assert len(others) - 2 > MOST_NEAR
    assert kept == rebuilt()


@pytest.mark.django_db
def test_words_read_while_others_are_compared_are_compared_in_the_next_round(ceo, monkeypatch):
    posts = many(ceo)
    write = comparing._write

    def meanwhile(known: comparing.Known, numbers: list[int]) -> None:
        write(known, numbers)
        monkeypatch.setattr(comparing, "_write", write)
        make_post(ceo, title="Ramp again", body=f"{BODY} We closed the ramp.")
        keeping.keep_up()

    monkeypatch.setattr(comparing, "_BATCH", 3)
    monkeypatch.setattr(comparing, "_write", meanwhile)
    keeping.keep_up()
    assert keeping.keep_up() == 1
    assert lists() == rebuilt()
    assert len(lists()) == len(posts) + 1


# Languages


@pytest.mark.django_db
def test_stop_words_are_those_of_the_language_of_the_post(ceo):
    post = make_post(ceo, title="Die Lieferung", body="Die Lieferung wurde zwischen uns jedoch.")
    workflow.change_post(post, {"language": "de"}, by=ceo)
    keeping.keep_up()
    assert set(TellingWords.objects.get(post=post).words) == {"liefer"}


@pytest.mark.django_db
def test_posts_of_two_languages_are_not_near_and_a_change_is_noticed(ceo):
    one, other = (make_post(ceo, title=f"Ramp {n}", body=BODY) for n in range(2))
    keeping.keep_up()
    assert related_to(one) == [other]
    workflow.change_post(other, {"language": "de"}, by=ceo)
    assert keeping.keep_up() == 1
    assert related_to(one) == related_to(other) == []
    workflow.change_post(other, {"language": "en-GB"}, by=ceo)
    assert keeping.keep_up() == 1
    assert related_to(one) == [other]


@pytest.mark.django_db
def test_translations_are_left_out_of_each_others_lists(ceo, django_assert_num_queries):
    first, british, canadian, other = (
        make_post(ceo, title=f"Ramp {n}", body=BODY) for n in range(4)
    )
    Post.objects.filter(pk=british.pk).update(language="en-GB", translation_of=first)
    Post.objects.filter(pk=canadian.pk).update(language="en-CA", translation_of=first)
    keeping.keep_up()
    for post in Post.objects.filter(pk__in=[first.pk, british.pk, canadian.pk]):
        with django_assert_num_queries(1):
            assert related_to(post) == [other]
    assert len(related_to(other)) == 3
    series = Series.objects.create(name="Ramps", slug="ramps")
    Post.objects.update(series=series)
    assert related_to(Post.objects.get(pk=first.pk)) == []


# A bad post


@pytest.mark.django_db
def test_post_whose_words_cannot_be_read_is_said_once_and_stops_no_other(ceo, monkeypatch, caplog):
    bad, one, other = (make_post(ceo, title=f"Ramp {n}", body=BODY) for n in range(3))
    read: Callable[[Post], TellingWords] = keeping._words_of

    def fail(post: Post) -> TellingWords:
        if post.pk == bad.pk:
            raise ValueError("A letter that nobody knows")
        return read(post)

    monkeypatch.setattr(keeping, "_words_of", fail)
    monkeypatch.setattr(keeping, "_unreadable", set())
    with caplog.at_level(logging.ERROR):
        assert keeping.keep_up() == 2
        assert keeping.keep_up() == 0
    assert [record.args for record in caplog.records] == [(bad.pk,)]
    assert related_to(one) == [other]


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_forgetting_and_comparing_do_not_wait_for_each_other(ceo):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer.")
    posts = [make_post(ceo, title=f"Ramp {n}", body=BODY) for n in range(12)]
    keeping.keep_up()
    numbers = [post.pk for post in posts]
    failures: list[OperationalError] = []

    def forget() -> None:
        for _ in range(30):
            with transaction.atomic():
                # As a verb does that takes posts off: the post first, then what was read of it.
                rows = Post.objects.filter(pk__in=numbers).order_by("pk")
                list(rows.select_for_update(no_key=True).values_list("pk"))
                rows.update(live_rendering=None, state=Post.State.DRAFT)
                forget_stale(numbers)
                transaction.set_rollback(True)

    def compare() -> None:
        for _ in range(30):
            TellingWords.objects.filter(post__in=numbers[::2]).update(is_compared=False)
            keeping.keep_up()

    threads = [_thread(work, failures) for work in (forget, compare)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []


def _thread(work: Callable[[], object], failures: list[OperationalError]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except OperationalError as error:
            failures.append(error)
        finally:
            connections.close_all()

    return threading.Thread(target=run)
