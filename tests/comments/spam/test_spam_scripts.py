"""Words of every script are read whole, also where vowels are marks on the letters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comments.spam import History, Verdict, assess
from comments.spam.learned.features import features_of
from comments.spam.learned.lessons import Lesson, fold
from comments.spam.learned.pieces import words_in
from comments.spam.tokens import words_of

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "genuine_scripts.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिन्दी में लिखा", ("हिन्दी", "में", "लिखा")),
        ("ภาษาไทย ที่นี่", ("ภาษาไทย", "ที่นี่")),
        ("مَرْحَبًا بكم", ("مَرْحَبًا", "بكم")),
        ("Don’t cafe\u0301", ("don't", "cafe\u0301")),
        ("\u0301\u0302 !", ()),
    ],
)
def test_a_word_keeps_its_marks(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words
    assert tuple(word for word in words_in(text) if word != "!") == words


@pytest.mark.parametrize("kind", sorted({row["kind"] for row in ROWS}))
def test_four_lessons_in_a_script_do_not_make_its_readers_spam(submission: Any, kind: str) -> None:
    sent = [
        submission(text=row["text"], name=f"{row['author']}", email_domain="", url="")
        for row in ROWS
        if row["kind"] == kind
    ]
    lessons = [Lesson(features_of(one).packed(), True, 0) for one in sent[:4]]
    taught = History(site=fold(lessons, today=0))
    verdicts = [assess(one, taught).verdict for one in sent[4:]]
    assert Verdict.SPAM not in verdicts
    assert verdicts.count(Verdict.HOLD) <= 1
