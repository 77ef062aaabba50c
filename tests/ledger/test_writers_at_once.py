"""Twenty writers at once keep one chain, from threads and from processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from ledger.models import Entry
from ledger.record import Actor, record
from ledger.verify import Chain

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 20


def assert_one_chain(length: int) -> None:
    chain = Chain()
    assert list(chain.problems()) == []
    assert chain.entries == length


def test_twenty_threads_keep_one_unbroken_chain(run_together):
    def write(number: int) -> None:
        for _ in range(10):
            with transaction.atomic():
                record("test", f"x:{number}", by=Actor.system())

    run_together(WRITERS, write, reraise=True)
    assert_one_chain(WRITERS * 10)


def test_writers_that_lock_their_rows_first_do_not_deadlock(run_together):
    keys = [Group.objects.create(name=f"group {number}").pk for number in range(4)]

    def write(number: int) -> None:
        for turn in range(5):
            chosen = sorted({keys[number % 4], keys[(number + turn) % 4]})
            with transaction.atomic():
                for group in Group.objects.select_for_update().filter(pk__in=chosen).order_by("pk"):
                    Group.objects.filter(pk=group.pk).update(name=f"{group.pk} by {number}.{turn}")
                record("rename", f"auth.group:{chosen[0]}", by=Actor.system())

    run_together(WRITERS, write, reraise=True)
    assert_one_chain(WRITERS * 5)


def test_several_entries_of_one_transaction_stand_together(run_together):
    def write(number: int) -> None:
        with transaction.atomic():
            for _ in range(3):
                record("test", f"x:{number}", by=Actor.system())

    run_together(WRITERS, write, reraise=True)
    assert_one_chain(WRITERS * 3)
    subjects = list(Entry.objects.order_by("sequence").values_list("subject", flat=True))
    assert all(len(set(subjects[at : at + 3])) == 1 for at in range(0, len(subjects), 3))


def test_processes_keep_one_unbroken_chain(database_url):
    processes, threads, entries = 4, WRITERS // 4, 5
    command = [sys.executable, "-m", "tests.ledger.writer", str(threads), str(entries)]
    environment = {**os.environ, "DATABASE_URL": database_url}
    writers = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(processes)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"start\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors.decode()
    assert_one_chain(processes * threads * entries)
