"""A site that is older than the table of public changes gets it filled from its record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from blog import workflow
from blog.models import Post, PublicChange
from ledger import guards
from tests.blog.test_corrections import change
from tests.cast import edited, make_draft, make_post
from tests.imports import adopt, begin, bring, brought, make_import

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def kept() -> list[tuple[Any, ...]]:
    """What is told of every change."""
    return list(
        PublicChange.objects.order_by("pk").values_list(
            "post", "kind", "before", "after", "notice", "record"
        )
    )


def live(ceo: User) -> None:
    """One of everything that can become of a post."""
    change(make_post(ceo, title="Twice"), ceo, body="It fell.")
    twice = Post.objects.get()
    change(twice, ceo, body="It fel.")
    change(twice, ceo, body="It fell.", correction="")
    back = make_post(ceo, title="Taken back")
    workflow.unpublish(back, by=ceo)
    workflow.save_version(back, edited(back, body="Anew."), by=ceo)
    workflow.approve(workflow.submit(back, by=ceo), by=ceo)
    change(workflow.publish(back, by=ceo), ceo, body="It rose.")
    workflow.retract(make_post(ceo, title="Wrong"), by=ceo, notice="It was wrong.")
    secret = change(make_post(ceo, title="Secret"), ceo, body="Hush.")
    workflow.redact(secret.versions.get(number=1), by=ceo, reason="A court.")
    workflow.redact(secret.versions.get(number=2), by=ceo, reason="Another court.")
    soon = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    workflow.unpublish(soon, by=ceo)
    batch, (river,) = make_import("river")
    adopt(batch, ceo)
    change(Post.objects.get(pk=river.pk), ceo, body="It rose.")
    elsewhere = begin(file_hash="e" * 64)
    bring(elsewhere, brought("old", retraction_notice="Wrong."))
    adopt(workflow.finish_batch(elsewhere, {}), ceo)
    due = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        change(due, ceo, body="It rose.", correction="It rose.")


def test_record_tells_what_readers_saw_change(ceo):
    live(ceo)
    before = kept()
    assert [kind for _, kind, *_ in before].count("correction") == 6
    assert len(before) == 10
    try:
        call_command("migrate", "blog", "0006", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert kept() == before
    assert guards.missing() == []
    call_command("verify_ledger", verbosity=0)


def test_empty_record_tells_nothing(db):
    call_command("migrate", "blog", "0006", verbosity=0)
    call_command("migrate", verbosity=0)
    assert not PublicChange.objects.exists()
