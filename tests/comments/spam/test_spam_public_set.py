"""Real comments of blogs that the weights were not fitted on: a floor under what is told apart.

The weights are fitted anew without `public_test`, from the same files as the shipped ones. Nothing of
the rows enters the project; the floor is in `spam_floor.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comments.spam.learned.features import features_of
from comments.spam.measures import area_under_curve, calibration_error, caught_at, f1, interval
from comments.spam.rows import read_rows
from comments.spam.training.examples import examples_of
from comments.spam.training.fitting import fit, log_odds
from comments.spam.training.own import OWN_FILES
from tests import shared

FLOOR = json.loads((Path(__file__).parent / "spam_floor.json").read_bytes())


def test_the_measures_are_right_on_small_examples() -> None:
    apart = [(0.1, False), (0.2, False), (0.8, True), (0.9, True)]
    assert area_under_curve(apart) == 1
    assert area_under_curve([(0.5, False), (0.5, True)]) == 0.5
    assert area_under_curve([(0.9, False), (0.1, True)]) == 0
    assert area_under_curve([(0.9, False)]) is None
    assert caught_at(0.5, apart) == 1
    assert caught_at(0.5, [(0.5, True)]) is None
    assert f1(apart, 0.15) == pytest.approx(0.8)
    assert calibration_error([(0.25, False), (0.25, True)]) == pytest.approx(0.25)
    assert calibration_error([(0.5, False), (0.5, True)]) == 0


def test_an_interval_surrounds_its_measure_and_repeats_itself() -> None:
    scored = [(at / 40, at % 3 == 0 or at > 30) for at in range(40)]
    found = interval(area_under_curve, scored)
    measured = area_under_curve(scored)
    assert found is not None
    assert measured is not None
    assert found.low < measured < found.high
    assert found == interval(area_under_curve, scored)


def test_weights_fitted_without_them_tell_spam_of_unseen_blogs_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [*OWN_FILES, *map(shared.file, ("spam/train.jsonl", "spam/train_extra.jsonl"))]
    table = fit(examples_of([row for file in files for row in read_rows(file)]))
    unseen = read_rows(shared.file("spam/public_test.jsonl"))
    scored = [(log_odds(table, features_of(row.submission)), row.is_spam) for row in unseen]
    auc, caught = area_under_curve(scored), caught_at(0.01, scored)
    assert auc is not None
    assert caught is not None
    with capsys.disabled():
        print(f"\nspam of {len(unseen)} unseen comments: AUC {auc:.3f}, caught at 1 % {caught:.1%}")
    assert auc >= FLOOR["auc"]
    assert caught >= FLOOR["caught_at_1"]
