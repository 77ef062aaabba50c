"""What is a typo to readers, and what they must be told of."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from blog.models import Author
from blog.typos import why_no_typo
from blog.words import Words
from tests.pseudo import Alike, speak

AUTHOR = Author(pk=1, name="Dana Whitfield", slug="dana")
TEXT = "The river rose two metres, and Mr Amari was not hurt.\n\nAmari laughed."


def words(**said: Any) -> Words:
    written: dict[str, Any] = {"title": "Why we raised the floor", "body": TEXT}
    return Words(**{"author": AUTHOR, **written, **said})


def why(body: str, old: str = TEXT) -> str:
    return why_no_typo(words(body=old), words(body=body))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The rivr rose.", "The river rose."),
        ("Teh river rose.", "The river rose."),
        ("The river , in 2020 rose.", "The river, in 2020, rose."),
        ("It rose on monday.", "It rose on Monday."),
        ("It rose; the floor did too.", "It rose: the floor did too."),
        ("It was was high.", "It was high."),
        ("responsibilty and accountabilty", "responsibility and accountability"),
        ("i think so, and i know it.", "I think so, and I know it."),
        ("A *word*.", "A **word**."),
        ("A line\nand anoter.", "A line\nand another line."),
    ],
)
def test_typo_is_a_typo(old, new):
    assert why(new, old) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("It rose 2 metres.", "It rose 3 metres.", "a number (“2”)"),
        ("It rose two metres.", "It rose three metres.", "a number (“two”)"),
        ("It cost 1.5 million.", "It cost 15 million.", "a number (“1.5”)"),
        ("It grew by 5%.", "It grew by 5.", "a number (“5%”)"),
        ("It grew by -5 points.", "It grew by 5 points.", "a number (“-5”)"),
        ("It took ½ of it.", "It took ¾ of it.", "a number (“½”)"),
        ("It cost forty euros.", "It cost fourteen euros.", "a number (“forty”)"),
        ("We met Ruth Amari.", "We met Ruth Amaro.", "a name (“Amari”)"),
        ("We met Ruth.", "We met.", "a name (“Ruth”)"),
        ("We know Amari. Amari left.", "We know Amari. Amaro left.", "a name (“Amari”)"),
        ("It is safe.", "It is not safe.", "a “not” (“not”)"),
        ("We can pay.", "We can't pay.", "a “not” (“can't”)"),
        ("We don’t pay.", "We do pay.", "a “not” (“don’t”)"),
        ("It left no doubt.", "It left a doubt.", "a “not” (“no”)"),
        ("With care.", "Without care.", "a “not” (“Without”)"),
        ("It was up, not gone.", "It was not up, gone.", "moves a word (“up”)"),
        ("It was legal.", "It was illegal.", "opposite (“illegal”)"),
        ("It was unsafe.", "It was safe.", "opposite (“unsafe”)"),
    ],
)
def test_number_name_or_negation_is_none(old, new, said):
    assert said in why(new, old)


def test_twenty_characters_are_a_typo_and_twenty_one_are_none():
    assert why(TEXT + "a" * 20) == ""
    assert why(TEXT + "a" * 21) == "More than 20 characters differ from what readers see."


def test_characters_of_all_parts_count_together():
    old, new = words(), words(title="Why we raised the floor " + "a" * 10, body=TEXT + "b" * 10)
    assert "More than 20" in why_no_typo(old, new)


@pytest.mark.parametrize(
    "said",
    [
        {"byline": "Sam Ortiz"},
        {"authorship": "with"},
        {"authorship": "with", "authorship_detail": "Sam"},
        {"title": "Why we raised the Floor of 12"},
        {"standfirst": "Without a word to anybody."},
        {"brief": ("It cost 3 million.",)},
        {"disclosure": "Dana Whitfield owns the floor."},
        {"legend": "No offer."},
        {"images": ({"address": "/media/images/1.png", "alt": "A pump"},)},
    ],
)
def test_every_part_that_readers_see_counts(said):
    assert why_no_typo(words(), words(**said))


def test_sentence_on_the_change_itself_does_not_count():
    assert why_no_typo(words(correction="It was 3."), words()) == ""


@pytest.mark.parametrize("size", [10, 40_000])
def test_long_text_is_read_quickly_and_in_doubt_is_no_typo(size):
    old = " ".join(f"w{number}x" for number in range(size))[:200_000]
    new = " ".join(f"v{number}x" for number in range(size))[:200_000]
    assert why(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("See [terms](https://bank.example/pay).", "See [terms](https://evil.example/pay)."),
        ("See [terms](/a).", "See [terms](/b)."),
        ("At https://a.example/x.", "At https://a.example/y."),
        ('<a href="/a">x</a>', '<a href="/b">x</a>'),
        ("See [terms](/a).", "See terms."),
    ],
)
def test_where_a_link_leads_is_never_a_typo(old, new):
    assert why(new, old) == "This changes where a link leads."


def test_words_of_a_link_may_have_a_typo():
    assert why("See the [terms](/a).", "See the [tersm](/a).") == ""


@pytest.mark.parametrize("language", ["de", "fr-CA", "ar"])
def test_no_typo_is_told_in_a_language_that_is_not_known(language):
    old, new = words(body="Wir schliessen vier Werke."), words(body="Wir schliessen zehn Werke.")
    assert why_no_typo(old, new, language=language)
    assert why_no_typo(words(body="teh"), words(body="the"), language=language)
    assert why_no_typo(words(body="teh"), words(body="the"), language="en-US") == ""


def test_a_part_with_the_name_of_another_is_told_all_the_same(settings, monkeypatch):
    speak("xx", settings=settings, monkeypatch=monkeypatch, catalogue=Alike)
    old, new = words(disclosure="We own shares in the river."), words()
    with override("xx"):
        assert why_no_typo(old, new) == Alike.word
