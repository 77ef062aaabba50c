"""`manage.py verify_ledger` finds every kind of damage, and says where."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from ledger import guards, verify
from ledger.models import GENESIS, Entry
from ledger.record import Actor, record
from ledger.verify import Problem, register_check

SET_FACTS = """UPDATE ledger_entry SET facts = '{"turn": 99}' WHERE sequence = 3"""


@pytest.fixture
def five_entries(db):
    """A record of five entries."""
    return [
        record("test", f"x:{turn}", by=Actor.system(), facts={"turn": turn}) for turn in range(5)
    ]


def damage(*statements: str) -> None:
    """Change rows as somebody who owns the database could."""
    guards.drop()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    guards.install()


def verify_ledger(*arguments: str) -> list[str]:
    """Run the command and return the lines it printed."""
    output = StringIO()
    call_command("verify_ledger", *arguments, stdout=output, stderr=output)
    return output.getvalue().splitlines()


def test_a_whole_record_is_told_with_its_length_and_head(five_entries):
    head = five_entries[-1]
    assert verify_ledger() == ["5 entries, chain unbroken", f"head 5:{head.hash}"]


@pytest.mark.django_db
def test_an_empty_record_is_whole():
    assert verify_ledger() == ["0 entries, chain unbroken", f"head 0:{GENESIS}"]


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        ([SET_FACTS], "entry 3: its content is not"),
        (
            ["UPDATE ledger_entry SET actor_label = 'Eve' WHERE sequence = 1"],
            "entry 1: its content",
        ),
        (["UPDATE ledger_entry SET actor = 7 WHERE sequence = 2"], "entry 2: its content"),
        (["UPDATE ledger_entry SET at = '1999-01-01 00:00:00' WHERE sequence = 5"], "entry 5: its"),
        (
            ["DELETE FROM ledger_entry WHERE sequence = 1"],
            "entry 2: the entries before it, from 1,",
        ),
        (
            ["DELETE FROM ledger_entry WHERE sequence IN (3, 4)"],
            "entry 5: the entries before it, from 3,",
        ),
        (
            [
                "DELETE FROM ledger_entry WHERE sequence = 3",
                "UPDATE ledger_entry SET sequence = 3 WHERE sequence = 4",
                "UPDATE ledger_entry SET sequence = 4 WHERE sequence = 5",
            ],
            "entry 3: it does not continue",
        ),
        (
            [
                "UPDATE ledger_entry SET sequence = 99 WHERE sequence = 2",
                "UPDATE ledger_entry SET sequence = 2 WHERE sequence = 3",
                "UPDATE ledger_entry SET sequence = 3 WHERE sequence = 99",
            ],
            "entry 2: it does not continue",
        ),
        (
            [f"UPDATE ledger_entry SET hash = '{GENESIS}' WHERE sequence = 4"],
            "entry 4: its content",
        ),
    ],
    ids=[
        "a changed fact",
        "a changed name",
        "a changed account",
        "a changed time",
        "no first entry",
        "no middle entries",
        "renumbered after a removal",
        "swapped",
        "a changed hash",
    ],
)
def test_damage_is_found_and_named(five_entries, statements, sentence):
    damage(*statements)
    with pytest.raises(CommandError) as stop:
        verify_ledger()
    assert str(stop.value).startswith(sentence)
    assert stop.value.returncode == 1


def test_an_entry_forged_with_its_own_right_hash_breaks_the_chain(five_entries):
    forged = five_entries[2]
    forged.actor_label = "Eve"
    forgery = f"actor_label = 'Eve', hash = '{forged.compute_hash()}'"
    damage(f"UPDATE ledger_entry SET {forgery} WHERE sequence = 3")
    with pytest.raises(CommandError, match="entry 4: it does not continue the entry before it"):
        verify_ledger()


def test_a_row_that_is_no_entry_is_told_rather_than_a_crash(five_entries, database):
    if database == "sqlite":
        damage("UPDATE ledger_entry SET key = 'none' WHERE sequence = 3")
    else:
        damage("""UPDATE ledger_entry SET actor_label = 'a', facts = '[]' WHERE sequence = 3""")
    with pytest.raises(CommandError, match="entry 3: it"):
        verify_ledger()


def test_all_problems_are_listed_on_demand(five_entries):
    damage(SET_FACTS, "DELETE FROM ledger_entry WHERE sequence = 4")
    output = StringIO()
    with pytest.raises(CommandError, match="2 problems found"):
        call_command("verify_ledger", "--all", stderr=output)
    assert [line.split(":")[0] for line in output.getvalue().splitlines()] == ["entry 3", "entry 5"]


def test_a_lost_last_entry_shows_only_against_a_kept_head(five_entries):
    kept = verify_ledger()[1].removeprefix("head ")
    assert verify_ledger("--head", kept)[0] == "5 entries, chain unbroken"
    damage("DELETE FROM ledger_entry WHERE sequence = 5")
    assert verify_ledger()[0] == "4 entries, chain unbroken"
    with pytest.raises(CommandError, match="entry 5: it was the head once and is gone"):
        verify_ledger("--head", kept)


def test_a_record_written_anew_shows_only_against_a_kept_head(five_entries):
    kept = f"5:{five_entries[-1].hash}"
    damage("DELETE FROM ledger_entry")
    for turn in range(6):
        record("test", f"x:{turn}", by=Actor.system())
    assert verify_ledger()[0] == "6 entries, chain unbroken"
    with pytest.raises(CommandError, match="entry 5: its hash is not the one that was kept"):
        verify_ledger("--head", kept)


@pytest.mark.django_db
@pytest.mark.parametrize("head", ["5", "five:" + GENESIS, "5:abc"])
def test_a_head_that_was_never_printed_is_refused(head):
    with pytest.raises(CommandError, match="give it as it was printed"):
        verify_ledger("--head", head)


def test_missing_guards_are_a_problem_of_their_own(five_entries):
    guards.drop()
    output = StringIO()
    with pytest.raises(CommandError, match="problems found"):
        call_command("verify_ledger", "--all", stderr=output)
    assert "ledger_entry_unchanged: this guard of the database is not in force" in output.getvalue()


def test_checks_of_apps_are_asked_as_well(five_entries, monkeypatch):
    monkeypatch.setattr(verify, "_checks", [])
    register_check(lambda: [Problem("blog.post:12", "its approval names no entry.")])
    with pytest.raises(CommandError, match=r"^blog\.post:12: its approval names no entry\.$"):
        verify_ledger()


def test_a_long_record_is_read_in_pieces(db, monkeypatch):
    monkeypatch.setattr(verify, "_CHUNK", 2)
    for turn in range(7):
        record("test", f"x:{turn}", by=Actor.system())
    assert verify_ledger()[0] == "7 entries, chain unbroken"


@pytest.mark.django_db(transaction=True)
def test_the_exit_status_is_0_for_a_whole_record_and_1_for_a_damaged_one(database_url):
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "verify_ledger"],
            env={**os.environ, "DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    with transaction.atomic():
        record("test", "x:1", by=Actor.system())
    whole = run()
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout.startswith("1 entry, chain unbroken\n")
    damage("UPDATE ledger_entry SET verb = 'forged'")
    damaged = run()
    assert damaged.returncode == 1
    assert "entry 1: its content" in damaged.stderr


def test_verifying_reads_the_record_with_one_query(
    five_entries, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(verify, "_checks", [])
    with django_assert_num_queries(2):  # one for the guards, one for the entries
        verify_ledger()
    assert Entry.objects.count() == 5
