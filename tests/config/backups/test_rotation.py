"""Which backups stay: the newest, and the newest of so many days, weeks and months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from config.backups.rotation import Keep, kept, name_of

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
DAYS = [NOON - timedelta(days=number) for number in range(400)]
COUNTS = some.integers(0, 10)
HOURS = some.integers(0, 3 * 365 * 24)
MOMENTS = some.lists(HOURS.map(lambda hours: NOON - timedelta(hours=hours)), min_size=1)


def test_nothing_said_keeps_everything() -> None:
    assert kept(DAYS, Keep()) == set(DAYS)


def test_the_newest_stay() -> None:
    assert kept(DAYS, Keep(newest=3)) == set(DAYS[:3])
    assert kept(DAYS[:2], Keep(newest=3)) == set(DAYS[:2])


def test_seven_days_four_weeks_and_six_months() -> None:
    stay = sorted(kept(DAYS, Keep(daily=7, weekly=4, monthly=6)), reverse=True)
    assert [f"{moment:%m-%d}" for moment in stay] == [
        *("11-29", "11-28", "11-27", "11-26", "11-25", "11-24", "11-23"),
        *("11-22", "11-15", "11-08"),  # the Sundays of earlier weeks
        *("10-31", "09-30", "08-31", "07-31", "06-30"),
    ]


def test_the_newest_of_a_day_stays_and_days_without_one_do_not_count() -> None:
    morning, evening = NOON.replace(hour=3), NOON.replace(hour=20)
    long_ago = NOON - timedelta(days=90)
    assert kept([morning, evening, long_ago], Keep(daily=2)) == {evening, long_ago}


def test_a_name_sorts_as_its_moment() -> None:
    names = [name_of(moment) for moment in DAYS]
    assert names[0] == "2026-11-29T120000Z"
    assert sorted(names, reverse=True) == names


@given(MOMENTS, some.builds(Keep, newest=COUNTS, daily=COUNTS, weekly=COUNTS, monthly=COUNTS))
def test_the_newest_backup_always_stays(moments: list[datetime], keep: Keep) -> None:
    stay = kept(moments, keep)
    assert max(moments) in stay
    assert stay <= set(moments)


@given(MOMENTS, some.integers(1, 10))
def test_what_is_removed_at_once_is_what_is_removed_day_by_day(
    moments: list[datetime], count: int
) -> None:
    keep, left = Keep(newest=count, daily=7, weekly=4, monthly=6), set[datetime]()
    for moment in sorted(moments):
        left = kept({*left, moment}, keep)
    assert left == kept(moments, keep)
