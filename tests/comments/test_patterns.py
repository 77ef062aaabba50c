"""Patterns that people write: harmless ones are kept, and none runs for ever."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import patterns

CATASTROPHIC = [
    r"(a+)+$",
    r"(a|aa)+$",
    r"(.*a){20}",
    r"((a|b)|(a|c))+$",
    r"((a+)|(a*b))+$",
    r"(((a|b)+)+)+c",
    r"(x+x+)+y",
    r"(a*)*b",
    r"(a|a|b)*c",
    r"(\d+)+x",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(\w+\s?)+$",
    r"(.*)\1\1\1z",
    r"ca(si+)+no$",
    r"x(y+)+z",
    r"(?:\w+[ -]?)+!$",
]
HARMLESS = [
    r"\bcasino\b",
    r"cheap.*pills",
    r"(?:cheap|best).{0,40}(?:pills|loans)",
    r"v[i1!|]agra",
    r"https?://\S+\.(?:top|xyz)",
    r"^buy now$",
    r"(?=casino)",
    r"\p{Han}{3}",
    r"\d{3,}[-. ]\d+",
    r"\w+@\w+\.com",
]


@pytest.mark.parametrize("pattern", HARMLESS)
def test_harmless_pattern_is_kept(pattern):
    patterns.require_harmless(pattern)


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_catastrophic_pattern_is_refused_or_cut_off_in_time(pattern):
    began = time.monotonic()
    try:
        patterns.require_harmless(pattern)
    except ValueError as error:
        assert str(error).startswith("This pattern can take for ever")
        return
    finally:
        assert time.monotonic() - began < patterns.TRIAL_SECONDS + 5
    for unit in ("a", "ab", "x", "xy", "1", "aA", "a "):
        began = time.monotonic()
        with contextlib.suppress(TimeoutError):
            patterns.fits(pattern, unit * 2400 + "!", until=began + 1)
        assert time.monotonic() - began < 3


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"((a|b)|(a|c))+$", r"(x+x+)+y"])
def test_the_well_known_ones_are_refused_when_they_are_saved(pattern):
    with pytest.raises(ValueError, match="for ever"):
        patterns.require_harmless(pattern)


@pytest.mark.parametrize("pattern", ["", "x*", r"\b", "(?:)", "a?", "(|x)", "^", "$", r"(\w+\s?)*"])
def test_pattern_that_fits_nothing_at_all_is_refused(pattern):
    with pytest.raises(ValueError, match="every comment"):
        patterns.require_harmless(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["(", "[", "*a", r"\L<x>", "(?R)", "a(?1)?(b)", "(?:casino){e<=5}", "(?P<n>a)(?P>n)",
     "((a{100}){100}){100}", "(a{9999}){9999}", "(" * 150 + "a" + "+)" * 149],
)  # fmt: skip
def test_what_is_no_pattern_or_too_much_of_one_is_refused_at_once(pattern):
    began = time.monotonic()
    with pytest.raises(ValueError, match=r"no pattern|for ever"):
        patterns.require_harmless(pattern)
    assert time.monotonic() - began < patterns.TRIAL_SECONDS + 2


def test_capitals_do_not_matter_and_each_line_has_a_beginning():
    until = time.monotonic() + 60
    assert patterns.fits("^buy NOW$", "Hello\nBuy now\n", until=until)
    assert not patterns.fits("^buy now$", "Do not buy now", until=until)


def test_no_time_left_is_no_answer():
    with pytest.raises(TimeoutError):
        patterns.fits("a", "a", until=time.monotonic() - 1)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="ab.*+?()[]|{}12,\\^$w ", max_size=12))
def test_whatever_is_typed_is_kept_or_refused_with_a_sentence(pattern):
    try:
        patterns.require_harmless(pattern)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert not patterns.fits(pattern, "", until=time.monotonic() + 60)
