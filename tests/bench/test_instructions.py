"""Counting instructions: what callgrind's files say, and what ends a run."""

from __future__ import annotations

import json
import sys

import pytest

from bench import instructions
from bench.instructions import BLOCKS, per_request
from bench.load.baseline import of_version
from bench.load.calls import ask, asking, environ_of

COUNTS = {"reference": 25_000, "stored": 65_000, "unchanged": 66_000}


def part(total: int) -> str:
    return f"version: 1\ncreator: callgrind\nevents: Ir\n\nfn=(1) f\n1 {total}\n\ntotals: {total}\n"


@pytest.fixture
def judged(monkeypatch, tmp_path):
    """Run the gate on these counts, beside a baseline with COUNTS."""
    kept = tmp_path / "kept.json"

    def run(counts, *more, python="3.11.7"):
        kept.write_text(json.dumps({"3.11": COUNTS}))
        monkeypatch.setattr(instructions.platform, "python_version", lambda: python)
        monkeypatch.setattr(instructions, "on_sqlite", lambda *_, **__: None)
        monkeypatch.setattr(instructions, "counted", lambda *_: counts)
        gate = ["--only", "stored", "--only", "unchanged", "--baseline", str(kept), *more]
        monkeypatch.setattr(sys, "argv", ["instructions.py", *gate])
        instructions.main()

    return run


def test_what_happens_in_few_blocks_falls_out():
    blocks = [part(2_500)] * (BLOCKS - 2) + [part(900_000), part(3_000)]
    assert per_request(blocks, requests=10) == 250


@pytest.mark.parametrize(
    "parts",
    [[], [part(1)] * (BLOCKS - 1), [part(1)] * (BLOCKS + 1), [part(1)] * (BLOCKS - 1) + ["v: 1"]],
)
def test_other_files_are_refused(parts):
    with pytest.raises(ValueError, match="a total for each"):
        per_request(parts, requests=10)


def test_gate_passes_four_percent_more(judged, capsys):
    judged({**COUNTS, "stored": 67_600}, "--most", "100000")
    assert json.loads(capsys.readouterr().out)["stored"] == 67_600


@pytest.mark.parametrize("kind", ["stored", "unchanged"])
def test_gate_fails_six_percent_more(judged, kind):
    with pytest.raises(SystemExit, match=rf"^{kind}: .* \+6\.0% to the .* of the baseline"):
        judged({**COUNTS, kind: round(COUNTS[kind] * 1.06)}, "--most", "100000")


def test_gate_fails_above_what_is_allowed_to_anybody(judged):
    with pytest.raises(SystemExit, match="stored: 100,001 instructions a request, and 100,000 are"):
        judged({"reference": 38_461, "stored": 100_001, "unchanged": 100_000}, "--most", "100000")


def test_gate_fails_for_a_python_that_nobody_counted(judged):
    with pytest.raises(SystemExit, match=r"nothing for Python 3\.15, only for 3\.11"):
        judged(COUNTS, python="3.15.0")


def test_figures_that_fail_are_written_when_that_is_asked_for(judged, tmp_path):
    dearer = {**COUNTS, "stored": 80_000}
    with pytest.raises(SystemExit, match="stored"):
        judged(dearer, "--write", str(tmp_path / "new.json"))
    assert json.loads((tmp_path / "new.json").read_text()) == {"3.11": dearer}


def test_shipped_baseline_knows_what_the_gate_counts():
    kept = instructions.baseline.baseline_in(str(instructions.ROOT / "bench/instructions.json"))
    for python in ("3.11.7", "3.12.1", "3.13.0"):
        counts = of_version(kept, python)
        assert counts.keys() == COUNTS.keys()
        assert instructions.complaints(counts, 100_000, counts) == []


def answering(status, *headers):
    def application(environ, start_response):
        environ["wsgi.multithread"] = "changed"
        start_response(status, list(headers))
        return [environ["QUERY_STRING"].encode()]

    return application


def test_request_is_asked_anew_each_time():
    request = environ_of("/posts/?page=2", "HEAD", HTTP_HOST="blog.example")
    assert (request["PATH_INFO"], request["QUERY_STRING"]) == ("/posts/", "page=2")
    assert ask(answering("200 OK", ("A", "b")), request) == ("200 OK", [("A", "b")])
    assert request["wsgi.multithread"] is True


@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("stored", "404 Not Found", "/x/ answered 404 Not Found"),
        ("unchanged", "200 OK", "/x/ answered 200 OK"),
        ("rendered", "304 Not Modified", "/x/ answered 304"),
    ],
)
def test_answer_of_another_kind_ends_the_count(kind, status, says):
    once = asking(answering(status, ("ETag", '"one"')), "/x/", kind)
    with pytest.raises(SystemExit, match=says):
        once()


def test_page_without_a_tag_cannot_be_asked_for_with_it():
    with pytest.raises(SystemExit, match="no ETag"):
        asking(answering("200 OK"), "/x/", "unchanged")
