"""Comments that came from elsewhere: as they stood there, many at a time, without mail or judgement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from blog.models import Author, Outbox
from comments import moderation, retention, sanitize
from comments.models import Comment
from comments.moderation import Discussion, Saying, Voice, bring_in, strays, unsaved
from comments.thread import thread_of
from ledger.models import Entry
from ledger.record import Actor, record_all
from tests.cast import make_draft, make_post
from tests.comments.conftest import THOUGHT, make_comment, make_public

pytestmark = pytest.mark.django_db

AT = datetime(2012, 3, 4, 5, 6, tzinfo=UTC)


def saying(
    key: str, *, parent: str = "", minute: int = 0, voice: Any = None, **said: Any
) -> Saying:
    """One comment that comes in; any part can be said otherwise."""
    words = {"name": f"Reader {key}", "body": f"Words of {key}.", **said}
    comment = unsaved(at=AT + timedelta(minutes=minute), **words)
    return Saying(key, comment, parent, voice)


def imported(post, *sayings: Saying, **known: Comment) -> Discussion:
    """Bring comments in and record it, as one transaction."""
    discussion = Discussion(post, sayings, known)
    with transaction.atomic():
        record_all(bring_in([discussion]), by=Actor.system("command"))
    return discussion


def outline(post) -> list[tuple[str, int]]:
    """Each shown comment with its depth, in the order shown."""
    thread = thread_of(post)
    return [(comment.name, comment.depth) for comment in thread.visible]


@pytest.mark.parametrize("state", Comment.State.values)
def test_state_is_kept(post, state):
    imported(post, saying("a", state=state))
    assert Comment.objects.get().state == state


def test_thread_is_built_from_keys_whatever_their_order(post):
    imported(
        post,
        saying("reply", parent="first", minute=5),
        saying("below", parent="reply", minute=9),
        saying("second", minute=7),
        saying("first", minute=1),
    )
    assert outline(post) == [
        ("Reader first", 0),
        ("Reader reply", 1),
        ("Reader below", 2),
        ("Reader second", 0),
    ]


def test_path_is_as_if_each_had_been_sent_here(post, moderator):
    chain = [saying(f"{n}", parent=f"{n - 1}" if n else "", minute=n) for n in range(7)]
    imported(post, *chain)
    sent = None
    other = make_post(moderator_author(), slug="other")
    for number in range(7):
        sent = make_public(other, moderator, name=f"R {number}", parent=sent)
    shapes = [
        [comment.path.count("/") for comment in Comment.objects.filter(post=one).order_by("pk")]
        for one in (post, other)
    ]
    assert shapes[0] == shapes[1]
    for comment in Comment.objects.filter(post=post):
        assert comment.path.endswith(f"{comment.pk:010d}")


def moderator_author():
    return Author.objects.get(slug="dana-whitfield").user


def test_answer_dated_before_its_parent_stands_below_it(post):
    imported(post, saying("reply", parent="first", minute=1), saying("first", minute=5))
    assert outline(post) == [("Reader first", 0), ("Reader reply", 1)]


def test_answer_to_nothing_stands_by_itself_and_is_counted(post):
    discussion = imported(post, saying("a", parent="gone"), saying("b", parent="a", minute=1))
    assert outline(post) == [("Reader a", 0), ("Reader b", 1)]
    assert strays(discussion) == 1


def test_comments_that_answer_each_other_stand_by_themselves(post):
    ring = [saying("a", parent="c"), saying("b", parent="a"), saying("c", parent="b")]
    discussion = imported(post, *ring, saying("d", parent="a"), saying("e", parent="e"))
    assert sorted(outline(post)) == [
        ("Reader a", 0),
        ("Reader b", 0),
        ("Reader c", 0),
        ("Reader d", 1),
        ("Reader e", 0),
    ]
    assert strays(discussion) == 4


def test_five_thousand_answers_in_one_chain_come_in(post):
    imported(post, *(saying(f"{n}", parent=f"{n - 1}", minute=n) for n in reversed(range(1, 5001))))
    assert Comment.objects.count() == 5000
    assert Comment.objects.filter(parent=None).count() == 1


def test_answer_to_a_comment_that_is_here_stands_below_it(post, moderator):
    here = make_public(post, moderator, name="Ada")
    imported(post, saying("a", parent="old"), old=here)
    assert outline(post) == [("Ada", 0), ("Reader a", 1)]


def test_nobody_gets_mail_and_no_network_is_kept(post):
    imported(post, saying("a", state="pending", email="mara@example.org"))
    assert Outbox.objects.count() == 0
    assert Comment.objects.get().network == ""
    assert Comment.objects.get().evidence == []


def test_one_entry_of_the_record_tells_of_all_comments_of_a_post(post, client, moderator):
    imported(post, saying("a"), saying("b", minute=1))
    entry = Entry.objects.get(verb="import_comments")
    assert entry.subject == f"blog.post:{post.pk}"
    assert entry.facts["count"] == 2
    first, last = Comment.objects.order_by("pk")
    assert (entry.facts["first"], entry.facts["last"]) == (first.pk, last.pk)
    assert "Words of" not in str(entry.facts)
    client.force_login(moderator)
    page = client.get(f"/admin/comments/comment/{last.pk}/change/").content.decode()
    assert "<td>Imported</td>" in page


def test_words_that_were_sent_here_before_come_in_beside_them(post):
    make_comment(post, name="Mara Quist", body=THOUGHT)
    imported(
        post,
        saying("a", name="Mara Quist", body=THOUGHT),
        saying("b", name="Bo", body="Twice."),
        saying("c", name="Bo", body="Twice.", minute=1),
    )
    digests = Comment.objects.order_by("pk").values_list("digest", flat=True)
    assert [bool(digest) for digest in digests] == [True, False, True, False]


def test_second_sending_of_imported_words_is_a_repeat(post):
    imported(post, saying("a", name="Mara Quist", body=THOUGHT))
    make_comment(post, name="Mara Quist", body=THOUGHT)
    assert Comment.objects.count() == 1


def test_numbers_go_on_behind_those_that_came_in(post):
    imported(post, saying("a"), saying("b"))
    later = make_comment(post)
    assert later.pk > max(Comment.objects.exclude(pk=later.pk).values_list("pk", flat=True))


def test_one_of_us_speaks_with_byline_and_badge(post, client):
    author = Author.objects.get(slug="dana-whitfield")
    imported(
        post, saying("a", name=author.name, voice=Voice(author.name, "Chief executive", author))
    )
    page = client.get(post.get_absolute_url()).content.decode()
    assert "comment--author" in page
    assert "Chief executive" in page


def test_spam_from_elsewhere_is_not_blanked_before_somebody_has_seen_it(post):
    imported(post, saying("a", state="spam"))
    retention.forget()
    assert Comment.objects.get().body == "Words of a."


def test_imported_comment_can_be_decided_about(post, moderator):
    imported(post, saying("a", state="pending"))
    comment = Comment.objects.get()
    moderation.approve(comment, by=moderator, seen=comment.revision)
    assert outline(post) == [("Reader a", 0)]


def test_comments_of_a_draft_show_nowhere(ceo, client):
    draft = make_draft(ceo, slug="not-yet")
    make_post(ceo, title="A public one", slug="public")
    imported(draft, saying("a", body="CANARY-DRAFT"))
    comment = Comment.objects.get()
    assert client.get(comment.get_absolute_url()).status_code == 404
    for path in ("/", "/posts/public/", "/feed.atom", "/sitemap.xml", "/search/?q=CANARY"):
        body = client.get(path).content.decode()
        assert "CANARY-DRAFT" not in body, path
        assert "not-yet" not in body, path


def test_desk_lists_comments_of_drafts_with_few_queries(
    ceo, client, moderator, django_assert_max_num_queries
):
    for number in range(12):
        draft = make_draft(ceo, title=f"Draft {number}", slug=f"draft-{number}")
        imported(draft, saying(f"{number}", state="pending"))
    client.force_login(moderator)
    with django_assert_max_num_queries(24):
        page = client.get("/admin/comments/comment/").content.decode()
    assert all(f"Draft {number} (not public)" in page for number in range(12))


def test_long_comment_is_shown_whole_and_can_be_rendered_anew(post, client, monkeypatch):
    words = " ".join(f"word{number}" for number in range(5000))
    body = f"*Begin.*\n\n{words}\n\n*End.*"
    imported(post, saying("a", body=body))
    page = client.get(post.get_absolute_url()).content.decode()
    assert "<em>Begin.</em>" in page
    assert "<em>End.</em>" in page
    assert "word2500" in page
    Comment.objects.update(sanitizer=0, body_html="old")
    call_command("rerender")
    assert Comment.objects.get().body_html == sanitize.render_stored(body).html


def test_comment_beyond_all_length_is_refused():
    with pytest.raises(sanitize.TextTooLong):
        saying("a", body="x" * (sanitize.LONGEST_IMPORTED + 1))
