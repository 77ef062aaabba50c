"""Reports: weighed, counted once a reader, and never more than a request for a second look."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Outbox
from blog.refusal import Refused
from comments import moderation
from comments.arrival import network_of
from comments.models import Comment, Report
from comments.moderation.deciding import TRANSITIONS
from comments.moderation.reporting import LIGHTEST, weighed, weight_of
from ledger.models import Entry
from ledger.verify import Chain, problems
from tests.comments.conftest import arrival, make_comment, make_public
from tests.rows import rows_but_the_record

pytestmark = pytest.mark.django_db


def reported(comment: Comment, *readers: int, note: str = "") -> Comment:
    """The comment after a report from each of these networks."""
    for reader in readers:
        came = arrival(f"198.51.{reader}.7")
        moderation.report(comment, reason="abuse", note=note, arrival=came)
    comment.refresh_from_db()
    return comment


def decided(verb: str, comment: Comment, by: Any) -> Comment:
    comment.refresh_from_db()
    done: Comment = getattr(moderation, verb)(comment, by=by, seen=comment.revision)
    return done


def test_report_is_kept_and_recorded_and_the_comment_stays(post, moderator):
    comment = make_public(post, moderator)
    revision = comment.revision
    reported(comment, 1, note="He calls her a liar.")
    made = Report.objects.get()
    assert (made.weight, made.settled_at, made.note) == (1, None, "He calls her a liar.")
    assert (comment.state, comment.revision) == ("approved", revision)
    entry = Entry.objects.get(verb="report")
    assert (entry.actor, entry.actor_label, entry.channel) == (None, "A reader", "web")
    assert "liar" not in str(entry.facts)
    assert network_of("198.51.1.7") not in str(entry.facts)


def test_second_report_of_one_reader_changes_nothing(post, moderator):
    comment = reported(make_public(post, moderator), 1)
    before, entries = rows_but_the_record(), Entry.objects.count()
    again = moderation.report(comment, reason="spam", arrival=arrival("198.51.1.200"))
    assert again is False
    assert (rows_but_the_record(), Entry.objects.count()) == (before, entries)


def test_second_click_on_the_report_that_sends_a_comment_back_is_no_mistake(post, moderator):
    comment = reported(make_public(post, moderator), 1, 2, 3)
    assert comment.state == "pending"
    assert moderation.report(comment, reason="abuse", arrival=arrival("198.51.3.7")) is False


def test_enough_reports_send_the_comment_back_and_delete_nothing(post, moderator, client):
    comment = make_public(post, moderator, body="CANARY insult")
    answer = make_public(post, moderator, parent=comment, name="Bo", body="Stay calm.")
    seen = comment.revision
    assert reported(comment, 1, 2).state == "approved"
    reported(comment, 3)
    assert (comment.state, comment.decided_by, comment.body) == ("pending", None, "CANARY insult")
    assert comment.revision > seen
    page = client.get(post.get_absolute_url()).content.decode()
    assert "CANARY" not in page
    assert f'id="c{answer.pk}"' in page
    entry = Entry.objects.about(comment).last()
    assert entry is not None
    assert (entry.verb, entry.actor_label) == ("send_back", "Readers' reports")
    assert entry.facts == {
        "from": "approved",
        "to": "pending",
        "revision": comment.revision,
        "reports": 3,
        "weight": 3.0,
    }
    assert list(problems(Chain())) == []


def test_moderators_are_told_when_a_comment_comes_back(post, moderator):
    comment = make_public(post, moderator)
    Outbox.objects.all().delete()
    reported(comment, 1, 2)
    assert not Outbox.objects.exists()
    reported(comment, 3)
    assert Outbox.objects.filter(to=moderator.email).count() == 1


def test_what_a_person_has_kept_is_not_sent_back_by_the_same_reports(post, moderator):
    comment = reported(make_public(post, moderator), 1, 2, 3)
    comment = decided("approve", comment, moderator)
    assert set(Report.objects.values_list("was_upheld", flat=True)) == {False}
    assert reported(comment, 1, 2, 3).state == "approved"
    assert reported(comment, 4, 5).state == "approved"
    assert reported(comment, 6).state == "approved"


def test_each_look_of_a_person_doubles_what_it_takes_to_send_a_comment_back(post, moderator):
    comment = reported(make_public(post, moderator), 1, 2, 3)
    comment = decided("approve", comment, moderator)
    assert reported(comment, 4, 5, 6, 7, 8).state == "approved"
    assert reported(comment, 9).state == "pending"
    comment = decided("approve", comment, moderator)
    assert reported(comment, *range(10, 21)).state == "approved"
    assert reported(comment, 21).state == "pending"


def test_keeping_a_public_comment_dismisses_its_reports(post, moderator):
    comment = reported(make_public(post, moderator), 1, 2)
    kept = moderation.dismiss_reports(comment, by=moderator, seen=comment.revision)
    assert (kept.state, kept.revision > comment.revision) == ("approved", True)
    assert set(Report.objects.values_list("was_upheld", flat=True)) == {False}
    entry = Entry.objects.get(verb="dismiss_reports")
    assert (entry.actor, entry.facts) == (moderator.pk, {"reports": 2, "revision": kept.revision})
    assert reported(comment, 3, 4).state == "approved"


@pytest.mark.parametrize(
    ("verb", "upheld"), [("remove", True), ("mark_spam", True), ("dismiss_reports", False)]
)
def test_decision_about_a_public_comment_settles_its_reports(post, moderator, verb, upheld):
    decided(verb, reported(make_public(post, moderator), 1, 2), moderator)
    assert {one.was_upheld for one in Report.objects.all()} == {upheld}
    assert not Report.objects.open().exists()


@pytest.mark.parametrize(("verb", "upheld"), [("approve", False), ("reject", True)])
def test_decision_about_a_comment_that_came_back_settles_its_reports(post, moderator, verb, upheld):
    decided(verb, reported(make_public(post, moderator), 1, 2, 3), moderator)
    assert {one.was_upheld for one in Report.objects.all()} == {upheld}


@pytest.mark.parametrize("verb", ["remove", "mark_spam", "dismiss_reports"])
def test_undo_opens_the_reports_again(post, moderator, verb):
    comment = reported(make_public(post, moderator), 1, 2)
    before = rows_but_the_record()
    after = decided(verb, comment, moderator)
    assert rows_but_the_record() != before
    moderation.undo(after, by=moderator, seen=after.revision)
    assert rows_but_the_record() == before


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_spam"])
def test_undo_about_a_comment_that_came_back(post, moderator, verb):
    comment = reported(make_public(post, moderator), 1, 2, 3)
    before = rows_but_the_record()
    after = decided(verb, comment, moderator)
    moderation.undo(after, by=moderator, seen=after.revision)
    assert rows_but_the_record() == before
    assert list(problems(Chain())) == []


def test_every_verb_says_what_it_means_for_reports():
    from comments.moderation.settling import UPHELD

    assert set(TRANSITIONS) - {"restore"} <= set(UPHELD)


def test_report_does_not_get_in_the_way_of_a_decision(post, moderator):
    comment = make_public(post, moderator)
    seen = comment.revision
    reported(comment, 1)
    assert moderation.remove(comment, by=moderator, seen=seen).state == "removed"


def test_revision_after_reports_was_never_used(post, moderator):
    comment = make_public(post, moderator)
    used = {comment.revision}
    reported(comment, 1, 2, 3)
    assert comment.revision not in used
    used.add(comment.revision)
    approved = decided("approve", comment, moderator)
    assert approved.revision not in used
    used.add(approved.revision)
    moderation.undo(approved, by=moderator, seen=approved.revision)
    assert decided("reject", comment, moderator).revision not in used


def test_who_was_wrong_before_weighs_less(post, moderator):
    reader = network_of("198.51.1.7")
    weights = []
    for number in range(6):
        weights.append(round(weight_of(reader), 3))
        comment = reported(make_public(post, moderator, body=f"Thought {number}."), 1)
        decided("dismiss_reports", comment, moderator)
    assert weights == [1, 0.5, 0.333, 0.25, 0.2, 0.2]
    upheld = reported(make_public(post, moderator, body="An insult."), 1)
    decided("remove", upheld, moderator)
    assert LIGHTEST < weight_of(reader) < 0.5


@given(st.integers(0, 40), st.integers(0, 40))
def test_weight_stays_within_its_bounds_and_follows_what_was_decided(upheld, dismissed):
    weight = weighed(upheld=upheld, dismissed=dismissed)
    assert LIGHTEST <= weight <= 1
    assert weighed(upheld=upheld, dismissed=dismissed + 1) <= weight
    assert weighed(upheld=upheld + 1, dismissed=dismissed) >= weight


def test_readers_of_whom_nobody_knows_the_network_weigh_least_and_count_once(post, moderator):
    comment = make_public(post, moderator)
    unknown = arrival("")
    assert moderation.report(comment, reason="abuse", arrival=unknown) is True
    assert moderation.report(comment, reason="abuse", arrival=unknown) is False
    assert Report.objects.get().weight == LIGHTEST


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "withdrawn", "removed"])
def test_what_is_not_public_cannot_be_reported(post, moderator, state):
    comment = make_comment(post)
    Comment.objects.filter(pk=comment.pk).update(state=state)
    with pytest.raises(Refused, match="cannot be reported"):
        moderation.report(comment, reason="abuse", arrival=arrival())
    assert not Report.objects.exists()


def test_our_own_words_and_mentions_cannot_be_reported(post, ceo, moderator):
    comment = make_public(post, moderator)
    answer = moderation.answer(comment, "Thank you.", by=ceo, seen=comment.revision)
    mention = make_public(post, moderator, body="Elsewhere.")
    Comment.objects.filter(pk=mention.pk).update(kind=Comment.Kind.MENTION)
    for row in (answer, mention):
        with pytest.raises(Refused):
            moderation.report(row, reason="abuse", arrival=arrival())


@pytest.mark.parametrize("state", ["pending", "removed"])
def test_only_a_public_comment_is_kept(post, moderator, state):
    comment = reported(make_public(post, moderator), 1)
    Comment.objects.filter(pk=comment.pk).update(state=state)
    with pytest.raises(Refused, match="readers can see"):
        moderation.dismiss_reports(comment, by=moderator, seen=comment.revision)


def test_nothing_to_dismiss_is_refused(post, moderator):
    comment = make_public(post, moderator)
    with pytest.raises(Refused, match="Nobody waits"):
        moderation.dismiss_reports(comment, by=moderator, seen=comment.revision)


def test_only_moderators_dismiss(post, moderator, writer):
    comment = reported(make_public(post, moderator), 1)
    with pytest.raises(Refused, match="may not decide"):
        moderation.dismiss_reports(comment, by=writer, seen=comment.revision)


def test_dismissing_after_the_comment_moved_on_is_a_conflict(post, moderator):
    comment = reported(make_public(post, moderator), 1)
    seen = comment.revision
    reported(comment, 2, 3)
    with pytest.raises(moderation.Conflict):
        moderation.dismiss_reports(comment, by=moderator, seen=seen)


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_count_once_a_reader_and_send_back_once(post, moderator, run_together):
    comment = make_public(post, moderator)

    def one(number: int) -> bool:
        came = arrival(f"198.51.{number % 4}.{number}")
        return moderation.report(comment, reason="abuse", arrival=came)

    results = run_together(12, one)
    assert results.count(True) == 3
    assert Report.objects.count() == 3
    assert Entry.objects.filter(verb="send_back").count() == 1
    assert list(problems(Chain())) == []


def test_new_words_that_wait_do_not_survive_being_sent_back(post, moderator):
    comment = make_public(post, moderator)
    moderation.edit(comment, "Other words, not read yet.")
    reported(comment, 1, 2, 3)
    comment.refresh_from_db()
    assert comment.state == "pending"
    assert comment.edits.get().state == "refused"
    approved = moderation.approve(comment, by=moderator, seen=comment.revision)
    assert "not read yet" not in approved.body
