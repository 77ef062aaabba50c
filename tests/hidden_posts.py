"""Posts that the public must not hear of, in every state there is, with words that are easy to find."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from blog import workflow
from blog.models import Author, Post, Series, Topic
from blog.models.version import Authorship
from tests.cast import edited, make_draft, make_post
from tests.comments.conftest import make_public
from tests.imports import begin, bring, brought
from tests.pictures import known, lead

SECRET = "zqcanary"
NOBODY = "zqnobody"
NOW = timezone.now().replace(microsecond=0)
Steps = Iterator[None]


def secret_words() -> dict[str, Any]:
    """Words that must not get out, one in each part of a version."""
    parts = ["title", "standfirst", "body", "byline", "authorship_detail"]
    parts += ["disclosure", "legend", "correction"]
    parts += ["answered_title", "answered_author", "answered_quote"]
    said: dict[str, Any] = {part: f"{SECRET} {part}" for part in parts}
    picture = lead(known().address, alt=f"{SECRET} alt", caption=f"{SECRET} caption")
    link = {"title": f"{SECRET} link", "source": SECRET, "url": f"https://{SECRET}.example/"}
    return said | {
        "answered_url": link["url"],
        "elsewhere": (link,),
        "brief": (f"{SECRET} brief",),
        "images": (picture,),
        "authorship": Authorship.WITH,
    }


def file(post: Post, by: User) -> Post:
    """Put a post under a topic and into a series that nothing else is in."""
    topic = Topic.objects.create(name=f"{SECRET} topic", slug=f"{SECRET}-topic")
    series = Series.objects.create(name=f"{SECRET} series", slug=f"{SECRET}-series")
    return workflow.change_post(post, {"topics": [topic], "series": series}, by=by)


def secret_draft(by: User, **said: Any) -> Post:
    """A draft by a guest whom nobody shall hear of yet."""
    guest = Author.objects.create(name=f"{SECRET} guest", slug=f"{SECRET}-guest")
    post = make_draft(by, slug=f"{SECRET}-slug", author=guest, **secret_words(), **said)
    return file(post, by)


def signed(post: Post, by: User) -> Post:
    """The same post, signed."""
    workflow.approve(workflow.submit(post, by=by), by=by)
    return post


# Each begins where the public has seen the last of it; what it does then, nobody may notice.


def draft(ceo: User) -> Steps:
    yield
    secret_draft(ceo)


def draft_of_a_page(ceo: User) -> Steps:
    yield
    page = secret_draft(ceo, kind=Post.Kind.PAGE)
    workflow.change_post(page, {"menu_place": Post.MenuPlace.HEADER}, by=ceo)


def words_kept_and_not_saved(ceo: User) -> Steps:
    post = make_post(ceo, slug="dam", title="The dam")
    yield
    values = {name: [f"{SECRET} {name}"] for name in ("title", "body", "standfirst", "slug")}
    workflow.keep(values, by=ceo, post=post, draft_key=None, kind=Post.Kind.POST)
    workflow.keep(values, by=ceo, post=None, draft_key=uuid.uuid4(), kind=Post.Kind.PAGE)


def waiting_for_a_signature(ceo: User) -> Steps:
    yield
    workflow.submit(secret_draft(ceo), by=ceo)


def signed_and_not_published(ceo: User) -> Steps:
    yield
    signed(secret_draft(ceo), ceo)


def scheduled(ceo: User) -> Steps:
    yield
    workflow.publish(signed(secret_draft(ceo), ceo), by=ceo, at=NOW + timedelta(days=400))


def paused(ceo: User) -> Steps:
    yield
    post = workflow.publish(signed(secret_draft(ceo), ceo), by=ceo, at=NOW + timedelta(days=1))
    Post.objects.filter(pk=post.pk).update(state=Post.State.PAUSED, published_at=NOW)


def dated_ahead(ceo: User) -> Steps:
    yield
    post = workflow.publish(signed(secret_draft(ceo), ceo), by=ceo)
    Post.objects.filter(pk=post.pk).update(published_at=NOW + timedelta(seconds=1))


def imported_and_not_adopted(ceo: User) -> Steps:
    yield
    guest = Author.objects.create(name=f"{SECRET} guest", slug=f"{SECRET}-guest")
    batch = begin(f"{SECRET}.xml")
    words = {name: said for name, said in secret_words().items() if name != "authorship"}
    bring(batch, brought(f"{SECRET}-slug", author=guest, **words))
    workflow.finish_batch(batch, {"Posts": SECRET})


def sent_back_with_a_note(ceo: User) -> Steps:
    yield
    review = workflow.submit(secret_draft(ceo), by=ceo)
    workflow.request_changes(review, by=ceo, note=f"{SECRET} note")


def noted_by_colleagues(ceo: User) -> Steps:
    post = make_post(ceo, slug="dam", title="The dam")
    yield
    workflow.add_note(post, f"{SECRET} note", by=ceo)
    workflow.add_note(secret_draft(ceo), f"{SECRET} note", by=ceo)


def taken_back(ceo: User) -> Steps:
    yield
    post = workflow.publish(signed(secret_draft(ceo), ceo), by=ceo)
    make_public(post, ceo, body=f"{SECRET} comment", name=f"{SECRET} reader")
    workflow.unpublish(post, by=ceo)


def newer_words(ceo: User) -> Steps:
    post = make_post(ceo, slug="dam", title="The dam")
    yield
    workflow.save_version(post, edited(post, **secret_words()), by=ceo)


def correction_that_waits(ceo: User) -> Steps:
    post = make_post(ceo, slug="dam", title="The dam")
    yield
    workflow.save_version(post, edited(post, **secret_words()), by=ceo)
    workflow.submit(post, by=ceo)


def correction_that_was_sent_back(ceo: User) -> Steps:
    post = make_post(ceo, slug="dam", title="The dam")
    yield
    workflow.save_version(post, edited(post, **secret_words()), by=ceo)
    review = workflow.submit(post, by=ceo)
    workflow.request_changes(review, by=ceo, note=f"{SECRET} note")


def newer_words_under_a_schedule(ceo: User) -> Steps:
    post = make_draft(ceo, slug="dam", title="The dam")
    workflow.publish(signed(post, ceo), by=ceo, at=NOW + timedelta(days=1))
    yield
    workflow.save_version(post, edited(post, **secret_words()), by=ceo)
    workflow.submit(post, by=ceo)


def newer_words_that_are_signed(ceo: User) -> Steps:
    post = make_post(ceo, slug="dam", title="The dam")
    yield
    workflow.save_version(post, edited(post, **secret_words()), by=ceo)
    signed(post, ceo)


STATES: list[Callable[[User], Steps]] = [
    draft,
    draft_of_a_page,
    words_kept_and_not_saved,
    waiting_for_a_signature,
    signed_and_not_published,
    scheduled,
    paused,
    taken_back,
    dated_ahead,
    imported_and_not_adopted,
    sent_back_with_a_note,
    noted_by_colleagues,
    newer_words,
    correction_that_waits,
    correction_that_was_sent_back,
    newer_words_under_a_schedule,
    newer_words_that_are_signed,
]
