"""The one spelling of data that hashes are taken over."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import canonical, digest
from tests.ledger.strategies import values


def test_the_spelling_is_utf8_json_with_sorted_keys_and_no_spaces():
    assert canonical({"b": [1, None, True], "a": "Zoë"}) == '{"a":"Zoë","b":[1,null,true]}'.encode()


def test_composed_and_decomposed_letters_are_the_same():
    assert canonical("Zoe\u0308") == canonical("Zo\u00eb")


def test_line_ends_of_every_system_are_the_same():
    assert canonical("a\r\nb\rc\n") == canonical("a\nb\nc\n")


def test_the_digest_is_the_sha256_of_the_spelling():
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(values)
def test_reading_the_spelling_and_spelling_it_again_changes_nothing(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text("abcdef"), st.integers()))
def test_the_order_of_keys_does_not_matter(mapping):
    assert canonical(dict(reversed(mapping.items()))) == canonical(mapping)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(float.is_integer))
def test_a_whole_float_is_spelt_as_the_integer_a_database_makes_of_it(number):
    assert canonical(number) == canonical(int(number))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="no canonical spelling"):
        canonical([number])


@pytest.mark.parametrize("value", [{1: "a"}, {None: "a"}, {"a": {2: "b"}}])
def test_a_key_that_is_not_text_is_refused(value):
    with pytest.raises(TypeError, match="key"):
        canonical(value)


def test_keys_that_differ_only_in_spelling_are_refused():
    with pytest.raises(ValueError, match="spelling"):
        canonical({"Zo\u00eb": 1, "Zoe\u0308": 2})


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_other_types_are_refused(value):
    with pytest.raises(TypeError, match="no canonical spelling"):
        canonical({"value": value})


@pytest.mark.parametrize("value", ["a\0b", "\ud800", {"a\0": 1}])
def test_text_that_no_database_keeps_is_refused(value):
    with pytest.raises(ValueError):
        canonical(value)
