"""Words that are written so that a program reads them otherwise than a person."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Post, Site
from comments.spam.checks import disguise
from comments.spam.facts import History
from comments.spam.tokens import JUDGED_CHARACTERS, plain
from tests.comments.conftest import make_comment
from tests.comments.spam.conftest import make_submission
from tests.pace import seconds

SALE = "Play at the best online casino with free spins and a welcome bonus"
AFTER = " https://luckyspin-offers.example.com/b"
CAPITALS = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")


def with_each(letter: str) -> str:
    return re.sub(r"([A-Za-z])", rf"\g<1>{letter}", SALE)


DISGUISED = {
    "joiners": with_each("\u200d"),
    "non-joiners": with_each("\u200c"),
    "invisible times": with_each("\u2062"),
    "selectors": with_each("\ufe0f"),
    "blanks": with_each("\u3164"),
    "underlined": with_each("\u0332"),
    "four marks": with_each("\u0332\u0333\u0305\u033f"),
    "circled": with_each("\u20dd"),
    "small capitals": SALE.lower().translate(CAPITALS),
    "squared": SALE.upper().translate({65 + at: 0x1F170 + at for at in range(26)}),
    "spaced": " ".join(SALE),
    "dotted": ".".join(SALE),
    "digits": "Pl4y 4t the b3st 0nl1ne c4s1no w1th fr33 sp1ns",
    "one word spelt": "Such a nice river. I was at the c-a-s-i-n-o by the floor.",
}


def held(text: str) -> list[str]:
    found = disguise.check(make_submission(text=text), History.empty())
    return [one.reason for one in found if one.holds]


@pytest.mark.django_db
@pytest.mark.parametrize("text", DISGUISED.values(), ids=DISGUISED.keys())
def test_disguised_words_wait(post: Post, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    Site.objects.update(comment_mode="clean")
    monkeypatch.setattr("comments.trust.is_welcome", lambda _: True)
    talk = "We raised the floor as well after the river rose two metres.\n\n"
    for number, typed in enumerate((text + AFTER, talk + text)):
        comment = make_comment(post, body=typed, name=f"Reader {number}")
        assert comment.state in {"pending", "spam"}
        assert "disguise" in {one["check"] for one in comment.evidence}


@pytest.mark.parametrize("text", list(DISGUISED.values())[:10], ids=list(DISGUISED)[:10])
def test_words_behind_a_disguise_are_judged(submission: Any, text: str) -> None:
    assert plain(text).lower() == SALE.lower()
    assert " ".join(submission(text=text).words) == SALE.lower()


@pytest.mark.parametrize(
    "text",
    [
        "Le café naïf d'à côté",
        "Cafe\u0301 nai\u0308f, Tie\u0302\u0301ng Vie\u0323\u0302t",
        "می\u200cخواهم کتاب را بخوانم",
        "क्\u200dष और श्रीमान्\u200c जी",
        "Our family 👨\u200d👩\u200d👧 came ❤\ufe0f",
        "A soft\u00adhyphen\u00adated infor\u00adma\u00adtion page",
        "We run k8s with i18n and b2b, mp3 and h264, since 2019.",
        "The U.S.A. and the U.K., e.g. J. R. R. Tolkien",
        "Given a, b and c, then a + b = c - d.",
        "I A B tested it on 4 sites",
        "1 2 3 4 5 6 7 8 9 10",
        "हिन्दी में लिखा हुआ",
    ],
)
def test_readers_words_are_not_disguised(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize("text", ["می\u200cخواهم", "हिन्दी", "Tie\u0302\u0301ng Vie\u0323\u0302t"])
def test_letters_of_any_script_keep_the_marks_they_need(text: str) -> None:
    wanted = {"می\u200cخواهم": "میخواهم", "हिन्दी": "हिन्दी"}.get(text, "Tiếng Việt")
    assert plain(text) == wanted


@given(st.text(max_size=200))
def test_plain_text_is_no_longer_than_it_was(text: str) -> None:
    assert len(plain(text)) <= len(text)


@given(
    st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=50),
    st.sampled_from("\u00ad\u200b\u200d\u2064\ufe0f\u0332\u20e3\u034f"),
)
def test_what_covers_each_letter_changes_no_word(word: str, cover: str) -> None:
    assert plain("".join(letter + cover for letter in word)) == word


@pytest.mark.parametrize(
    "piece", ["a ", "a.", "a\u0332", "\u200d", "4b", "a1", "ᴀ", "a\u200d\u0332", "@", "a-\n"]
)
def test_long_disguises_take_a_moment(piece: str) -> None:
    text = (piece * JUDGED_CHARACTERS)[:JUDGED_CHARACTERS]
    assert seconds(lambda: held(text), 0.02) < 0.02
