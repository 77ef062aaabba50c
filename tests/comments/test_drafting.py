"""Answers drafted for her: nobody reads them before she releases them, and the record says who did what."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.utils import timezone

from blog import outbox, roles
from blog.models import Author, Outbox
from blog.refusal import Refused
from comments import moderation
from comments.models import AnswerDraft, Comment, Decision, Tally
from comments.models.decision import MAIL_AFTER
from ledger.models import Entry
from ledger.verify import Chain, problems
from tests.cast import make_user
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
WORDS = "CANARY: ours said no, and we built it anyway."


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the comments and of the mail, but for the way back itself."""
    models: list[Any] = [*apps.get_app_config("comments").get_models(), Outbox]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
        if model not in (Decision, Tally)
    }


def draft_for(comment: Comment, moderator: Any, text: str = WORDS) -> AnswerDraft:
    """A draft of the moderator for the owner of the byline."""
    comment.refresh_from_db()
    return moderation.draft_answer(comment, text, by=moderator, seen=comment.revision)


def test_draft_is_public_only_after_she_releases_it(post, ceo, moderator, client):
    comment = make_public(post, moderator)
    draft = draft_for(comment, moderator)
    assert "CANARY" not in client.get(post.get_absolute_url()).content.decode()
    reply = moderation.release_answer(draft, by=ceo)
    page = client.get(post.get_absolute_url()).content.decode()
    assert "CANARY" in page
    assert (reply.name, reply.badge, reply.author) == (
        "Dana Whitfield",
        "Chief executive",
        ceo.author,
    )
    assert reply.parent == comment
    draft.refresh_from_db()
    assert (draft.state, draft.answer) == ("released", reply)


def test_release_approves_a_comment_that_waits(post, ceo, moderator):
    comment = make_comment(post)
    moderation.release_answer(draft_for(comment, moderator), by=ceo)
    comment.refresh_from_db()
    assert comment.state == "approved"


def test_record_says_who_drafted_and_who_released(post, ceo, moderator):
    comment = make_public(post, moderator)
    moderation.release_answer(draft_for(comment, moderator), by=ceo)
    drafted, released = list(Entry.objects.about(comment))[-2:]
    assert (drafted.verb, drafted.actor_label) == ("draft_answer", "Mo Lindqvist")
    assert (released.verb, released.actor_label) == ("release_answer", "Dana Whitfield")
    assert released.facts["drafted_by"] == moderator.pk
    assert "CANARY" not in str([drafted.facts, released.facts])
    comment.refresh_from_db()
    assert comment.revision == Entry.objects.about(comment).count()
    assert list(problems(Chain())) == []


def test_second_draft_takes_the_place_of_the_first(post, moderator):
    comment = make_comment(post)
    first = draft_for(comment, moderator)
    second = draft_for(comment, moderator, "Better words.")
    first.refresh_from_db()
    assert (first.state, second.state) == ("dropped", "waiting")
    assert Entry.objects.filter(verb="draft_answer").last().facts["dropped"] == first.pk


def test_nobody_but_the_owner_of_the_byline_releases(post, ceo, moderator, writer):
    Author.objects.create(name="Sam Ortiz", slug="sam-ortiz", user=writer)
    root = make_user("Rita Root", roles.CEO, roles.MODERATOR, is_superuser=True)
    draft = draft_for(make_public(post, moderator), moderator)
    for user in (moderator, writer, root):
        with pytest.raises(Refused, match="Only Dana Whitfield"):
            moderation.release_answer(draft, by=user)
    ceo.is_active = False
    with pytest.raises(Refused):
        moderation.release_answer(draft, by=ceo)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("who", ["ceo", "moderator"])
def test_she_or_a_moderator_drops_it(post, ceo, moderator, who):
    draft = draft_for(make_public(post, moderator), moderator)
    moderation.drop_answer(draft, by={"ceo": ceo, "moderator": moderator}[who])
    with pytest.raises(Refused, match="dropped"):
        moderation.release_answer(draft, by=ceo)


def test_writer_neither_drafts_nor_drops(post, moderator, writer):
    comment = make_public(post, moderator)
    with pytest.raises(Refused, match="may not decide"):
        draft_for(comment, writer)
    draft = draft_for(comment, moderator)
    with pytest.raises(Refused, match="may not decide"):
        moderation.drop_answer(draft, by=writer)


def test_released_once_is_released(post, ceo, moderator):
    draft = draft_for(make_public(post, moderator), moderator)
    moderation.release_answer(draft, by=ceo)
    for verb in (moderation.release_answer, moderation.drop_answer):
        with pytest.raises(Refused, match="released"):
            verb(draft, by=ceo)
    assert Comment.objects.filter(author=ceo.author).count() == 1


@pytest.mark.parametrize("verb", ["remove", "mark_spam"])
def test_draft_is_stale_once_the_comment_is_gone(post, ceo, moderator, verb):
    comment = make_public(post, moderator)
    draft = draft_for(comment, moderator)
    comment.refresh_from_db()
    getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)
    with pytest.raises(Refused, match="readers can see"):
        moderation.release_answer(draft, by=ceo)


def test_draft_is_stale_once_the_words_are_others(post, ceo, moderator):
    comment = make_comment(post)
    draft = draft_for(comment, moderator)
    Comment.objects.filter(pk=comment.pk).update(body="Something else.")
    with pytest.raises(Refused, match="changed the comment"):
        moderation.release_answer(draft, by=ceo)


def test_she_releases_what_she_saw_or_hears_what_is_new(post, ceo, moderator):
    comment = make_comment(post)
    draft = draft_for(comment, moderator)
    with pytest.raises(moderation.Conflict):
        moderation.release_answer(draft, by=ceo, seen=1)


def test_nothing_is_drafted_where_nobody_could_release_it(post, ceo, moderator):
    Author.objects.update(user=None)
    with pytest.raises(Refused, match="no account owns"):
        draft_for(make_comment(post), moderator)


def test_owner_who_moderates_just_answers(post, ceo):
    with pytest.raises(Refused, match="yours"):
        draft_for(make_comment(post), ceo)


@pytest.mark.parametrize("text", ["", " \n", "x" * 5001])
def test_draft_needs_words_and_not_too_many(post, moderator, text):
    with pytest.raises(Refused):
        draft_for(make_comment(post), moderator, text)


def test_stale_draft_is_a_conflict(post, moderator):
    comment = make_comment(post)
    moderation.reject(comment, by=moderator, seen=1)
    with pytest.raises(moderation.Conflict):
        moderation.draft_answer(comment, WORDS, by=moderator, seen=1)


def test_draft_that_is_dropped_before_its_mail_left_is_not_announced(post, ceo, moderator):
    draft = moderation.draft_answer(make_comment(post), "Thank you.", by=moderator, seen=1)
    moderation.drop_answer(draft, by=moderator)
    outbox.send_due(now=timezone.now() + MAIL_AFTER)
    assert "An answer to" not in "".join(message.subject for message in mail.outbox)


@pytest.mark.parametrize("change", ["account", "byline"])
def test_draft_is_not_mailed_to_who_may_not_release_it_any_more(post, ceo, moderator, change):
    moderation.draft_answer(make_comment(post), "Thank you.", by=moderator, seen=1)
    if change == "account":
        ceo.is_active = False
        ceo.save()
    else:
        Author.objects.filter(user=ceo).update(user=None)
    outbox.send_due(now=timezone.now() + MAIL_AFTER)
    assert "An answer to" not in "".join(message.subject for message in mail.outbox)


def test_mail_about_a_draft_leads_to_the_page_where_she_releases_it(post, ceo, moderator, client):
    moderation.draft_answer(make_comment(post), "Thank you.", by=moderator, seen=1)
    outbox.send_due(now=timezone.now() + MAIL_AFTER)
    (letter,) = [message for message in mail.outbox if "An answer to" in message.subject]
    (link,) = re.findall(r"http://testserver(/\S+)", letter.body)
    assert (letter.to, "Thank you." in letter.body) == ([ceo.email], True)
    assert "Thank you." in client.get(link).content.decode()


def test_private_note_is_answered_by_mail_when_she_releases(post, ceo, moderator):
    note = make_comment(post, visibility="private", email="mara@example.com")
    moderation.release_answer(draft_for(note, moderator), by=ceo)
    note.refresh_from_db()
    assert (note.answer, note.answered_by, note.state) == (WORDS, "Dana Whitfield", "pending")
    assert Outbox.objects.filter(to="mara@example.com").count() == 1
    assert Comment.objects.count() == 1


def test_moderators_own_answer_has_her_own_name_and_role(post, moderator):
    comment = make_comment(post)
    reply = moderation.answer(comment, WORDS, by=moderator, seen=1)
    assert (reply.name, reply.badge, reply.author) == ("Mo Lindqvist", "Newsroom", None)


@pytest.mark.parametrize("is_private", [False, True])
def test_draft_release_and_drop_leave_nothing_once_undone(post, ceo, moderator, is_private):
    visibility = "private" if is_private else "public"
    comment = make_comment(post, visibility=visibility, email="mara@example.com")
    old = draft_for(comment, moderator, "The first words.")

    def undo(by: Any) -> None:
        comment.refresh_from_db()
        moderation.undo(comment, by=by, seen=comment.revision)

    before = rows()
    draft_for(comment, moderator)
    undo(moderator)
    assert rows() == before
    for verb in (moderation.release_answer, moderation.drop_answer):
        verb(old, by=ceo)
        assert rows() != before
        undo(ceo)
        assert rows() == before


def test_release_is_undone_by_nobody_else_and_not_for_ever(post, writer, moderator):
    author = Author.objects.get()
    Author.objects.filter(pk=author.pk).update(user=writer)
    comment = make_public(post, moderator)
    moderation.release_answer(draft_for(comment, moderator), by=writer)
    comment.refresh_from_db()
    with pytest.raises(Refused, match="Somebody else"):
        moderation.undo(comment, by=moderator, seen=comment.revision)
    with (
        time_machine.travel(timezone.now() + timedelta(seconds=40)),
        pytest.raises(Refused, match="too late"),
    ):
        moderation.undo(comment, by=writer, seen=comment.revision)
    moderation.undo(comment, by=writer, seen=comment.revision)
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_publish_one_answer(post, ceo, moderator, run_together):
    draft = draft_for(make_public(post, moderator), moderator)
    results = run_together(6, lambda _: moderation.release_answer(draft, by=ceo))
    assert sum(isinstance(result, Comment) for result in results) == 1
    assert all(isinstance(result, Comment | Refused) for result in results)
    assert Comment.objects.filter(author=ceo.author).count() == 1
