"""Long texts: cut between blocks, no word lost, and rendered in a time that grows no faster than they."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.pieces import pieces
from comments.sanitize import LONGEST_IMPORTED, MAX_LENGTH, render, render_stored

LIMIT = 200


def words(text: str) -> str:
    """Everything but white space and fences."""
    return re.sub(r"[\s`~]", "", text)


@given(st.text(st.sampled_from("ab `~\n>-*")).map(lambda text: text * 9))
def test_no_word_is_lost_and_no_piece_is_too_long(text):
    cut = list(pieces(text, LIMIT))
    assert all(len(piece) <= LIMIT for piece in cut)
    assert words("".join(cut)) == words(text)


def test_text_is_cut_between_its_blocks():
    blocks = [f"Block {number}. {'word ' * 20}".strip() for number in range(9)]
    cut = list(pieces("\n\n".join(blocks), LIMIT))
    assert [block for piece in cut for block in piece.split("\n\n")] == blocks


def test_fenced_code_stays_code_when_it_is_cut():
    code = "\n".join(f"line {number} *not bold*" for number in range(40))
    cut = list(pieces(f"Before.\n\n```\n{code}\n```\n\nAfter *this*.", LIMIT))
    html = "".join(render(piece).html for piece in cut)
    assert len(cut) > 3
    assert "<em>not bold</em>" not in html
    assert "<em>this</em>" in html
    assert html.count("line ") == 40


def test_blank_lines_inside_a_fence_are_no_place_to_cut():
    text = "```\nfirst\n\nsecond\n```"
    assert list(pieces(text, LIMIT)) == [text]


def test_short_text_is_rendered_as_ever():
    text = "Some *words*.\n\n- one\n- two"
    assert render_stored(text) == render(text)


@pytest.mark.parametrize("length", [MAX_LENGTH, MAX_LENGTH + 1, 60_000])
def test_markup_of_a_long_text_holds_to_its_end(length):
    block = "Some *words* here.\n\n"
    text = (block * (length // len(block) + 1))[:length]
    html = render_stored(text).html
    assert html.count("<em>words</em>") == text.count("*words*")


HOSTILE = {
    "quotes": "> ",
    "lists": "- ",
    "lists in quotes": "> - > - > - a\n",
    "brackets": "[",
    "links that open": "[a](",
    "stars": "*a **b ",
    "html": "<ul><li>",
    "backticks": "`a``b```c ",
    "fences": "```\na\n",
    "names": "a.com ",
    "schemes": "https://",
    "entities": "&amp;lt;",
    "one word": "x",
}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_of_any_length_is_rendered_in_pieces(pattern, monkeypatch):
    """No part that reaches the parsers is longer than a comment from the form, so the time is bounded."""
    from comments import sanitize

    lengths = []

    def counted(source: str) -> sanitize.Sanitized:
        lengths.append(len(source))
        return render(source)

    monkeypatch.setattr(sanitize, "render", counted)
    text = (pattern * LONGEST_IMPORTED)[:LONGEST_IMPORTED]
    html = render_stored(text).html
    assert max(lengths) <= MAX_LENGTH
    assert len(lengths) <= 2 * LONGEST_IMPORTED / MAX_LENGTH
    assert "<script" not in html
    assert html
