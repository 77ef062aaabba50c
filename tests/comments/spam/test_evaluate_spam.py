"""`manage.py evaluate_spam`: its figures, what it learns from, and what it says of odd files."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from comments.management.commands import evaluate_spam
from comments.spam.learned.weights import SHIPPED, read_model

SPAM = {"text": "Buy cheap viagra at http://pills.example now", "author": "Cheap Pills", "label": 1}
READER = {"text": "How long did the failover take, and who was awake?", "author": "Ann", "label": 0}


def written(folder: Path, *lines: Any) -> Path:
    file = folder / "rows.jsonl"
    told = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text("\n".join(told) + "\n", "utf-8")
    return file


def run(file: Path, **options: Any) -> str:
    out = StringIO()
    call_command("evaluate_spam", file, stdout=out, **options)
    return out.getvalue()


def figures(file: Path, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(file, json=True, **options))
    return found


def test_the_figures_are_told_as_json(tmp_path: Path) -> None:
    found = figures(written(tmp_path, SPAM, READER, READER))
    assert (found["lines"], found["spam"], found["genuine"]) == (3, 1, 2)
    assert found["auc"] == found["caught_at_0_1"] == found["caught_at_1"] == found["f1"] == 1
    assert 0 <= found["calibration_error"] < 0.5
    assert found["ms_per_comment"] > 0
    assert found["verdicts"]["genuine"] == {"publish": 2, "hold": 0, "spam": 0}
    assert sum(found["verdicts"]["spam"].values()) == 1


def test_the_figures_are_told_in_words_with_intervals(tmp_path: Path) -> None:
    told = run(written(tmp_path, SPAM, READER))
    assert "2 comments: 1 spam, 1 genuine." in told
    assert "Area under the curve: 1.000 (1.000 to 1.000)." in told
    assert "Caught where 0.5% of genuine comments are stopped: 100.0% (100.0% to 100.0%)." in told


def test_predictions_say_why_and_are_the_same_twice(tmp_path: Path) -> None:
    file, first, second = written(tmp_path, SPAM, READER), tmp_path / "one", tmp_path / "two"
    run(file, predictions=first)
    run(file, predictions=second)
    assert first.read_bytes() == second.read_bytes()
    rows = [json.loads(line) for line in first.read_text("utf-8").splitlines()]
    assert [row["verdict"] for row in rows][1] == "publish"
    assert all(0 <= row["score"] <= 1 for row in rows)
    assert {"check", "weight", "reason"} <= set(rows[0]["evidence"][0])


def test_the_first_lines_teach_and_the_rest_is_measured(tmp_path: Path) -> None:
    odd = {"text": "Flanges ship from Duisburg, ask us for the list.", "author": "Udo", "label": 1}
    file, plain, taught = (
        written(tmp_path, *[odd] * 40, odd, READER),
        tmp_path / "one",
        tmp_path / "two",
    )
    assert figures(file, predictions=plain)["lines"] == 42
    assert figures(file, learn=40, predictions=taught)["lines"] == 2
    before, after = (
        json.loads(made.read_text("utf-8").splitlines()[-2])["score"] for made in (plain, taught)
    )
    assert after > before + 0.1


def test_form_facts_that_are_not_known_do_not_count(tmp_path: Path) -> None:
    made = tmp_path / "out"
    run(written(tmp_path, READER, SPAM), predictions=made)
    rows = [json.loads(line) for line in made.read_text("utf-8").splitlines()]
    checks = {finding["check"] for row in rows for finding in row["evidence"]}
    assert not checks & {"timing", "origin", "trap", "overlap", "history", "duplicates"}


@pytest.mark.parametrize(
    "odd",
    [
        {"text": None, "author": None, "email_domain": None, "url": None, "label": 0},
        {"label": 1},
        {"text": 7, "label": True},
        {"text": "\ud800", "author": "\u0000", "url": "http://[::1", "label": "0"},
        {"text": "<b>hi</b> " * 2_000, "label": 0, "date": 5, "post": []},
        {"text": "x", "email_domain": "someone@example.org", "label": 1.0},
        {"text": "谢谢", "label": "spam"},
    ],
)
def test_odd_fields_are_read_as_well_as_may_be(tmp_path: Path, odd: dict[str, Any]) -> None:
    assert figures(written(tmp_path, odd, SPAM, READER))["lines"] == 3


def test_one_kind_alone_has_no_curve(tmp_path: Path) -> None:
    file = written(tmp_path, READER, READER)
    found = figures(file)
    assert found["auc"] is None is found["caught_at_1"] is found["f1"]
    assert "needs both kinds" in run(file)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not an object"),
        ('{"text": "x"}', "label"),
        ('{"text": "x", "label": 2}', "label"),
        ('{"text": "x", "label": NaN}', "label"),
        ('{"text": ["x"], "label": 1}', "“text” must be text"),
    ],
)
def test_a_broken_line_is_named_by_its_number(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(CommandError, match=f"Line 2: .*{why}"):
        run(written(tmp_path, READER, line))


def test_many_broken_lines_are_counted(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="9 lines cannot be used in all"):
        run(written(tmp_path, *["x"] * 9))


def test_a_file_that_is_absent_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.jsonl")
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path)
    with pytest.raises(CommandError, match="holds no comment"):
        run(written(tmp_path, "", " "))


@pytest.mark.parametrize("learn", [-1, 2, 3])
def test_learning_must_leave_something_to_measure(tmp_path: Path, learn: int) -> None:
    with pytest.raises(CommandError, match="must leave something to measure"):
        run(written(tmp_path, SPAM, READER), learn=learn)


def test_predictions_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run(written(tmp_path, SPAM, READER), predictions=tmp_path / "no" / "out")


def test_predictions_never_replace_the_comments(tmp_path: Path) -> None:
    file = written(tmp_path, SPAM, READER)
    kept = file.read_bytes()
    with pytest.raises(CommandError, match="write the predictions elsewhere"):
        run(file, predictions=tmp_path / "." / file.name)
    assert file.read_bytes() == kept


def test_damaged_weights_are_named_and_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "half.bin"
    half.write_bytes(SHIPPED.read_bytes()[:1_000])
    half.with_suffix(".json").write_bytes(SHIPPED.with_suffix(".json").read_bytes())
    monkeypatch.setattr(evaluate_spam, "shipped", lambda: read_model(half))
    with pytest.raises(CommandError, match=r"half\.bin is not what its card describes"):
        run(written(tmp_path, SPAM, READER), learn=1)


def test_blank_lines_and_a_byte_order_mark_are_no_comments(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(f"\ufeff{json.dumps(SPAM)}\r\n\r\n{json.dumps(READER)}".encode())
    assert figures(file)["lines"] == 2
