"""The law of search: both databases answer what a few lines of Python say they must."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.models import Post, SearchEntry
from blog.search.narrowing import Choice
from blog.search.question import Question, Term, read
from blog.search.results import find
from blog.search.tokens import FOLDING, tokens_of
from blog.search_index import Text, index_texts
from tests.cast import make_post

WORDS = [
    "a",
    "ab",
    "abc",
    "abcd",
    "Äb",
    "abz",
    "zz",
    "zażółć",
    "ж",
    "жук",
    "жуки",
    "漢",
    "字",
    "漢字",
    "🎉",
]
WORDS += ["don't", "x", "w", "t", "wab", "1", "12", "ß", "ss", "İ", "i", "と\u3099", "ど", "x-ab"]
words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=7).map(" ".join)
documents = st.tuples(texts, st.lists(texts, max_size=3).map("\n".join), st.integers(0, 3))
terms = st.tuples(
    st.sampled_from(["", "", "", "-"]),
    st.one_of(words, st.lists(words, min_size=1, max_size=3).map(lambda w: f'"{" ".join(w)}"')),
    st.sampled_from(["", "", "*"]),
).map("".join)
queries = st.lists(terms, min_size=1, max_size=4).map(" ".join)


def stands_in(term: Term, tokens: Sequence[str]) -> bool:
    """Whether the tokens of a term stand in a row."""
    size = len(term.tokens)
    for start in range(len(tokens) - size + 1):
        *whole, last = tokens[start : start + size]
        is_end = last.startswith(term.tokens[-1]) if term.is_beginning else last == term.tokens[-1]
        if is_end and tuple(whole) == term.tokens[:-1]:
            return True
    return False


def stands_in_any(term: Term, lines: Sequence[str]) -> bool:
    return any(stands_in(term, tokens_of(line)) for line in lines)


def expected(asked: Question, corpus: Sequence[Text]) -> list[int]:
    """Return the numbers of what must be found, in the order in which it must come."""
    if not asked.wanted:
        return []
    found = []
    for text in corpus:
        lines = [text.title, *text.text.split("\n")]
        if all(stands_in_any(term, lines) for term in asked.wanted) and not any(
            stands_in_any(term, lines) for term in asked.unwanted
        ):
            is_title = all(stands_in_any(term, [text.title]) for term in asked.wanted)
            found.append((not is_title, -text.at.timestamp(), -text.number))
    return [-number for *_, number in sorted(found)]


@pytest.fixture
def public(ceo: User) -> Post:
    """A post that readers can see, to which all texts of the corpus belong."""
    return make_post(ceo)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    corpus=st.lists(documents, min_size=1, max_size=6),
    asked=st.lists(queries, min_size=1, max_size=6),
)
def test_the_database_finds_what_python_finds_in_the_same_order(public, corpus, asked):
    begin = datetime(2024, 12, 31, 22, tzinfo=UTC)
    rows = [
        Text(number + 1, public.pk, title, text, begin + timedelta(hours=hours))
        for number, (title, text, hours) in enumerate(corpus)
    ]
    SearchEntry.objects.all().delete()
    index_texts(SearchEntry.Kind.POST, rows)
    for query in asked:
        question = read(query)
        answer = find(question, Choice(), 1)
        must = expected(question, rows)
        assert [entry.number for entry in answer.entries] == must, query
        assert answer.total == len(must)
        assert sum(facet.count for facet in answer.years) == len(must)


@given(st.text(max_size=300))
def test_any_text_becomes_tokens_that_no_database_reads_otherwise(text):
    for token in tokens_of(text):
        assert token.isascii()
        assert token.isalnum()
        assert token == token.lower()


@given(st.text(max_size=30))
def test_any_text_is_read_as_a_question(text):
    question = read(text)
    assert all(term.tokens for term in (*question.wanted, *question.unwanted))


@given(st.lists(st.characters(categories=["L", "N"]), min_size=2, max_size=6), st.integers(1, 5))
def test_a_token_begins_with_another_just_when_its_word_does(letters, cut):
    codes = [letter.translate(FOLDING) for letter in letters]
    begin = "".join(codes[:cut])
    assert "".join(codes).startswith(begin)
    other = "".join(codes[:-1])
    assert not codes[-1] or other != "".join(codes)
