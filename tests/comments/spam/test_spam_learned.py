"""The learned part: features, shipped weights, and what the desk is told of them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam import History, Verdict, assess
from comments.spam.learned import weights
from comments.spam.learned.features import Features, features_of
from comments.spam.learned.model import judge, probability, words_that_counted
from comments.spam.learned.table import PLACES, UNIT, Group
from comments.spam.learned.weights import SHIPPED, DamagedModelError, SiteWeights, read_model
from tests.pace import seconds

NOTHING = SiteWeights()
SALE = "Buy cheap backlinks for your website, guaranteed first page of Google"
groups = st.builds(
    Group,
    st.sampled_from(["words", "letters", "name", "link", "signs", "found"]),
    st.integers(1, UNIT),
    st.lists(st.integers(0, PLACES - 1), max_size=20, unique=True).map(lambda p: tuple(sorted(p))),
)


def test_words_of_a_sale_weigh_more_than_words_of_a_reader(submission: Any) -> None:
    sale = probability(features_of(submission(text=SALE)), NOTHING)
    reader = probability(features_of(submission()), NOTHING)
    assert reader < 0.1 < 0.5 < sale


def test_the_rows_and_the_prior_sum_to_the_probability(submission: Any) -> None:
    found = assess(submission(text=SALE, post_title="", post_text=""), History.empty())
    assert found.score == pytest.approx(
        probability(features_of(submission(text=SALE)), NOTHING), abs=1e-3
    )
    assert {"learned_words", "learned_letters", "learned_signs"} <= {
        e.check for e in found.evidence
    }


def test_the_words_that_counted_are_words_of_the_text(submission: Any) -> None:
    told = words_that_counted(features_of(submission(text=SALE)), NOTHING)
    sizes = [abs(weight) for _, weight in told]
    assert sizes == sorted(sizes, reverse=True)
    assert {word for word, _ in told} <= set(SALE.lower().replace(",", "").split())
    assert dict(told)["cheap"] > 0


def test_how_a_text_begins_and_ends_counts_beside_its_words(submission: Any) -> None:
    def places(text: str) -> int:
        (group,) = (one for one in features_of(submission(text=text)).groups if one.name == "words")
        return len(group.places)

    assert places("Nice") == 1 + 2
    assert places("Nice talk") == 2 + 1 + 4
    assert places("one two three four five") == 5 + 4 + 6


def test_a_text_without_a_word_has_no_word_that_counted(submission: Any) -> None:
    assert words_that_counted(features_of(submission(text="🙂 12 !")), NOTHING) == []


@given(st.lists(groups, max_size=6))
def test_packed_features_come_back(some: list[Group]) -> None:
    features = Features(tuple(some))
    assert Features.unpack(features.packed()).groups == features.groups


@given(st.binary(max_size=60))
def test_other_bytes_are_refused_or_are_features(stored: bytes) -> None:
    try:
        features = Features.unpack(stored)
    except ValueError:
        return
    assert features.packed() == stored


def test_packed_features_hold_no_word(submission: Any) -> None:
    packed = features_of(submission(text="Zanzibar", name="Quetzalcoatl")).packed()
    assert b"zanzibar" not in packed.lower()
    assert b"quetzal" not in packed.lower()


@pytest.mark.parametrize("left", [0, 1, PLACES, 3 * PLACES - 1])
def test_a_model_cut_short_holds_and_says_so(
    submission: Any, tmp_path: Path, monkeypatch: Any, caplog: Any, left: int
) -> None:
    cut = tmp_path / "shipped.bin"
    cut.write_bytes(SHIPPED.read_bytes()[:left])
    cut.with_suffix(".json").write_bytes(SHIPPED.with_suffix(".json").read_bytes())
    monkeypatch.setattr(weights, "SHIPPED", cut)
    weights.shipped.cache_clear()
    with caplog.at_level(logging.ERROR, "comments.spam.assessment"):
        found = assess(submission(), History.empty())
    weights.shipped.cache_clear()
    assert found.verdict is Verdict.HOLD
    assert found.failed == ("learned",)
    assert "learned weights" in caplog.text


@pytest.mark.parametrize(
    "card", ["", "[]", "{}", '{"step": "x", "sha256": "y"}', '{"step": 1, "sha256": "y"}']
)
def test_a_card_of_something_else_is_refused(tmp_path: Path, card: str) -> None:
    model = tmp_path / "model.bin"
    model.write_bytes(SHIPPED.read_bytes())
    model.with_suffix(".json").write_text(card)
    with pytest.raises(DamagedModelError):
        read_model(model)


def test_a_model_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedModelError, match="cannot be read"):
        read_model(tmp_path / "none.bin")


def test_the_model_is_small_and_its_card_says_where_it_comes_from() -> None:
    card = json.loads(SHIPPED.with_suffix(".json").read_bytes())
    assert SHIPPED.stat().st_size <= 2 * 1024 * 1024
    assert all(source["licence"] for source in card["sources"])
    assert sum(source["spam"] for source in card["sources"]) == card["rows"]["spam"]
    assert card["limits"]


def test_loading_takes_less_than_fifty_milliseconds() -> None:
    assert seconds(lambda: read_model(SHIPPED), 0.05) < 0.05


def test_an_ordinary_comment_takes_a_millisecond(submission: Any) -> None:
    sent = [submission(text=f"{SALE} in {number} days. " * 3) for number in range(100)]
    judge(features_of(sent[0]), NOTHING)
    spent = seconds(lambda: [judge(features_of(one), NOTHING) for one in sent], 0.1)
    assert spent < 0.1


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=40))
def test_five_thousand_characters_of_anything_are_quick(pattern: str) -> None:
    from tests.comments.spam.conftest import make_submission

    sent = make_submission(text=(pattern * 5_000)[:5_000])
    assert seconds(lambda: judge(features_of(sent), NOTHING), 0.05) < 0.05


def test_genuine_comments_in_other_scripts_are_not_spam(submission: Any) -> None:
    rows = (Path(__file__).parent / "genuine_scripts.jsonl").read_text("utf-8").splitlines()
    sent = [json.loads(row) for row in rows]
    assert len(sent) >= 40
    called = [
        row["text"]
        for row in sent
        if assess(
            submission(text=row["text"], name=row.get("author") or row.get("name") or ""),
            History.empty(),
        ).verdict
        is Verdict.SPAM
    ]
    assert called == []
