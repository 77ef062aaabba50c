"""Readers in a process of their own: what they see is told, to the last look, and faults with it."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.load.watching import Watch, watching
from tests.bench.answering import Pages

PATIENCE = 60


def watch(port: int, path: str, readers: int) -> Watch:
    return Watch(port, "blog.example", path, readers, pause=0.01)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.01)


def test_every_look_is_told(port: int) -> None:
    began = time.monotonic()
    with watching(watch(port, "/page", 3)) as looks:
        until(lambda: Pages.served >= 9)
    assert len(looks) == Pages.served
    assert {one.status for one in looks} == {200}
    assert all(began < one.asked < one.had < time.monotonic() for one in looks)


def test_reader_whose_connection_breaks_tells_so_and_goes(port: int) -> None:
    with watching(watch(port, "/broken", 2)) as looks:
        until(lambda: Pages.served == 2)
    assert [one.status for one in looks] == [0, 0]


def test_refusal_is_a_look_as_well(port: int) -> None:
    with watching(watch(port, "/missing", 1)) as looks:
        until(lambda: Pages.served > 1)
    assert {one.status for one in looks} == {404}
