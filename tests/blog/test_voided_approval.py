"""A signature is for exactly these words and pictures: one character or byte later it opens no door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from blog import workflow
from blog.models import Approval, Author, Post, Site
from blog.refusal import Refused
from blog.words import Words, words_of
from blog.workflow.voided import voided
from tests.blog.test_admin_editor import change, typed
from tests.blog.test_guards import live
from tests.cast import make_draft, make_user
from tests.pictures import drawn, kept, known, lead
from tests.pseudo import speak
from tests.refusals import execute

pytestmark = pytest.mark.django_db

VERB = "Dana Whitfield signed the text before this change, and not this one."
DATABASE = "for the text before a change does not count"
LIST = "/admin/blog/post/"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Superuser:
    """Who may do everything but sign, and her browser."""

    user: User
    browser: Client

    def page(self, address: str, said: dict[str, Any]) -> str:
        """Send a form, and return all that the page then says."""
        return unescape(self.browser.post(address, said, follow=True).content.decode())


Change = Callable[[Words], Words]
Door = Callable[[Superuser, Post], str]


# What is changed, by one character or one byte each


def other_byline(words: Words) -> Words:
    """Another person of nearly the same name, so that her signature would be needed instead."""
    twin = Author.objects.create(name="Dana Whitfiele", slug="dana-whitfiele")
    return replace(words, author=twin, byline="")


def other_picture(words: Words) -> Words:
    """The same picture to the eye, in a file that differs in one byte."""
    files = [drawn("JPEG", comment=letter) for letter in (b"a", b"b")]
    assert sum(one != other for one, other in zip(*files, strict=True)) == 1
    before, after = (kept(data, name="river.jpg").address for data in files)
    assert before.url in words.body
    return replace(words, body=words.body.replace(before.url, after.url))


def other_lead(words: Words) -> Words:
    """The same, above the words."""
    after = kept(drawn("JPEG", comment=b"b"), name="river.jpg").address
    return replace(words, images=(words.images[0] | {"address": after.url},))


CHANGES: dict[str, Change] = {
    "title": lambda words: replace(words, title=words.title + "."),
    "sentence under the title": lambda words: replace(words, standfirst=words.standfirst + "."),
    "body": lambda words: replace(words, body=words.body.replace("two", "twq")),
    "brief": lambda words: replace(words, brief=(words.brief[0] + ".", *words.brief[1:])),
    "byline, as written": lambda words: replace(words, byline="Dana Whitfiele"),
    "byline, another person": other_byline,
    "how it was written": lambda words: replace(words, authorship_detail="Sam Ortis"),
    "disclosure": lambda words: replace(words, disclosure=words.disclosure[:-1] + "!"),
    "legal note": lambda words: replace(words, legend=words.legend + "."),
    "alt text in the body": lambda words: replace(
        words, body=words.body.replace("A river", "A rider")
    ),
    "alt text of the lead picture": lambda words: replace(
        words, images=(words.images[0] | {"alt": "A rider"},)
    ),
    "caption of the lead picture": lambda words: replace(
        words, images=(words.images[0] | {"caption": "."},)
    ),
    "address of what it answers": lambda words: replace(
        words, answered_url=words.answered_url + "x"
    ),
    "title of what it answers": lambda words: replace(
        words, answered_title=words.answered_title + "."
    ),
    "author of what it answers": lambda words: replace(
        words, answered_author=words.answered_author + "."
    ),
    "quote from what it answers": lambda words: replace(
        words, answered_quote=words.answered_quote + "."
    ),
    "link elsewhere": lambda words: replace(
        words, elsewhere=(words.elsewhere[0] | {"source": "The Gazetta"},)
    ),
    "picture in the body": other_picture,
    "lead picture": other_lead,
}


# Every door: each tries to publish, and returns what the superuser was told


def by_verb(root: Superuser, post: Post) -> str:
    """Call what all buttons call, in a shell."""
    with pytest.raises(Refused) as refusal:
        workflow.publish(post, by=root.user)
    return str(refusal.value)


def by_scheduling(root: Superuser, post: Post) -> str:
    """Hand it to the timer, in a shell."""
    with pytest.raises(Refused) as refusal:
        workflow.schedule(post, by=root.user, at=timezone.now() + HOUR)
    return str(refusal.value)


def by_form(root: Superuser, post: Post) -> str:
    """Press “Publish”, which the form does not even offer her."""
    return root.page(change(post), typed(root.browser, change(post), then="publish"))


def by_form_with_a_moment(root: Superuser, post: Post) -> str:
    """Choose a moment in the form."""
    at = (timezone.localtime() + 48 * HOUR).strftime("%Y-%m-%dT%H:%M")
    said = typed(root.browser, change(post), then="schedule", publish_at=at)
    return root.page(change(post), said)


def by_action(root: Superuser, post: Post) -> str:
    """Tick it in the list and publish it."""
    number = post.versions.latest("number").number
    ticked = {"action": "publish_all", "_selected_action": [post.pk], f"seen-{post.pk}": number}
    return root.page(LIST, ticked | {"confirmed": "yes"})


def by_bulk_action(root: Superuser, post: Post) -> str:
    """Tick all posts of the site, on this page of the list and on every other."""
    ticked = [post.pk, *Post.objects.exclude(pk=post.pk).values_list("pk", flat=True)]
    said = {"action": "publish_all", "_selected_action": ticked, "select_across": "1"}
    return root.page(LIST, said | {"confirmed": "yes"})


def told_by_the_database(try_it: Callable[[], object]) -> str:
    """What the database says to it."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        try_it()
    return str(refusal.value)


def by_update(root: Superuser, post: Post) -> str:
    """Make the newest text public in one statement of the ORM."""
    return told_by_the_database(lambda: Post.objects.filter(pk=post.pk).update(**live(post)))


def by_update_to_what_was_signed(root: Superuser, post: Post) -> str:
    """Make the earlier text public, which was signed, although it has been changed since."""
    earlier = post.versions.get(number=1)
    signed = {"live_version": earlier, "live_rendering": earlier.renderings.get()}
    posts = Post.objects.filter(pk=post.pk)
    return told_by_the_database(lambda: posts.update(**live(post) | signed))


def by_update_through_a_pause(root: Superuser, post: Post) -> str:
    """The same, by way of a schedule that was paused."""
    earlier = post.versions.get(number=1)
    paused = {"live_version": earlier, "live_rendering": earlier.renderings.get()}
    posts = Post.objects.filter(pk=post.pk)
    return told_by_the_database(lambda: posts.update(**live(post) | paused | {"state": "paused"}))


def by_save(root: Superuser, post: Post) -> str:
    """Set the fields in a shell, and save."""
    for name, value in live(post).items():
        setattr(post, name, value)
    return told_by_the_database(post.save)


def by_bulk_update(root: Superuser, post: Post) -> str:
    """The same for many rows."""
    fields = live(post)
    for name, value in fields.items():
        setattr(post, name, value)
    return told_by_the_database(lambda: Post.objects.bulk_update([post], list(fields)))


def by_sql(root: Superuser, post: Post) -> str:
    """Write the row by hand."""
    version = post.versions.latest("number")
    statement = (
        "UPDATE blog_post SET state = 'published', live_version_id = %s,"
        " live_rendering_id = %s, published_at = %s WHERE id = %s"
    )
    values = (version.pk, version.renderings.get().pk, timezone.now() - HOUR, post.pk)
    return told_by_the_database(lambda: execute(statement, *values))


def by_timer(root: Superuser, post: Post) -> str:
    """Write the row of a schedule that is due by hand, for the timer to find."""
    due = live(post) | {"state": "scheduled", "published_at": timezone.now() - HOUR}
    return told_by_the_database(lambda: Post.objects.filter(pk=post.pk).update(**due))


# There is no button in the list that publishes one row, and none that signs: whoever sends the name of
# such an action by hand gets the list again, and the test below this table sees that nothing happened.
DOORS: dict[Door, str] = {
    by_verb: VERB,
    by_scheduling: VERB,
    by_form: VERB,
    by_form_with_a_moment: VERB,
    by_action: VERB,
    by_bulk_action: VERB,
    by_update: DATABASE,
    by_update_to_what_was_signed: DATABASE,
    by_update_through_a_pause: DATABASE,
    by_save: DATABASE,
    by_bulk_update: DATABASE,
    by_sql: DATABASE,
    by_timer: DATABASE,
}
NO_DOORS = ("publish", "approve_all", "sign_all", "schedule_all", "delete_selected")


@pytest.fixture
def root(ceo: User, counsel: User) -> Superuser:
    """A superuser in a team."""
    user, browser = make_user("Root", is_superuser=True), Client()
    browser.force_login(user)
    return Superuser(user, browser)


@pytest.fixture
def signed(ceo: User, writer: User, root: Superuser) -> Post:
    """A text with something in each of its parts, which the CEO has signed."""
    river = kept(drawn("JPEG", comment=b"a"), name="river.jpg").address
    post = make_draft(
        writer,
        author=ceo.author,
        slug="floor",
        standfirst="It held",
        body=f"The river rose two metres.\n\n![A river]({river.url})",
        brief=("It rose", "It fell"),
        images=(lead(known().address),),
        authorship="with",
        authorship_detail="Sam Ortiz",
        disclosure="She owns the plant.",
        legend="No offer",
        answered_url="https://ada.example/",
        answered_title="Why we do not",
        answered_author="Ada Guest",
        answered_quote="Water finds its way",
        elsewhere=({"title": "Floods", "source": "Gazette", "url": "https://g.example/"},),
    )
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    return Post.objects.get(pk=post.pk)


def changed(post: Post, change_words: Change, writer: User) -> Post:
    """Save the newest words with a change, and return the post as it is stored."""
    before = post.versions.select_related("author").latest("number")
    after = workflow.save_version(post, change_words(words_of(before)), by=writer)
    assert after.number == before.number + 1
    return Post.objects.get(pk=post.pk)


def is_hidden(post: Post) -> bool:
    """Whether nobody sees it: by its state, by its address, and in the feed, now and after the timer."""
    address = post.get_absolute_url()
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        workflow.publish_due()
        is_found = Client().get(address).status_code != 404
        is_listed = address in Client().get("/feed.atom").content.decode()
        state = Post.objects.get(pk=post.pk).state
    return not is_found and not is_listed and state == Post.State.DRAFT


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_shuts_every_door(signed, writer, root, name):
    post = changed(signed, CHANGES[name], writer)
    for door, reason in DOORS.items():
        told = door(root, Post.objects.get(pk=post.pk))
        assert reason in told, (door.__name__, told)
        assert is_hidden(post), door.__name__


def test_new_question_shuts_them_as_well(signed, writer, root):
    post = changed(signed, CHANGES["title"], writer)
    workflow.submit(post, by=writer)
    for door, reason in DOORS.items():
        told = door(root, Post.objects.get(pk=post.pk))
        assert reason in told, (door.__name__, told)
        assert is_hidden(post), door.__name__
    assert f"Waiting for Dana Whitfield: this text is not signed yet. {VERB}" in by_verb(root, post)


@pytest.mark.parametrize("name", NO_DOORS)
def test_action_that_there_is_not_does_nothing(signed, writer, root, name):
    post = changed(signed, CHANGES["title"], writer)
    root.page(LIST, {"action": name, "_selected_action": [post.pk], "post": "yes"})
    assert is_hidden(post)
    assert Approval.objects.count() == 1


def test_going_back_to_the_signed_words_needs_a_signature_too(signed, writer, root):
    first = words_of(signed.versions.select_related("author").get())
    changed(signed, CHANGES["title"], writer)
    post = changed(signed, lambda words: first, writer)
    assert VERB in by_verb(root, post)
    assert is_hidden(post)


def test_who_signed_again_is_not_named_and_who_did_not_is(signed, ceo, counsel, writer, root):
    signed_by_two = workflow.submit(signed, by=writer)
    assert signed_by_two.is_complete
    Site.objects.update(needs_counsel=True)
    review = workflow.submit(signed, by=writer)
    for signer in (ceo, counsel):
        workflow.approve(review, by=signer)
    post = changed(signed, CHANGES["title"], writer)
    assert "Dana Whitfield and Ruth Amari signed the text before this change" in by_verb(root, post)
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    told = by_verb(root, post)
    assert "Waiting for counsel" in told
    assert "Ruth Amari signed the text before this change, and not this one." in told
    assert "Dana Whitfield" not in told


def test_two_who_signed_are_named_in_the_language_of_the_site(
    signed, ceo, counsel, writer, root, settings, monkeypatch
):
    Site.objects.update(needs_counsel=True)
    review = workflow.submit(signed, by=writer)
    for signer in (ceo, counsel):
        workflow.approve(review, by=signer)
    post = changed(signed, CHANGES["title"], writer)
    speak("xx", settings=settings, monkeypatch=monkeypatch)
    with override("xx"):
        assert "Dana Whitfield ⟦and⟧ Ruth Amari⟦ signed the text before" in voided(
            post.versions.latest("number")
        )


def test_what_was_scheduled_before_a_change_goes_out_as_it_was_signed(signed, ceo, writer, client):
    workflow.schedule(signed, by=ceo, at=timezone.now() + HOUR)
    changed(signed, CHANGES["body"], writer)
    with time_machine.travel(timezone.now() + HOUR):
        assert workflow.publish_due() == 1
        page = client.get("/posts/floor/").content.decode()
    assert "rose two metres" in page
    assert "twq" not in page


# A save without a change


def by_saving_the_form(root: Superuser, post: Post) -> None:
    """Open the form and save what stands in it."""
    root.page(change(post), typed(root.browser, change(post), then="save"))


def by_saving_the_same_words(root: Superuser, post: Post) -> None:
    """The same through the verb."""
    version = post.versions.select_related("author").latest("number")
    workflow.save_version(post, words_of(version), by=root.user)


def by_saving_the_row(root: Superuser, post: Post) -> None:
    """Save the row in a shell."""
    post.save()


def by_filing_it(root: Superuser, post: Post) -> None:
    """Change what nobody signs."""
    workflow.change_post(post, {"comment_policy": "closed"}, by=root.user)


@pytest.mark.parametrize(
    "save", [by_saving_the_form, by_saving_the_same_words, by_saving_the_row, by_filing_it]
)
def test_save_without_a_change_keeps_the_signature(signed, root, client, save):
    save(root, signed)
    assert signed.versions.count() == 1
    assert "Published." in by_form(root, Post.objects.get(pk=signed.pk))
    assert client.get("/posts/floor/").status_code == 200
