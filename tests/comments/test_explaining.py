"""The desk says why: shares that add up, and the words that counted marked in the text."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from comments.desk.explaining import counted_words, reasons_of
from comments.models import Comment
from comments.spam.vocabulary import STOP_WORDS
from comments.templatetags.desk import signed
from tests.comments.conftest import make_comment

DESK = "/admin/comments/comment/"
EVIDENCE = [
    {"check": "prior", "weight": -2.0, "reason": "Before.", "holds": False},
    {"check": "praise", "weight": -0.5, "reason": "Fits.", "holds": False},
    {"check": "links", "weight": 3.0, "reason": "Two links.", "holds": False},
    {"check": "trap", "weight": 0.0, "reason": "Look.", "holds": True},
    {
        "check": "learned_words",
        "weight": 1.0,
        "reason": "The words.",
        "holds": False,
        "words": [["casino", 0.8], ["floor", -0.3]],
    },
]


def test_what_is_known_before_comes_first_and_shares_of_each_side_add_up_without_it():
    found = [(one.words, one.weight, one.share, one.has_share) for one in reasons_of(EVIDENCE)]
    assert found == [
        ("Before.", -2.0, 0.0, False),
        ("Two links.", 3.0, 0.75, True),
        ("The words.", 1.0, 0.25, True),
        ("Fits.", -0.5, 1.0, True),
        ("Look.", 0.0, 0.0, True),
    ]


@pytest.mark.django_db
def test_card_says_the_weight_of_words_and_the_shares(post, moderator):
    comment = make_comment(post, body="Try our <b>casino</b> on the floor")
    Comment.objects.update(evidence=EVIDENCE)
    client = Client()
    client.force_login(moderator)
    page = client.get(DESK).content.decode()
    assert '<bdi class="counted counted--for">casino</bdi>' in page
    assert '<bdi class="counted counted--against">floor</bdi>' in page
    told = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for said in (
        "Before. −2.0 Two links.",
        "75 % for",
        "100 % against",
        "Words that counted, as part of “The words”: casino +0.80 , floor −0.30",
    ):
        assert said in told
    assert comment.body in html.unescape(page)


@pytest.mark.django_db
def test_summary_of_a_card_gives_the_top_reasons_with_their_share(post, moderator):
    make_comment(post)
    Comment.objects.update(evidence=EVIDENCE)
    client = Client()
    client.force_login(moderator)
    (summary,) = re.findall(r"<summary>(?:(?!</summary>).)*evidence__top.*?</summary>",
                            client.get(DESK).content.decode(), re.DOTALL)  # fmt: skip
    told = " ".join(re.sub(r"<[^>]+>", " ", summary).split())
    # What asks for a person and weighs nothing has no share.
    assert told.endswith("Two links. 75 % The words. 25 % Look.")


@pytest.mark.django_db
def test_words_that_counted_are_kept_with_a_comment_and_are_its_own(post):
    body = "Best casino bonus, cheap loans and payday money, click and win at our casino"
    comment = make_comment(post, body=body)
    kept = counted_words(comment.evidence)
    assert kept
    assert set(kept) <= set(re.findall(r"\w+", body.lower()))


@pytest.mark.django_db
def test_commonest_words_are_not_among_those_that_counted(post):
    body = "It has been on the site since the casino opened, and there is the bonus that we want."
    kept = counted_words(make_comment(post, body=body).evidence)
    assert kept
    assert not set(kept) & STOP_WORDS


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["🙂", "It was the same."])
def test_card_says_that_no_single_word_counted(post, moderator, body):
    make_comment(post, body=body)
    client = Client()
    client.force_login(moderator)
    page = client.get(DESK).content.decode()
    assert "No single word counted." in page
    assert "Words that counted" not in page


@pytest.mark.parametrize(
    ("weight", "shown"),
    [(1.46, "+1.5"), (-0.4, "−0.4"), (0.0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (-0.06, "−0.1")],
)
def test_weight_that_rounds_to_nothing_has_no_sign(weight: float, shown: str) -> None:
    assert signed(weight) == shown
