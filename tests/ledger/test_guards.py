"""The database itself refuses to change the record, and tells when it no longer would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from ledger import guards
from ledger.guards import Guard, append_only, refusal
from ledger.models import Entry
from ledger.record import Actor, record

ALL = ["ledger_entry_unchanged", "ledger_entry_kept", "ledger_entry_no_truncate"]


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def entry(db) -> Entry:
    """One entry, committed or about to be rolled back."""
    return record("approve", "x:1", by=Actor.system(), facts={"a": 1})


COLUMNS = "sequence, at, actor_label, channel, verb, subject, facts, key, previous, hash"
FORGED = "SELECT {} FROM ledger_entry".format(COLUMNS.replace("verb", "'forged'"))
UPSERT = "ON CONFLICT (sequence) DO UPDATE SET verb = excluded.verb"

SQL = [
    "UPDATE ledger_entry SET verb = 'forged'",
    "UPDATE ledger_entry SET sequence = sequence + 1",
    "UPDATE ledger_entry SET verb = verb",
    "DELETE FROM ledger_entry",
    f"INSERT INTO ledger_entry ({COLUMNS}) {FORGED} WHERE true {UPSERT}",
]
SQLITE_SQL = [
    f"REPLACE INTO ledger_entry ({COLUMNS}) {FORGED}",
    f"INSERT OR REPLACE INTO ledger_entry ({COLUMNS}) {FORGED.replace('sequence', 'sequence + 1')}",
    "UPDATE OR REPLACE ledger_entry SET verb = 'forged'",
    "UPDATE OR IGNORE ledger_entry SET verb = 'forged'",
]
POSTGRESQL_SQL = [
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "MERGE INTO ledger_entry USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM ledger_entry RETURNING 1) SELECT * FROM gone",
    "SET LOCAL session_replication_role = replica; UPDATE ledger_entry SET verb = 'forged'",
]


def assert_refused(entry: Entry, statement: str) -> None:
    with pytest.raises(IntegrityError, match="is final and cannot be"), transaction.atomic():
        execute(statement)
    assert Entry.objects.get().compute_hash() == entry.hash


@pytest.mark.parametrize("statement", SQL)
def test_sql_that_changes_the_record_is_refused(entry, statement):
    assert_refused(entry, statement)


def test_what_only_this_database_offers_is_refused_too(entry, database):
    for statement in {"sqlite": SQLITE_SQL, "postgresql": POSTGRESQL_SQL}[database]:
        assert_refused(entry, statement)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: Entry.objects.update(verb="forged"),
        lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
        lambda entry: Entry.objects.bulk_update([entry], ["verb"]),
        lambda entry: Entry.objects.bulk_create(
            [entry], update_conflicts=True, update_fields=["verb"], unique_fields=["sequence"]
        ),
        lambda entry: models.Model.save(entry),
        lambda entry: models.Model.delete(entry),
        lambda entry: Entry.objects.all()._raw_delete(using="default"),
    ],
    ids=["update", "delete", "bulk_update", "bulk_create", "save", "delete one", "_raw_delete"],
)
def test_the_orm_is_refused_by_the_database(entry, change):
    entry.verb = "forged"
    with pytest.raises(IntegrityError), transaction.atomic():
        change(entry)
    assert Entry.objects.get().verb == "approve"


@pytest.mark.django_db(transaction=True)
def test_flush_is_refused_where_there_is_a_record():
    with transaction.atomic():
        record("approve", "x:1", by=Actor.system())
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_no_guard_is_missing_after_migrating(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert guards.missing() == []


@pytest.mark.django_db
def test_installing_again_changes_nothing(django_assert_num_queries):
    with django_assert_num_queries(1):
        guards.install()
    assert guards.missing() == []


@pytest.mark.django_db
def test_dropped_guards_are_missing_until_they_are_installed_again():
    guards.drop()
    assert {"ledger_entry_unchanged", "ledger_entry_kept"} <= set(guards.missing())
    guards.install()
    assert guards.missing() == []


UPDATE = "guard_ledger_entry_unchanged"
OTHER_TRIGGER = f"CREATE OR REPLACE TRIGGER {UPDATE} BEFORE INSERT ON ledger_entry"
OTHER_FUNCTION = f"CREATE OR REPLACE FUNCTION {UPDATE}() RETURNS trigger LANGUAGE plpgsql"
BREAKS = {
    "sqlite": [
        ([f"DROP TRIGGER {UPDATE}_update"], ["ledger_entry_unchanged"]),
        (["DROP TRIGGER guard_ledger_entry_kept_delete"], ["ledger_entry_kept"]),
        (
            [
                f"DROP TRIGGER {UPDATE}_update",
                f"CREATE TRIGGER {UPDATE}_update BEFORE UPDATE ON ledger_entry BEGIN SELECT 1; END",
            ],
            ["ledger_entry_unchanged"],
        ),
    ],
    "postgresql": [
        ([f"DROP TRIGGER {UPDATE} ON ledger_entry"], ["ledger_entry_unchanged"]),
        ([f"ALTER TABLE ledger_entry DISABLE TRIGGER {UPDATE}"], ["ledger_entry_unchanged"]),
        ([f"ALTER TABLE ledger_entry ENABLE REPLICA TRIGGER {UPDATE}"], ["ledger_entry_unchanged"]),
        (["ALTER TABLE ledger_entry DISABLE TRIGGER ALL"], ALL),
        ([f"ALTER TRIGGER {UPDATE} ON ledger_entry RENAME TO other"], ["ledger_entry_unchanged"]),
        (
            [f"{OTHER_TRIGGER} FOR EACH ROW EXECUTE FUNCTION {UPDATE}()"],
            ["ledger_entry_unchanged"],
        ),
        (
            [f"{OTHER_FUNCTION} AS $$ BEGIN RETURN NEW; END $$"],
            ["ledger_entry_unchanged"],
        ),
    ],
}


@pytest.mark.django_db
def test_a_guard_that_was_dropped_altered_or_disabled_is_missing(database):
    for statements, expected in BREAKS[database]:
        execute(*statements)
        assert guards.missing() == expected, statements
        guards.install()
        assert guards.missing() == [], statements


@pytest.mark.django_db
def test_a_session_cannot_switch_the_guards_off_unnoticed(entry, database):
    if database == "sqlite":
        execute("PRAGMA recursive_triggers = OFF")
        try:
            assert {"ledger_entry_unchanged", "ledger_entry_kept"} <= set(guards.missing())
        finally:
            execute("PRAGMA recursive_triggers = ON")
    else:
        execute("SET LOCAL session_replication_role = replica")
        assert_refused(entry, "UPDATE ledger_entry SET verb = 'forged'")


@pytest.mark.django_db
def test_the_system_check_names_what_is_missing():
    assert checks.run_checks(tags=["database"], databases=["default"]) == []
    guards.drop()
    (warning,) = checks.run_checks(tags=["database"], databases=["default"])
    assert warning.id == "ledger.W001"
    assert "ledger_entry_unchanged" in warning.msg


@pytest.mark.django_db(transaction=True)
def test_migrating_back_and_forth_leaves_every_guard_in_place():
    call_command("migrate", "ledger", "zero", verbosity=0)
    assert not set(ALL) & set(guards.missing())
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        entry = record("approve", "x:1", by=Actor.system())
    assert guards.missing() == []
    assert_refused(entry, "UPDATE ledger_entry SET verb = 'forged'")


@pytest.mark.django_db(transaction=True)
def test_a_remade_table_gets_its_guards_back_with_the_next_migrate():
    with transaction.atomic():
        entry = record("approve", "x:1", by=Actor.system())
    before: Any = Entry._meta.get_field("actor_label")
    after: Any = models.CharField(max_length=50)
    after.set_attributes_from_name("actor_label")
    after.model = Entry
    for old, new in [(before, after), (after, before)]:
        with connection.schema_editor() as editor:
            editor.alter_field(Entry, old, new, strict=True)
        call_command("migrate", verbosity=0)
        assert guards.missing() == []
        assert_refused(entry, "DELETE FROM ledger_entry")


@pytest.fixture
def notes(transactional_db) -> Iterator[str]:
    """The name of a table with columns `id`, `words` and `blanked`, and the guards as they were."""
    execute("CREATE TABLE test_notes (id integer PRIMARY KEY, words text, blanked boolean)")
    known = dict(guards._registered)
    yield "test_notes"
    guards._registered.clear()
    guards._registered.update(known)
    guards.install()
    execute("DROP TABLE test_notes")


def test_an_append_only_table_permits_its_one_exception(notes):
    guards.register(*append_only(notes, but="NEW.blanked AND NEW.words = '' AND NEW.id = OLD.id"))
    guards.install()
    execute("INSERT INTO test_notes VALUES (1, 'secret', false)")
    for change in (
        "words = 'else'",
        "words = ''",
        "blanked = NULL",
        "blanked = true, words = NULL",
    ):
        with pytest.raises(IntegrityError, match="A row of test_notes is final"):
            execute(f"UPDATE test_notes SET {change}")
    execute("UPDATE test_notes SET words = '', blanked = true")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, words FROM test_notes WHERE blanked")
        assert cursor.fetchall() == [(1, "")]
    with pytest.raises(IntegrityError, match="cannot be removed"):
        execute("DELETE FROM test_notes")


def test_a_refusal_may_ask_another_table(notes):
    guards.register(
        refusal(
            "test_notes_need_an_entry",
            notes,
            on=["INSERT", "UPDATE"],
            message="A note can't stand without an entry.",
            when="NOT EXISTS (SELECT 1 FROM ledger_entry WHERE verb = NEW.words)",
            needs=("ledger_entry",),
        )
    )
    guards.install()
    with pytest.raises(IntegrityError, match="A note can't stand without an entry"):
        execute("INSERT INTO test_notes VALUES (1, 'approve', false)")
    with transaction.atomic():
        record("approve", "x:1", by=Actor.system())
    execute("INSERT INTO test_notes VALUES (1, 'approve', false)")
    with pytest.raises(IntegrityError, match="A note can't stand without an entry"):
        execute("UPDATE test_notes SET words = 'forged'")


def test_a_guard_waits_for_the_tables_it_needs(notes):
    guards.register(
        refusal("waiting", notes, on=["DELETE"], message="Wait.", needs=("test_not_yet_there",))
    )
    guards.install()
    assert guards.missing() == []
    execute("INSERT INTO test_notes VALUES (1, '', false)", "DELETE FROM test_notes")


def test_a_guard_the_code_no_longer_knows_goes_with_the_next_install(notes):
    guards.register(refusal("of_yesterday", notes, on=["INSERT"], message="No."))
    guards.install()
    del guards._registered["of_yesterday"]
    guards.install()
    execute("INSERT INTO test_notes VALUES (1, '', false)")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER other BEFORE DELETE ON t BEGIN SELECT 1; END",
        f"CREATE TRIGGER guard_{'x' * 60} BEFORE DELETE ON t BEGIN SELECT 1; END",
        "create trigger guard_x BEFORE DELETE ON t BEGIN SELECT 1; END",
    ],
)
def test_a_trigger_that_drop_would_not_find_is_refused(statement):
    with pytest.raises(ValueError, match="guard"):
        Guard("x", "t", (), sqlite=(statement,), postgresql=())
