"""What a name is made of, where else it stands, and texts that lead elsewhere without a link."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.spam.learned.features import finding_places
from comments.spam.learned.names import name_of
from comments.spam.learned.signs import signs_of
from comments.spam.learned.table import FOUND, PLACES, UNIT
from comments.spam.learned.wording import wording_signs
from comments.spam.rows import Row
from comments.spam.training.examples import examples_of
from comments.spam.training.shipping import LEAST, lifted
from tests.comments.spam.conftest import make_submission


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Cheap Laptops", "goods"),
        ("Garden Furniture Leeds", "goods"),
        ("the other side", "phrase"),
        ("Greg from Lindqvist Talbot Ost", "part"),
        ("Kettle", "person"),
        ("mortgage", "word"),
        ("Miriam Haas", "person"),
        ("Grace Young", "person"),
        ("José Mård", "person"),
        ("", "none"),
        ("…", "none"),
    ],
)
def test_a_name_is_of_goods_of_words_or_of_a_person(submission: Any, name: str, kind: str) -> None:
    assert name_of(submission(name=name)).kind == kind
    assert f"name of {kind}" in list(signs_of(submission(name=name), ()))


@given(st.text())
def test_what_a_name_sells_is_part_of_its_words(name: str) -> None:
    found = name_of(make_submission(name=name))
    assert set(found.goods) <= set(found.ordinary) <= set(found.words)
    assert 0 <= found.share <= 1
    assert len(found.words) <= 8


def test_a_name_that_opens_the_text_or_stands_in_the_path_is_told(submission: Any) -> None:
    sent = submission(
        name="Tarvo Watches",
        text="Tarvo Watches and the old harbour",
        url="https://choir.example/tmp/tarvo-watches.html",
    )
    told = set(signs_of(sent, ()))
    assert {"name opens text 2", "name in path 1", "name in path 2"} <= told
    reader = set(signs_of(submission(url="https://choir.example/about"), ()))
    assert not any(sign.startswith(("name opens", "name in path")) for sign in reader)


@pytest.mark.parametrize(
    "text",
    [
        "Find us under marlowtips dot com today",
        "it is marlowtips [dot] org now",
        "go to marlowtips(dot)net",
        "see w w w marlowtips",
        "h t t p : / / marlowtips",
        "read marlowtips . com without the space",
    ],
)
def test_an_address_spelled_for_people_is_seen(submission: Any, text: str) -> None:
    assert "address spelled" in list(wording_signs(submission(text=text)))


@pytest.mark.parametrize(
    "text",
    ["The dot is too small. In spring we move.", "Connect the dots", "Is it http or https?"],
)
def test_dots_and_schemes_in_passing_are_no_address(submission: Any, text: str) -> None:
    assert list(wording_signs(submission(text=text))) == []


def test_words_to_search_for_are_seen_also_at_the_end_of_a_long_text(submission: Any) -> None:
    text = "We walked along the river and talked. " * 60 + "Then search for Lean Habit Formula."
    assert "to be sought none" in list(wording_signs(submission(text=text)))


def test_a_name_that_sells_is_learned_from_without_its_link_too() -> None:
    row = Row("Thanks!", "cheap golf", "gmail.com", "https://golf.example", True, "keyword_name")
    reader = Row("Thanks!", "Ann", "", "", False, "short")
    groups = [
        {group.name for group in one.features.groups}
        for one in examples_of([row, reader])
        if one.is_spam
    ]
    assert sum("link" in found for found in groups) == 1
    assert sum("link" not in found for found in groups) == 1
    assert all("name" in found for found in groups)


@given(st.lists(st.floats(-3, 3), min_size=9, max_size=9))
def test_no_finding_speaks_for_the_reader_and_what_speaks_against_stays(steps: list[float]) -> None:
    places, table = finding_places("praise"), [0.0] * PLACES
    for place, weight in zip(places, steps, strict=True):
        table[place] = weight
    made = lifted(table)
    for count in range(1, len(places) + 1):
        before, after = (
            sum(one[at] for at in places[:count]) * FOUND / UNIT for one in (table, made)
        )
        assert after == pytest.approx(max(before, LEAST), abs=1e-9)
