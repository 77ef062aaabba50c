"""The words of a mail: where they end, and how they are put together again."""

from __future__ import annotations

import pytest

from blog.incoming.html import markdown_of
from blog.incoming.words import above_the_line, own_words, text_of_html, unfolded
from tests.pace import seconds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yes.\n\n— Write your answer above this line —\nrest", "Yes."),
        ("Yes.\n\nOn 2 Nov 2026 at 12:00, Letters\n<a@b.example> wrote:\n\n> old", "Yes."),
        ("Yes.\n\nAm 02.11.2026 schrieb Mo:\n> alt", "Yes."),
        ("Ja.\n\n-----Original Message-----\nFrom: x", "Ja."),
        ("Ja.\n\n________________________________\nFrom: x", "Ja."),
        ("Three reasons:\n\n> quoted", "Three reasons:"),
        ("Yes.\n-- \nDana\nChief executive", "Yes."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("A dash -- inside stays.", "A dash -- inside stays."),
        ("> only a quote", ""),
        ("", ""),
    ],
)
def test_words_end_where_the_quotation_begins(text, words):
    assert above_the_line(text) == words


def test_flowed_text_is_one_line_a_paragraph():
    assert unfolded("One \ntwo.\n\nThree.\n> a \n> b") == "One two.\n\nThree.\n> a \n> b"
    assert unfolded("Don \naudampf", drops_space=True) == "Donaudampf"


def test_html_with_a_plain_quotation_keeps_the_words():
    html = "<p>Yes.</p><p>On 2 Nov 2026 Mo wrote:</p><blockquote><p>old</p></blockquote><p>sig</p>"
    assert above_the_line(text_of_html(html)) == "Yes."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>bold</b>.</p><p>Two.<br>Three.</p>", "One bold.\n\nTwo.\nThree."),
        ("<h2>Head</h2><div>One.</div>", "## Head\n\nOne."),
        ("<ul><li>a</li><li><p>b</p></li></ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n\n- b\n\n1. c"),
        (
            '<p>See <a href="https://x.example/a b_(c)">the [plan]</a>.</p>',
            "See [the \\[plan\\]](https://x.example/a%20b_%28c%29).",
        ),
        ('<a href="javascript:alert(1)">x</a> <a href="">y</a>', "x y"),
        ('<a href="https://x.example/"><img src="cid:1"></a>', "PICTURE"),
        ("One.<blockquote>a<p>b</p></blockquote>Two.", "One.\n\n> a\n>\n> b\n\nTwo."),
        ("One.<blockquote>a<blockquote>b", "One.\n\n> a\n>\n> b"),
        ('One.<div id="divRplyFwdMsg">From: x</div>old', "One.\n>"),
        ("<style>p{}</style><title>t</title>One.<script>x</script>", "One."),
        ("One.<div>--<br>Dana</div>", "One.\n-- \nDana"),
        ("One&#xfffa;&#xfffb;&#xfffc;0&#xfffc;", "One0"),
        ("<li>a</ul></ol></blockquote></a>b", "- a\n\nb"),
        ("", ""),
    ],
)
def test_html_becomes_markdown_and_no_word_is_lost(html, text):
    assert (
        markdown_of(html, picture=lambda address: "PICTURE" if address == "cid:1" else "") == text
    )


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<!--",
            "<![CDATA[",
            "<a ",
            "<a href='",
            "&",
            "</",
            "<!",
            "<?",
            "<blockquote></blockquote>",
        ),
        *(
            "<blockquote><ul><li><a href='https://x.example/'>",
            "<a href='https://x.example/'>a</a>",
        ),
        *("<p>-- </p>", "<p>&gt; a</p>", "<div>-- a --</div>"),
    ],
)
def test_time_grows_with_the_length_of_hostile_html_and_no_faster(piece):
    html = piece * (300_000 // len(piece)) + "word"

    def read() -> None:
        own_words(markdown_of(html, picture=lambda _: ""))
        above_the_line(text_of_html(html))

    # With the parser of the standard library some of these took minutes.
    assert seconds(read, 10) < 10


@pytest.mark.parametrize("piece", ["a \n", " ", "-", "> \n", "--a ", "\n"])
def test_time_grows_with_the_length_of_hostile_text_and_no_faster(piece):
    text = piece * (300_000 // len(piece))

    def read() -> None:
        read_text = unfolded(text)
        own_words(read_text)
        above_the_line(read_text)

    # A square of this length would take many minutes.
    assert seconds(read, 10) < 10
