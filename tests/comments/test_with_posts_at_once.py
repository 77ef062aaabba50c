"""Comments and posts that change at the same moment: nobody waits for somebody who waits for her."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from blog import workflow
from blog.models import Post
from blog.workflow import publishing
from comments.models import Comment
from comments.moderation import submitting
from ledger.record import record
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db(transaction=True)


def test_comment_arrives_while_its_post_is_retracted(post, ceo, run_together, monkeypatch):
    """Its key is compared with the post's at the commit, when it holds the head of the record."""
    has_record, wants_record = threading.Event(), threading.Event()

    def record_and_linger(*args: Any, **kwargs: Any) -> Any:
        entry = record(*args, **kwargs)
        has_record.set()
        wants_record.wait(1)
        return entry

    def record_late(*args: Any, **kwargs: Any) -> Any:
        wants_record.set()
        return record(*args, **kwargs)

    def act(number: int) -> None:
        if number == 0:
            make_comment(post)
        else:
            has_record.wait(10)
            workflow.retract(post, by=ceo, notice="Two figures were wrong.")

    monkeypatch.setattr(submitting, "record", record_and_linger)
    monkeypatch.setattr(publishing, "record", record_late)
    run_together(2, act, reraise=True)
    assert Comment.objects.count() == 1
    assert Post.objects.get().is_retracted
