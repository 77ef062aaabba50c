"""Mail to readers: what they asked for, true when it leaves, and never too often."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from itertools import pairwise

import pytest
import time_machine
from django.core import mail
from django.core.serializers import serialize
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog import outbox
from blog.models import Outbox, Post
from blog.outbox import delivering
from comments import correspondence, moderation, news
from comments.models import Comment, Correspondent, Decision, Notice
from comments.moderation.journal import Journal
from comments.moderation.submitting import Voice, store_own
from tests.cast import make_post
from tests.comments.conftest import make_comment, make_public
from tests.comments.correspondence import MARA, NOON, everything_after, mail_to, make_listener

pytestmark = pytest.mark.django_db
ANSWER = "It paid for the floor, and not for the days without one."


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


def decide(verb, comment, moderator, **said):
    return getattr(moderation, verb)(comment, by=moderator, seen=comment.revision, **said)


def answer(comment, moderator, text=ANSWER):
    comment.refresh_from_db()
    return moderation.answer(comment, text, by=moderator, seen=comment.revision)


def rows():
    """Every row but those of the record and the moment in which the filter counted."""
    models = (Comment, Notice, Outbox, Decision, Correspondent, Post)
    return {model.__name__: serialize("json", model.objects.order_by("pk")) for model in models}


def test_writer_hears_that_her_comment_is_public(post, moderator, clock):
    comment = make_listener(post)
    decide("approve", comment, moderator)
    assert mail_to() == []
    (sent,) = everything_after(clock, seconds=36)
    assert sent.subject == f"Your comment on “{post.title}” is public"
    assert comment.permalink in sent.body
    assert not Notice.objects.exists()
    assert everything_after(clock, days=1) == [sent]


@pytest.mark.parametrize("verb", ["reject", "remove"])
def test_writer_hears_why_her_comment_is_not(post, moderator, clock, verb):
    comment = make_listener(post)
    if verb == "remove":
        comment = decide("approve", comment, moderator)
        everything_after(clock, hours=1)
        mail.outbox.clear()
    decide(verb, comment, moderator, reason="It names a private person.")
    (sent,) = everything_after(clock, minutes=20)
    assert "It names a private person." in sent.body
    assert "/comments/mine/" in sent.body


def test_nothing_is_told_about_spam(post, moderator, clock):
    decide("mark_spam", make_listener(post), moderator)
    assert everything_after(clock, hours=1) == []
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "said", [{"notify": False}, {"email": "", "notify": True}], ids=["not asked", "no address"]
)
def test_who_did_not_ask_hears_nothing(post, moderator, clock, said):
    comment = make_comment(post, **{"email": MARA, **said})
    moderation.confirm(comment)
    answer(decide("approve", comment, moderator), moderator)
    assert everything_after(clock, hours=1) == []


def test_nothing_reaches_an_address_that_is_not_confirmed(post, moderator, clock):
    comment = make_comment(post, email=MARA, notify=True)
    answer(decide("approve", comment, moderator), moderator)
    assert everything_after(clock, hours=1) == []


def test_answer_of_ours_reaches_who_asked_quoted_as_text(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    everything_after(clock, hours=1)
    reply = answer(comment, moderator, "Yes & <b>no</b>.\n\n> as you said")
    sent = everything_after(clock, minutes=16)[-1]
    assert sent.subject == f"{reply.name} answered you on “{post.title}”"
    assert "> Yes & <b>no</b>." in sent.body
    assert "&lt;b&gt;no&lt;/b&gt;" in sent.alternatives[0][0]
    assert reply.permalink in sent.body


def test_answer_of_a_reader_is_told_once_it_is_public(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    everything_after(clock, hours=1)
    reply = make_comment(post, name="Ben", body="Ours paid for nothing at all.", parent=comment)
    assert len(everything_after(clock, hours=1)) == 1
    decide("approve", reply, moderator)
    sent = everything_after(clock, seconds=36)[-1]
    assert "Ours paid for nothing at all." in sent.body


def test_nobody_hears_of_her_own_answer(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    everything_after(clock, hours=1)
    reply = make_comment(post, email=MARA.upper(), body="I looked it up now.", parent=comment)
    decide("approve", reply, moderator)
    assert len(everything_after(clock, hours=1)) == 1


def test_answer_that_is_gone_when_mail_leaves_is_not_told(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    everything_after(clock, hours=1)
    reply = answer(comment, moderator)
    clock.shift(timedelta(seconds=20))
    decide("remove", reply, moderator)
    assert len(everything_after(clock, hours=1)) == 1
    assert not Notice.objects.exists()


def test_approved_and_then_removed_tells_only_the_last(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    clock.shift(timedelta(seconds=20))
    decide("remove", comment, moderator)
    (sent,) = everything_after(clock, minutes=2)
    assert sent.subject.startswith("About your comment")


def test_new_wording_is_told(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    everything_after(clock, hours=1)
    correspondence.edit_decided(comment, is_taken=True, journal=Journal())
    assert "new wording" in everything_after(clock, hours=1)[-1].body
    correspondence.edit_decided(comment, is_taken=False, journal=Journal())
    assert "the earlier one stays" in everything_after(clock, hours=1)[-1].body


def test_one_conversation_writes_at_most_every_fifteen_minutes(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    moments = []
    for number in range(60):
        answer(comment, moderator, f"Answer number {number}.")
        before = len(mail_to())
        if len(everything_after(clock, minutes=2)) > before:
            moments.append(timezone.now())
    mails = everything_after(clock, minutes=20)
    assert len(moments) > 5
    apart = [later - sooner for sooner, later in pairwise(moments)]
    assert min(apart) >= timedelta(minutes=15)
    told = "".join(sent.body for sent in mails)
    assert all(told.count(f"Answer number {number}.") == 1 for number in range(60))


def test_two_conversations_do_not_wait_for_each_other(post, ceo, moderator, clock):
    other = make_post(ceo, title="Another", slug="another")
    for one in (post, other):
        decide("approve", make_listener(one), moderator)
    assert len(everything_after(clock, seconds=36)) == 2


@pytest.mark.parametrize(
    ("mode", "due"),
    [("daily", NOON.replace(day=6, hour=8)), ("weekly", NOON.replace(day=11, hour=8))],
)
def test_collected_mail_comes_at_eight_about_all_conversations(
    post, ceo, moderator, clock, mode, due
):
    Correspondent.objects.create(email=MARA, mode=mode)
    other = make_post(ceo, title="Another", slug="another")
    for one in (post, other):
        decide("approve", make_listener(one), moderator)
    clock.move_to(due - timedelta(seconds=1))
    assert mail_to() == []
    clock.move_to(due)
    (sent,) = mail_to()
    assert post.title in sent.body
    assert "Another" in sent.body


def test_who_wants_none_hears_nothing(post, moderator, clock):
    comment = make_listener(post)
    Correspondent.objects.create(email=MARA, muted_at=timezone.now())
    answer(decide("approve", comment, moderator), moderator)
    assert everything_after(clock, days=8) == []
    assert not Outbox.objects.filter(to=MARA, sent_at=None).exists()


@pytest.mark.parametrize("act", ["approve", "reject", "answer", "reply"])
def test_undo_leaves_every_row_as_it_was_and_no_mail(post, moderator, clock, act):
    comment = make_listener(post)
    outbox.send_due()
    if act == "reply":
        comment = make_comment(
            post, name="Ben", body="Ours paid.", parent=decide("approve", comment, moderator)
        )
        everything_after(clock, minutes=30)
        moderation.forget_decisions()
    mail.outbox.clear()
    before = rows()
    if act == "answer":
        answer(comment, moderator)
    else:
        decide("approve" if act == "reply" else act, comment, moderator)
    assert Outbox.objects.filter(to=MARA, sent_at=None).exists()
    clock.shift(timedelta(seconds=29))
    outbox.send_due()
    comment.refresh_from_db()
    moderation.undo(comment, by=moderator, seen=comment.revision)
    assert rows() == before
    clock.shift(timedelta(seconds=6))
    outbox.send_due()
    assert mail.outbox == []


def test_undo_leaves_the_mail_that_has_more_to_tell(post, moderator, clock):
    first, second = make_listener(post), make_listener(post, body="And another thought.")
    decide("approve", first, moderator)
    before = rows()
    second = decide("approve", second, moderator)
    moderation.undo(second, by=moderator, seen=second.revision)
    assert rows() == before
    (sent,) = everything_after(clock, seconds=36)
    assert sent.subject == f"Your comment on “{post.title}” is public"


def test_mail_waits_while_any_of_it_can_be_undone(post, moderator, clock):
    first, second = make_listener(post), make_listener(post, body="And another thought.")
    decide("approve", first, moderator)
    clock.shift(timedelta(seconds=20))
    second = decide("approve", second, moderator)
    assert everything_after(clock, seconds=16) == []
    clock.shift(timedelta(seconds=12))
    moderation.undo(second, by=moderator, seen=second.revision)
    (sent,) = everything_after(clock, seconds=10)
    assert sent.subject == f"Your comment on “{post.title}” is public"


def test_what_is_undone_into_truth_again_is_told(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    clock.shift(timedelta(seconds=30))
    comment = decide("mark_spam", comment, moderator)
    assert everything_after(clock, seconds=10) == []
    comment = moderation.undo(comment, by=moderator, seen=comment.revision)
    assert len(everything_after(clock, seconds=30)) == 1


def test_undone_group_leaves_every_row_as_it_was(post, moderator, clock):
    import uuid

    comments = [make_listener(post, body=f"Thought number {n}.") for n in range(3)]
    before, group = rows(), uuid.uuid4()
    for comment in comments:
        decide("approve", comment, moderator, group=group)
    moderation.undo_group(group, by=moderator)
    assert rows() == before
    assert everything_after(clock, minutes=1) == []


def test_mail_that_failed_is_told_again_with_what_came_since(post, moderator, clock, monkeypatch):
    comment = decide("approve", make_listener(post), moderator)
    clock.shift(timedelta(seconds=36))
    with monkeypatch.context() as broken:
        broken.setattr(delivering, "message", lambda *a, **k: 1 / 0)
        outbox.send_due()
    assert Notice.objects.exclude(told_in=None).count() == 1
    answer(comment, moderator)
    (sent,) = everything_after(clock, minutes=3)
    assert "is public" in sent.body
    assert ANSWER in sent.body
    assert not Notice.objects.exists()


def test_mail_of_a_killed_worker_goes_out_again_word_for_word(post, moderator, clock, monkeypatch):
    comment = decide("approve", make_listener(post), moderator)
    clock.shift(timedelta(seconds=36))

    def kill(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(delivering, "_mark_sent", kill)
        with pytest.raises(KeyboardInterrupt):
            outbox.send_due()
    (first,) = mail_to()
    answer(comment, moderator)
    _, second = everything_after(clock, minutes=6)
    assert second.body == first.body
    assert second.message()["Message-ID"] == first.message()["Message-ID"]
    mails = everything_after(clock, minutes=16)
    assert len(mails) == 3
    assert ANSWER in mails[2].body
    assert not Notice.objects.exists()


ODD = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60
).filter(str.strip)
LINES = st.sampled_from(
    ["Eve\r\nBcc: all@example.com", "Eve\nSubject: x", "A\u2028B: c", "\x0bX: y"]
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=ODD | LINES, body=ODD | LINES)
def test_no_name_and_no_answer_makes_a_header(post, moderator, name, body):
    mail.outbox.clear()
    with time_machine.travel(NOON, tick=False) as moved, transaction.atomic():
        parent = make_listener(post, body=f"{body} and more")
        parent = decide("approve", parent, moderator)
        voice = Voice(name, name, None)
        correspondence.answered(store_own(post, parent, body, voice=voice))
        sent = everything_after(moved, hours=1)[-1]
        transaction.set_rollback(True)
    parsed = message_from_bytes(sent.message().as_bytes(), policy=default)
    own = {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"}
    added = {"Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"}
    assert set(parsed.keys()) == own | added
    assert parsed["To"] == MARA
    assert parsed["From"] == "Letters from the shop floor <letters@example.com>"


def test_long_answer_is_quoted_in_part(post, moderator, clock):
    comment = decide("approve", make_listener(post), moderator)
    answer(comment, moderator, "word " * 900)
    sent = everything_after(clock, minutes=20)[-1]
    assert len(sent.body) < news.QUOTED + 1500


def test_readers_who_answer_each_other_are_told_by_two_moderators(post, moderator, clock):
    mara = decide("approve", make_listener(post), moderator)
    ben = make_listener(post, name="Ben", email="ben@example.org", body="No.", parent=mara)
    decide("approve", ben, moderator)
    clock.shift(timedelta(minutes=1))
    assert len(mail_to(MARA)) == 1
    assert len(mail_to("ben@example.org")) == 1
    assert make_public(post, moderator, body="Somebody else.").is_visible
