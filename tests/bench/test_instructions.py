"""The gate on instructions: what two files of callgrind say, and when it is too much."""

from __future__ import annotations

import argparse
import json

import pytest

from bench.instructions import baseline_in, complaints, per_request

FOUND = {"benchmark": "instructions", "python": "3.11.7", "stored": 100_000, "rendered": 9_000_000}


def part(total: int) -> str:
    return f"version: 1\ncreator: callgrind\nevents: Ir\n\nfn=(1) f\n1 {total}\n\ntotals: {total}\n"


def test_what_both_halves_have_once_falls_out():
    assert per_request([part(7_000 + 10 * 250), part(7_000 + 20 * 250)], requests=10) == 250


@pytest.mark.parametrize("parts", [[], [part(1)], [part(1), "version: 1\n"], [part(1)] * 3])
def test_other_files_are_refused(parts):
    with pytest.raises(ValueError, match="one total"):
        per_request(parts, requests=10)


def test_what_is_allowed_passes():
    assert complaints(FOUND, 9_000_000, None) == []
    assert complaints(FOUND, None, FOUND) == []


def test_more_than_allowed_is_told():
    (said,) = complaints(FOUND, 100_000, None)
    assert said == "rendered: 9,000,000 instructions a request, and 100,000 are allowed."


def test_five_percent_more_pass_and_a_little_more_does_not():
    baseline = {**FOUND, "stored": 95_240}
    assert complaints(FOUND, None, baseline) == []
    (said,) = complaints(FOUND, None, {**FOUND, "stored": 95_200})
    assert said == (
        "stored: 100,000 instructions a request, 5.0% above the 95,200 of the baseline."
    )


def test_baseline_of_another_python_is_refused():
    with pytest.raises(ValueError, match="make it anew"):
        complaints(FOUND, None, {**FOUND, "python": "3.12.1"})


def test_baseline_that_lacks_a_kind_is_refused():
    with pytest.raises(ValueError, match="no figure for rendered"):
        complaints(FOUND, None, {"python": "3.11.7", "stored": 1})


def test_baseline_is_read_from_what_was_written(tmp_path):
    (tmp_path / "kept.json").write_text(json.dumps(FOUND))
    assert baseline_in(str(tmp_path / "kept.json")) == FOUND


@pytest.mark.parametrize("written", [None, "", "[1]", "{}", "stored"])
def test_file_that_is_no_baseline_is_refused_before_anything_is_counted(tmp_path, written):
    if written is not None:
        (tmp_path / "kept.json").write_text(written)
    with pytest.raises(argparse.ArgumentTypeError, match=r"kept\.json"):
        baseline_in(str(tmp_path / "kept.json"))
