"""Exactly once, with real threads: the same words at the same moment are one comment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections
from django.test import Client

from blog import outbox
from blog.models import Outbox
from comments import notices
from comments.correspondence import CONFIRMING
from comments.models import Comment
from ledger.models import Entry

PAIRS = 200
pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_pairs_at_once_make_two_hundred_comments(
    post, moderator, ceo, fields, settings
):
    settings.THROTTLE = False
    barriers = [Barrier(2) for _ in range(PAIRS)]
    path = f"/posts/{post.slug}/comments/"

    def click(number: int) -> tuple[int, str]:
        pair = number // 2
        try:
            barriers[pair].wait(timeout=60)
            body = f"Thought number {pair}, about the river and the floor above it."
            sent = fields(body=body, email=f"reader{pair}@example.org", notify="on")
            response = Client().post(path, sent, HTTP_ORIGIN="http://testserver")
            return response.status_code, response.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(click, range(2 * PAIRS)))

    assert {status for status, _ in answers} == {303}
    assert Comment.objects.count() == PAIRS
    for first, second in zip(answers[::2], answers[1::2], strict=True):
        assert first == second
    assert len({location for _, location in answers}) == PAIRS
    assert Entry.objects.filter(verb="submit_comment").count() == PAIRS
    asking = Outbox.objects.filter(digest=CONFIRMING).values_list("to", flat=True)
    assert sorted(asking) == sorted(f"reader{pair}@example.org" for pair in range(PAIRS))
    # Whoever decides hears of all of them together, in one mail each that is written when it is sent.
    waiting = Outbox.objects.filter(digest=notices.WAITING).values_list("to", flat=True)
    assert sorted(waiting) == sorted([ceo.email, moderator.email])
    assert Comment.objects.to_decide().count() == PAIRS
    outbox.send_due(limit=2 * PAIRS)
    assert {message.subject for message in mail.outbox if message.to[0] in waiting} == {
        "More than 20 comments wait for you"
    }
    assert len(mail.outbox) == PAIRS + 2
