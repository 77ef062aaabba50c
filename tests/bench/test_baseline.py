"""The judge of the gate: a price is compared in times of the reference, and may change by a twentieth."""

from __future__ import annotations

import argparse
import json

import pytest

from bench.load.baseline import baseline_in, changed, keep, of_version, too_many
from bench.load.reference import Library, work

KEPT = {"reference": 25_000, "stored": 65_000, "unchanged": 66_000}


def with_stored(times: float) -> dict[str, int]:
    return {**KEPT, "stored": round(KEPT["stored"] * times)}


@pytest.mark.parametrize("times", [0.951, 0.96, 1.0, 1.04, 1.049])
def test_a_twentieth_either_way_passes(times):
    assert changed(with_stored(times), KEPT) == []


@pytest.mark.parametrize("times", [1.051, 1.06, 2])
def test_dearer_by_more_is_told(times):
    (said,) = changed(with_stored(times), KEPT)
    assert said.startswith(f"stored: {2.6 * times:.3f} times the reference, {times - 1:+.1%} to ")
    assert "Make it cheaper" in said


def test_cheaper_by_more_is_told_so_that_the_baseline_follows():
    (said,) = changed(with_stored(0.94), KEPT)
    assert "-6.0%" in said
    assert "It is cheaper now" in said


@pytest.mark.parametrize("build", [0.75, 0.9, 1.3])
def test_a_build_whose_python_takes_more_or_fewer_instructions_changes_nothing(build):
    elsewhere = {kind: round(number * build) for kind, number in KEPT.items()}
    assert changed(elsewhere, KEPT) == []
    elsewhere["stored"] = round(elsewhere["stored"] * 1.06)
    assert len(changed(elsewhere, KEPT)) == 1


def test_more_than_allowed_is_told_of_pages_and_not_of_the_reference():
    assert too_many({"reference": 9, "stored": 8, "rendered": 7}, 7) == [
        "stored: 8 instructions a request, and 7 are allowed."
    ]


def test_kind_that_was_not_kept_is_refused():
    with pytest.raises(ValueError, match="no figure for rendered: make it anew"):
        changed({**KEPT, "rendered": 9}, KEPT)


def test_patch_of_a_version_is_judged_by_its_minor_version():
    assert of_version({"3.1": {}, "3.11": KEPT}, "3.11.99") == KEPT


def test_version_that_was_not_kept_is_refused():
    with pytest.raises(ValueError, match=r"nothing for Python 3\.14, only for 3\.11"):
        of_version({"3.11": KEPT}, "3.14.0")


def test_figures_take_the_place_of_their_own_version_alone(tmp_path):
    path = tmp_path / "kept.json"
    keep(path, "3.11.2", KEPT)
    keep(path, "3.12.1", KEPT)
    keep(path, "3.11.7", with_stored(2))
    assert baseline_in(str(path)) == {"3.11": with_stored(2), "3.12": KEPT}


@pytest.mark.parametrize(
    "written",
    [None, "", "[1]", "{}", "stored", '{"3.11": 1}', '{"3.11": {"stored": 1}}']
    + [json.dumps({"3.11": {"reference": 5, "stored": wrong}}) for wrong in (0, "9", 1.5, None)],
)
def test_file_that_is_no_baseline_is_refused_before_anything_is_counted(tmp_path, written):
    if written is not None:
        (tmp_path / "kept.json").write_text(written)
    with pytest.raises(argparse.ArgumentTypeError, match=r"kept\.json"):
        baseline_in(str(tmp_path / "kept.json"))


def test_reference_does_its_work():
    work()
    with pytest.raises(LookupError, match="/letters/20/"):
        Library().hand_out({"SHELF": "/letters/20/"}, lambda *_: None)
