"""The one door by which articles, comments and old addresses of any format come into the database.

An import goes in steps, each one transaction, and remembers in the same transaction what came from
where. So it can break off at any moment: the same file again continues where it stopped, and adds
nothing that is there. `docs/decisions/0010-moving-in.md` says why it is not one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connections, router, transaction

from blog.models import Batch
from blog.workflow import begin_batch, finish_batch
from ledger.models import subject_of
from ledger.record import Actor, Happening, record_all
from transfer.belongings import Belongings
from transfer.fitting import line, shortened
from transfer.items import Item, Source
from transfer.known import origin_of
from transfer.models import Imported
from transfer.steps import Step, steps
from transfer.summary import NOTES, Summary

Progress = Callable[[Iterable[Item], int], Iterable[Item]]
"""Takes the items and how many there are, and yields them as they are."""

ADVISORY_LOCK = 0x696D706F7274
"""The key of PostgreSQL's advisory lock that lets one step run at a time: "import" in ASCII."""

_BATCH_NAME = 200
_UNNAMED = "a file without a name"
_BROKE_OFF = "This import broke off. What it lacked came with “{}”."


def bring(
    source: Source,
    *,
    by: Actor,
    dry_run: bool = False,
    progress: Progress = lambda items, total: items,
) -> Summary:
    """Bring everything in `source` into the database, and return what was done.

    The whole source is checked first. What is here already stays as it is: a second import adds
    nothing, and what its source has changed meanwhile is only told.

    Args:
        by: who imports, for the record.
        dry_run: write nothing, and tell what would be done.
        progress: shows how far it is.

    Raises:
        SourceError: it cannot be imported; nothing was written.
    """
    total = source.check()
    run = _Import(source, by, dry_run=dry_run)
    for items in steps(iter(progress(source.items(), total))):
        run.step(items)
    return run.finished()


class _Import:
    """One run over a source."""

    def __init__(self, source: Source, by: Actor, *, dry_run: bool) -> None:
        self._source = source
        self._by = by
        self._dry_run = dry_run
        self._file_hash = source.hash()
        # Systems take names of any bytes, databases only text.
        self._file_name = shortened(line(source.file_name), _BATCH_NAME) or _UNNAMED
        self._belongings = Belongings(dry_run=dry_run)
        self._told = Summary()

    def step(self, items: list[Item]) -> None:
        """Bring in some items."""
        step = Step(items, self._source, self._belongings, self._by)
        self._told.add(step.foretell() if self._dry_run else self._stored(step))

    def _stored(self, step: Step, *, attempts: int = 3) -> Summary:
        """Write the step; once more, when somebody took an address or a name at the same moment."""
        try:
            return self._written(step)
        except IntegrityError:
            if attempts == 1:
                raise
        self._belongings.forget()
        return self._stored(step, attempts=attempts - 1)

    def finished(self) -> Summary:
        """Close the batch, so that it can be adopted, and return the whole summary."""
        self._told.state(self._source.facts())
        if not self._dry_run:
            with transaction.atomic():
                _one_at_a_time()
                self._close()
        return self._told

    @transaction.atomic
    def _written(self, step: Step) -> Summary:
        _one_at_a_time()
        # Another process may import the same file at this moment: then both fill one batch.
        resumed = self._unfinished()
        told, happenings = step.bring(self._open_batch, resumed=resumed.pk if resumed else None)
        if happenings:
            record_all(happenings, by=self._by)
        return told

    def _open_batch(self) -> Batch:
        """Return the batch that new things belong to: that of this file unless it is closed."""
        return self._unfinished() or begin_batch(
            source=self._source.format,
            file_name=self._file_name,
            file_hash=self._file_hash,
            by=self._by,
        )

    def _of_this_file(self) -> Batch | None:
        same = Batch.objects.filter(source=self._source.format, file_hash=self._file_hash)
        return same.order_by("-pk").first()

    def _unfinished(self) -> Batch | None:
        found = self._of_this_file()
        return found if found and found.finished_at is None else None

    def _close(self) -> None:
        """Finish the batch, and those of older files that broke off: all they lacked is here now."""
        self._told.batch = self._of_this_file()
        happenings = [
            self._finished(batch, {NOTES: [_BROKE_OFF.format(self._file_name)]})
            for batch in self._broken_off()
        ]
        if self._told.batch and self._told.batch.finished_at is None:
            happenings.append(self._finished(self._told.batch, self._told.as_json()))
        if happenings:
            record_all(happenings, by=self._by)

    def _broken_off(self) -> list[Batch]:
        begun = Imported.objects.filter(source=self._source.format, origin=origin_of(self._source))
        unfinished = Batch.objects.filter(finished_at=None, pk__in=begun.values("batch"))
        return list(unfinished.exclude(file_hash=self._file_hash).order_by("pk"))

    def _finished(self, batch: Batch, summary: Mapping[str, Any]) -> Happening:
        finish_batch(batch, summary)
        facts = {"source": batch.source, "file": batch.file_hash, "things": batch.imported.count()}
        return Happening("import", subject_of(batch), facts)


def _one_at_a_time() -> None:
    """Wait until no other import writes; on SQLite BEGIN IMMEDIATE has seen to that."""
    connection = connections[router.db_for_write(Imported)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
