"""The index of search: written with what it shows, never ahead of it, and mended by one command."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from blog import search_index, workflow
from blog.models import Post, SearchEntry
from blog.search.tokens import LONGEST_TOKENS, as_stored
from blog.search_index import index_posts, text_of
from blog.workflow import publishing
from comments import moderation
from comments.models import Comment
from ledger import guards
from tests.cast import edited, make_draft, make_post
from tests.comments.conftest import make_comment, make_public

CANARY = "quokkafish"


def total(query: str = CANARY) -> int:
    """Return how many results the page shows for a word."""
    answer = Client().get(f"/search/?{urlencode({'q': query})}").context["answer"]
    assert len(answer.results) == answer.total
    return int(answer.total)


def rows() -> list[tuple[str, int]]:
    return sorted(SearchEntry.objects.values_list("kind", "number"))


def corrected(post: Post, by: Any, **said: Any) -> Post:
    """Correct a public post."""
    workflow.save_version(post, edited(post, **said), by=by)
    workflow.approve(workflow.submit(post, by=by), by=by)
    return workflow.publish(post, by=by)


# Posts


def test_a_draft_and_words_under_review_are_not_found(ceo):
    post = make_draft(ceo, body=CANARY)
    workflow.submit(post, by=ceo)
    assert total() == 0
    assert rows() == []


def test_a_correction_is_found_by_its_new_words_and_no_more_by_the_old(ceo):
    post = make_post(ceo, body=CANARY)
    assert total() == 1
    workflow.save_version(post, edited(post, body="wombat"), by=ceo)
    assert (total(), total("wombat")) == (1, 0)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    assert (total(), total("wombat")) == (0, 1)


@pytest.mark.parametrize("end", ["unpublish", "retract", "redact"])
def test_a_post_that_is_taken_away_loses_its_entry(ceo, end):
    post = make_post(ceo, body=CANARY)
    match end:
        case "unpublish":
            workflow.unpublish(post, by=ceo)
        case "retract":
            workflow.retract(post, by=ceo, notice="It was wrong.")
        case "redact":
            workflow.redact(post.live_version, by=ceo, reason="A court said so.")
    assert total() == 0
    assert rows() == []


def test_a_scheduled_post_waits_in_the_index_and_is_found_from_its_moment(ceo, time_machine_at):
    post = make_draft(ceo, body=CANARY)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    moment = timezone.now() + timedelta(hours=2)
    workflow.schedule(post, by=ceo, at=moment)
    assert rows() == [("post", post.pk)]
    assert total() == 0
    time_machine_at(moment + timedelta(seconds=1))
    assert total() == 1
    workflow.publish_due()
    assert total() == 1


@pytest.fixture
def time_machine_at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set what the clock says."""

    def move(moment: Any) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move


def test_nothing_is_indexed_when_the_verb_comes_to_nothing(ceo, monkeypatch):
    post = make_draft(ceo, body=CANARY)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "record_change", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        workflow.publish(post, by=ceo)
    assert rows() == []


def test_a_stale_entry_shows_nothing_that_is_not_public(ceo, moderator):
    """Whatever the index says, the posts are asked when the page is read."""
    hidden = make_draft(ceo, slug="hidden", title=CANARY)
    taken = make_post(ceo, slug="taken", title=CANARY)
    make_public(taken, moderator, body=f"I remember {CANARY} from before.")
    workflow.unpublish(taken, by=ceo)
    for post in (hidden, taken):
        SearchEntry.objects.create(
            kind="post",
            number=post.pk,
            post=post,
            at=timezone.now(),
            title=CANARY,
            text=CANARY,
            tokens=f" t{CANARY} x w{CANARY} x w{CANARY} ",
        )
    answer = Client().get(f"/search/?q={CANARY}")
    assert answer.context["answer"].total == 0
    assert CANARY not in answer.content.decode().replace(f"“{CANARY}”", "").split("<h2", 1)[1]


# Comments


@pytest.mark.parametrize("end", ["remove", "mark_spam"])
def test_a_comment_is_found_just_while_it_is_public(ceo, moderator, end):
    post = make_post(ceo)
    comment = make_comment(post, body=f"A {CANARY} came up our river, too.")
    assert total() == 0
    comment = moderation.approve(comment, by=moderator, seen=comment.revision)
    assert total() == 1
    comment = getattr(moderation, end)(comment, by=moderator, seen=comment.revision)
    assert total() == 0
    comment = moderation.restore(comment, by=moderator, seen=comment.revision)
    assert total() == 0
    moderation.approve(comment, by=moderator, seen=comment.revision)
    assert total() == 1


def test_a_private_note_is_never_found(ceo, moderator):
    note = make_comment(make_post(ceo), body=f"Between us: {CANARY}.", visibility="private")
    moderation.answer_privately(note, f"Yes, {CANARY}.", by=ceo, seen=note.revision)
    assert total() == 0
    assert ("comment", note.pk) not in rows()


def test_our_own_answer_is_found(ceo):
    comment = make_comment(make_post(ceo))
    moderation.answer(comment, f"It was a {CANARY}.", by=ceo, seen=comment.revision)
    assert total() == 1


def test_a_comment_goes_and_comes_with_its_post(ceo, moderator):
    post = make_post(ceo)
    make_public(post, moderator, body=f"A {CANARY} came up our river, too.")
    workflow.unpublish(post, by=ceo)
    assert total() == 0
    workflow.publish(post, by=ceo)
    assert total() == 1


def test_a_comment_that_was_hidden_behind_our_back_is_not_shown(ceo, moderator):
    comment = make_public(make_post(ceo), moderator, body=f"A {CANARY} came up our river, too.")
    Comment.objects.filter(pk=comment.pk).update(state=Comment.State.REMOVED)
    answer = Client().get(f"/search/?q={CANARY}")
    assert answer.context["answer"].results == []
    assert "came up our river" not in answer.content.decode()


def test_a_mention_on_another_site_is_not_found(ceo, moderator):
    comment = make_public(make_post(ceo), moderator, body=f"A {CANARY} came up our river, too.")
    Comment.objects.filter(pk=comment.pk).update(kind=Comment.Kind.MENTION)
    search_index.reindex()
    assert total() == 0


# The index as a whole


def test_reindex_makes_the_same_index_again(ceo, moderator, capsys):
    post = make_post(ceo, body=CANARY)
    make_public(post, moderator, body=f"A {CANARY} came up our river, too.")
    make_draft(ceo, slug="draft", body=CANARY)
    before = list(SearchEntry.objects.order_by("kind").values("kind", "number", "at", "tokens"))
    assert total() == 2
    SearchEntry.objects.all().delete()
    for _ in range(2):
        call_command("reindex")
        assert "can be found: 2" in capsys.readouterr().out
        after = SearchEntry.objects.order_by("kind").values("kind", "number", "at", "tokens")
        assert list(after) == before
        assert total() == 2


def test_reindex_drops_what_is_not_public(ceo, moderator):
    post = make_post(ceo, body=CANARY)
    comment = make_public(post, moderator, body=f"A {CANARY} came up our river, too.")
    Comment.objects.filter(pk=comment.pk).update(state=Comment.State.SPAM)
    search_index.reindex()
    assert rows() == [("post", post.pk)]


def test_an_empty_index_beside_public_posts_is_told(client, ceo):
    make_post(ceo)
    assert client.get("/readyz").status_code == 200
    assert checks.run_checks(tags=["database"], databases=["default"]) == []
    SearchEntry.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "reindex" in answer.json()["problem"]
    (warning,) = checks.run_checks(tags=["database"], databases=["default"])
    assert warning.id == "blog.W001"
    call_command("reindex", verbosity=0)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_migrating_fills_the_index_of_a_site_that_had_none(ceo, moderator):
    post = make_post(ceo, body=CANARY)
    make_public(post, moderator, body=f"A {CANARY} came up our river, too.")
    call_command("migrate", "blog", "0002", verbosity=0)
    call_command("migrate", verbosity=0)
    assert total() == 2
    assert guards.missing() == []


@pytest.mark.django_db(transaction=True)
def test_migrating_finds_phrases_in_what_was_indexed_before(ceo):
    post = make_post(ceo, body=f"A {CANARY} came up our river.")
    call_command("migrate", "blog", "0005", verbosity=0)
    call_command("migrate", "comments", "0003", verbosity=0)
    call_command("migrate", verbosity=0)
    assert (total(f'"a {CANARY}"'), total(f'"{CANARY} a"')) == (1, 0)
    assert rows() == [("post", post.pk)]


def test_longest_text_of_words_that_never_repeat_is_kept_with_its_pairs(ceo):
    post = make_post(ceo)
    text = " ".join(f"{number:x}q" for number in range(60_000))
    tokens = as_stored("Long", text)
    assert len(tokens) > LONGEST_TOKENS - 64
    SearchEntry.objects.filter(number=post.pk).update(tokens=tokens)
    last, before = tokens.split()[-1][1:], tokens.split()[-2][1:]
    assert (total(f'"{before} {last}"'), total(f'"{last} {before}"')) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_words_that_changed_while_the_guards_were_away_are_found(ceo):
    post = make_post(ceo, body="wombat")
    guards.drop()
    entry = SearchEntry.objects.get(number=post.pk)
    entry.tokens = f" x w{CANARY} "
    entry.save()
    guards.install()
    assert (total(), total("wombat")) == (1, 0)


def test_the_full_text_table_agrees_with_its_words(ceo, database):
    for number in range(3):
        post = make_post(ceo, slug=f"post-{number}", body=f"{CANARY} {number}")
    corrected(post, ceo, body="wombat")
    index_posts([post.pk, post.pk])
    if database == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO blog_search(blog_search, rank) VALUES ('integrity-check', 1)"
            )
    assert (total(), total("wombat")) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_entry(ceo, run_together):
    post = make_post(ceo, body=CANARY)
    run_together(4, lambda number: index_posts([post.pk]), reraise=True)
    assert rows() == [("post", post.pk)]


@pytest.mark.django_db(transaction=True)
def test_reindex_keeps_the_entry_of_a_post_that_is_published_meanwhile(ceo, monkeypatch):
    post = make_draft(ceo, body=CANARY)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    publishing_it = _thread(lambda: workflow.publish(post, by=ceo))
    forget = search_index._forget

    def published_first(*args: Any) -> None:
        if publishing_it.ident is None and threading.current_thread() is threading.main_thread():
            publishing_it.start()
            publishing_it.join(timeout=1)
        forget(*args)

    monkeypatch.setattr(search_index, "_forget", published_first)
    search_index.reindex()
    publishing_it.join()
    assert Post.objects.published().exists()
    assert rows() == [("post", post.pk)]


@pytest.mark.django_db(transaction=True)
def test_reindex_waits_for_a_correction_and_finds_its_words(ceo):
    post = make_post(ceo, body="wombat")
    has_begun = threading.Event()

    def correct() -> None:
        with transaction.atomic():
            corrected(post, ceo, body=CANARY)
            has_begun.set()
            time.sleep(0.5)

    correcting = _thread(correct)
    correcting.start()
    assert has_begun.wait(timeout=30)
    search_index.reindex()
    correcting.join()
    assert (total(), total("wombat")) == (1, 0)


def _thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    return threading.Thread(target=run)


def test_text_of_html_has_one_line_for_each_block() -> None:
    html = (
        '<h2 id="h-a">A &amp; <em>B</em></h2>\n<p>One<sup class="footnote-ref"><a href="#fn-1">1</a>'
        '</sup> <a href="/x" title="a > b">two</a><br>\nthree</p>'
        "<ul>\n<li>x</li>\n<li>&lt;b&gt;</li>\n</ul><p>co<strong>rr</strong>ect</p>"
    )
    assert text_of(html) == "A & B\nOne two\nthree\nx\n<b>\ncorrect"


@pytest.fixture(autouse=True)
def _database(db: None) -> Iterator[None]:
    """Every test here needs the database."""
    yield
