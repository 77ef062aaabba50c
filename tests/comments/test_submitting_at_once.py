"""Exactly once, with real threads: the same words at the same moment are one comment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from comments.models import Comment
from ledger.models import Entry

PAIRS = 200
pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_pairs_at_once_make_two_hundred_comments(post, fields, settings):
    settings.THROTTLE = False
    barriers = [Barrier(2) for _ in range(PAIRS)]
    path = f"/posts/{post.slug}/comments/"

    def click(number: int) -> tuple[int, str]:
        pair = number // 2
        try:
            barriers[pair].wait(timeout=60)
            body = f"Thought number {pair}, about the river and the floor above it."
            response = Client().post(path, fields(body=body), HTTP_ORIGIN="http://testserver")
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
