"""Gibberish, scrambled words and look-alike letters."""

from __future__ import annotations

from typing import Any

import pytest

from comments.spam import History
from comments.spam.checks import gibberish, mixed_script, scrambled
from comments.spam.letters import letter_model, surprise
from comments.spam.lexicon import common_words, true_anagrams


def findings(check: Any, submission: Any) -> dict[str, float]:
    return {e.reason: e.weight for e in check(submission, History.empty())}


def weight(check: Any, submission: Any) -> float:
    return sum(findings(check, submission).values())


@pytest.mark.parametrize(
    "text",
    ["3rtuBR fbabbfkzlluk", "yykysdysab", "sdfkjh kjashdkj", "XzPrcxvLat", "zxcvbnm qwpoeiru"],
)
def test_keyboard_gibberish_is_named_and_weighs_enough_to_hold(submission: Any, text: str) -> None:
    found = findings(gibberish.check, submission(text=text))
    assert max(found.values()) >= 1.8
    assert "as if typed by chance: “" in next(iter(found))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42 + 1",
        "hmm ok lol btw, thx",
        "kubectl, pgbouncer and nginx after the EBITDA call with DEFRA factors",
        "`kjsdhf_kjhsdf` in /usr/lib/xzqwrt and https://a.example/kjhsdfkjhsdf",
        "Szczęśliwie Grzegorz Brzęczyszczykiewicz wszczął źdźbło",
        "Angstschweiß, Wirtschaftsprüfer, Nachttischlampe",
        "Krásný čtvrtek, zmrzlina, strč prst skrz krk",
        "Nguyễn Thị Hạnh và Huỳnh Như Ngọc",
        "Hvala, Hrvoje! Þjóðverji, Guðmundsson, Llywelyn",
        "Спасибо за честный текст",
        "谢谢分享。我们公司也取消了一半的会议",
        "bahut accha likha hai aapne, humari company mein bhi",
        "soooooo goooood yesssss noooooo",
        "rhythm, strengths, lynx and crypt",
    ],
)
def test_real_words_of_any_language_are_not_gibberish(submission: Any, text: str) -> None:
    assert findings(gibberish.check, submission(text=text)) == {}


def test_one_odd_word_in_a_long_text_is_nothing(submission: Any) -> None:
    text = (
        "Our account name is Xqzvtk and we waited for four hours while nobody could log in at all."
    )
    assert findings(gibberish.check, submission(text=text)) == {}


def test_a_name_typed_by_chance_is_named(submission: Any) -> None:
    assert findings(gibberish.check, submission(name="yykysdysab")) == {
        "The name looks typed by chance: “yykysdysab”.": 1.2
    }


@pytest.mark.parametrize(
    "name", ["Wojtek", "Saoirse Byrne", "Nkechi", "Thandiwe", "Zbigniew", "Hrvoje", "Nguyen"]
)
def test_an_uncommon_name_is_not_typed_by_chance(submission: Any, name: str) -> None:
    assert findings(gibberish.check, submission(name=name)) == {}


def test_a_known_word_surprises_less_than_a_mash_and_other_scripts_are_not_judged() -> None:
    model = letter_model()
    assert model.surprise("because") < 4 < 6 < model.surprise("zxqjvkw")
    assert surprise("smörgåsbord") is not None
    assert surprise("привет") is None


@pytest.mark.parametrize(("word", "known"), [("tinhgs", "things"), ("heullfp", "helpful")])
def test_the_owners_scrambled_words_are_recognised(submission: Any, word: str, known: str) -> None:
    (reason,) = findings(scrambled.check, submission(text=f"What a {word}"))
    assert f"“{word} (for {known})”" in reason


def test_words_moved_further_weigh_more_than_a_slip_of_the_hand(submission: Any) -> None:
    slip = weight(scrambled.check, submission(text="I asnwer it now"))
    moved = weight(scrambled.check, submission(text="such tinhgs happen"))
    assert 0 < slip < 0.5 < 1.5 < moved


def test_the_longer_the_text_the_less_a_scrambled_word_weighs(submission: Any) -> None:
    short = weight(scrambled.check, submission(text="such tinhgs happen"))
    long = weight(
        scrambled.check, submission(text="such tinhgs happen " + "in our office too " * 40)
    )
    assert 0 < long < short / 3


@pytest.mark.parametrize(
    "text",
    ["", "The angel kept a diary on the trail", "undos and reverse testing", "from form, quite quiet",
     "Grzegorz aus Wrocław", "Спасибо", "EBITDA"],
)  # fmt: skip
def test_real_words_are_not_scrambled(submission: Any, text: str) -> None:
    assert findings(scrambled.check, submission(text=text)) == {}


def test_no_common_or_listed_word_counts_as_scrambled() -> None:
    for word in common_words() | true_anagrams():
        assert scrambled.original(word) is None


@pytest.mark.parametrize("text", ["Log in at раypаl now", "best cаsinо", "Αmazon gift"])
def test_latin_words_with_look_alike_letters_are_named(submission: Any, text: str) -> None:
    (reason,) = findings(mixed_script.check, submission(text=text))
    assert "look Latin: “" in reason


@pytest.mark.parametrize(
    "text",
    ["Привет, Microsoft", "плохой cервис", "the β-blocker at 3 kΩ", "naïve café", "Δt is small",
     "我用iPhone", "plain words"],
)  # fmt: skip
def test_scripts_side_by_side_are_not_a_disguise(submission: Any, text: str) -> None:
    assert findings(mixed_script.check, submission(text=text)) == {}
