"""Each decision teaches the filter of the site what it says, by whichever way it comes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Post
from comments import mail_links, moderation, taught
from comments.facts import history_of, words_alone
from comments.models import Comment, Lesson
from comments.spam.learned.features import features_of
from comments.spam.learned.model import probability
from comments.spam.learned.weights import DamagedModelError, ModelWeights, SiteWeights
from tests.comments.conftest import make_comment
from tests.comments.spam.teaching import MARA, NOTHING, SPAM, act, learned, lessons
from tests.comments.test_mail_decisions import buttons

pytestmark = pytest.mark.django_db
BETTER = "Who decided about the height of the new floor, and when?"


def test_each_decision_teaches_what_it_says(post: Post, moderator: User) -> None:
    good, bad = make_comment(post), make_comment(post, body=SPAM)
    assert learned() == NOTHING
    act("approve", good, moderator)
    act("mark_spam", bad, moderator)
    assert lessons() == [(good.pk, False), (bad.pk, True)]
    taught_good, taught_bad = (
        probability(features_of(words_alone(one)), taught.weights()) for one in (good, bad)
    )
    assert taught_good < probability(features_of(words_alone(good)), SiteWeights())
    assert taught_bad > probability(features_of(words_alone(bad)), SiteWeights())
    assert learned() != NOTHING


def test_what_was_learned_is_known_when_the_next_one_comes(post: Post, moderator: User) -> None:
    act("mark_spam", make_comment(post, body=SPAM), moderator)
    known = history_of(make_comment(post, body="What next?")).site
    assert known.as_bytes() == learned() != NOTHING


@pytest.mark.parametrize(
    ("verbs", "kept"),
    [
        (["reject"], None),
        (["approve", "remove"], False),
        (["approve", "mark_spam"], True),
        (["mark_spam", "approve"], False),
        (["mark_spam", "mark_spam"], True),
        (["mark_spam", "reject"], None),
        (["mark_spam", "restore"], None),
        (["approve", "remove", "restore"], None),
        (["reject", "approve"], False),
    ],
)
def test_only_the_last_word_about_spam_counts(
    post: Post, moderator: User, verbs: list[str], kept: bool | None
) -> None:
    comment = make_comment(post)
    for verb in verbs:
        act(verb, comment, moderator)
    assert lessons() == ([] if kept is None else [(comment.pk, kept)])


def test_second_look_teaches_too(post: Post, moderator: User, ceo: User) -> None:
    comment = make_comment(post, email=MARA)
    moderation.appeal(act("reject", comment, moderator), "Please look again.")
    act("grant_appeal", comment, ceo)
    assert lessons() == [(comment.pk, False)]


def test_decisions_of_many_teach_and_are_undone_together(
    client: Client, post: Post, moderator: User
) -> None:
    client.force_login(moderator)
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(4)]
    sent: dict[str, Any] = {f"seen-{one.pk}": one.revision for one in made}
    sent |= {"action": "mark_spam", "_selected_action": [one.pk for one in made]}
    client.post("/admin/comments/comment/", sent)
    assert lessons() == [(one.pk, True) for one in made]
    group = made[0].decisions.get().group
    moderation.undo_group(group, by=moderator)
    assert (lessons(), learned()) == ([], NOTHING)


def test_decision_by_mail_teaches(client: Client, post: Post, moderator: User) -> None:
    comment = make_comment(post)
    page = client.get(mail_links.link_for(comment, moderator, ["approve", "mark_spam"]).path)
    client.post(buttons(page)["Spam"])
    comment.refresh_from_db()
    assert comment.state == "spam"
    assert lessons() == [(comment.pk, True)]


def test_mentions_and_our_own_words_teach_nothing(post: Post, moderator: User, ceo: User) -> None:
    mention = make_comment(post)
    Comment.objects.filter(pk=mention.pk).update(kind="mention")
    act("approve", mention, moderator)
    asked = make_comment(post, body="And who paid?")
    own = moderation.answer(asked, "We did.", by=ceo, seen=1)
    assert lessons() == [(asked.pk, False)]
    for comment in Comment.objects.exclude(author=None):
        act("mark_spam", comment, moderator)
    assert lessons() == [(asked.pk, False)]
    assert own


def test_damaged_weights_stop_no_decision_and_its_lesson_counts_once_they_are_whole(
    post: Post, moderator: User, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def damaged() -> ModelWeights:
        raise DamagedModelError("cut in half")

    with monkeypatch.context() as broken:
        broken.setattr("comments.spam.learned.lessons.shipped", damaged)
        comment = act("approve", make_comment(post), moderator)
        assert (comment.state, lessons()) == ("approved", [(comment.pk, False)])
        assert learned() == NOTHING
    assert "Lessons of this site cannot be used" in caplog.text
    assert learned() != NOTHING


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of the text that fails on every comment from now on."""

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a check that fails")

    for module in ("checks", "assessment"):
        monkeypatch.setattr(f"comments.spam.{module}.CHECKS", (("links", broken),))


@pytest.mark.parametrize(("verb", "state"), [("approve", "approved"), ("mark_spam", "spam")])
def test_failing_check_teaches_nothing_and_stops_no_decision(
    post: Post, moderator: User, failing: None, caplog: Any, verb: str, state: str
) -> None:
    comment = act(verb, make_comment(post), moderator)
    assert (comment.state, lessons()) == (state, [])
    assert f"The words of comment {comment.pk} could not be looked at" in caplog.text


def test_failing_check_leaves_no_lesson_that_says_the_opposite(
    post: Post, moderator: User, request: pytest.FixtureRequest
) -> None:
    comment = act("approve", make_comment(post), moderator)
    request.getfixturevalue("failing")
    act("mark_spam", comment, moderator)
    assert lessons() == []


# ── Words that change ────────────────────────────────────────────────────────────────────────────


def test_accepted_words_teach_in_place_of_the_old_ones(post: Post, moderator: User) -> None:
    comment = act("approve", make_comment(post), moderator)
    old = Lesson.objects.get()
    moderation.edit(comment, BETTER)
    act("accept_edit", comment, moderator)
    new = Lesson.objects.get()
    assert bytes(new.features) == packed(comment) != bytes(old.features)
    act("undo", comment, moderator)
    kept = Lesson.objects.get()
    assert (bytes(kept.features), kept.token) == (bytes(old.features), old.token)


def test_second_word_about_other_words_teaches_those(post: Post, moderator: User) -> None:
    comment = act("mark_spam", make_comment(post, body=SPAM), moderator)
    moderation.edit(comment, BETTER)
    # A sender takes nothing out by an edit.
    assert bytes(Lesson.objects.get().features) != packed(comment)
    act("mark_spam", comment, moderator)
    assert bytes(Lesson.objects.get().features) == packed(comment)
    assert lessons() == [(comment.pk, True)]


def packed(comment: Comment) -> bytes:
    """What the words that a comment has now would teach."""
    comment.refresh_from_db()
    return features_of(words_alone(comment)).packed()
