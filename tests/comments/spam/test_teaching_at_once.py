"""Several who decide at once, and old lessons that are removed meanwhile: no fresh lesson is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Post
from comments import moderation, taught
from comments.models import Comment
from tests.comments.conftest import make_comment
from tests.comments.spam.teaching import SPAM, act, learned, learned_afresh, lessons
from tests.conftest import RunTogether

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_decide_about_the_same_comment_leave_the_lesson_of_the_first(
    post: Post, moderator: User, ceo: User, run_together: RunTogether
) -> None:
    comment = make_comment(post)

    def decide(number: int) -> Any:
        decides = (moderation.approve, moderation.mark_spam)[number]
        return decides(comment, by=(moderator, ceo)[number], seen=1)

    done = run_together(2, decide)
    assert sum(isinstance(one, moderation.Conflict) for one in done) == 1
    comment.refresh_from_db()
    assert lessons() == [(comment.pk, comment.state == Comment.State.SPAM)]
    assert learned() == learned_afresh()


def test_two_who_decide_about_two_comments_teach_both(
    post: Post, moderator: User, ceo: User, run_together: RunTogether
) -> None:
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(8)]

    def decide(number: int) -> None:
        for comment in made[number::2]:
            act("mark_spam", comment, (moderator, ceo)[number])

    run_together(2, decide, reraise=True)
    assert lessons() == [(one.pk, True) for one in made]
    assert learned() == learned_afresh()


def test_old_lessons_go_beside_decisions(
    post: Post, moderator: User, run_together: RunTogether, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taught, "MOST", 3)
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(12)]

    def work(number: int) -> None:
        for comment in made:
            if number:
                taught.trim()
            else:
                act("mark_spam", comment, moderator)

    run_together(2, work, reraise=True)
    taught.trim()
    # One who decides and one who trims: what is left is what was decided last.
    assert lessons() == [(one.pk, True) for one in made[-3:]]
    assert learned() == learned_afresh()
