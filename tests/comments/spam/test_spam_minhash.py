"""Signatures: the same for the same shingles, and as alike as the texts are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.spam.minhash import (
    BANDS,
    COMPARED_CHARACTERS,
    PLACES,
    bands,
    keys_of,
    likeness,
    shingles,
    signature,
    squeezed,
)
from tests.pace import seconds

SETS = st.sets(st.text(min_size=1, max_size=5), min_size=1, max_size=60)
PAIRS = 300


def pair_of(likely: float, draw: random.Random) -> tuple[set[str], set[str]]:
    """Two sets of 120 shingles in all, about `likely` of which are in both."""
    words = [f"{draw.getrandbits(40):x}" for _ in range(120)]
    both = words[: round(likely * len(words))]
    apart = words[len(both) :]
    return {*both, *apart[::2]}, {*both, *apart[1::2]}


def share_that_meets(likely: float) -> float:
    draw = random.Random(7)
    pairs = [pair_of(likely, draw) for _ in range(PAIRS)]
    met = [set(bands(signature(a))) & set(bands(signature(b))) for a, b in pairs]
    return sum(map(bool, met)) / PAIRS


@given(SETS, st.randoms(use_true_random=False))
def test_same_shingles_in_any_order_have_the_same_signature(of: set[str], draw: random.Random):
    shuffled = sorted(of)
    draw.shuffle(shuffled)
    assert signature(shuffled) == signature(of) == signature([*shuffled, *shuffled])


@given(SETS, SETS)
def test_each_value_of_a_union_is_the_lesser_one_of_its_parts(one: set[str], other: set[str]):
    both = tuple(map(min, signature(one), signature(other)))
    assert signature(one | other) == both


@given(st.text(max_size=700))
def test_keys_are_as_many_as_the_bands_or_none_and_fit_a_column(text: str):
    keys = keys_of(text)
    assert len(keys) in {0, BANDS}
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert keys == keys_of(text)


def test_values_have_32_bits_and_are_the_same_on_every_machine():
    values = signature(shingles("why we raised the floor of the old mill"))
    assert len(values) == PLACES
    assert all(0 <= value < 2**32 for value in values)
    assert values[:3] == (52540534, 547929190, 61907856)


def test_estimate_is_as_near_as_chance_allows():
    draw = random.Random(3)
    off = []
    for number in range(PAIRS):
        one, other = pair_of(number / PAIRS, draw)
        agreeing = sum(map(int.__eq__, signature(one), signature(other)))
        off.append(agreeing / PLACES - likeness(one, other))
    # The deviation of a share of 24 is 0.1 at most: four of them for one pair, little on average.
    assert max(map(abs, off)) < 0.41
    assert abs(sum(off) / PAIRS) < 0.02


@pytest.mark.parametrize(
    ("likely", "least", "most"),
    [(0.8, 0.99, 1), (0.7, 0.99, 1), (0.5, 0.92, 1), (0.1, 0.03, 0.2), (0, 0, 0)],
)
def test_bands_meet_as_often_as_the_law_of_bands_says(likely: float, least: float, most: float):
    assert least <= share_that_meets(likely) <= most


def test_case_and_spaces_make_no_other_text():
    text = "My neighbour collects old radios and likes your words."
    assert keys_of(text.upper().replace(" ", " \n ")) == keys_of(text) != ()


@pytest.mark.parametrize("text", ["", " ", "+1", "Thanks for sharing!", "谢谢", "\ud800"])
def test_short_texts_are_not_looked_for(text: str):
    assert keys_of(text) == ()


def test_lone_surrogates_are_letters_like_others():
    assert len(keys_of("\ud800 and other remains of broken letters")) == BANDS


def test_only_the_beginning_of_a_long_text_counts():
    text = "".join(chr(97 + number * number % 26) for number in range(COMPARED_CHARACTERS))
    assert keys_of(text + "z" * 4_400) == keys_of(text)


def test_nothing_has_no_signature():
    with pytest.raises(ValueError, match="empty"):
        signature([])


def test_longest_text_takes_a_few_milliseconds():
    draw = random.Random(1)
    text = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz ", k=5_000))
    assert len(shingles(squeezed(text))) > 500
    assert seconds(lambda: keys_of(text), 0.02) < 0.02
