"""Undo: after it every row but the record is as it was, and no number is used twice."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from blog.models import Outbox
from blog.refusal import Refused
from comments import moderation
from comments.models import Comment, Decision
from comments.moderation.deciding import TRANSITIONS
from comments.moderation.undoing import UNDO_WITHIN
from ledger.models import Entry
from ledger.verify import Chain, problems
from tests.cast import make_user
from tests.comments.conftest import make_comment, make_public
from tests.rows import rows_but_the_record

pytestmark = pytest.mark.django_db


def later(seconds: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True)


def decided(verb: str, comment: Comment, by: Any, **more: Any) -> Comment:
    comment.refresh_from_db()
    done: Comment = getattr(moderation, verb)(comment, by=by, seen=comment.revision, **more)
    return done


def scene(post: Any, moderator: Any, state: str) -> Comment:
    """A comment that stands where a verb can begin."""
    comment = make_comment(post, email="mara@example.org")
    way = {"pending": [], "approved": ["approve"], "rejected": ["reject"], "spam": ["mark_spam"]}
    for verb in way.get(state, ["approve", "remove"]):
        decided(verb, comment, moderator)
    comment.refresh_from_db()
    return comment


@pytest.mark.parametrize(
    ("verb", "state"),
    [(verb, state) for verb, (sources, _) in TRANSITIONS.items() for state in sorted(sources)],
)
def test_undo_of_each_step_leaves_every_row_as_it_was(post, moderator, verb, state):
    comment = scene(post, moderator, state)
    before = rows_but_the_record()
    after = decided(verb, comment, moderator)
    assert rows_but_the_record() != before
    moderation.undo(after, by=moderator, seen=after.revision)
    assert rows_but_the_record() == before
    assert list(problems(Chain())) == []


def test_undo_takes_an_answer_and_its_approval_back(post, moderator, client):
    comment = make_comment(post)
    before = rows_but_the_record()
    moderation.answer(comment, "CANARY answer", by=moderator, seen=1)
    comment.refresh_from_db()
    assert "CANARY" in client.get(post.get_absolute_url()).content.decode()
    moderation.undo(comment, by=moderator, seen=comment.revision)
    assert rows_but_the_record() == before
    assert "CANARY" not in client.get(post.get_absolute_url()).content.decode()


def test_answer_that_was_answered_is_not_taken_back(post, moderator):
    comment = make_comment(post)
    reply = moderation.answer(comment, "Passed on.", by=moderator, seen=1)
    make_comment(post, name="Ada", body="Thank you!", parent=reply)
    comment.refresh_from_db()
    before = rows_but_the_record()
    with pytest.raises(Refused, match="answered this answer already"):
        moderation.undo(comment, by=moderator, seen=comment.revision)
    assert rows_but_the_record() == before


def test_undo_of_a_private_answer_sends_no_mail(post, ceo):
    comment = make_comment(post, visibility="private", email="mara@example.org")
    before = rows_but_the_record()
    answered = moderation.answer_privately(comment, "Call me.", by=ceo, seen=1)
    assert Outbox.objects.get(to="mara@example.org").due_at > timezone.now() + UNDO_WITHIN
    moderation.undo(answered, by=ceo, seen=answered.revision)
    assert rows_but_the_record() == before
    assert not Outbox.objects.filter(to="mara@example.org").exists()


def test_undo_is_recorded_and_the_record_holds(post, moderator):
    comment = decided("reject", make_comment(post), moderator, reason="Off the subject.")
    moderation.undo(comment, by=moderator, seen=comment.revision)
    entry = Entry.objects.get(verb="undo")
    assert entry.facts == {
        "verb": "reject",
        "from": "rejected",
        "to": "pending",
        "undone": 2,
        "revision": 1,
    }
    assert Entry.objects.about(comment).count() == 3


def test_revision_of_an_undone_decision_never_comes_back(post, moderator):
    """Whoever still looks at the undone decision cannot decide about what came after it."""
    comment = make_comment(post)
    approved = decided("approve", comment, moderator)
    moderation.undo(approved, by=moderator, seen=approved.revision)
    rejected = decided("reject", comment, moderator)
    assert rejected.revision > approved.revision
    with pytest.raises(moderation.Conflict):
        moderation.mark_spam(comment, by=moderator, seen=approved.revision)


def test_undo_comes_too_late(post, moderator):
    comment = decided("approve", make_comment(post), moderator)
    with later(33), pytest.raises(Refused, match="too late"):
        moderation.undo(comment, by=moderator, seen=comment.revision)
    comment.refresh_from_db()
    assert comment.state == "approved"


def test_only_who_decided_takes_it_back(post, moderator):
    comment = decided("approve", make_comment(post), moderator)
    other = make_user("Una Olsen", "Moderator")
    with pytest.raises(Refused, match="Somebody else"):
        moderation.undo(comment, by=other, seen=comment.revision)


def test_who_may_not_decide_undoes_nothing(post, moderator, writer):
    comment = decided("approve", make_comment(post), moderator)
    with pytest.raises(Refused, match="may not decide"):
        moderation.undo(comment, by=writer, seen=comment.revision)


def test_undo_after_the_comment_moved_on_is_a_conflict(post, moderator):
    comment = decided("approve", make_comment(post), moderator)
    seen = comment.revision
    decided("remove", comment, moderator)
    with pytest.raises(moderation.Conflict):
        moderation.undo(comment, by=moderator, seen=seen)


def test_second_undo_is_refused(post, moderator):
    comment = decided("approve", make_comment(post), moderator)
    moderation.undo(comment, by=moderator, seen=comment.revision)
    with pytest.raises(moderation.Conflict):
        moderation.undo(comment, by=moderator, seen=comment.revision)
    comment.refresh_from_db()
    with pytest.raises(Refused):
        moderation.undo(comment, by=moderator, seen=comment.revision)


def test_decisions_of_one_key_are_taken_back_together(post, moderator):
    comments = [make_comment(post, name=f"Mara {number}") for number in range(4)]
    before = rows_but_the_record()
    group = uuid.uuid4()
    for comment in comments:
        moderation.mark_spam(comment, by=moderator, seen=1, group=group)
    undone = moderation.undo_group(group, by=moderator)
    assert {comment.state for comment in undone} == {"pending"}
    assert rows_but_the_record() == before


def test_group_of_which_one_moved_on_stays_as_it_is(post, moderator):
    comments = [make_comment(post, name=f"Mara {number}") for number in range(3)]
    group = uuid.uuid4()
    for comment in comments:
        moderation.mark_spam(comment, by=moderator, seen=1, group=group)
    decided("restore", comments[1], moderator)
    with pytest.raises(moderation.Conflict):
        moderation.undo_group(group, by=moderator)
    assert Comment.objects.filter(state="spam").count() == 2


def test_unknown_group_is_refused(moderator):
    with pytest.raises(Refused, match="too late"):
        moderation.undo_group(uuid.uuid4(), by=moderator)


def test_what_the_filter_knows_is_as_before(post, moderator):
    """Learning reads what was decided, so that taking a decision back unlearns it."""
    from comments.facts import history_of

    probe = Comment(name="Mara Quist", email="mara@example.org", body="Hello", post=post)
    comment = make_comment(post, email="mara@example.org")
    before = history_of(probe)
    after = decided("mark_spam", comment, moderator)
    assert history_of(probe) != before
    moderation.undo(after, by=moderator, seen=after.revision)
    assert history_of(probe) == before


def test_ways_back_are_forgotten_when_they_end(post, moderator):
    decided("approve", make_comment(post), moderator)
    assert moderation.forget_decisions() == 0
    with later(120):
        assert moderation.forget_decisions() == 1
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_undos_at_once_one_wins(post, moderator, run_together):
    comment = make_public(post, moderator)
    results = run_together(
        6, lambda _: moderation.undo(comment, by=moderator, seen=comment.revision).state
    )
    assert results.count("pending") == 1
    assert all(isinstance(one, Refused) for one in results if one != "pending")
    assert Entry.objects.filter(verb="undo").count() == 1
