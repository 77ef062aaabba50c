"""Advice on a text: every rule, what it leaves alone, and that no text breaks it or slows it down."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.advice import MOST, Advice, Draft, advice_on
from tests.pace import seconds

HTML = "html"


def found(body: str, markup: str = "markdown") -> list[tuple[str, str]]:
    """The kind and the excerpt of each piece of advice on a text."""
    return [(advice.kind, advice.excerpt) for advice in advice_on(Draft(body=body, markup=markup))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("See [the plan]().", ("link", "[the plan]()")),
        ("See [the plan](#).", ("link", "[the plan](#)")),
        ("See [the plan](https://…).", ("link", "[the plan](https://…)")),
        ("See [](https://example.com).", ("link", "[](https://example.com)")),
        ("## On [the plan]()", ("link", "[the plan]()")),
        ("Please click here to .", ("hole", "to .")),
        ("For details, see  for the plan.", ("hole", "see  for")),
        ("We wrote about it (see ) in May.", ("hole", "(see )")),
        ("We wrote about it ( ) in May.", ("hole", "( )")),
        ("![](/media/a.jpg)", ("image", "![](/media/a.jpg)")),
        ("It rose by 12.5%.", ("figure", "12.5%")),
        ("It rose by 12 per cent.", ("figure", "12 per cent")),
        ("It cost € 5 a day.", ("figure", "€ 5")),
        ("It cost 5 euros a day.", ("figure", "5 euros")),
        ("We recalled 41,300 kettles.", ("figure", "41,300")),
        ("We recalled 41300 kettles.", ("figure", "41300")),
        ("It rose by XX per cent.", ("open", "XX")),
        ("Around XX people and a dog.", ("open", "XX")),
        ("It rose by X %.", ("open", "X")),
        ("The date is TBC.", ("open", "TBC")),
        ("TODO: a figure", ("open", "TODO")),
        ("It cost TK euros.", ("open", "TK")),
        ("It cost ___ euros.", ("open", "___")),
        ("Dear [name], welcome.", ("open", "[name]")),
        ("Dear [first name], welcome.", ("open", "[first name]")),
        ("It is [insert the figure of May].", ("open", "[insert the figure of May]")),
        ("Who paid ???", ("open", "???")),
        ("Lorem ipsum dolor.", ("open", "Lorem ipsum")),
        ("## On XX floods", ("open", "XX")),
        ("## One\n\n#### Two", ("heading", "#### Two")),
        ("### One\n\n## Two", ("heading", "## Two")),
    ],
)
def test_what_is_pointed_out_in_markdown(body, expected):
    assert found(body) == [expected]
    assert expected[1] in body


@pytest.mark.parametrize(
    "body",
    [
        'See [the plan](https://example.com/a_(b) "Title") and [notes](#notes).',
        "We work in .NET, wait … and then ... go on.  A second sentence, in print().",
        "A hard break  \nand [a link](/about/)(see it).",
        "![A dam](/media/a.jpg) and `[]()` and 12 stones, 3 of them at 14:03.",
        "In 2026, on 3/5/2026 and 3.5.2026, with 12 people and version 3.11.",
        "It rose by 12%, [they say](https://example.com).",
        "It rose by 12%.[^1]",
        "It rose by 12%, <https://example.com> says.",
        "[https://example.com/a](https://example.com/a) and [x]: https://example.com/b",
        "Super Bowl XXX, Pope John XX, the XX century, size XXL, model X-X, X marks it.",
        "“[The board] agreed [sic],” he said […].[^1] [name](/a) [name][1] [x] Really??",
        "One\n\n___\n\nTwo ___bold___ words, snake___case. A todo, the tkx.",
        "# One\n\n## Two\n\n### Three\n\n## Four\n\n# Five",
        "```\n[x]() 12345 to .\n```\n\n~~~~\n#### 12345\n~~~\n~~~~\n\nWords.",
    ],
)
def test_what_is_left_alone_in_markdown(body):
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>See <a href=''>the plan</a>.</p>", [("link", "the plan")]),
        ("<p>Our <a href='/plan/'> </a>plan.</p>", [("link", "/plan/")]),
        ("<p>Click here to <a href='/x'></a>.</p>", [("link", "/x"), ("hole", "to .")]),
        ("<img src='/media/a.jpg'>", [("image", "/media/a.jpg")]),
        ("<p>It rose by 12%.</p><p><a href='/x'>Source</a></p>", [("figure", "12%")]),
        ("<p>It rose by 12%, <a href='/x'>see</a>.</p>", []),
        ("<h2>One</h2><h5>Two</h5>", [("heading", "Two")]),
        ("<p>It <b>held", []),
    ],
)
def test_what_is_pointed_out_in_html(body, expected):
    assert found(body, HTML) == expected


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"authorship": "guest"}, ["authorship_detail", "disclosure"]),
        ({"authorship": "guest", "disclosure": "None."}, ["authorship_detail"]),
        ({"authorship": "guest", "authorship_detail": "Our bank"}, ["disclosure"]),
        ({"authorship": "ai"}, ["authorship_detail"]),
        ({"authorship": "ai", "authorship_detail": "A model"}, []),
        ({"authorship": "by"}, []),
        ({"brief": ("word " * 80,) * 3}, ["brief_1"]),
        ({"brief": ("word " * 79,) * 3}, []),
    ],
)
def test_what_is_pointed_out_about_the_writers(said, fields):
    assert [advice.field for advice in advice_on(Draft(body="Words.", **said))] == fields


def test_brief_is_counted_at_238_words_a_minute():
    assert Draft(body="", brief=("word " * 119, "word " * 119)).brief_seconds == 60


def test_advice_ends_somewhere():
    assert len(found("Look at [x]().\n\n" * 500)) == MOST


PIECES = [
    *(
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "[^1]",
        "`",
        "```\n",
        "~~~",
        "#",
        "# ",
        "\n",
        "\n\n",
        " ",
        "\t",
    ),
    *(
        "to  ",
        " .",
        "see",
        "1",
        "1,",
        "000",
        "%",
        "€",
        "<a",
        "<a href='",
        "</a>",
        "<img",
        "<h2>",
        ">",
    ),
    *("&", "&#", "…", "\u0663", "\ufdfa", "\U0001f600", "a", "word "),
]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)


@given(TEXTS, st.sampled_from(["markdown", "html"]))
def test_no_text_breaks_it(body, markup):
    for advice in advice_on(Draft(body=body, markup=markup, brief=(body,), authorship=body)):
        assert isinstance(advice, Advice)
        assert markup == HTML or "`" in body or advice.excerpt in body


OPEN_PIECES = ["X", "XX ", "TK", "___ ", "?", "[add ", "[a", "https://", "https://a.,", "A XX "]


@pytest.mark.parametrize("markup", ["markdown", HTML])
@pytest.mark.parametrize(
    "piece",
    [*PIECES, "[](", "[a](b", "1,000", "a ", "(see", "word. ", "$1", *OPEN_PIECES],
)
def test_time_grows_with_the_text_and_no_faster(piece, markup):
    """Eight times the text takes no more than three times eight times as long, or next to nothing."""
    short, long = (
        partial(advice_on, Draft(body=(piece * size)[:size], markup=markup))
        for size in (25_000, 200_000)
    )
    limit = 24 * max(seconds(short, 0), 0.004)
    assert seconds(long, limit) < limit


def test_open_place_in_brief_leads_to_its_point():
    advice = advice_on(Draft(body="It held.", brief=("It held.", "It cost TBC.")))
    assert [(one.kind, one.field, one.excerpt) for one in advice] == [("open", "brief_2", "TBC")]


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("See https://example.com/a_(b)/c, daily.", "https://example.com/a_(b)/c"),
        ("https://example.com", "https://example.com"),
    ],
)
def test_address_without_a_link_is_pointed_out_where_it_stays_text(source, address):
    assert found(f"<p>{source}</p>", HTML) == [("address", address)]
    assert found(source) == []


def test_address_that_becomes_a_card_is_left_alone():
    assert found("<p>https://youtu.be/dQw4w9WgXcQ</p>", HTML) == []


def test_address_that_a_link_says_in_html_is_left_alone():
    body = '<p>See <a href="https://example.com/a">https://example.com/a</a>.</p>'
    assert found(body, HTML) == []
    assert found("<p>See https://example.com/a.</p>", HTML) == [
        ("address", "https://example.com/a")
    ]
