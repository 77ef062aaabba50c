"""The verbs of a post: each happy path, then who and what and when is refused, and two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from blog import roles, workflow
from blog.models import Approval, Author, Post, Review, Site, Version
from blog.refusal import Refused, Stale
from ledger import guards
from ledger.models import Entry
from tests.cast import edited, make_draft, make_post, make_user, make_words
from tests.pictures import known, lead

HOUR = timedelta(hours=1)


def verbs(post: Post) -> list[str]:
    """What the record says was done to a post, oldest first."""
    return list(Entry.objects.about(post).values_list("verb", flat=True))


def refused(sentence: str):
    return pytest.raises(Refused, match=sentence)


def one_won(results: list[object]) -> None:
    """One call did it, and each of the others was told why not."""
    losers = [result for result in results if isinstance(result, Exception)]
    assert len(losers) == len(results) - 1
    assert all(isinstance(loser, Refused) for loser in losers), losers


@pytest.fixture
def team(ceo, counsel, writer) -> None:
    """More than one account can sign."""


@pytest.fixture
def asked(team, ceo, writer) -> Review:
    """A text the writer drafted for the CEO and asked approval for."""
    return workflow.submit(make_draft(writer, author=ceo.author), by=writer)


# Writing


def test_first_text_makes_a_draft_with_its_html_and_an_entry(ceo):
    post = make_draft(ceo)
    version = post.versions.get()
    assert (post.state, version.number, version.saved_by) == (Post.State.DRAFT, 1, ceo.pk)
    assert version.renderings.get().html.startswith("<p>The river rose")
    assert verbs(post) == ["save_version"]


def test_other_words_make_the_next_version_and_equal_ones_none(ceo):
    post = make_draft(ceo)
    first = post.versions.get()
    assert workflow.save_version(post, edited(post), by=ceo) == first
    second = workflow.save_version(post, edited(post, title="Another"), by=ceo)
    third = workflow.save_version(post, edited(post, title=first.title), by=ceo)
    assert (second.number, third.number) == (2, 3)
    assert third.content_hash == first.content_hash != second.content_hash


@pytest.mark.parametrize("spelling", ["One.\r\n\r\nTwo.", "One.\r\rTwo."])
def test_line_ends_of_another_system_are_no_change(ceo, spelling):
    post = make_draft(ceo, body="One.\n\nTwo.")
    workflow.save_version(post, edited(post, body=spelling), by=ceo)
    assert post.versions.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"standfirst": "Short."},
        {"brief": ("One.",)},
        {"body": "The river rose two metres!"},
        {"images": (lead(),)},
        {"byline": "D. Whitfield"},
        {"authorship": "with"},
        {"authorship_detail": "Sam Ortiz"},
        {"disclosure": "We own the quarry."},
        {"legend": "Forward-looking."},
        {"correction": "It was three."},
    ],
)
def test_every_part_that_a_reader_sees_is_signed(ceo, change):
    known()
    post = make_draft(ceo)
    before = post.versions.get()
    after = workflow.save_version(post, edited(post, **change), by=ceo)
    assert after.content_hash != before.content_hash


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": " "}, "Give it a title."),
        ({"body": "\n"}, "Write the text."),
        ({"body": "x" * 200_001}, "longer than 200,000"),
        ({"brief": ("a", "b", "c", "d")}, "at most 3 points"),
        ({"brief": ("x" * 281,)}, "at most 280 characters"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_whole(ceo, words, sentence):
    with refused(sentence):
        make_draft(ceo, **words)
    assert not Post.objects.exists()


def test_writing_needs_the_right(ceo, moderator, auditor, counsel):
    post = make_draft(ceo)
    for person in (moderator, auditor, counsel):
        with refused("may not write posts"):
            make_draft(person, author=ceo.author)
        with refused("may not write posts"):
            workflow.save_version(post, edited(post, title="Mine"), by=person)
        with refused("may not write posts"):
            workflow.change_post(post, {"slug": "mine"}, by=person)


def test_disabled_account_does_nothing(ceo):
    post = make_draft(ceo)
    ceo.is_active = False
    ceo.save()
    with refused("may not write posts"):
        workflow.save_version(post, edited(post, title="Mine"), by=ceo)
    with refused("may not publish posts"):
        workflow.publish(post, by=ceo)


def test_save_over_somebody_elses_words_is_stale(ceo, writer):
    post = make_draft(ceo)
    workflow.save_version(post, edited(post, title="Hers"), by=writer)
    with pytest.raises(Stale, match="Sam Ortiz has saved another text"):
        workflow.save_version(post, edited(post, title="Mine"), by=ceo, seen=1)
    assert post.versions.count() == 2


def test_address_of_another_post_is_refused(ceo):
    post, other = make_draft(ceo, slug="floor"), make_draft(ceo, slug="roof")
    with refused("has this address already"):
        make_draft(ceo, slug="floor", kind="page")
    with refused("has this address already"):
        workflow.change_post(other, {"slug": "floor"}, by=ceo)
    assert Post.objects.count() == 2
    assert verbs(post) == ["save_version"]


@pytest.mark.parametrize("slug", ["search", "admin", "posts", "static"])
def test_page_never_takes_an_address_of_the_site_itself(ceo, slug):
    with refused(f"“{slug}” is used by the site itself"):
        make_draft(ceo, slug=slug, kind="page")
    page = make_draft(ceo, slug="about", kind="page")
    with refused(f"“{slug}” is used by the site itself"):
        workflow.change_post(page, {"slug": slug}, by=ceo)
    assert Post.objects.get().slug == "about"


def test_post_may_be_called_as_the_site_calls_a_page(ceo, client):
    post = make_post(ceo, slug="search")
    assert workflow.change_post(post, {"slug": "archive"}, by=ceo).slug == "archive"
    assert client.get("/posts/archive/").status_code == 200


def test_signed_fields_are_not_filed(ceo):
    with pytest.raises(ValueError, match="state"):
        workflow.change_post(make_draft(ceo), {"state": "published"}, by=ceo)


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_stale(ceo, run_together):
    post = make_draft(ceo)
    one_won(
        run_together(
            4,
            lambda n: workflow.save_version(post, edited(post, title=f"T{n}"), by=ceo, seen=1),
        )
    )
    assert post.versions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_same_address_at_once_goes_to_one(ceo, run_together):
    one_won(run_together(4, lambda n: make_draft(ceo, slug="floor")))
    assert Post.objects.count() == Version.objects.count() == 1


# Asking and signing


def test_named_person_signs_and_then_it_may_go_out(asked, ceo, writer):
    assert asked.needs == [f"user:{ceo.pk}"]
    approval = workflow.approve(asked, by=ceo, note="Good.")
    assert (approval.by, approval.note) == (ceo.pk, "Good.")
    post = workflow.publish(asked.version.post, by=writer)
    assert post.is_published
    assert verbs(post) == ["save_version", "submit", "approved", "publish"]


def test_site_may_need_counsel_as_well(team, ceo, counsel, writer):
    Site.objects.update(needs_counsel=True)
    review = workflow.submit(make_draft(writer, author=ceo.author), by=writer)
    workflow.approve(review, by=ceo)
    with refused("Waiting for counsel"):
        workflow.publish(review.version.post, by=writer)
    workflow.approve(review, by=counsel)
    assert workflow.publish(review.version.post, by=writer).is_published


@pytest.fixture
def two_hats(team, ceo, writer) -> Review:
    """A text that needs the CEO and counsel, where the CEO has counsel's role too."""
    Site.objects.update(needs_counsel=True)
    ceo.groups.add(Group.objects.get(name=roles.COUNSEL))
    return workflow.submit(make_draft(writer, author=ceo.author), by=writer)


def test_four_eyes_are_two_people_whatever_roles_one_has(two_hats, ceo, counsel, writer):
    assert workflow.approve(two_hats, by=ceo).signature == f"user:{ceo.pk}"
    with refused("Somebody else must give the other signature"):
        workflow.approve(two_hats, by=ceo)
    with refused("Waiting for counsel"):
        workflow.publish(two_hats.version.post, by=writer)
    workflow.approve(two_hats, by=counsel)
    assert workflow.publish(two_hats.version.post, by=writer).is_published


def test_second_hat_put_on_after_signing_gives_no_second_signature(asked, ceo, counsel, writer):
    Site.objects.update(needs_counsel=True)
    review = workflow.submit(asked.version.post, by=writer)
    workflow.approve(review, by=ceo)
    ceo.groups.set(Group.objects.filter(name=roles.COUNSEL))
    with refused("Somebody else must give the other signature"):
        workflow.approve(review, by=ceo)


def test_two_hats_take_back_their_own_signature_and_not_counsels(two_hats, ceo, counsel):
    workflow.approve(two_hats, by=counsel)
    workflow.approve(two_hats, by=ceo)
    taken = workflow.revoke(two_hats, by=ceo, note="A number is wrong.")
    assert taken.signature == f"user:{ceo.pk}"
    assert list(two_hats.given()) == ["role:Counsel"]


def test_two_hats_object_once(two_hats, ceo):
    workflow.request_changes(two_hats, by=ceo, note="Shorter.")
    assert Approval.objects.get().signature == f"user:{ceo.pk}"


@pytest.mark.django_db(transaction=True)
def test_two_hats_sign_once_also_at_the_same_moment(two_hats, ceo, run_together):
    one_won(run_together(4, lambda n: workflow.approve(two_hats, by=ceo)))
    assert Approval.objects.count() == 1


def test_ceo_vouches_for_a_guest_without_an_account(team, ceo, writer):
    guest = Author.objects.create(name="Guest", slug="guest")
    review = workflow.submit(make_draft(writer, author=guest), by=writer)
    assert review.needs == ["role:CEO"]
    workflow.approve(review, by=ceo)
    assert review.is_complete


def test_vice_president_signs_her_own_post(team, ceo, writer):
    vera = make_user("Vera Vice", roles.WRITER)
    Author.objects.create(name="Vera Vice", slug="vera-vice", user=vera)
    review = workflow.submit(make_draft(vera), by=vera)
    with refused("no signature here"):
        workflow.approve(review, by=ceo)
    workflow.approve(review, by=vera)
    assert review.is_complete


@pytest.mark.parametrize("role", [roles.WRITER, roles.COUNSEL, roles.MODERATOR, roles.AUDITOR])
def test_nobody_else_signs(asked, role):
    with refused("no signature here"):
        workflow.approve(asked, by=make_user("Otto Other", role))


def test_superuser_signs_nothing_by_nature(asked):
    with refused("no signature here"):
        workflow.approve(asked, by=make_user("Root", is_superuser=True))


def test_byline_linked_to_another_account_does_not_hand_it_the_signature(asked, ceo, writer):
    root = make_user("Root", is_superuser=True)
    Author.objects.filter(user=ceo).update(user=root)
    with refused("no signature here"):
        workflow.approve(asked, by=root)
    workflow.approve(asked, by=ceo)
    assert workflow.publish(asked.version.post, by=writer).is_published


def test_byline_linked_to_another_account_does_not_make_its_edits_her_own_words(team, ceo, writer):
    guest = Author.objects.create(name="Guest", slug="guest")
    post = make_draft(writer, author=guest)
    workflow.save_version(post, edited(post, title="Better"), by=ceo)
    review = workflow.submit(post, by=ceo)
    ceo.author.delete()
    Author.objects.filter(pk=guest.pk).update(user=ceo)
    with refused("You were the last to edit"):
        workflow.approve(review, by=ceo)


def test_question_asked_after_a_byline_was_linked_goes_to_the_new_account(asked, ceo, writer):
    vera = make_user("Vera Vice")
    Author.objects.filter(user=ceo).update(user=vera)
    again = workflow.submit(asked.version.post, by=writer)
    assert again != asked
    workflow.approve(again, by=vera)
    assert workflow.publish(again.version.post, by=writer).is_published


def test_waiting_has_words_for_an_account_that_is_gone(asked, ceo, writer):
    ceo.delete()
    with refused("Waiting for somebody whose account is gone"):
        workflow.publish(asked.version.post, by=writer)
    assert workflow.submit(asked.version.post, by=writer).needs == ["role:CEO"]


def test_disabled_signer_does_not_sign(asked, ceo):
    ceo.is_active = False
    ceo.save()
    with refused("no signature here"):
        workflow.approve(asked, by=ceo)


def test_nobody_signs_twice(asked, ceo):
    workflow.approve(asked, by=ceo)
    with refused("no signature here"):
        workflow.approve(asked, by=ceo)


def test_signer_who_edited_last_needs_somebody_else(team, ceo, writer):
    guest = Author.objects.create(name="Guest", slug="guest")
    post = make_draft(writer, author=guest)
    workflow.save_version(post, edited(post, title="Better"), by=ceo)
    with refused("You were the last to edit"):
        workflow.approve(workflow.submit(post, by=ceo), by=ceo)


def test_signer_who_edited_last_signs_her_own_words(team, ceo, writer):
    post = make_draft(writer, author=ceo.author)
    workflow.save_version(post, edited(post, title="Better"), by=ceo)
    review = workflow.submit(post, by=ceo)
    workflow.approve(review, by=ceo)
    assert review.is_complete


def test_signature_is_for_the_newest_words_only(asked, ceo, writer):
    post = asked.version.post
    workflow.save_version(post, edited(post, body="Other words."), by=writer)
    with refused("The text has changed since"):
        workflow.approve(asked, by=ceo)


def test_one_changed_character_needs_a_new_signature(asked, ceo, writer):
    post = asked.version.post
    workflow.approve(asked, by=ceo)
    workflow.save_version(post, edited(post, body=asked.version.body + "!"), by=writer)
    with refused("Nobody has signed this text yet"):
        workflow.publish(post, by=writer)


def test_asking_twice_is_one_question(asked, writer):
    assert workflow.submit(asked.version.post, by=writer) == asked


def test_asking_needs_the_right_and_a_text(team, ceo, moderator):
    post = make_draft(ceo)
    with refused("may not ask for approval"):
        workflow.submit(post, by=moderator)
    empty = Post.objects.create(slug="empty")
    with refused("There is no text yet"):
        workflow.submit(empty, by=ceo)


def test_changes_are_requested_and_asking_again_starts_anew(asked, ceo, writer):
    workflow.request_changes(asked, by=ceo, note="Shorter.")
    assert asked.missing() == asked.needs
    again = workflow.submit(asked.version.post, by=writer)
    assert again != asked
    with refused("The text has changed since"):
        workflow.approve(asked, by=ceo)
    workflow.approve(again, by=ceo)
    assert workflow.publish(again.version.post, by=writer).is_published


@pytest.mark.parametrize("verb", [workflow.request_changes, workflow.revoke])
def test_a_no_needs_words(asked, ceo, verb):
    with refused("Say in a few words"):
        verb(asked, by=ceo, note="  ")


def test_only_a_signer_requests_changes(asked, writer, moderator):
    for person in (writer, moderator):
        with refused("no signature here"):
            workflow.request_changes(asked, by=person, note="Shorter.")


def test_signature_is_taken_back_while_nobody_reads_it(asked, ceo, writer):
    workflow.approve(asked, by=ceo)
    workflow.revoke(asked, by=ceo, note="A number is wrong.")
    with refused("Waiting for Dana Whitfield"):
        workflow.publish(asked.version.post, by=writer)


def test_signature_that_was_never_given_is_not_taken_back(asked, ceo):
    with refused("no signature here"):
        workflow.revoke(asked, by=ceo, note="A number is wrong.")


@pytest.mark.parametrize("delay", [None, HOUR])
def test_signature_stays_while_the_post_is_live(asked, ceo, writer, delay):
    workflow.approve(asked, by=ceo)
    at = timezone.now() + delay if delay else None
    workflow.publish(asked.version.post, by=writer, at=at)
    for verb in (workflow.revoke, workflow.request_changes):
        with refused("Readers see this text now"):
            verb(asked, by=ceo, note="A number is wrong.")


def test_change_of_who_must_sign_voids_nothing_that_is_live(asked, ceo, writer, client):
    workflow.approve(asked, by=ceo)
    post = workflow.publish(asked.version.post, by=writer)
    Site.objects.update(needs_counsel=True)
    Author.objects.update(user=None)
    assert client.get(post.get_absolute_url()).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_signatures_at_once_one_counts(asked, ceo, run_together):
    one_won(run_together(4, lambda n: workflow.approve(asked, by=ceo)))
    assert Approval.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_asking_at_once_is_one_question(team, ceo, writer, run_together):
    post = make_draft(writer, author=ceo.author)
    reviews = run_together(4, lambda n: workflow.submit(post, by=writer).pk, reraise=True)
    assert len(set(reviews)) == Review.objects.count() == 1


def test_longest_name_of_an_account_is_kept_whole(asked, ceo, counsel, writer):
    name = ("F" * 150, "L" * 150)
    for person in (ceo, counsel, writer):
        person.first_name, person.last_name = name
        person.save()
    post = asked.version.post
    version = workflow.save_version(post, edited(post, title="Better"), by=writer)
    review = workflow.submit(post, by=writer)
    approval = workflow.approve(review, by=ceo)
    labels = {version.saved_by_label, review.opened_by_label, approval.by_label}
    assert labels == {" ".join(name)}


# Publishing


def test_working_alone_publishing_signs(ceo, client):
    post = workflow.publish(make_draft(ceo), by=ceo, seen=1)
    assert client.get(post.get_absolute_url()).status_code == 200
    assert verbs(post) == ["save_version", "submit", "approved", "publish"]
    assert Approval.objects.get().by == ceo.pk


def test_working_alone_publishing_signs_nothing_that_was_not_seen(ceo, writer):
    post = make_draft(ceo)
    workflow.save_version(post, edited(post, body="Words she never saw."), by=writer)
    with pytest.raises(Stale, match="Sam Ortiz has saved another text"):
        workflow.publish(post, by=ceo, seen=1)
    with refused("Nobody has signed this text yet. Open it and publish it there."):
        workflow.publish(post, by=ceo)
    with pytest.raises(Stale):
        workflow.schedule(post, by=ceo, seen=1, at=timezone.now() + HOUR)
    assert not Approval.objects.exists()
    assert workflow.publish(post, by=ceo, seen=2).is_published


def test_signed_words_that_somebody_replaced_meanwhile_are_not_mistaken(asked, ceo, writer):
    post = asked.version.post
    workflow.approve(asked, by=ceo)
    workflow.save_version(post, edited(post, body="Other words."), by=writer)
    with pytest.raises(Stale, match="Sam Ortiz has saved another text"):
        workflow.publish(post, by=ceo, seen=1)


def test_working_alone_a_guest_post_is_signed_too(ceo):
    guest = Author.objects.create(name="Guest", slug="guest")
    assert workflow.publish(make_draft(ceo, author=guest), by=ceo, seen=1).is_published


def test_working_alone_does_not_replace_counsel(ceo):
    Site.objects.update(needs_counsel=True)
    with refused("Waiting for counsel.*Nobody else can sign here: invite somebody"):
        workflow.publish(make_draft(ceo), by=ceo, seen=1)
    assert not Approval.objects.exists()


def test_working_alone_with_counsels_role_does_not_make_two_people(ceo):
    Site.objects.update(needs_counsel=True)
    ceo.groups.add(Group.objects.get(name=roles.COUNSEL))
    with refused("Waiting for counsel.*Nobody else can sign here"):
        workflow.publish(make_draft(ceo), by=ceo, seen=1)
    assert not Approval.objects.exists()


def test_left_alone_after_signing_the_missing_signature_is_named(team, ceo, counsel, writer):
    Site.objects.update(needs_counsel=True)
    review = workflow.submit(make_draft(writer, author=ceo.author), by=writer)
    workflow.approve(review, by=ceo)
    counsel.delete()
    with refused("Waiting for counsel.*Nobody else can sign here"):
        workflow.publish(review.version.post, by=ceo)


def test_with_a_team_publishing_signs_nothing(team, ceo):
    with refused("Nobody has signed this text yet"):
        workflow.publish(make_draft(ceo), by=ceo, seen=1)


def test_waiting_names_the_person(asked, writer):
    with refused("Waiting for Dana Whitfield"):
        workflow.publish(asked.version.post, by=writer)


@pytest.mark.parametrize("role", [roles.COUNSEL, roles.MODERATOR, roles.AUDITOR])
def test_publishing_and_all_that_takes_it_away_need_the_right(ceo, role):
    post = make_post(ceo)
    other = make_user("Otto Other", role)
    for act in (
        lambda: workflow.publish(post, by=other),
        lambda: workflow.schedule(post, by=other, at=timezone.now() + HOUR),
        lambda: workflow.unpublish(post, by=other),
        lambda: workflow.retract(post, by=other, notice="Gone."),
    ):
        with refused("Your account may not"):
            act()
    assert Post.objects.get().is_published


def test_publishing_the_same_words_again_is_refused(ceo):
    with refused("Readers see exactly these words already"):
        workflow.publish(make_post(ceo), by=ceo)


def test_publishing_without_a_text_is_refused(ceo):
    with refused("There is no text yet"):
        workflow.publish(Post.objects.create(slug="empty"), by=ceo)


@pytest.mark.django_db(transaction=True)
def test_publishing_without_guards_is_refused(ceo):
    post = make_draft(ceo)
    guards.drop()
    try:
        with refused("The database has lost its guards"):
            workflow.publish(post, by=ceo)
    finally:
        guards.install()
    assert not Post.objects.published().exists()


def test_correction_replaces_the_words_and_moves_updated_only(ceo, client):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="Three metres."), by=ceo)
    after = workflow.publish(post, by=ceo, seen=2)
    assert (after.published_at, post.updated_at) == (post.published_at, None)
    assert after.updated_at is not None
    assert "Three metres." in client.get(post.get_absolute_url()).content.decode()
    assert verbs(post)[-1] == "correct"


def test_correction_cannot_wait(ceo):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="Three metres."), by=ceo)
    with refused("A correction goes out at once"):
        workflow.publish(post, by=ceo, seen=2, at=timezone.now() + HOUR)


@pytest.mark.django_db(transaction=True)
def test_publishing_at_once_happens_once(ceo, run_together):
    post = make_draft(ceo)
    one_won(run_together(4, lambda n: workflow.publish(post, by=ceo, seen=1)))
    assert verbs(post).count("publish") == 1


@pytest.mark.django_db(transaction=True)
def test_saving_while_publishing_never_shows_unsigned_words(ceo, run_together):
    post = make_draft(ceo)

    def publish_the_newest() -> None:
        while True:
            try:
                workflow.publish(post, by=ceo, seen=post.versions.count())
            except Stale:
                continue
            return

    def act(number: int) -> None:
        if number % 2:
            publish_the_newest()
        else:
            workflow.save_version(post, edited(post, title=f"Title {number}"), by=ceo)

    run_together(6, act)
    post.refresh_from_db()
    assert post.live_version is not None
    assert post.live_version.reviews.latest("pk").is_complete


# Scheduling


def test_schedule_hides_until_its_moment(ceo, client):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    assert client.get(post.get_absolute_url()).status_code == 404
    Post.objects.update(published_at=timezone.now())
    assert client.get(post.get_absolute_url()).status_code == 200


def test_schedule_lies_ahead(ceo):
    with refused("Choose a moment that lies ahead"):
        workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now())


def test_schedule_moves_and_can_become_now(ceo):
    post = make_draft(ceo)
    workflow.schedule(post, by=ceo, at=timezone.now() + HOUR, seen=1)
    later = workflow.schedule(post, by=ceo, at=timezone.now() + 2 * HOUR)
    assert later.state == Post.State.SCHEDULED
    assert workflow.publish(post, by=ceo).is_published


def test_due_posts_are_marked_once_and_named_in_the_record(ceo):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    assert workflow.publish_due() == 0
    later = timezone.now() + 2 * HOUR
    assert workflow.publish_due(now=later) == 1
    assert workflow.publish_due(now=later) == 0
    entry = Entry.objects.about(post).latest("sequence")
    version = post.versions.get()
    assert (entry.verb, entry.actor, entry.facts["content"]) == (
        "publish",
        None,
        version.content_hash,
    )


def test_words_that_the_clock_made_public_are_recorded_before_their_correction(ceo):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    said = {"body": "Three metres.", "correction": "It was three."}
    workflow.save_version(post, edited(post, **said), by=ceo)
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        corrected = workflow.publish(post, by=ceo, seen=2)
        assert workflow.publish_due() == 0
    assert corrected.state == Post.State.PUBLISHED
    shown = Entry.objects.about(post).filter(verb__in=["schedule", "publish", "correct"])
    assert [(entry.verb, entry.facts["version"], entry.actor) for entry in shown] == [
        ("schedule", 1, ceo.pk),
        ("publish", 1, None),
        ("correct", 2, ceo.pk),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_timers_at_once_mark_once(ceo, run_together):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    later = timezone.now() + 2 * HOUR
    counts = run_together(4, lambda n: workflow.publish_due(now=later), reraise=True)
    assert sum(counts) == 1
    assert verbs(post).count("publish") == 1


# Taking back, retracting, blanking


@pytest.mark.parametrize("delay", [None, HOUR])
def test_taken_back_is_a_draft_that_nobody_finds(ceo, client, delay):
    at = timezone.now() + delay if delay else None
    post = workflow.publish(make_draft(ceo), by=ceo, seen=1, at=at)
    post = workflow.unpublish(post, by=ceo)
    assert (post.state, post.live_version, post.published_at) == (Post.State.DRAFT, None, None)
    assert client.get(post.get_absolute_url()).status_code == 404


def test_taken_back_goes_out_again_under_its_signature(asked, ceo, writer):
    workflow.approve(asked, by=ceo)
    post = workflow.publish(asked.version.post, by=writer)
    workflow.unpublish(post, by=writer)
    assert workflow.publish(post, by=writer).is_published


def test_only_what_is_public_or_scheduled_is_taken_back(ceo):
    with refused("not public and not scheduled"):
        workflow.unpublish(make_draft(ceo), by=ceo)


def test_retracted_answers_with_its_notice_at_once(ceo, client):
    post = workflow.retract(make_post(ceo), by=ceo, notice="The figures were wrong.")
    page = client.get(post.get_absolute_url())
    assert page.status_code == 200
    assert "The figures were wrong." in page.content.decode()


def test_retraction_needs_a_public_post_and_a_notice(ceo):
    with refused("Write the notice"):
        workflow.retract(make_post(ceo), by=ceo, notice=" ")
    soon = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    with refused("Only a post that readers can see"):
        workflow.retract(soon, by=ceo, notice="Gone.")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "verb",
    [
        lambda post, by: workflow.unpublish(post, by=by),
        lambda post, by: workflow.retract(post, by=by, notice="Gone."),
        lambda post, by: workflow.redact(post.versions.get(), by=by, reason="A secret."),
    ],
    ids=["unpublish", "retract", "redact"],
)
def test_taking_away_at_once_happens_once(ceo, run_together, verb):
    post = make_post(ceo)
    before = Entry.objects.count()
    one_won(run_together(4, lambda n: verb(post, ceo)))
    assert Entry.objects.count() == before + 1


def test_blanked_words_are_gone_and_every_hash_stays(ceo, client):
    post = make_post(ceo, title="Swordfish", brief=("Swordfish.",), body="Swordfish again.")
    before = post.versions.get()
    after = workflow.redact(before, by=ceo, reason="It held a password.")
    assert after.content_hash == before.content_hash
    assert (after.title, after.body, after.brief, after.byline) == ("", "", [], "")
    rendering = after.renderings.get()
    assert (rendering.html, rendering.headings) == ("", [])
    assert len(rendering.html_hash) == 64
    page = client.get(post.get_absolute_url()).content.decode()
    assert "Swordfish" not in page
    assert '<h1 dir="auto">A text that was taken away</h1>' in page
    assert "<title>Retracted: A text that was taken away ·" in page
    assert Post.objects.get().retraction_notice == "It held a password."


def test_blanking_what_is_scheduled_makes_it_a_draft(ceo):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    workflow.redact(post.versions.get(), by=ceo, reason="A secret.")
    assert Post.objects.get().state == Post.State.DRAFT


def test_blanking_an_earlier_text_leaves_what_readers_see(ceo, client):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="Three metres."), by=ceo)
    workflow.publish(post, by=ceo, seen=2)
    workflow.redact(post.versions.get(number=1), by=ceo, reason="A secret.")
    assert "Three metres." in client.get(post.get_absolute_url()).content.decode()


def test_blanking_needs_the_right_a_reason_and_words(ceo, writer, counsel):
    post = make_post(ceo)
    version = post.versions.get()
    with refused("may not blank words"):
        workflow.redact(version, by=writer, reason="x")
    with refused("Say why the words are blanked"):
        workflow.redact(version, by=ceo, reason=" ")
    workflow.redact(version, by=counsel, reason="A court.")
    with refused("blanked already"):
        workflow.redact(version, by=counsel, reason="A court.")


def test_blanked_words_are_neither_signed_nor_published(ceo):
    post = make_draft(ceo)
    workflow.redact(post.versions.get(), by=ceo, reason="A secret.")
    with refused("The words of this version are blanked"):
        workflow.submit(post, by=ceo)
    with refused("The words of this version are blanked"):
        workflow.publish(post, by=ceo)


def test_hash_is_of_the_words_and_not_of_how_a_database_keeps_them(ceo):
    words = make_words(ceo.author, brief=("Ünïcode.",), body="A\r\nB")
    post = workflow.create_post(words, by=ceo, slug="floor")
    assert edited(post).content_hash == words.content_hash
