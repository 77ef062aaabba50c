"""Five thousand characters of anything are assessed, whatever they were made to exhaust.

`bench/spam_cost.py` says what it costs.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from comments.spam import History, Seen, assess
from comments.spam.checks.duplicates import MOST_COMPARED

CHARACTERS = 5_000


def filled(pattern: str) -> str:
    return (pattern * (CHARACTERS // len(pattern) + 1))[:CHARACTERS]


def shuffled_words(seed: int = 5) -> str:
    rng = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgk"
    return " ".join("".join(rng.choices(letters, k=7)) for _ in range(700))[:CHARACTERS]


HARD = {
    "one word": filled("a"),
    "spaces": filled(" "),
    "sentences": filled("The engineers rehearsed the failover and the alarm woke two of them. "),
    "gibberish": shuffled_words(),
    "links": filled("http://a.example "),
    "bare hosts": filled("a.com "),
    "dots": filled("a."),
    "hyphens": filled("a-"),
    "half a scheme": filled("http://"),
    "www": filled("www."),
    "open braces": filled("{"),
    "open choices": filled("{a|"),
    "one long choice": "{" + filled("a|")[:-1],
    "open brackets": filled("["),
    "open forum code": filled("[url="),
    "one long forum link": "[url=" + filled("a")[:-5],
    "open anchors": filled("<a href="),
    "one long anchor": "<a href=" + filled("x")[:-8],
    "nested anchors": "<a " + filled("href=")[:-3],
    "open markdown": filled("[a]("),
    "percent": filled("%name"),
    "selling": filled("casino backlinks viagra "),
    "praise": filled("nice blog, bookmarked, keep posting "),
    "look-alikes": filled("раypаl "),
    "chinese": filled("谢谢分享我们公司"),
    "arabic": filled("شكرا على الصراحة "),
    "emoji": filled("👩‍👩‍👧"),
    "marks": filled("a\u0301\u0302\u0303"),
    "growing when normalised": filled("\ufdfa"),
    "surrogates": filled("\ud800"),
}


@pytest.fixture(scope="module")
def busy_site() -> History:
    """As many earlier comments as are compared at most."""
    texts = [f"Comment {n}: we waited {n} minutes for the page. " * 6 for n in range(MOST_COMPARED)]
    return History(alike=tuple(Seen(text, "Ann", "", "approved") for text in texts))


@pytest.mark.parametrize("kind", HARD)
def test_the_longest_text_of_any_kind_is_assessed(
    submission: Any, busy_site: History, kind: str
) -> None:
    assessment = assess(submission(text=HARD[kind], name=HARD[kind]), busy_site)
    assert assessment.failed == ()
    assert 0 <= assessment.score <= 1


def test_repeating_a_long_text_that_is_known_is_assessed(submission: Any) -> None:
    text = HARD["sentences"]
    known = History(alike=tuple(Seen(text, "Ann", "", "approved") for _ in range(MOST_COMPARED)))
    assert any(
        finding.check == "duplicates"
        for finding in assess(submission(text=text + "!"), known).evidence
    )
