"""What readers type, cleaned: words stay, what no reader can see goes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.text import MOST_MARKS, clean_line, clean_text

TRICKY = (
    "aA1 \t\n\r\0\x0b\x85\u2028#"
    "\u0301\u0308\u0338\u0345\u0488\u034f"  # marks
    "\u0627\u064b\u0653\u0915\u094d\u0d30\u1100\u1161\u11a8"  # letters that join or compose
    "\u200b\u200c\u200d\u2060\ufe0e\ufe0f\U000e0100\u3164\u2800"  # invisible
    "\u202e\u2066\ud800\ufffe\ufeff\U000e0041"  # unwanted
    "\u2194\u2764\U0001f469\U0001f3fd\U0001f4bb\U0001f3f4\u845b"  # pictures and an ideograph
)
any_text = st.text(st.one_of(st.characters(exclude_categories=[]), st.sampled_from(TRICKY)))


def test_clean_text_keeps_ordinary_text_as_it_is():
    text = "Dear Maria,\n\n\tthank you — that was “clear”. 谢谢 👩🏽‍🚀\n\nJonas"
    assert clean_text(text) == text


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_clean_text_makes_every_line_end_a_line_feed(line_end):
    assert clean_text(f"one{line_end}two") == "one\ntwo"


@pytest.mark.parametrize(
    "unwanted",
    (
        *("\0", "\x07", "\x1b", "\x7f", "\x9b", "\ud800", "\udfff", "\u202e", "\u2067"),
        *("\u200f", "\ufdd0", "\uffff", "\U0010fffe", "\ufeff", "\ufff9", "\U000e0041"),
    ),
)
@pytest.mark.parametrize("clean", [clean_text, clean_line])
def test_what_nobody_can_see_is_dropped(clean, unwanted):
    assert clean(f"be{unwanted}fore") == "before"


@pytest.mark.parametrize("clean", [clean_text, clean_line])
def test_letters_are_composed(clean):
    assert clean("Zoe\u0308") == "Zoë"


@pytest.mark.parametrize("clean", [clean_text, clean_line])
@pytest.mark.parametrize("between", ["", "\u200d"])
def test_marks_on_one_letter_are_capped(clean, between):
    cleaned = clean("x" + f"{between}\u0335" * 50 + "y")
    assert cleaned.count("\u0335") == MOST_MARKS


def test_clean_text_keeps_two_blank_lines_and_no_more():
    assert clean_text("a\n\n\nb") == "a\n\n\nb"
    assert clean_text("a\n \n\t\n\n\n\nb") == "a\n\n\nb"


def test_clean_text_drops_spaces_at_line_ends_and_around_the_whole():
    assert clean_text("\n  a  \n  b\t\n\n") == "a\n  b"


def test_clean_line_makes_white_space_one_space():
    assert clean_line("  Anna\t\u00a0\u3000 Berg\u2800\nCEO ") == "Anna Berg CEO"


@pytest.mark.parametrize(
    "invisible",
    ["\u200b", "\u200c", "\u200d", "\u2060", "\u2063", "\u00ad", "\u034f", "\u3164", "\ufe0f"],
)
def test_clean_line_drops_zero_width_characters(invisible):
    assert clean_line(f"ad{invisible}min{invisible}") == "admin"


@pytest.mark.parametrize(
    "name",
    [
        "👩🏽‍🚀 👨‍👩‍👧 ❤️‍🔥 🏳️‍🌈",  # emoji that a joiner makes one
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
        "می‌خواهم",  # Persian needs the non-joiner inside a word
        "क्‍ष",  # Devanagari half form
        "葛\U000e0100城",  # a Japanese name with its own shape of a character
    ],
)
def test_clean_line_keeps_joiners_where_a_script_or_emoji_needs_them(name):
    assert clean_line(name) == unicodedata.normalize("NFC", name)


def test_clean_line_drops_a_joiner_at_the_end_of_a_word():
    assert clean_line("احمد\u200c") == "احمد"


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(any_text)
def test_cleaned_text_can_always_be_stored(text):
    for cleaned in (clean_text(text), clean_line(text)):
        assert "\0" not in cleaned
        assert cleaned.encode().decode() == cleaned
    assert "\n" not in clean_line(text)
