"""What readers leave behind goes when the page about privacy says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from blog import roles
from blog.models import Author, Post
from comments import retention
from comments.models import (
    AnswerDraft,
    Appeal,
    Comment,
    Correspondent,
    Decision,
    Edit,
    Notice,
    Report,
    Throttle,
)
from comments.throttle import seconds_to_wait
from ledger.models import Entry

State = Comment.State


@pytest.fixture
def post(db: None) -> Post:
    """A post to comment on."""
    user = User.objects.create_user("dana")
    user.groups.set(Group.objects.filter(name=roles.CEO))
    Author.objects.create(name="Dana", slug="dana", user=user)
    return Post.objects.create(slug="hello")


def make_comment(post: Post, *, days: float, **fields: Any) -> Comment:
    """Make a comment that is `days` old."""
    said: dict[str, Any] = {
        "name": "Ada",
        "email": "ada@example.com",
        "body": f"Words of {days} {fields}",
        "body_html": "<p>Words</p>",
        "network": "n" * 64,
        "digest": f"{days}{fields}"[:64],
        "evidence": [{"sentence": "It quotes the words."}],
    }
    moment = timezone.now() - timedelta(days=days)
    if fields.get("state") == State.SPAM:
        said["decided_at"] = moment
    return Comment.objects.create(post=post, sanitizer=1, created_at=moment, **(said | fields))


def test_network_of_a_comment_is_blanked_after_thirty_days(post: Post) -> None:
    older = make_comment(post, days=retention.NETWORK_DAYS + 0.1, state=State.APPROVED)
    newer = make_comment(post, days=retention.NETWORK_DAYS - 0.1, state=State.APPROVED)
    assert retention.forget() == 1
    older.refresh_from_db()
    newer.refresh_from_db()
    assert older.network == ""
    assert older.body.startswith("Words")
    assert newer.network == "n" * 64


def test_spam_is_blanked_after_thirty_days_and_keeps_its_place(post: Post) -> None:
    spam = make_comment(post, days=retention.SPAM_DAYS + 0.1, state=State.SPAM)
    retention.forget()
    spam.refresh_from_db()
    kept = (spam.name, spam.email, spam.body, spam.body_html, spam.network, spam.digest)
    assert kept == ("", "", "", "", "", None)
    assert spam.evidence == []
    assert (spam.state, spam.revision) == (State.SPAM, 2)


@pytest.mark.parametrize("state", [State.PENDING, State.APPROVED, State.REJECTED, State.REMOVED])
def test_words_that_are_no_spam_stay(post: Post, state: str) -> None:
    comment = make_comment(post, days=400, state=state)
    retention.forget()
    comment.refresh_from_db()
    assert comment.body.startswith("Words")


def test_days_of_spam_count_from_the_decision(post: Post) -> None:
    yesterday: datetime = timezone.now() - timedelta(days=1)
    comment = make_comment(post, days=400, state=State.SPAM, decided_at=yesterday)
    retention.forget()
    comment.refresh_from_db()
    assert comment.body != ""


def test_spam_that_no_person_has_seen_stays(post: Post) -> None:
    comment = make_comment(post, days=400, state=State.SPAM, decided_at=None)
    retention.forget()
    comment.refresh_from_db()
    assert comment.body != ""


def test_purge_is_recorded_without_words_and_happens_once(post: Post) -> None:
    spam = make_comment(post, days=40, state=State.SPAM)
    retention.forget()
    retention.forget()
    entry = Entry.objects.get(verb="purge")
    assert entry.facts == {"comments": [spam.pk]}
    call_command("verify_ledger", verbosity=0)


def test_large_purge_is_made_in_batches(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    for number in range(5):
        make_comment(post, days=40 + number, state=State.SPAM)
    assert retention.purge_spam(timezone.now()) == 5
    assert Entry.objects.filter(verb="purge").count() == 3


@pytest.mark.django_db
def test_counters_against_floods_go_after_a_day() -> None:
    now = timezone.now()
    seconds_to_wait("network", now=(now - timedelta(days=2)).timestamp())
    seconds_to_wait("another", now=now.timestamp())
    assert retention.forget(now=now) == 1
    assert Throttle.objects.count() == 1


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def make_edit(comment: Comment, state: str, *, days: float) -> Edit:
    words = {"before": "Words before", "body": "Words after", "body_html": "<p>Words after</p>"}
    made = {"revision": 2, "sanitizer": 1, "made_at": ago(days)}
    return Edit.objects.create(comment=comment, state=state, **words, **made)


def test_reader_of_a_report_is_forgotten_and_the_report_stays(post: Post) -> None:
    comment = make_comment(post, days=1, state=State.APPROVED)
    Report.objects.create(comment=comment, reader="old", reason="spam", made_at=ago(30.1))
    Report.objects.create(comment=comment, reader="new", reason="spam", made_at=ago(29.9))
    retention.forget()
    assert list(Report.objects.values_list("reader", flat=True)) == ["", "new"]


def test_withdrawn_comment_is_blanked_after_thirty_days_and_recorded(post: Post) -> None:
    gone = {"state": State.WITHDRAWN, "withdrawn_from": "pending"}
    older = make_comment(post, days=31, withdrawn_at=ago(30.1), **gone)
    make_comment(post, days=400, withdrawn_at=ago(29.9), **gone)
    imported = make_comment(post, days=31, state=State.WITHDRAWN)
    for comment in (older, imported):
        make_edit(comment, "taken", days=31)
        Appeal.objects.create(comment=comment, text="Words")
    retention.forget()
    blanked = list(Comment.objects.filter(body="").order_by("pk"))
    assert blanked == [older, imported]
    assert {(one.state, one.name, one.email) for one in blanked} == {("withdrawn", "", "")}
    assert not Edit.objects.exists()
    assert not Appeal.objects.exists()
    assert Entry.objects.get(verb="purge").facts == {"comments": [older.pk, imported.pk]}


def test_earlier_wordings_go_and_a_waiting_one_stays(post: Post) -> None:
    comment = make_comment(post, days=60, state=State.APPROVED)
    for state in ("taken", "refused", "replaced"):
        make_edit(comment, state, days=30.1)
    kept = [make_edit(comment, "waiting", days=60), make_edit(comment, "taken", days=29.9)]
    retention.forget()
    assert set(Edit.objects.all()) == set(kept)


def test_edit_of_a_decision_that_can_be_undone_stays(post: Post) -> None:
    comment = make_comment(post, days=60, state=State.APPROVED)
    edit = make_edit(comment, "taken", days=40)
    Decision.objects.create(comment=comment, verb="accept_edit", actor=1, revision=2)
    retention.forget()
    assert Edit.objects.get() == edit


def test_drafts_of_answers_and_notes_of_reports_lose_their_words(post: Post) -> None:
    comment = make_comment(post, days=60, state=State.APPROVED)
    author = Author.objects.get()
    for state in ("released", "dropped"):
        draft = {"author": author, "text": "Words", "state": state}
        AnswerDraft.objects.create(comment=comment, decided_at=ago(30.1), **draft)
    AnswerDraft.objects.create(comment=comment, author=author, text="Words", made_at=ago(60))
    Report.objects.create(comment=comment, reason="spam", note="Words", settled_at=ago(30.1))
    Report.objects.create(comment=comment, reason="spam", note="Words", made_at=ago(60))
    retention.forget()
    assert sorted(AnswerDraft.objects.values_list("text", flat=True)) == ["", "", "Words"]
    assert sorted(Report.objects.values_list("note", flat=True)) == ["", "Words"]


def test_choice_about_mail_goes_with_the_last_comment_unless_it_is_none(post: Post) -> None:
    make_comment(post, days=1, state=State.APPROVED, email="Ada@Example.com")
    for email in ("ada@example.com", "bo@example.com"):
        Correspondent.objects.create(email=email, mode="daily", made_at=ago(2))
    Correspondent.objects.create(email="cy@example.com", muted_at=ago(300), made_at=ago(300))
    Correspondent.objects.create(email="just-now@example.com")
    retention.forget()
    left = set(Correspondent.objects.values_list("email", flat=True))
    assert left == {"ada@example.com", "cy@example.com", "just-now@example.com"}


def test_news_that_nobody_was_told_is_dropped(post: Post) -> None:
    comment = make_comment(post, days=1, state=State.APPROVED)
    told = {"email": "ada@example.com", "post": post, "comment": comment, "what": "approved"}
    Notice.objects.create(made_at=ago(30.1), **told)
    kept = Notice.objects.create(made_at=ago(29.9), **told)
    retention.forget()
    assert Notice.objects.get() == kept


def test_second_run_changes_nothing(post: Post) -> None:
    comment = make_comment(post, days=60, state=State.WITHDRAWN, withdrawn_at=ago(40))
    make_edit(comment, "taken", days=40)
    assert retention.forget() > 0
    assert retention.forget() == 0
