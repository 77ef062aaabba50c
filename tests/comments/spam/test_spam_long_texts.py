"""Long texts are read at both ends and around their links, at a bounded cost."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from comments.spam import History, assess
from comments.spam.learned.pieces import READ_CHARACTERS, readable
from tests.pace import TRIES, seconds

PROSE = "The river rose in the night and we carried the boxes upstairs before the others woke. "
SALE = "Buy cheap backlinks for your website, guaranteed first page of Google."
LONGEST = 5_000
LIMIT = 0.010
"""Seconds of processor time for the longest text: 5 ms, 7 where letters carry marks, and a busy machine."""
MANY = 20


def of_letters(letters: str) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices(letters, k=chance.randint(4, 10)))


def an_anagram(chance: random.Random) -> str:
    return "".join(chance.sample("reading", 7))


KINDS: dict[str, Callable[[random.Random], str]] = {
    "words of chance": of_letters("etaoinshrdlucmfwypvbgk"),
    "accented words": of_letters("éàöñçetaoinshr"),
    "Cyrillic words": of_letters("абвгдежзиклмнопрсту"),
    "words with marks": of_letters("कखगघािीुू"),
    "anagrams": an_anagram,
}


def filled(word: Callable[[random.Random], str], seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(word(chance) for _ in range(LONGEST // 4))[:LONGEST]


@pytest.mark.parametrize("place", ["begins", "ends"])
def test_what_sells_is_read_at_either_end_of_long_prose(submission: Any, place: str) -> None:
    long = PROSE * 40
    text = f"{SALE} {long}" if place == "begins" else f"{long} {SALE}"
    assert SALE in readable(submission(text=text))
    alone, selling = (assess(submission(text=one), History.empty()) for one in (long, text))
    assert selling.score > alone.score


def test_words_around_a_link_in_the_middle_are_read(submission: Any) -> None:
    text = f"{PROSE * 20}cheap backlinks at https://links.example/a today, hurry. {PROSE * 20}"
    read = readable(submission(text=text))
    assert "cheap backlinks at" in read
    assert "today, hurry" in read
    assert len(read) <= READ_CHARACTERS


def test_a_text_that_is_not_long_is_read_whole(submission: Any) -> None:
    text = (PROSE * 20)[:READ_CHARACTERS].strip()
    assert readable(submission(text=text)) == text


@pytest.mark.parametrize("kind", KINDS)
def test_five_thousand_characters_of_new_words_take_a_few_milliseconds(
    submission: Any, kind: str
) -> None:
    assess(submission(text="Once, so that lists are read."), History.empty())
    new = iter([submission(text=filled(KINDS[kind], seed)) for seed in range(TRIES * MANY)])

    def judge_many() -> None:
        for sent in islice(new, MANY):
            assess(sent, History.empty())

    assert seconds(judge_many, MANY * LIMIT) < MANY * LIMIT
