"""The words of a mail: where they end, and how they are put together again."""

from __future__ import annotations

import pytest

from blog.incoming.words import above_the_line, text_of_html, unfolded


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
