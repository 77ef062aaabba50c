"""The estimate of what fits on the first screen of a telephone, and the advice that follows from it."""

from __future__ import annotations

import pytest

from blog.advice import Advice, Draft, advice_on
from blog.first_screen import lines_too_many
from blog.words import BRIEF_POINT_LENGTH, BRIEF_POINTS

WORDS = (
    "We closed the works because nobody would buy what it made, and we did so four years late. " * 4
)
POINT = WORDS[:BRIEF_POINT_LENGTH].strip()
FULL = (POINT,) * BRIEF_POINTS
TITLE = "Why we closed the works at Haarlem on a Friday and what we owe to those who left"


def first_screen(draft: Draft) -> list[Advice]:
    """The advice on a draft that is about the first screen."""
    return [advice for advice in advice_on(draft) if advice.kind == "first screen"]


def test_long_title_and_the_longest_brief_fit():
    assert len(TITLE) == 80
    assert lines_too_many(TITLE, "Written by Dana Whitfield", FULL) == 0
    assert first_screen(Draft(body="", title=TITLE, brief=FULL)) == []


def test_no_brief_is_never_too_long():
    assert lines_too_many("long " * 40, "long " * 40, ()) == 0
    assert first_screen(Draft(body="", title="long " * 40, brief=("", "", ""))) == []


def test_every_more_line_of_the_title_is_one_too_many_or_more():
    counts = [lines_too_many("Long words " * n, "Written by Dana", FULL) for n in range(8, 18)]
    assert counts == sorted(counts)
    assert counts[-1] > 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": (TITLE + " ") * 2, "brief": FULL}, "brief_3"),
        ({"title": TITLE, "brief": FULL, "authorship_detail": "many colleagues " * 12}, "brief_3"),
        (
            {"title": TITLE * 2, "brief": FULL[:2], "authorship_detail": "colleagues " * 18},
            "brief_2",
        ),
    ],
)
def test_editor_is_told_what_does_not_fit(said, field):
    (advice,) = first_screen(Draft(body="", **said))
    assert advice.field == field
    assert advice.sentence.startswith("On a phone the first screen ends about ")
    assert "Shorten" in advice.sentence


def test_one_line_is_said_in_the_singular():
    briefs = ((POINT, POINT, POINT[: 40 * lines]) for lines in range(3, 7))
    found = [
        first_screen(Draft(body="", title="Long words " * 12, brief=brief)) for brief in briefs
    ]
    sentences = [advice.sentence for advices in found for advice in advices]
    assert any("about 1 line before" in sentence for sentence in sentences)
    assert any("about 2 lines before" in sentence for sentence in sentences)
