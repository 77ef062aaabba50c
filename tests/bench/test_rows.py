"""What is asked of a server: whole requests, tags, heads, and an end where an answer is another."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from bench.load import rows
from bench.load.rows import Row, head, page, slow, unchanged
from bench.load.servers import Server
from tests.bench import answering
from tests.bench.answering import BODY, Pages


def row(port: int, path: str = "/tagged") -> Row:
    return slow(page("ours", Server(port, (os.getpid(),)), path))


def test_row_tells_what_an_answer_weighs(port: int):
    asked = row(port)
    assert [each.size() for each in (asked, head(asked), unchanged(asked))] == [len(BODY), 0, 0]


def test_tag_is_asked_for_anew_for_each_round(port: int, monkeypatch):
    asked = unchanged(row(port))
    asked.measure(0)
    monkeypatch.setattr(answering, "TAG", '"two"')
    asked.measure(0)
    assert (asked.name, asked.status) == ("ours, 304", 304)


def test_page_without_a_tag_ends_the_benchmark(port: int):
    with pytest.raises(SystemExit, match="no ETag"):
        unchanged(row(port, "/page")).measure(0)


@pytest.mark.parametrize("change", [lambda asked: asked, head, unchanged])
def test_each_row_is_measured_once_in_each_round(port: int, change):
    asked = change(row(port))
    other = replace(asked, name="theirs")
    found = rows.measure([asked, other], rounds=2, seconds=0)
    assert {name: len(rounds) for name, rounds in found.items()} == {asked.name: 2, "theirs": 2}
    assert all(each.cpu >= 0 and each.rate > 0 for rounds in found.values() for each in rounds)


def test_each_post_has_a_body_of_its_own(port: int):
    bodies = iter([b"name=Ada", b"name=Grace+Hopper"])
    asked = replace(row(port), method="POST", status=303, connections=2, body=lambda: next(bodies))
    asked.measure(0)
    assert sorted(Pages.received) == [b"name=Ada", b"name=Grace+Hopper"]


def test_another_answer_ends_the_benchmark(port: int):
    with pytest.raises(SystemExit, match="/missing answered 404"):
        row(port, "/missing").size()
    with pytest.raises(SystemExit, match="2 of 2 requests failed"):
        row(port, "/missing").measure(0)
