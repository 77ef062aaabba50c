"""Bringing posts of another site in: drafts with their dates, and nothing public."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog import workflow
from blog.image_addresses import ImageAddress
from blog.models import Batch, Image, ImageUse, Post, Series, Topic
from blog.models.version import Markup
from blog.refusal import Refused
from ledger.models import Entry
from tests.cast import edited, make_draft
from tests.imports import DAY, LONG_AGO, begin, bring, brought

KEY = "0123456789abcdef" * 2


@pytest.fixture
def batch(ceo) -> Batch:
    return begin()


def test_posts_arrive_as_drafts_with_their_dates(batch, client):
    changed = LONG_AGO + DAY
    (post,) = bring(batch, brought("plan", title="Our plan", updated_at=changed))
    assert (post.state, post.published_at, post.updated_at) == ("draft", LONG_AGO, changed)
    assert (post.live_version, post.live_rendering) == (None, None)
    assert post.title == "Our plan"
    assert client.get(post.get_absolute_url()).status_code == 404
    assert "Our plan" not in client.get("/").content.decode()


def test_everything_that_belongs_to_a_post_comes_with_it(batch):
    topics = [Topic.objects.create(name=name, slug=name) for name in ("river", "floor")]
    series = Series.objects.create(name="Floods", slug="floods")
    (page,) = bring(
        batch,
        brought(
            "floor",
            kind=Post.Kind.PAGE,
            topics=[*topics, topics[0]],
            series=series,
            series_part=2,
            comment_policy=Post.CommentPolicy.CLOSED,
            menu_place=Post.MenuPlace.FOOTER,
            menu_order=7,
            retraction_notice="It was wrong.",
        ),
    )
    assert set(page.topics.all()) == set(topics)
    assert (page.kind, page.slug, page.series, page.series_part) == ("page", "floor", series, 2)
    assert (page.comment_policy, page.menu_place, page.menu_order) == ("closed", "footer", 7)
    assert page.retraction_notice == "It was wrong."


def test_words_are_kept_as_any_other_words(batch, ceo):
    (post,) = bring(batch, brought("floor", standfirst="Two metres.", brief=("One.",)))
    draft = make_draft(ceo, standfirst="Two metres.", brief=("One.",), author=ceo.author)
    version, other = post.versions.get(), draft.versions.get()
    assert version.content_hash == other.content_hash
    assert (version.number, version.byline) == (1, "Dana Whitfield")
    assert (version.saved_by, version.saved_by_label) == (None, "The operator")
    assert version.renderings.get().html == other.renderings.get().html
    assert version.renderings.get().html_hash == other.renderings.get().html_hash


def test_html_stays_html(batch):
    (post,) = bring(batch, brought("floor", body="<p>Two metres.</p>", markup=Markup.HTML))
    assert post.versions.get().markup == "html"
    assert "Two metres." in post.versions.get().renderings.get().html


def test_each_save_is_on_record(batch):
    first, second = bring(batch, brought("one"), brought("two", title="Two"))
    entries = Entry.objects.filter(verb="save_version").order_by("sequence")
    assert [entry.subject for entry in entries] == [
        f"blog.post:{first.pk}",
        f"blog.post:{second.pk}",
    ]
    version = second.versions.get()
    assert entries[1].facts == {
        "version": 1,
        "content": version.content_hash,
        "html": version.renderings.get().html_hash,
        "batch": batch.pk,
    }
    assert entries[1].actor_label == "The operator"
    output = StringIO()
    call_command("verify_ledger", stdout=output)
    assert "chain unbroken" in output.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        {"is_public": False},
        {"published_at": None},
        {"published_at": timezone.now() + 30 * DAY},
    ],
    ids=["kept from readers", "without a date", "ahead of now"],
)
def test_words_nobody_could_read_are_ordinary_drafts(batch, said):
    hidden, shown = bring(batch, brought("hidden", **said), brought("shown"))
    assert hidden.versions.get().batch is None
    assert shown.versions.get().batch == batch


def test_empty_text_is_kept(batch):
    (post,) = bring(batch, brought("empty", body=""))
    assert post.versions.get().body == ""
    assert post.versions.get().renderings.get().words == 0


def test_pictures_in_a_text_are_known(batch):
    image = Image.objects.create(key=KEY, name="river.jpg", width=800, height=600)
    address = ImageAddress(KEY, 800, 600).url
    in_text, above, gone = bring(
        batch,
        brought("text", body=f"![The river]({address})\n\n![Again]({address})"),
        brought("above", images=({"address": address, "alt": "The river"},)),
        brought("gone", body=f"![Nobody has it]({address.replace('0', 'f')})"),
    )
    assert list(ImageUse.objects.order_by("pk").values_list("version__post", "image")) == [
        (in_text.pk, image.pk),
        (above.pk, image.pk),
    ]
    assert not gone.versions.get().image_uses.exists()


def test_words_that_cannot_be_kept_are_named(batch):
    with pytest.raises(Refused, match="“Long”: The text is longer than 200,000 characters"):
        bring(batch, brought("short"), brought("long", title="Long", body="x" * 200_001))
    assert not Post.objects.exists()


def test_address_of_another_post_is_not_taken(batch, ceo):
    make_draft(ceo, slug="plan")
    with pytest.raises(IntegrityError), transaction.atomic():
        bring(batch, brought("free"), brought("plan"))
    assert Post.objects.count() == 1


def test_finished_import_takes_nothing_more(batch):
    workflow.finish_batch(batch, {"Posts": 0})
    batch.refresh_from_db()
    assert batch.summary == {"Posts": 0}
    with pytest.raises(ValueError, match="finished"):
        bring(batch, brought("late"))


def test_many_posts_cost_few_queries(batch, django_assert_max_num_queries):
    items = [brought(f"post-{number}", title=f"Post {number}") for number in range(300)]
    with django_assert_max_num_queries(60):
        bring(batch, *items)
    assert Post.objects.count() == 300


def test_draft_that_is_published_later_keeps_the_date_it_was_public_since(batch, ceo):
    hidden, ahead, dateless, changed = bring(
        batch,
        brought("hidden", is_public=False, updated_at=LONG_AGO + DAY),
        brought("ahead", published_at=timezone.now() + 30 * DAY),
        brought("dateless", published_at=None),
        brought("changed", updated_at=LONG_AGO + DAY),
    )
    workflow.save_version(changed, edited(changed, body="Three metres."), by=ceo)
    before = timezone.now()
    for post, seen in ((hidden, 1), (ahead, 1), (dateless, 1), (changed, 2)):
        workflow.publish(post, by=ceo, seen=seen)
    found = {post.slug: post for post in Post.objects.published()}
    assert found["hidden"].published_at >= before
    assert found["hidden"].updated_at is None
    assert found["ahead"].published_at >= before
    assert found["dateless"].published_at >= before
    assert found["changed"].published_at == LONG_AGO
    assert found["changed"].updated_at >= before


def test_draft_can_be_scheduled_or_dated_otherwise(batch, ceo):
    soon, earlier = bring(batch, brought("soon"), brought("earlier"))
    at = timezone.now() + DAY
    assert workflow.schedule(soon, by=ceo, seen=1, at=at).published_at == at
    older = LONG_AGO - DAY
    assert workflow.publish(earlier, by=ceo, seen=1, at=older).published_at == older


def test_post_that_was_taken_back_begins_anew(batch, ceo):
    (post,) = bring(batch, brought("plan"))
    workflow.publish(post, by=ceo, seen=1)
    workflow.unpublish(post, by=ceo)
    before = timezone.now()
    assert workflow.publish(post, by=ceo, seen=1).published_at >= before
