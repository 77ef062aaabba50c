"""What changed between two texts."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from blog import differences
from blog.differences import MOST_EDITS, Piece, changes, compared, shortened
from blog.models import Author
from tests.cast import make_words
from tests.pace import seconds
from tests.pseudo import Alike, speak

LINE = st.lists(st.sampled_from(["river", "floor", "two", " ", ".", "ü", "\t"]), max_size=8)
TEXT = st.lists(LINE.map("".join), max_size=8).map("\n".join)


def marked(old: str, new: str) -> str:
    """The comparison as one line: what is gone in [-…-], what is new in {+…+}."""
    shape = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(shape[piece.kind].format(piece.text) for piece in compared(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("One.", "One.", "One."),
        ("", "One.", "{+One.+}"),
        ("One.", "", "[-One.-]"),
        ("It rose two metres.", "It rose three metres.", "It rose [-two-]{+three+} metres."),
        ("a\nb\nc\n", "a\nc\n", "a\n[-b\n-]c\n"),
        ("It was 7.49 euros", "It was 7.94 euros", "It was [-7.49-]{+7.94+} euros"),
        ("can", "can not", "can{+ not+}"),
    ],
)
def test_words_that_changed_are_marked(old, new, expected):
    assert marked(old, new) == expected


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_the_pieces(old, new):
    pieces = compared(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert all(piece.text for piece in pieces)


@given(TEXT)
def test_equal_texts_do_not_differ(text):
    assert all(piece.kind == "same" for piece in compared(text, text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n" * 4_999, "a\nb\n" * 2_499),
        ("a " * 2_499, "a b " * 1_249),
        ("a\n" * 99_999, "b\na\n" * 49_999),
        ("x " * 99_999, "y " * 99_999),
    ],
    ids=["lines", "words", "many lines", "many words"],
)
def test_texts_that_repeat_are_compared_in_a_moment(old, new):
    pieces = compared(old, new)
    assert seconds(lambda: compared(old, new), 5) < 5
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old


def test_small_change_in_a_long_text_is_found_word_by_word():
    old = "\n\n".join(f"Paragraph {number} says the same as ever." for number in range(2_000))
    new = old.replace("Paragraph 1000 says", "Paragraph 1000 means")
    assert [p.text for p in compared(old, new) if p.kind != "same"] == ["says", "means"]


def test_long_stretches_without_a_change_are_shortened_in_the_middle():
    (piece,) = shortened([Piece("same", "a" * 1_000)])
    assert len(piece.text) < 400
    assert " … " in piece.text
    kept = Piece("gone", "a" * 1_000)
    assert shortened([kept]) == [kept]


def test_only_parts_that_differ_are_told_under_their_names(ceo):
    old = make_words(ceo.author)
    new = make_words(ceo.author, brief=("One.",), disclosure="We own it.", authorship="guest")
    assert [change.label for change in changes(old, new)] == [
        "In brief",
        "How it was written",
        "Disclosure",
    ]


def test_first_text_is_all_new(ceo):
    labels = [change.label for change in changes(None, make_words(ceo.author))]
    assert labels == ["Title", "Who wrote it", "How it was written", "Text"]


def test_another_picture_under_the_same_words_is_a_change(ceo):
    old, new = (make_words(ceo.author, images=({"hash": h, "alt": "A river"},)) for h in "ab")
    assert [change.label for change in changes(old, new)] == ["Pictures"]


def test_many_lines_that_were_written_anew_cost_no_more_than_one(monkeypatch):
    steps = []
    step = differences._step
    monkeypatch.setattr(differences, "_step", lambda *said: steps.append(1) or step(*said))
    old = "\n".join(f"same {n}\n" + " ".join(f"a{n}x{w}" for w in range(400)) for n in range(60))
    new = "\n".join(f"same {n}\n" + " ".join(f"b{n}x{w}" for w in range(400)) for n in range(60))
    pieces = compared(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert len(steps) < 3 * MOST_EDITS**2


def test_a_part_with_the_name_of_another_is_told_all_the_same(settings, monkeypatch):
    speak("xx", settings=settings, monkeypatch=monkeypatch, catalogue=Alike)
    author = Author(pk=1, name="Dana Whitfield", slug="dana")
    old, new = make_words(author, disclosure="We own shares."), make_words(author, legend="A note.")
    with override("xx"):
        told = changes(old, new)
    assert [change.label for change in told] == [Alike.word] * 2
    assert [change.pieces for change in told] == [
        [Piece("gone", "We own shares.")],
        [Piece("new", "A note.")],
    ]
