"""Names of readers beside ours: the same one is refused, one that only looks the same is held."""

from __future__ import annotations

import html
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Author
from comments.facts import own_names
from comments.models import Comment
from comments.names import Likeness, fold, nearest, skeleton
from tests.cast import make_user
from tests.comments.test_submitting import kept_text

DANA = "Dana Whitfield"

SAME = [
    "Dana Whitfield",
    "DANA WHITFIELD",
    "  dana   whitfield ",
    "DanaWhitfield",
    "Dána Whitfïeld",
    "Da\u0301na\u0308 Whitfield",
    "Ｄａｎａ　Ｗｈｉｔｆｉｅｌｄ",
    "𝐃𝐚𝐧𝐚 𝐖𝐡𝐢𝐭𝐟𝐢𝐞𝐥𝐝",
    "Ⓓⓐⓝⓐ Whitfield",
    "Dana\u200bWhitfield",
    "Dana\u00a0Whit\u00adfield",
    "Dana\u3164Whitfield",
    "Dana\ufe0f Whitfield",
    "Dana-Whitfield.",
    "“Dana Whitfield”",
    "★ Dana Whitfield ✓",
    "Đana Whitfield",
    "D a n a W h i t f i e l d",
]
LOOKS = [
    "Dаna Whitfield",
    "Dana Whitfіeld",
    "Dana Whitfieid",
    "Dana Whitfie1d",
    "DANA WHITFIEID",
    "Dana Whitfie|d",
    "Dana VVhitfield",
    "Ꭰana Whitfield",
    "ᎠᎪNᎪ ᎳHITFIELD",
    "Dαna Whitfield",
    "ԁana Whitfield",
    "🅓🅐🅝🅐 Whitfield",
    "🇩🇦🇳🇦 Whitfield",
    "ᴅana Whitfield",
]
HOLDS = ["Dana Whitfield (Leeds)", "The real Dana Whitfield", "Dаna Whitfield, Chief Executive"]
FAR = [
    "Dana",
    "Whitfield",
    "Dana White",
    "Jordana Whitfield",
    "Dan Whitfield",
    "Dana M. Whitfield",
    "Дана Уитфилд",
    "Δανάη",
    "ダナ",
    "दाना",
    "Mara Quist",
    "\u2800",
    "✓",
]


@pytest.mark.parametrize("name", SAME)
def test_what_makes_no_difference_is_the_same_name(name):
    assert nearest(name, [DANA]) == (Likeness.SAME, DANA)


@pytest.mark.parametrize("name", LOOKS)
def test_letters_drawn_alike_look_the_same(name):
    assert nearest(name, [DANA]) == (Likeness.LOOKS, DANA)


@pytest.mark.parametrize("name", HOLDS)
def test_more_around_our_name_is_noticed(name):
    assert nearest(name, [DANA]) == (Likeness.HOLDS, DANA)


@pytest.mark.parametrize("name", FAR)
def test_other_names_are_far_enough(name):
    assert nearest(name, [DANA]) is None


def test_nearest_of_several_is_named():
    ours = ["Al Moore", DANA, "Dana"]
    assert nearest("dana whitfield", ours) == (Likeness.SAME, DANA)
    assert nearest("Dana", ours) == (Likeness.SAME, "Dana")
    assert nearest("Dana Smith", ours) is None


@pytest.mark.parametrize("ours", ["", " ", "★", "\u200b"])
def test_name_of_ours_without_letters_is_like_none(ours):
    assert nearest("★", [ours]) is None
    assert nearest("", [ours]) is None


def test_each_script_keeps_its_vowels():
    """Vowels written as marks make the name in Indic scripts, unlike accents."""
    assert fold("राम") != fold("रमा")
    assert fold("สมชาย") == fold("สมชาย ")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT)
def test_folding_twice_is_folding_once(name):
    assert fold(fold(name)) == fold(name)


@given(TEXT)
def test_case_makes_no_difference(name):
    assert fold(name) == fold(name.upper()) == fold(name.lower()) == fold(name.title())


@given(TEXT)
def test_spelling_in_unicode_makes_no_difference(name):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, name)) == fold(name)


@given(
    TEXT, st.sampled_from(" \u00a0\u200b\u200d\u2060\ufeff-.,'’★\u3164\ufe0f"), st.integers(0, 40)
)
def test_what_is_put_between_makes_no_difference(name, sign, at):
    plain = "".join(letter for letter in name if not unicodedata.combining(letter))
    assert fold(f"{plain[:at]}{sign}{plain[at:]}") == fold(plain)


@given(TEXT)
def test_glance_is_never_sharper_than_folding_of_latin_names(name):
    latin = "".join(letter for letter in name if letter.isascii())
    assert skeleton(latin) == skeleton(latin.upper()) or "|" in latin


def test_every_character_obeys_the_laws():
    for number in range(0, sys.maxunicode + 1, 7):
        character = chr(number)
        if unicodedata.category(character) == "Cs":
            continue
        folded = fold(character)
        assert fold(folded) == folded == fold(character.upper()), hex(number)


@pytest.mark.django_db
def test_names_that_speak_here_cost_one_query(ceo, moderator, django_assert_num_queries):
    make_user("Una")
    make_user("Gone Away", is_active=False)
    make_user("Only Customer", is_staff=False)
    Author.objects.create(name="Ines", slug="ines")
    with django_assert_num_queries(1):
        names = set(own_names())
    assert names == {DANA, "Ines", "Mo Lindqvist", "Letters from the shop floor"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        DANA,
        "dana  WHITFIELD",
        "Dána Whitfield",
        "Mo Lindqvist",
        "Letters from the shop floor",
        "★ Mo Lindqvist",
    ],
)
def test_our_name_is_refused_kindly_and_the_words_stay(send, moderator, name):
    response = send(name=name, body="Words worth keeping")
    assert response.status_code == 422
    page = html.unescape(response.content.decode())
    assert "is a name that speaks for this site" in page
    assert "something that tells you apart" in page
    assert kept_text(response) == "Words worth keeping"
    assert not Comment.objects.exists()


@pytest.mark.django_db
def test_our_name_is_refused_in_a_preview_too(send):
    assert send(name="DANA WHITFIELD", preview="1").status_code == 422


@pytest.mark.django_db
def test_byline_of_one_word_is_refused_whole_only(send):
    Author.objects.create(name="Ines", slug="ines")
    assert send(name="ínes").status_code == 422
    assert send(name="Ines Castro").status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Dana", "Dana White", "Sam", "Mo"])
def test_first_name_of_a_colleague_is_free(send, moderator, writer, name):
    assert send(name=name).status_code == 303
    assert not finding("impersonation")


def finding(check: str) -> dict[str, Any] | None:
    return next((one for one in Comment.objects.get().evidence if one["check"] == check), None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Dаna Whitfield", "looks like “Dana Whitfield”, who speaks here"),
        ("Dana Whitfieid", "but is spelt with other letters"),
        ("Dana Whitfield (Leeds)", "holds the name of “Dana Whitfield”"),
        ("Mо Lindqvist", "looks like “Mo Lindqvist”"),
    ],
)
def test_name_that_looks_like_ours_is_held_and_says_so(send, moderator, name, sentence):
    assert send(name=name).status_code == 303
    found = finding("impersonation")
    assert found is not None
    assert sentence in found["reason"]
    assert found["holds"] is True
    assert Comment.objects.get().state == "pending"


@pytest.mark.django_db
def test_former_colleague_gives_her_name_back(send, moderator):
    moderator.is_active = False
    moderator.save()
    assert send(name="Mo Lindqvist").status_code == 303
