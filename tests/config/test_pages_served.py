"""Pages of a served site, by two processes: right after each decision, for all readers, whatever dies."""

from __future__ import annotations

import http.client
import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.config.test_serve import (  # noqa: F401 - fixtures
    Site,
    migrated,
    site,
    static,
    until,
)
from tests.config.test_stopping import web_processes
from tests.deciding_site import PATH, SCRIPT, Moderator, found_in
from tests.watched_pages import Change, Look, Readers, look, wrong

COMMENTS, DECISIONS, READERS = 20, 60, 12


@pytest.fixture
def moderator(site: Site) -> Iterator[Moderator]:  # noqa: F811
    """Somebody at the desk of a site that is served by two processes."""
    said = site.manage("shell", "--command", SCRIPT.format(count=COMMENTS))
    assert said.returncode == 0, said.stderr
    site.more["THROTTLE"] = "off"
    site.serve("--workers", "2")
    found = Moderator(site.port, found_in(said.stdout))
    yield found
    found.leave()


def test_every_reader_is_right_after_each_decision(site: Site, moderator: Moderator) -> None:  # noqa: F811
    with Readers(site.port, PATH, READERS) as readers:
        changes = [moderator.decide() for _ in range(DECISIONS)]
    looks = [look for looks in readers.looks for look in looks]
    assert {look.status for look in looks} == {200}
    assert len({look.seen for look in looks}) > 10
    assert wrong(looks, changes, COMMENTS) == []


def test_look_that_is_too_old_is_found() -> None:
    change = Change(1.0, 2.0, 0, is_public=True)
    assert wrong([Look(2.5, 3.0, 200, frozenset())], [change], 1)
    assert wrong([Look(0.1, 0.9, 200, frozenset({0}))], [change], 1)
    assert wrong([Look(2.5, 3.0, 200, frozenset({0, 9}))], [change], 1)
    either = [Look(1.2, 1.5, 200, seen) for seen in (frozenset(), frozenset({0}))]
    assert wrong(either, [change], 1) == []


@pytest.mark.parametrize("how_many", [1, 2])
def test_killed_processes_come_back_and_show_what_was_decided(
    site: Site,  # noqa: F811
    moderator: Moderator,
    how_many: int,
) -> None:
    until(lambda: len(web_processes(site)) == 2)
    moderator.decide()
    for pid in sorted(web_processes(site))[:how_many]:
        os.kill(pid, signal.SIGKILL)
    until(lambda: answers(site))
    public = {n for n, one in enumerate(moderator.waiting) if one.is_public}
    with closing(http.client.HTTPConnection("localhost", site.port, timeout=30)) as connection:
        assert look(connection, PATH).seen == public


def answers(site: Site) -> bool:  # noqa: F811
    try:
        return site.get("/healthz")[0] == 200
    except OSError:
        return False
