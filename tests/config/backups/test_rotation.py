"""Which backups stay: the newest, and the newest of so many days, weeks and months."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as some

from config.backups.rotation import Keep, kept, name_of
from config.management.commands import backup as command
from tests.config.backups.conftest import NIGHT, back_up, names

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


@pytest.mark.django_db(transaction=True)
def test_old_ones_go_and_whatever_else_lies_there_stays(ceo: User, backups: Path) -> None:
    for number in range(4):
        with time_machine.travel(NIGHT + timedelta(hours=number), tick=False):
            said = back_up(backups, keep=3)
    assert "Removed: 2026-11-29T031530Z" in said
    (backups / "2026-11-29T041530Z" / "manifest.json").write_text("damaged")
    for name in ("2020-01-01T000000Z", "notes", ".removing-2020-01-01T000000Z"):
        (backups / name).mkdir()
    (backups / "2020-01-02T000000Z").symlink_to(backups / "2026-11-29T051530Z")
    with time_machine.travel(NIGHT + timedelta(hours=9), tick=False):
        back_up(backups, keep=1)
    assert names(backups) == [
        "2020-01-01T000000Z",
        "2020-01-02T000000Z",
        "2026-11-29T041530Z",
        "2026-11-29T121530Z",
        "notes",
    ]


@pytest.mark.django_db(transaction=True)
def test_days_and_weeks_are_kept(ceo: User, backups: Path) -> None:
    for number in range(4):
        with time_machine.travel(NIGHT + timedelta(days=number), tick=False):
            back_up(backups, keep_daily=2, keep_weekly=2)
    # The 29th was a Sunday.
    assert [name[:10] for name in names(backups)] == ["2026-11-29", "2026-12-01", "2026-12-02"]


@pytest.mark.django_db(transaction=True)
def test_the_new_one_stays_when_the_clock_was_set_back(ceo: User, backups: Path) -> None:
    for moment in (NIGHT, NIGHT - timedelta(days=900)):
        with time_machine.travel(moment, tick=False):
            back_up(backups, keep=1)
    assert names(backups) == ["2024-06-12T031530Z", "2026-11-29T031530Z"]


@pytest.mark.parametrize("count", ["0", "-1", "many", ""])
def test_a_count_is_a_number_from_1(count: str, backups: Path) -> None:
    with pytest.raises(CommandError, match=r"--keep: invalid number from 1 value"):
        call_command("backup", str(backups), f"--keep={count}")


def test_the_unit_of_the_timer_calls_the_command_as_it_is(settings: Any) -> None:
    unit = (settings.BASE_DIR / "deploy" / "plainspoken-backup.service").read_text()
    (line,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    program, manage, name, *arguments = line.split()
    assert (program, manage, name) == (
        "/srv/plainspoken/.venv/bin/python",
        "manage.py",
        "backup",
    )
    options = command.Command().create_parser("manage.py", "backup").parse_args(arguments)
    assert (options.keep_daily, options.keep_weekly, options.keep_monthly) == (7, 4, 6)
    assert f"ReadWritePaths=/srv/plainspoken/var {options.folder}" in unit
