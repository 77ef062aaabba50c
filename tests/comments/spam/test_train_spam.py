"""`manage.py train_spam`: the same files give the same bytes, and odd files a clear sentence."""

from __future__ import annotations

import errno
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from comments.management.commands import train_spam
from comments.spam.learned.features import features_of
from comments.spam.learned.weights import read_model
from comments.spam.rows import Row
from comments.spam.training import examples as examples_module
from comments.spam.training.calibrating import calibrate
from comments.spam.training.examples import DROPPED, SPAM_SHARE, examples_of, weights_of
from comments.spam.training.fitting import Example, fit, log_odds
from comments.spam.training.own import OWN_FILES

ROOT = Path(__file__).resolve().parents[3]
IN_A_PROCESS = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from django.core.management import call_command
from comments.management.commands import train_spam
train_spam.OWN_FILES = (Path(sys.argv[1]),)
call_command(train_spam.Command(), model=Path(sys.argv[2]), date="2026-11-30")
"""
SALE, TALK = "Cheap pills, order number {} now", "The part on alarms, page {}, helped us"


def rows(count: int) -> list[Row]:
    return [
        Row(
            text=(SALE if number % 2 else TALK).format(number),
            author="Ann",
            email_domain="mail.example",
            url="http://ann.example" if number % 2 else "",
            is_spam=bool(number % 2),
            source=f"site {number % 6}",
        )
        for number in range(count)
    ]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few rows in place of the project's thousands, so that training takes no time."""
    file = tmp_path / "own.jsonl"
    told = (
        {"text": row.text, "label": int(row.is_spam), "kind": row.source, "url": row.url}
        for row in rows(24)
    )
    file.write_text("".join(json.dumps(one) + "\n" for one in told), "utf-8")
    monkeypatch.setattr(train_spam, "OWN_FILES", (file,))
    return file


def run(*files: Path, **options: Any) -> str:
    out = StringIO()
    call_command("train_spam", *files, stdout=out, **options)
    return out.getvalue()


def test_the_same_files_give_the_same_bytes(own: Path, tmp_path: Path) -> None:
    made = [tmp_path / "one.bin", tmp_path / "two.bin"]
    for model in made:
        run(own, model=model, date="2026-11-30")
    for ending in (".bin", ".json"):
        first, second = (model.with_suffix(ending).read_bytes() for model in made)
        assert first == second
    assert read_model(made[0]).weight(0) == read_model(made[1]).weight(0)


def test_the_same_bytes_come_from_any_folder_and_any_order_of_hashes(tmp_path: Path) -> None:
    """The project's own comments hold every kind of sign; one in fifty of them is enough."""
    lines = [line for file in OWN_FILES for line in file.read_bytes().splitlines()]
    (tmp_path / "own.jsonl").write_bytes(b"\n".join(lines[::50]))
    first = trained(tmp_path, Path("own.jsonl"), seed="1")
    second = trained(ROOT.parent, tmp_path / "own.jsonl", seed="4711")
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def trained(folder: Path, own: Path, *, seed: str) -> tuple[Path, Path]:
    """Train in a process of its own that works in `folder`; return the weights and their card."""
    model = (folder / own).parent / f"{seed}.bin"
    subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, str(own), str(model)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    return model, model.with_suffix(".json")


def test_the_card_counts_every_source_and_bears_its_hash(own: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.bin"
    told = run(model=model, date="2026-11-30")
    card = json.loads(model.with_suffix(".json").read_bytes())
    assert card["sha256"] in told
    assert card["date"] == "2026-11-30"
    assert card["rows"] == {"spam": 12, "genuine": 12}
    assert [one["source"] for one in card["sources"]] == [f"site {at}" for at in range(6)]


def test_what_was_trained_tells_the_two_kinds_apart(own: Path, tmp_path: Path) -> None:
    run(own, model=tmp_path / "model.bin")
    trained = read_model(tmp_path / "model.bin")
    sale, talk = (trained.log_odds(features_of(row.submission)) for row in (rows(2)[1], rows(2)[0]))
    assert talk < sale


def test_files_of_one_kind_are_refused(own: Path, tmp_path: Path) -> None:
    own.write_text('{"text": "x", "label": 1}\n', "utf-8")
    with pytest.raises(CommandError, match="both spam and"):
        run(model=tmp_path / "model.bin")


def test_a_broken_file_is_refused_by_its_line(own: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n", "utf-8")
    with pytest.raises(CommandError, match="Line 1: this is not JSON"):
        run(broken, model=tmp_path / "model.bin")


@pytest.mark.parametrize("place", ["no/model.bin", ".", "own.jsonl/model.bin", "model.json"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_trained(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(train_spam, "train", lambda *_: pytest.fail("this takes minutes"))
    with pytest.raises(CommandError, match=r"cannot be written|would stand"):
        run(model=tmp_path / place)


def test_a_full_disk_is_told_in_a_sentence(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(train_spam, "write", full)
    with pytest.raises(CommandError, match=r"model\.bin cannot be written: No space left"):
        run(model=tmp_path / "model.bin")


def test_without_a_file_or_a_place_nothing_is_overwritten(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped.bin"
    shipped.write_bytes(b"weights of many files")
    monkeypatch.setattr(train_spam, "SHIPPED", shipped)
    with pytest.raises(CommandError, match="Name files of judged comments"):
        run()
    assert shipped.read_bytes() == b"weights of many files"
    run(own)
    assert read_model(shipped).step > 0


def test_model_that_cannot_be_written_whole_leaves_the_one_there_is(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model.bin"
    run(own, model=model)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    written = []

    def full_disk(file: Path, content: bytes) -> int:
        written.append(file)
        with file.open("wb") as half:
            half.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(CommandError, match="cannot be written: No space left"):
        run(model=model, date="2026-12-01")
    assert written
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_only_our_own_rows_are_called_ours(own: Path, tmp_path: Path) -> None:
    told = [{"text": SALE.format(n), "label": 1, "source": "a stranger"} for n in range(3)]
    told[0]["licence"], told[1]["licence"] = "CC0", "written for this project"
    other = tmp_path / "other.jsonl"
    other.write_text("".join(json.dumps(one) + "\n" for one in told), "utf-8")
    run(other, model=tmp_path / "model.bin")
    card = json.loads((tmp_path / "model.json").read_bytes())
    licences = {(one["source"], one["licence"]) for one in card["sources"]}
    assert licences == {("a stranger", "CC0"), ("a stranger", "not told")} | {
        (f"site {at}", "written for this project") for at in range(6)
    }


def test_the_projects_own_comments_are_always_read() -> None:
    names = [file.name for file in OWN_FILES]
    assert names == sorted(names)
    assert any(name.startswith("spam_") for name in names)
    assert any(name.startswith("genuine_") for name in names)


def test_a_large_set_drowns_no_small_one() -> None:
    large = [row for row in rows(400) if row.source == "site 0"]
    small = [row for row in rows(40) if row.source == "site 2"]
    spam = [row for row in rows(9) if row.is_spam]
    weights = weights_of([*large, *small, *spam])
    totals = math.fsum(weights[: len(large)]), math.fsum(weights[len(large) : -len(spam)])
    assert totals[0] / totals[1] == pytest.approx(math.sqrt(len(large) / len(small)))
    assert math.fsum(weights) == pytest.approx(len(weights))


def test_copies_without_fields_share_a_part_of_their_rows_weight() -> None:
    talk = [row for row in rows(12) if not row.is_spam]
    examples = examples_of(talk)
    assert len(examples) == 3 * len(talk)
    whole = math.fsum(one.weight for one in examples)
    assert examples[0].weight / whole == pytest.approx((1 - DROPPED) / len(talk))


def test_what_fields_a_row_has_tells_less_of_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [replace(row, author="", email_domain="") for row in rows(40)]
    some[0] = replace(some[0], url="http://bob.example")

    def odds_with_link() -> float:
        weight = {True: 0.0, False: 0.0}
        for one in examples_of(some):
            if any(group.name == "link" for group in one.features.groups):
                weight[one.is_spam] += one.weight
        return weight[True] / weight[False]

    evened = odds_with_link()
    monkeypatch.setattr(examples_module, "EVENED", 0.0)
    assert odds_with_link() > 3
    monkeypatch.setattr(examples_module, "EVENED", 1.0)
    assert odds_with_link() == pytest.approx(SPAM_SHARE / (1 - SPAM_SHARE))
    assert odds_with_link() < evened < 3


def test_the_fit_is_where_no_row_wants_to_move() -> None:
    """At the optimum of the dual, the share of a row is its weight times its error."""
    examples = [Example(features_of(row.submission), row.is_spam, 1.0) for row in rows(12)]
    table = fit(examples, rounds=60)
    wanted = [0.0] * len(table)
    for one in examples:
        signed = 1 if one.is_spam else -1
        error = signed / (1 + math.exp(signed * log_odds(table, one.features)))
        for group in one.features.groups:
            for place in group.places:
                wanted[place] += error * group.scale / 1024
    assert max(abs(a - b) for a, b in zip(table, wanted, strict=True)) < 1e-3


def test_scores_that_are_too_sure_are_calibrated_down() -> None:
    some = rows(400)
    scores = [
        (6.0 if row.is_spam else -6.0) * (1 if at % 10 > 1 else -1) for at, row in enumerate(some)
    ]
    found = calibrate(scores, some)
    assert 0 < found.slope < 1
    assert found.probability(-6.0) < 0.1 < found.probability(6.0) < 0.95
