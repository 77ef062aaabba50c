"""The genuine half of our own training data: whole, varied, and copied from nowhere."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from comments.spam import History, Verdict, assess
from tests import shared

HERE = Path(__file__).parent
ROOT = Path(__file__).resolve().parents[3]
TRAINING = ROOT / "comments" / "spam" / "training"
FIELDS = {"text", "author", "email_domain", "url", "label", "kind"}
LONGEST = 2_500
LEAST = {"language": 80, "video": 60, "message": 60, "topical": 60, "praise": 80, "short": 60}
"""Rows of the kinds that a filter gets wrong most easily; every other kind has `FEWEST`."""
FEWEST = 9
EVERYBODYS = 40
"""Characters below which two people may well write the same: “Happy birthday to your dad!”."""

Row = dict[str, Any]


@cache
def training() -> tuple[tuple[str, Row], ...]:
    """Each row with the kind that its file is named for."""
    return tuple(
        (path.stem.removeprefix("genuine_"), json.loads(line))
        for path in sorted(TRAINING.glob("genuine_*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    )


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def shared_texts(name: str) -> set[str]:
    """Texts of a shared file; without it this fails, or skips where NO_SHARED=1 says so."""
    return {folded(row["text"]) for row in shared.rows(f"spam/{name}")}


def fault_of(kind: str, row: Row) -> str:
    """What is wrong with a row, or an empty string."""
    optional = [row.get(field) for field in ("author", "email_domain", "url")]
    faults = {
        "fields": row.keys() != FIELDS,
        "label or kind": row.get("label") != 0 or row.get("kind") != kind,
        "text": not isinstance(row.get("text"), str) or not 0 < len(row["text"]) <= LONGEST,
        "empty text": not str(row.get("text", "")).strip(),
        "optional field": not all(value is None or isinstance(value, str) for value in optional),
        "url": not str(row.get("url") or "https://").startswith(("http://", "https://")),
        "domain": "@" in str(row.get("email_domain") or ""),
    }
    return next((name for name, is_wrong in faults.items() if is_wrong), "")


def test_every_row_is_whole() -> None:
    assert [(fault, row) for kind, row in training() if (fault := fault_of(kind, row))] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"label": 1}, "label or kind"),
        ({"kind": "other"}, "label or kind"),
        ({"text": ""}, "text"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
        ({"text": " \n"}, "empty text"),
        ({"author": 7}, "optional field"),
        ({"url": "lena.example"}, "url"),
        ({"email_domain": "lena@example.org"}, "domain"),
        ({"more": 1}, "fields"),
    ],
)
def test_a_broken_row_is_seen(change: Row, fault: str) -> None:
    whole = {**dict.fromkeys(FIELDS), "text": "Agreed.", "label": 0, "kind": "short"}
    assert fault_of("short", whole) == ""
    assert fault_of("short", whole | change) == fault


def test_no_text_stands_twice_here_or_in_the_tests() -> None:
    tests = [
        row for name in ("genuine", "genuine_scripts") for row in rows_of(HERE / f"{name}.jsonl")
    ]
    count = Counter(folded(row["text"]) for row in [*tests, *(row for _, row in training())])
    assert [text for text, times in count.items() if times > 1] == []


def test_every_kind_has_enough_rows() -> None:
    count = Counter(kind for kind, _ in training())
    assert count.total() >= 1_300
    assert len(count) >= 35
    assert {kind: n for kind, n in count.items() if n < LEAST.get(kind, FEWEST)} == {}
    assert LEAST.keys() <= count.keys()


def test_lengths_and_links_vary_as_readers_do() -> None:
    rows = [row for _, row in training()]
    lengths = [len(row["text"]) for row in rows]
    assert min(lengths) <= 3
    assert max(lengths) >= 2_200
    assert sum(length >= 300 for length in lengths) >= 120
    assert 0.33 <= sum(bool(row["url"]) for row in rows) / len(rows) <= 0.5


@pytest.mark.parametrize("name", ["train.jsonl", "train_extra.jsonl", "public_test.jsonl"])
def test_no_text_was_copied_from_the_shared_comments(name: str) -> None:
    theirs = shared_texts(name)
    assert len(theirs) > 1_000
    ours = [*(row for _, row in training()), *rows_of(HERE / "genuine_scripts.jsonl")]
    long = {folded(row["text"]) for row in ours if len(row["text"]) >= EVERYBODYS}
    assert len(long) > 1_000
    assert long & theirs == set()


def test_missing_comments_fail_unless_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SHARED", raising=False)
    with pytest.raises(pytest.fail.Exception, match=r"nowhere\.jsonl is absent"):
        shared_texts("nowhere.jsonl")
    monkeypatch.setenv("NO_SHARED", "1")
    with pytest.raises(pytest.skip.Exception, match=r"nowhere\.jsonl is absent"):
        shared_texts("nowhere.jsonl")


def test_comments_in_other_scripts_are_not_spam(submission: Any) -> None:
    rows = rows_of(HERE / "genuine_scripts.jsonl")
    count = Counter(row["kind"] for row in rows)
    assert len(rows) >= 40
    assert count.keys() == {"chinese", "cyrillic", "arabic", "hindi"}
    assert min(count.values()) >= 10
    called = [row["text"] for row in rows if verdict_on(row, submission) is Verdict.SPAM]
    assert called == []


def verdict_on(row: Row, submission: Any) -> Verdict:
    fields = {field: row[field] or "" for field in ("text", "email_domain", "url")}
    return assess(submission(**fields, name=row["author"] or ""), History.empty()).verdict
