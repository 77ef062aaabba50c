"""Words that sell, in the text and in the name."""

from __future__ import annotations

from typing import Any

import pytest

from comments.spam import History
from comments.spam.checks import name, words
from comments.spam.checks.words import SENTENCES
from comments.spam.lexicon import selling_phrases, stock_praise, subjects, vocabulary


def findings(check: Any, submission: Any) -> dict[str, float]:
    return {e.reason: e.weight for e in check(submission, History.empty())}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Do you accept guest posts?", "selling search ranking or links: “guest posts”"),
        ("Free-Spins for all", "gambling: “free spins”"),
        ("cheap   TRAMADOL", "selling medicine or diets: “tramadol”"),
        ("50% off everything", "advertising a service: “50% off”"),
        ("earn passive income", "selling coins, trading or easy money: “passive income”"),
        ("no credit check", "selling loans or insurance: “no credit check”"),
        ("a recovery expert", "a recovery or hacking scam: “recovery expert”"),
        ("replica watches", "selling copies, papers or pictures: “replica watches”"),
        ("write on WhatsApp", "asking to write to a private number or account: “on whatsapp”"),
    ],
)
def test_a_selling_phrase_is_named_with_its_subject(
    submission: Any, text: str, reason: str
) -> None:
    (found,) = [r for r in findings(words.check, submission(text=text)) if reason in r]
    assert found.startswith("Words of ")


def test_more_phrases_of_a_subject_weigh_more_up_to_a_limit(submission: Any) -> None:
    texts = ["backlinks", "backlinks and link building", "backlinks, link building, guest posts"]
    texts.append(" ".join(["backlinks, link building, guest posts, pbn, seo audit, dofollow"] * 9))
    weights = [sum(findings(words.check, submission(text=text)).values()) for text in texts]
    assert weights == sorted(weights)
    assert weights[0] < weights[1] <= weights[3] <= 3.6


def test_a_weak_word_alone_is_far_from_holding(submission: Any) -> None:
    said = submission(text="My mortgage went up, so five euros do not matter.")
    assert sum(findings(words.check, said).values()) == 0.5


def test_words_that_the_post_uses_itself_do_not_count(submission: Any) -> None:
    text = "How many backlinks did you buy?"
    assert findings(words.check, submission(text=text))
    assert not findings(words.check, submission(text=text, post_text="We never buy backlinks."))


def test_letters_styled_to_pass_a_filter_are_read_all_the_same(submission: Any) -> None:
    assert findings(words.check, submission(text="𝗼𝗻𝗹𝗶𝗻𝗲 𝗰𝗮𝘀𝗶𝗻𝗼 and via\u200bgra"))


@pytest.mark.parametrize("text", ["", "We back linking the two reports.", "谢谢", "спасибо"])
def test_an_ordinary_text_sells_nothing(submission: Any, text: str) -> None:
    assert findings(words.check, submission(text=text)) == {}


@pytest.mark.parametrize("person", ["Miriam Haas", "Alan Price", "李伟", "sre_lena", "", "Nwosu"])
def test_a_persons_name_sells_nothing(submission: Any, person: str) -> None:
    assert findings(name.check, submission(name=person)) == {}


def test_a_name_that_sells_is_named(submission: Any) -> None:
    assert findings(name.check, submission(name="Payday Loans UK")) == {
        "The name sells: “payday”, “loans”.": 2.6
    }


def test_a_keyword_that_stands_in_name_and_link_weighs_more(submission: Any) -> None:
    found = findings(
        name.check, submission(name="carpet cleaning", url="http://cleaning4u.example")
    )
    assert "The name and its link “cleaning4u.example” share what is sold: “cleaning”." in found


def test_a_keyword_that_stands_in_name_and_path_weighs_more(submission: Any) -> None:
    mine = submission(name="Cheap Loans", url="https://a.example/loans/now")
    reason = "The name and its link “a.example” share what is sold: “loans”."
    assert findings(name.check, mine)[reason] == 1.2


def test_a_page_that_is_called_like_its_sender_is_named(submission: Any) -> None:
    mine = submission(name="Oak Garden Tables", url="https://a.example/oak-garden-tables.html")
    reason = "The link leads to a page that is called like its sender: “oak-garden-tables.html”."
    assert findings(name.check, mine) == {reason: 1.5}


@pytest.mark.parametrize(
    "url",
    [
        *("https://www.linkedin.com/in/miriam-haas", "https://de.linkedin.com/in/miriam-haas-77"),
        *(
            "https://github.com/miriamhaas",
            "https://miriam-haas.example",
            "https://a.example/miriam",
        ),
    ],
)
def test_a_persons_own_page_is_nothing(submission: Any, url: str) -> None:
    assert findings(name.check, submission(name="Miriam Haas", url=url)) == {}


def test_ones_own_name_in_ones_own_link_is_nothing(submission: Any) -> None:
    assert not findings(
        name.check, submission(name="Gareth Pugh", url="https://garethpugh.example")
    )


def test_a_shouted_name_is_a_small_sign(submission: Any) -> None:
    assert findings(name.check, submission(name="TERRY")) == {}
    assert findings(name.check, submission(name="TERRY MCALLISTER")) == {
        "The name is written in capitals only.": 0.3
    }


def test_every_listed_phrase_finds_itself() -> None:
    for listed in (selling_phrases(), stock_praise()):
        for phrases in listed._by_start.values():
            for phrase in phrases:
                said = [word.rstrip("*") for word in phrase.words]
                assert phrase in [found for found, _ in listed.find(said)], phrase


def test_every_subject_has_a_sentence_and_unknown_vocabulary_is_an_error() -> None:
    assert set(SENTENCES) == subjects()
    with pytest.raises(KeyError):
        vocabulary("no such list")
