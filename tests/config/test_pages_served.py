"""Pages of a served site, by two processes: right after each decision, for all readers, whatever dies."""

from __future__ import annotations

import http.client
import math
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from blog.page_store.mirror import LEASE
from tests.config.test_serve import (  # noqa: F401 - fixtures
    Site,
    free_port,
    is_alive,
    migrated,
    site,
    static,
    until,
)
from tests.config.test_stopping import web_processes
from tests.deciders import Moderator
from tests.deciding_site import PATH, SCRIPT, found_in
from tests.watched_pages import Change, Judge, Look, Readers, look, wrong

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
    assert wrong(looks, changes) == []
    assert moderator.made.keys() >= {"approve", "reject", "undo", "edit", "accept_edit", "retract"}


def test_second_machine_is_right_within_the_lease(
    site: Site,  # noqa: F811
    moderator: Moderator,
    tmp_path: Path,
    database: str,
) -> None:
    if database == "sqlite":
        pytest.skip("A site on SQLite has one machine.")
    (tmp_path / "second").mkdir()
    second = Site(tmp_path / "second", site.static, free_port(), site.database_url, more=site.more)
    second.serve("--workers", "2")
    try:
        with Readers(second.port, PATH, READERS) as readers:
            changes = [moderator.decide() for _ in range(DECISIONS)]
    finally:
        second.end()
    judge, looks = Judge(changes), [look for looks in readers.looks for look in looks]
    assert {look.status for look in looks} == {200}
    assert len({look.seen for look in looks}) > 10
    assert [look for look in looks if not judge.is_right(look, late=LEASE)] == []


def test_pages_that_hear_of_no_change_are_found(site: Site, moderator: Moderator) -> None:  # noqa: F811
    site.end()
    site.more["DJANGO_SETTINGS_MODULE"] = "tests.deaf_site"
    site.serve("--workers", "2")
    with Readers(site.port, PATH, READERS) as readers:
        changes = [moderator.decide() for _ in range(DECISIONS)]
    looks = [look for looks in readers.looks for look in looks]
    assert {look.status for look in looks} == {200}
    assert len(wrong(looks, changes)) > READERS


def test_look_that_is_too_old_is_found() -> None:
    change = Change(1.0, 2.0, shows=frozenset({0}))
    assert wrong([Look(2.5, 3.0, 200, frozenset())], [change])
    assert wrong([Look(0.1, 0.9, 200, frozenset({0}))], [change])
    assert wrong([Look(2.5, 3.0, 200, frozenset({0, 9}))], [change])
    either = [Look(1.2, 1.5, 200, seen) for seen in (frozenset(), frozenset({0}))]
    assert wrong(either, [change]) == []


def test_judge_tells_how_late_a_look_is_and_what_it_leaks() -> None:
    judge = Judge([Change(1.0, 2.0, shows=frozenset({0})), Change(3.0, 4.0, hides=frozenset({0}))])
    late = Look(4.5, 4.6, 200, frozenset({0}))
    assert (judge.is_right(late), judge.is_right(late, late=1.0)) == (False, True)
    assert (judge.leaked(late), judge.leaked(late, late=1.0)) == (frozenset({0}), frozenset())
    assert judge.behind(late) == 0.5
    assert judge.behind(Look(4.5, 4.6, 200, frozenset())) == 0.0
    never = Look(4.5, 4.6, 200, frozenset({9}))
    assert (judge.behind(never), judge.leaked(never, late=9.0)) == (math.inf, frozenset({9}))


@pytest.mark.parametrize("how_many", [1, 2])
def test_killed_processes_come_back_and_show_what_was_decided(
    site: Site,  # noqa: F811
    moderator: Moderator,
    how_many: int,
) -> None:
    until(lambda: len(web_processes(site)) == 2)
    while not moderator.public:
        moderator.decide()
    killed = sorted(web_processes(site))[:how_many]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    # What waits at the door of one that is dying goes with it.
    until(lambda: not any(map(is_alive, killed)))
    until(lambda: answers(site))
    with closing(http.client.HTTPConnection("localhost", site.port, timeout=30)) as connection:
        assert look(connection, PATH).seen == moderator.public


def answers(site: Site) -> bool:  # noqa: F811
    try:
        return site.get("/healthz")[0] == 200
    except OSError:
        return False
