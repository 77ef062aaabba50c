"""Modes: what appears at once, what waits, what is closed; and whom we know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Outbox, Post, SearchEntry, Site
from comments.models import Comment
from comments.moderation import approve, confirm, mark_spam, reject, remove, restore, undo
from comments.openness import closed_sentence, mode_of
from comments.trust import is_known
from ledger.models import Entry
from tests.cast import make_draft, make_post
from tests.comments.conftest import OWN, make_comment

pytestmark = pytest.mark.django_db
HOME = OWN | {"REMOTE_ADDR": "192.0.2.1"}
AWAY = OWN | {"REMOTE_ADDR": "198.51.100.1"}
MARA = "mara@example.org"


@pytest.fixture
def site(post: Post) -> Site:
    """A site where comments of readers we know appear at once."""
    site = Site.current()
    site.comment_mode = "open"
    site.save()
    return site


def confirmed(post: Post, **said: Any) -> Comment:
    """A comment whose writer has shown that the address is hers."""
    comment = make_comment(post, email=MARA, **said)
    Comment.objects.filter(pk=comment.pk).update(confirmed_at=timezone.now())
    comment.refresh_from_db()
    return comment


@pytest.fixture
def known(post: Post, moderator) -> Comment:
    """The one comment of Mara's that a person approved."""
    return approve(confirmed(post), by=moderator, seen=1)


def newest() -> Comment:
    return Comment.objects.latest("pk")


def sent(
    send: Any, body: str = "A second thought about the river and the floor.", **more: Any
) -> Comment:
    response = send(body=body, **{"email": MARA, "headers": HOME, **more})
    assert response.status_code == 303
    return newest()


def test_comment_of_a_reader_we_know_is_public_at_once(send, site, known, client, post):
    mails = Outbox.objects.count()
    comment = sent(send)
    assert (comment.state, comment.decided_by) == ("approved", None)
    assert comment.decided_at is not None
    assert comment.confirmed_at is None
    assert "A second thought" in client.get(post.get_absolute_url()).content.decode()
    assert SearchEntry.objects.filter(kind="comment", number=comment.pk).exists()
    entry = Entry.objects.about(comment).get()
    assert (entry.verb, entry.facts["trusted"], entry.facts["state"]) == (
        "submit_comment",
        True,
        "approved",
    )
    assert Outbox.objects.count() == mails


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": AWAY},
        {"email": ""},
        {"email": "other@example.org"},
        {"stamp": ""},
        {"subject": "filled"},
        {"visibility": "private"},
    ],
)
def test_what_is_not_clean_or_not_hers_waits(send, site, known, changes):
    comment = sent(send, **changes)
    assert comment.state in {"pending", "spam"}
    assert "trusted" not in Entry.objects.about(comment).get().facts


def test_address_in_other_letters_is_the_same(send, site, known):
    assert sent(send, email="MARA@Example.ORG").state == "approved"


@pytest.mark.parametrize("mode", ["moderated", "closed"])
def test_elsewhere_she_waits_like_everybody(send, site, known, post, mode):
    site.comment_mode = mode
    site.save()
    Post.objects.filter(pk=post.pk).update(comment_policy="moderated")
    assert sent(send).state == "pending"


def test_post_may_be_open_on_a_site_that_is_not(send, site, known, post):
    site.comment_mode = "moderated"
    site.save()
    Post.objects.filter(pk=post.pk).update(comment_policy="open")
    assert sent(send).state == "approved"


def test_who_is_recognised_has_confirmed_nothing(send, site, known, post):
    """Somebody else in the same network could have typed the address, and would get a say in its mail."""
    assert sent(send).confirmed_at is None
    assert sent(send, "From elsewhere, a third thought.", headers=AWAY).confirmed_at is None


def test_unconfirmed_comments_never_give_trust(send, site, post, moderator):
    approve(make_comment(post, email=MARA), by=moderator, seen=1)
    assert sent(send).state == "pending"


def test_owner_says_how_many_it_takes(send, site, known, post, moderator):
    site.trust_after = 2
    site.save()
    second = sent(send)
    assert second.state == "pending"
    confirm(second)
    approve(second, by=moderator, seen=1)
    third = sent(send, "A third thought about the floor.")
    assert third.state == "approved"


def test_what_appeared_by_itself_earns_nothing(send, site, known):
    sent(send)
    site.trust_after = 2
    assert not is_known(Comment(email=MARA, network=known.network), site)


@pytest.mark.parametrize("verb", [reject, mark_spam])
def test_rejection_ends_it_until_she_is_approved_again(send, site, known, post, moderator, verb):
    Site.objects.update(comment_mode="moderated")
    refused = confirmed(post, body="Something else altogether, about the dam.")
    Site.objects.update(comment_mode="open")
    verb(refused, by=moderator, seen=1)
    waiting = sent(send)
    assert waiting.state == "pending"
    confirm(waiting)
    approve(waiting, by=moderator, seen=1)
    assert sent(send, "A third thought about the floor.").state == "approved"


def test_removal_ends_it_and_undo_gives_it_back(site, known, moderator):
    new = Comment(email=MARA, network=known.network)
    assert is_known(new, site)
    known = remove(known, by=moderator, seen=known.revision)
    assert not is_known(new, site)
    known = undo(known, by=moderator, seen=known.revision)
    assert is_known(new, site)
    known = remove(known, by=moderator, seen=known.revision)
    restore(known, by=moderator, seen=known.revision)
    assert not is_known(new, site)


def test_filter_alone_ends_nothing(site, known, post):
    Comment.objects.filter(pk=make_comment(post, email=MARA, body="x").pk).update(state="spam")
    assert is_known(Comment(email=MARA, network=known.network), site)


def test_network_is_forgotten_after_thirty_days(site, known):
    new = Comment(email=MARA, network=known.network)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert not is_known(new, site)


# Open, moderated, closed.


@pytest.mark.parametrize(
    ("days_of_post", "days_of_site", "age", "is_closed"),
    [
        (None, None, 4000, False),
        (None, 14, 13, False),
        (None, 14, 15, True),
        (30, 14, 15, False),
        (7, 14, 8, True),
        (7, None, 8, True),
        (0, None, 1, True),
    ],
)
def test_days_of_the_post_go_before_those_of_the_site(
    post, days_of_post, days_of_site, age, is_closed
):
    post.close_comments_after = days_of_post
    post.published_at = timezone.now() - timedelta(days=age)
    site = Site(close_comments_after=days_of_site)
    assert bool(closed_sentence(post, site)) is is_closed
    assert (mode_of(post, site) == "closed") is is_closed


@pytest.mark.parametrize(
    ("policy", "takes"), [("site", False), ("closed", False), ("moderated", True), ("open", True)]
)
def test_page_takes_comments_when_it_says_so(ceo, client, fields, policy, takes):
    page = make_post(ceo, title="Ask me", slug="ask-me", kind="page")
    Post.objects.filter(pk=page.pk).update(comment_policy=policy)
    assert ('id="comment-form"' in client.get("/ask-me/").content.decode()) is takes
    answer = client.post("/posts/ask-me/comments/", fields(stamp=""), **OWN)
    assert answer.status_code == (303 if takes else 403)


def test_form_says_truly_what_happens_next(client, post, site):
    path = post.get_absolute_url()
    assert "Comments of readers we know appear at once" in client.get(path).content.decode()
    site.comment_mode = "moderated"
    site.save()
    page = client.get(path).content.decode()
    assert "A person reads each comment before it appears." in page
    assert "readers we know" not in page


def test_newsroom_sets_the_mode_of_the_site_and_of_a_post(ceo):
    desk = Client()
    desk.force_login(ceo)
    said = {"name": "Letters", "time_zone": "UTC", "comment_mode": "open", "trust_after": "3"}
    said |= {"decide_within": "8", "close_comments_after": "60"}
    assert desk.post("/admin/blog/site/1/change/", said).status_code == 302
    site = Site.current()
    assert (site.comment_mode, site.trust_after, site.decide_within) == ("open", 3, 8)
    assert Entry.objects.latest("sequence").facts["fields"]
    draft = make_draft(ceo)
    page = desk.get(f"/admin/blog/post/{draft.pk}/change/").content.decode()
    assert "Close comments after" in page
