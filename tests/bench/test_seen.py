"""The row of a table on what readers saw: what is stale, what leaked, and how late a second machine was."""

from __future__ import annotations

from collections import Counter

from bench.load.seen import HEAD, Seen
from tests.watched_pages import Change, Look

ONE, NONE = frozenset({1}), frozenset[int]()
CHANGES = [Change(1.0, 2.0, shows=ONE), Change(10.0, 11.0, hides=ONE)]
RIGHT = Look(3.0, 3.1, 200, ONE)


def row(*by_node: list[Look], fresh: list[Look] | None = None) -> dict[str, str]:
    """The cells of a row by their headings."""
    seen = Seen(Counter(approve=2), CHANGES, 2, fresh or [], list(by_node), 10.0)
    return dict(zip(HEAD, seen.row("SQLite"), strict=True))


def test_what_is_right_is_counted_and_no_fault() -> None:
    assert list(row([RIGHT, RIGHT], fresh=[RIGHT]).values()) == (
        ["SQLite", "2", "1", "2", "0", "0", "0", ""]
    )


def test_faults_are_told_apart() -> None:
    too_few, hidden = Look(3.0, 3.1, 200, NONE), Look(12.0, 12.1, 200, ONE)
    found = row([too_few, hidden, Look(3.0, 3.1, 503, NONE)], fresh=[hidden])
    assert found["stale"] == "4"
    assert found["showed what was hidden"] == "2"
    assert found["answers ≥ 500"] == "1"


def test_second_machine_may_be_late_but_not_for_longer_than_its_lease() -> None:
    late = Look(12.5, 12.6, 200, ONE)
    found = row([RIGHT], [late])
    assert (found["stale"], found["2nd machine knew within ms"]) == ("0", "1,500")
    too_late = Look(17.0, 17.1, 200, ONE)
    assert row([RIGHT], [too_late])["stale"] == "1"
    never = Look(17.0, 17.1, 200, frozenset({7}))
    found = row([RIGHT], [never])
    assert (found["showed what was hidden"], found["2nd machine knew within ms"]) == ("1", "never")
