"""Keys and marks go when their day ends; days become months after two years, and no read is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from audience import retention, storing
from audience.models import Mark, Reads
from blog.models import Site
from tests.audience.readers import read

pytestmark = pytest.mark.django_db
EVENING = datetime(2030, 5, 7, 20, tzinfo=UTC)


def test_marks_and_key_go_when_the_day_ends_at_the_site(post, folder):
    Site.objects.update(time_zone="Europe/Berlin")
    with time_machine.travel(EVENING, tick=False) as clock:
        read()
        storing.store()
        assert retention.forget() == 0
        assert (Mark.objects.count(), len(list(folder.iterdir()))) == (1, 1)
        clock.shift(2 * 3600)
        assert retention.forget() == 0
        assert list(folder.iterdir()) == []
        clock.shift(6 * 60)
        assert retention.forget() == 1
    assert not Mark.objects.exists()
    assert Reads.objects.total() == 1


def test_old_days_become_months(post):
    for day, source, count in (
        (date(2028, 4, 1), "", 1),
        (date(2028, 4, 2), "", 2),
        (date(2028, 4, 30), "", 4),
        (date(2028, 4, 30), "news.example", 8),
        (date(2028, 5, 2), "", 16),
        (date(2028, 3, 9), "", 32),
    ):
        Reads.objects.create(post=post, day=day, source=source, count=count)
    with time_machine.travel(EVENING, tick=False):
        assert retention.forget() == 2
        assert retention.forget() == 0
    assert set(Reads.objects.values_list("day", "source", "count")) == {
        (date(2028, 3, 1), "", 32),
        (date(2028, 4, 1), "", 7),
        (date(2028, 4, 1), "news.example", 8),
        (date(2028, 5, 2), "", 16),
    }
