"""Proving the record: walk the chain, recompute each hash, ask the apps about their own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger import guards
from ledger.models import GENESIS, Entry

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one subject (`entry 7`, `blog.post:12`), as a sentence for an auditor."""

    subject: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.sentence}"


Check = Callable[[], Iterable[Problem]]

_checks: list[Check] = []


def register_check(check: Check) -> Check:
    """Have `verify_ledger` ask `check` too; call it in AppConfig.ready(), or use it as a decorator.

    A check compares rows of its app with the entries of the record, both ways, and yields what
    does not fit. It should stream: the record may hold millions of entries.
    """
    if check not in _checks:
        _checks.append(check)
    return check


@dataclass
class Chain:
    """One walk along the record, in constant memory and without holding up writers.

    Attributes:
        entries: how many entries the walk has passed.
        sequence: the number of the last of them, 0 before the first.
        head: the hash of the last of them.
    """

    entries: int = 0
    sequence: int = 0
    head: str = GENESIS

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, in the order of the entries; an unreadable one ends the walk."""
        try:
            for entry in Entry.objects.order_by("sequence").iterator(chunk_size=_CHUNK):
                yield from self._problems_of(entry)
                self.entries += 1
                self.sequence, self.head = entry.sequence, entry.hash
        except (AttributeError, TypeError, ValueError):
            # SQLite keeps any text in any column, so a row may not even be an entry.
            yield Problem(f"entry {self.sequence + 1}", "it cannot be read.")

    def _problems_of(self, entry: Entry) -> Iterator[Problem]:
        name = f"entry {entry.sequence}"
        if entry.sequence != self.sequence + 1:
            yield Problem(name, f"the entries before it, from {self.sequence + 1}, are missing.")
        elif entry.previous != self.head:
            yield Problem(name, "it does not continue the entry before it.")
        if entry.hash != entry.compute_hash():
            yield Problem(name, "its content is not what its hash was taken over.")


def problems(chain: Chain) -> Iterator[Problem]:
    """Yield every problem: guards that are not in force, then the chain, then the apps' checks.

    Args:
        chain: a new walk; afterwards it knows the number of entries and the head.
    """
    for name in guards.missing():
        yield Problem(name, "this guard of the database is not in force; run manage.py migrate.")
    yield from chain.problems()
    for check in _checks:
        yield from check()


def kept_head_problem(kept: str) -> Problem | None:
    """Compare a head that somebody kept elsewhere, `12:9f86d0…`, with the entry of that number.

    It tells what the chain alone cannot: that the last entries are gone, or that somebody wrote
    the whole record anew.

    Raises:
        ValueError: `kept` is not a number, a colon and a hash.
    """
    number, _, expected = kept.partition(":")
    entry = Entry.objects.filter(sequence=int(number)).first()
    if entry is None:
        return Problem(f"entry {number}", "it was the head once and is gone.")
    if entry.hash != expected.strip().lower():
        return Problem(f"entry {number}", "its hash is not the one that was kept.")
    return None
