"""Spam of our own: the rows written by hand and those made from grammars."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.spam import letters, training
from comments.spam.training import noise
from comments.spam.training.generate import kinds, variants
from comments.spam.training.grammar import Grammar
from tests import shared
from tests.pace import seconds

FOLDER = Path(training.__file__).parent
FILES = sorted(FOLDER.glob("spam_*.jsonl"))
FIELDS = ["text", "author", "email_domain", "url", "label", "kind"]
LONGEST = 5_000
LEAST_ROWS, LEAST_KINDS = 700, 35
SEEDS = st.integers(min_value=0, max_value=2**32)
RUN = 6


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def written() -> list[dict[str, Any]]:
    return [row for path in FILES for row in rows_of(path)]


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def runs(text: str) -> set[tuple[str, ...]]:
    """The runs of six words, which two people hardly write alike by chance."""
    found = words(text).split()
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def share_known(text: str, known: set[tuple[str, ...]]) -> float:
    own = runs(text)
    return len(own & known) / len(own) if own else 0.0


def faults_of(row: dict[str, Any]) -> list[str]:
    """What is wrong with the fields of a row, in words."""
    text, author, domain, url = (row.get(name) for name in FIELDS[:4])
    rules = {
        "fields": list(row) == FIELDS,
        "label": row.get("label") == 1,
        "text": isinstance(text, str) and 0 < len(text) <= LONGEST and text == text.strip("\n"),
        "author": author is None or (author == author.strip() and 0 < len(author) <= 100),
        "domain": domain is None or re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain),
        "url": url is None or re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", url),
    }
    return [name for name, holds in rules.items() if not holds]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_line_is_a_whole_row_of_the_kind_its_file_names(path: Path) -> None:
    rows = rows_of(path)
    assert len(rows) >= 5
    assert {row["kind"] for row in rows} == {path.stem.removeprefix("spam_")}
    assert [(row["text"], faults_of(row)) for row in rows if faults_of(row)] == []


def test_judge_of_rows_sees_what_is_wrong() -> None:
    row = rows_of(FILES[0])[0]
    changes: dict[str, Any] = {"text": "", "label": 0, "url": "example.org", "author": " a"}
    for name, value in changes.items():
        assert faults_of(row | {name: value}) == [name]
    assert faults_of(row | {"email_domain": "a@b.org"}) == ["domain"]
    assert faults_of(row | {"more": 1}) == ["fields"]


def test_rows_are_many_of_many_kinds_and_none_is_there_twice() -> None:
    rows = written()
    assert len(rows) >= LEAST_ROWS
    assert len(Counter(row["kind"] for row in rows)) >= LEAST_KINDS
    assert Counter(words(row["text"]) or row["text"] for row in rows).most_common(1)[0][1] <= 2
    once = Counter((row["text"], row["author"], row["url"]) for row in rows)
    assert once.most_common(1)[0][1] == 1


def test_rows_are_of_many_lengths_and_fields_are_missing_as_they_are_in_life() -> None:
    rows = written()
    lengths = [len(row["text"]) for row in rows]
    assert min(lengths) == 1
    assert max(lengths) >= 1_500
    missing = {name: sum(row[name] is None for row in rows) / len(rows) for name in FIELDS[1:4]}
    assert 0 < missing["author"] < 0.1
    assert 0.01 < missing["email_domain"] < 0.3
    assert 0.1 < missing["url"] < 0.6


@pytest.mark.parametrize("name", ["train", "train_extra", "public_test"])
def test_no_row_comes_from_the_shared_sets_not_even_with_a_few_words_changed(name: str) -> None:
    theirs = rows_of(shared.file(f"spam/{name}.jsonl"))
    whole = {(row["text"], row["author"]) for row in theirs if row["author"]}
    known = {run for row in theirs for run in runs(row["text"])}
    for rows, most in ((written(), 0.2), (list(variants(2_000, seed=3)), 0.5)):
        assert [row for row in rows if (row["text"], row["author"]) in whole] == []
        assert [row["text"] for row in rows if share_known(row["text"], known) > most] == []


def test_measure_of_borrowed_words_sees_a_copy() -> None:
    known = set(runs("one two three four five six seven eight nine ten"))
    assert share_known("One, two three four five six; seven!", known) == 1
    assert share_known("one two three four five six and then we went home", known) < 0.2
    assert share_known("one two", known) == 0


def test_variants_are_whole_rows_of_every_kind_and_each_is_new() -> None:
    rows = list(variants(3_000, seed=5))
    assert [row for row in rows if faults_of(dict(row))] == []
    assert {row["kind"] for row in rows} == {kind.name for kind in kinds()}
    assert len({(row["text"], row["author"], row["url"]) for row in rows}) == len(rows)


@given(SEEDS)
def test_same_seed_gives_the_same_rows_and_a_larger_count_only_more(seed: int) -> None:
    rows = list(variants(30, seed))
    assert list(variants(30, seed)) == rows
    assert list(islice(variants(40, seed), 30)) == rows


def test_another_seed_gives_other_rows() -> None:
    assert list(variants(20, seed=1)) != list(variants(20, seed=2))
    assert list(variants(0, seed=1)) == []


def test_fewer_rows_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        next(variants(-1, seed=1))


def test_only_the_remains_of_templates_keep_their_braces_and_no_rule_is_left() -> None:
    for row in variants(3_000, seed=8):
        assert re.search("[{}]|%topic%|#URL#|insert link", row["text"]) is None or (
            row["kind"] == "spintax"
        )
        assert not re.search(r"\$[a-z]", f"{row['text']}{row['author']}{row['url']}")


def test_a_thousand_variants_take_less_than_a_second() -> None:
    assert seconds(lambda: list(variants(1_000, seed=4)), 1.0) < 1.0


def test_a_choice_is_made_a_rule_applied_and_a_word_bound() -> None:
    grammar = Grammar({"who": "{you|you} $what"}, {"what": lambda chance: "there"})
    assert grammar.filled("{hi|hi}, $who$what!", Random(1)) == "hi, you therethere!"
    assert grammar.bound(what="all").filled("{{$who}}fx", Random(1)) == "you allfx"
    with pytest.raises(KeyError):
        grammar.filled("$nobody", Random(1))


@given(SEEDS)
def test_open_template_keeps_a_choice_and_its_fields(seed: int) -> None:
    grammar = Grammar({}, {})
    made = grammar.left_open("{a|b} {c|d} {first_name}", Random(seed), 0.5)
    assert made.endswith("{first_name}")
    assert "|" in grammar.left_open("{a|b} {c|d}", Random(seed), 0.0)


@given(SEEDS)
def test_scrambled_words_keep_their_letters_and_their_ends(seed: int) -> None:
    text = "Thanks, this answer was really helpful!"
    made = noise.scrambled(text, Random(seed))
    assert [sorted(word) for word in made.split()] == [sorted(word) for word in text.split()]
    assert [word[0] for word in made.split()] == [word[0] for word in text.split()]


@given(SEEDS)
def test_slips_leave_addresses_alone(seed: int) -> None:
    address = "https://www.example.org/paths"
    assert noise.slipped(f"{address} wonderful", Random(seed)).startswith(address)


def test_slips_are_of_many_kinds() -> None:
    made = {noise.slipped("wonderful", Random(seed)) for seed in range(50)}
    assert len(made - {"wonderful"}) > 10


def test_mash_is_stranger_than_words() -> None:
    made = [noise.mash(Random(seed)) for seed in range(300)]
    latin = [bits for word in made if (bits := letters.surprise(word.lower())) is not None]
    assert len(latin) > 100
    assert sum(latin) / len(latin) > 4.5
    assert 4 <= min(map(len, made)) <= max(map(len, made)) <= 14
