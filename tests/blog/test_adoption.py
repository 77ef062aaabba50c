"""One signature takes over the posts of an import, and nothing else makes that kind."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from blog import roles, workflow
from blog.adoptable import adoption_list, left_out
from blog.models import Adoption, Batch, Post
from blog.refusal import Refused, Stale
from ledger import guards
from ledger.models import Entry
from tests.cast import edited, make_user
from tests.imports import DAY, LONG_AGO, adopt, begin, bring, brought, make_import

LINE = "Published before this record began"


def is_whole() -> bool:
    output = StringIO()
    call_command("verify_ledger", stdout=output)
    return "chain unbroken" in output.getvalue()


# What one signature does


def test_one_signature_makes_the_posts_public_with_their_dates(ceo, counsel, client):
    batch, posts = make_import("river", "floor")
    changed = LONG_AGO + DAY
    Post.objects.filter(pk=posts[0].pk).update(updated_at=changed)
    adoption = adopt(batch, ceo)
    assert adoption.count == 2
    for post in Post.objects.all():
        version = post.versions.get()
        assert post.state == "published"
        assert (post.live_version, post.live_rendering) == (version, version.renderings.get())
        assert post.published_at == LONG_AGO
        assert post.updated_at == (changed if post == posts[0] else None)
    page = client.get(posts[0].get_absolute_url())
    assert page.status_code == 200
    assert LINE in page.content.decode()
    assert "Floor" in client.get("/archive/").content.decode()
    assert is_whole()


def test_page_says_so_too(ceo, client):
    batch = begin()
    (page,) = bring(batch, brought("history", kind=Post.Kind.PAGE))
    adopt(workflow.finish_batch(batch, {}), ceo)
    assert LINE in client.get(page.get_absolute_url()).content.decode()


def test_adoption_is_on_record(ceo):
    batch, (river, floor) = make_import("river", "floor")
    adoption = adopt(batch, ceo)
    whole, *each = Entry.objects.filter(verb__startswith="adopt").order_by("sequence")
    assert (whole.verb, whole.subject, whole.key) == (
        "adopt_batch",
        f"blog.batch:{batch.pk}",
        adoption.record,
    )
    assert (whole.actor, whole.actor_label, whole.channel) == (ceo.pk, "Dana Whitfield", "admin")
    assert whole.facts == {"file": "f" * 64, "list": adoption.list_hash, "count": 2}
    assert [entry.subject for entry in each] == [f"blog.post:{river.pk}", f"blog.post:{floor.pk}"]
    version = floor.versions.get()
    assert each[1].facts == {
        "version": 1,
        "content": version.content_hash,
        "html": version.renderings.get().html_hash,
        "from": LONG_AGO.isoformat(),
        "batch": batch.pk,
    }
    assert Entry.objects.head() == each[1]


def test_command_line_is_named_as_the_door(ceo):
    batch, _ = make_import("river")
    workflow.adopt(batch, by=ceo, seen=adoption_list(batch).hash, channel="command")
    channels = Entry.objects.filter(verb__startswith="adopt").values_list("channel", flat=True)
    assert set(channels) == {"command"}


def test_what_was_retracted_elsewhere_is_retracted_here(ceo, client):
    batch = begin()
    notice = "The figures were wrong."
    wrong, right = bring(
        batch, brought("wrong", retraction_notice=notice, title="Wrong"), brought("right")
    )
    assert adopt(workflow.finish_batch(batch, {}), ceo).count == 2
    wrong.refresh_from_db()
    assert wrong.state == "retracted"
    page = client.get(wrong.get_absolute_url()).content.decode()
    assert notice in page
    assert "The river rose" not in page
    assert client.get(right.get_absolute_url()).status_code == 200
    last = Entry.objects.about(wrong).last()
    assert last
    assert last.verb == "retract"
    assert is_whole()


def test_drafts_stay_drafts(ceo, client):
    batch = begin()
    hidden, ahead, shown = bring(
        batch,
        brought("hidden", is_public=False),
        brought("ahead", published_at=timezone.now() + DAY),
        brought("shown"),
    )
    assert adopt(workflow.finish_batch(batch, {}), ceo).count == 1
    assert [post.slug for post in Post.objects.published()] == ["shown"]
    for post in (hidden, ahead):
        assert client.get(post.get_absolute_url()).status_code == 404
    assert client.get(shown.get_absolute_url()).status_code == 200


def test_other_imports_are_left_alone(ceo):
    batch, _ = make_import("river")
    make_import("other", file_hash="e" * 64)
    adopt(batch, ceo)
    assert [post.slug for post in Post.objects.published()] == ["river"]


def test_posts_that_moved_on_are_left_as_they_are_and_named(ceo, client):
    batch, posts = make_import("waits", "edited", "published", "taken-back", "blanked")
    _, changed, published, taken_back, blanked = posts
    workflow.save_version(changed, edited(changed, body="Three metres."), by=ceo)
    workflow.publish(published, by=ceo, seen=1)
    workflow.publish(taken_back, by=ceo, seen=1)
    workflow.unpublish(taken_back, by=ceo)
    workflow.redact(blanked.versions.get(), by=ceo, reason="A court.")
    before = {post.pk: Post.objects.filter(pk=post.pk).values().get() for post in posts[1:]}
    named = ["edited", "published", "taken-back", "blanked"]
    assert [post.slug for post in left_out(batch)] == named
    assert adopt(batch, ceo).count == 1
    assert [post.slug for post in left_out(batch)] == named
    after = {post.pk: Post.objects.filter(pk=post.pk).values().get() for post in posts[1:]}
    assert after == before
    assert client.get(changed.get_absolute_url()).status_code == 404
    assert is_whole()


def test_adopted_post_that_is_edited_later_was_still_adopted(ceo):
    batch, (post,) = make_import("river")
    adopt(batch, ceo)
    workflow.save_version(post, edited(post, body="Three metres."), by=ceo)
    assert not left_out(batch).exists()


def test_many_posts_cost_few_queries(ceo, django_assert_max_num_queries):
    batch, _ = make_import(*(f"post-{number}" for number in range(300)))
    seen = adoption_list(batch).hash
    with django_assert_max_num_queries(35):
        workflow.adopt(batch, by=ceo, seen=seen)
    assert Post.objects.published().count() == 300


# Who may


def refused(sentence: str) -> Any:
    return pytest.raises(Refused, match=sentence)


@pytest.mark.parametrize(
    "role", [None, roles.WRITER, roles.COUNSEL, roles.MODERATOR, roles.AUDITOR]
)
def test_nobody_but_the_ceo_adopts(ceo, role):
    batch, _ = make_import("river")
    other = make_user("Kim Other", *filter(None, [role]))
    with refused("Your account may not adopt imports"):
        adopt(batch, other)
    assert not Adoption.objects.exists()
    assert not Post.objects.published().exists()


def test_the_right_alone_does_not_make_a_ceo(ceo):
    batch, _ = make_import("river")
    writer = make_user("Sam Ortiz", roles.WRITER)
    writer.user_permissions.add(Permission.objects.get(codename="adopt_batch"))
    with refused("Only the chief executive adopts"):
        adopt(batch, writer)
    root = make_user("Root", is_superuser=True)
    with refused("Only the chief executive adopts"):
        adopt(batch, root)
    root.groups.add(Group.objects.get(name=roles.CEO))
    assert adopt(batch, root).by_label == "Root"


def test_who_signs_alone_adopts(ceo):
    batch, _ = make_import("river")
    ceo.groups.clear()
    ceo.is_superuser = True
    ceo.save()
    assert adopt(batch, ceo).count == 1


def test_account_that_is_disabled_adopts_nothing(ceo):
    batch, _ = make_import("river")
    ceo.is_active = False
    ceo.save()
    with refused("Your account may not"):
        adopt(batch, ceo)


# When not


def test_list_that_changed_since_is_not_signed(ceo, writer):
    batch, (river, _) = make_import("river", "floor")
    seen = adoption_list(batch).hash
    workflow.save_version(river, edited(river, body="Three metres."), by=writer)
    with pytest.raises(Stale, match="The list has changed since you opened it"):
        workflow.adopt(batch, by=ceo, seen=seen)
    assert not Post.objects.published().exists()
    assert adopt(batch, ceo).count == 1


@pytest.mark.parametrize("seen", ["", "f" * 64])
def test_signature_needs_the_list_that_was_seen(ceo, seen):
    batch, _ = make_import("river")
    with pytest.raises(Stale):
        workflow.adopt(batch, by=ceo, seen=seen)


def test_second_click_says_who_did_it(ceo):
    batch, _ = make_import("river")
    seen = adoption_list(batch).hash
    adopt(batch, ceo)
    count = Entry.objects.count()
    with refused("Dana Whitfield adopted this import on .* There is nothing left to do"):
        workflow.adopt(batch, by=ceo, seen=seen)
    assert Entry.objects.count() == count
    assert Adoption.objects.count() == 1


def test_import_that_broke_off_is_not_adopted(ceo):
    batch = begin()
    bring(batch, brought("river"))
    with refused("not finished yet"):
        adopt(batch, ceo)


def test_import_without_waiting_posts_is_not_adopted(ceo):
    batch = begin()
    bring(batch, brought("hidden", is_public=False))
    with refused("No post of this import waits"):
        adopt(workflow.finish_batch(batch, {}), ceo)


def test_lost_guards_stop_an_adoption(ceo):
    batch, _ = make_import("river")
    # PostgreSQL alters no table with foreign keys still to be checked.
    connection.check_constraints()
    guards.drop()
    try:
        with refused("lost its guards"):
            adopt(batch, ceo)
    finally:
        guards.install()


@pytest.mark.django_db(transaction=True)
def test_two_who_adopt_at_once_adopt_once(ceo, run_together):
    batch, _ = make_import(*(f"post-{number}" for number in range(40)))
    seen = adoption_list(batch).hash
    answers = run_together(4, lambda _: workflow.adopt(batch, by=ceo, seen=seen))
    assert sum(isinstance(answer, Adoption) for answer in answers) == 1
    assert sum("adopted this import" in str(answer) for answer in answers) == 3
    assert Adoption.objects.count() == 1
    assert Entry.objects.filter(verb="adopt").count() == 40
    assert is_whole()


@pytest.mark.django_db(transaction=True)
def test_edit_beside_an_adoption_is_either_before_or_after(ceo, counsel, run_together):
    """Whoever is faster: never are words public that nobody signed."""
    batch, posts = make_import(*(f"post-{number}" for number in range(6)))
    seen = adoption_list(batch).hash

    def work(number: int) -> Any:
        if number == 0:
            return workflow.adopt(batch, by=ceo, seen=seen)
        post = posts[number]
        return workflow.save_version(post, edited(post, body="Unsigned."), by=ceo)

    answers = run_together(4, work)
    assert isinstance(answers[0], (Adoption, Stale))
    live = Post.objects.published().select_related("live_version")
    assert all(post.live_version.number == 1 for post in live if post.live_version)
    assert live.count() == (6 if isinstance(answers[0], Adoption) else 0)
    assert is_whole()


# What follows


@pytest.fixture
def adopted(ceo, counsel) -> Post:
    batch, (post,) = make_import("river")
    adopt(batch, ceo)
    post.refresh_from_db()
    return post


def test_edit_needs_a_real_approval(adopted, ceo, writer, client):
    workflow.save_version(adopted, edited(adopted, body="Three metres."), by=writer)
    with refused("Nobody has signed this text yet"):
        workflow.publish(adopted, by=writer, seen=2)
    assert "Three metres" not in client.get(adopted.get_absolute_url()).content.decode()
    assert LINE in client.get(adopted.get_absolute_url()).content.decode()
    workflow.approve(workflow.submit(adopted, by=writer), by=ceo)
    workflow.publish(adopted, by=writer)
    page = client.get(adopted.get_absolute_url()).content.decode()
    assert "Three metres" in page
    assert LINE not in page
    adopted.refresh_from_db()
    assert adopted.published_at == LONG_AGO
    assert is_whole()


def test_post_taken_back_needs_a_real_approval_to_come_back(adopted, ceo, writer, client):
    workflow.unpublish(adopted, by=writer)
    with refused("Nobody has signed this text yet"):
        workflow.publish(adopted, by=writer, seen=1)
    batch = Batch.objects.get()
    with refused("adopted this import"):
        adopt(batch, ceo)
    workflow.approve(workflow.submit(adopted, by=writer), by=ceo)
    workflow.publish(adopted, by=writer)
    assert client.get(adopted.get_absolute_url()).status_code == 200
    assert is_whole()


def test_adopted_post_can_be_retracted(adopted, ceo, client):
    workflow.retract(adopted, by=ceo, notice="Wrong.")
    assert "Wrong." in client.get(adopted.get_absolute_url()).content.decode()
    assert is_whole()


def test_adopted_words_can_be_blanked(adopted, ceo, client):
    workflow.redact(adopted.versions.get(), by=ceo, reason="A court.")
    page = client.get(adopted.get_absolute_url()).content.decode()
    assert "The river rose" not in page
    assert "A court." in page
    assert is_whole()


def test_blanked_words_leave_the_summary_of_their_import(ceo):
    batch = begin()
    secret, other = bring(
        batch, brought("a", title="The secret recipe"), brought("b", title="Cake")
    )
    whole = {"title": "The secret recipe", "why": "Its standfirst was shortened: eleven herbs"}
    named = "comment of Mara on “The secret recipe”"
    kept = {"title": "Cake", "why": "It had no date."}
    workflow.finish_batch(batch, {"Posts": 2, "Notes": [whole, named, kept]})
    adopt(batch, ceo)
    workflow.redact(secret.versions.get(), by=ceo, reason="A court.")
    batch.refresh_from_db()
    blanked = "The words this was about were blanked."
    assert batch.summary == {"Posts": 2, "Notes": [blanked, blanked, kept]}
    workflow.redact(other.versions.get(), by=ceo, reason="A court.")
    batch.refresh_from_db()
    assert batch.summary["Notes"] == [blanked] * 3
    assert is_whole()


def test_new_html_of_adopted_words_needs_an_approval(adopted, ceo, monkeypatch, client):
    from blog import markup

    made = markup.render("Other HTML.")
    monkeypatch.setattr(markup, "VERSION", markup.VERSION + 1)
    monkeypatch.setattr(markup, "render", lambda *args: made)
    assert workflow.propose_rendering(adopted) is True
    with refused("Waiting for Dana Whitfield"):
        workflow.publish(adopted, by=ceo)
    assert "Other HTML" not in client.get(adopted.get_absolute_url()).content.decode()
    workflow.approve(workflow.submit(adopted, by=ceo), by=ceo)
    workflow.publish(adopted, by=ceo)
    assert "Other HTML" in client.get(adopted.get_absolute_url()).content.decode()
    assert is_whole()


def test_adoption_counts_from_its_moment(adopted):
    adoption = Adoption.objects.get()
    assert timezone.now() - adoption.at < timedelta(minutes=5)
    assert str(adoption) == "old-blog.xml, adopted by Dana Whitfield"
    with pytest.raises(IntegrityError, match="final"):
        adoption.save()
