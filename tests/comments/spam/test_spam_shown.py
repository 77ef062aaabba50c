"""What a page does not show is not judged, so that it cannot speak for spam."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Post
from comments import sanitize
from comments.models import Comment
from comments.moderation import edit
from comments.spam import History, Verdict, assess
from comments.spam.addresses import find_links
from comments.spam.rows import bare_submission
from comments.spam.shown import text_shown
from tests.comments.conftest import make_comment

TALK = (
    "We had the same discussion when we raised our prices in March, and I agree that support is the"
    " hard part; our customers told us that the cheap plan made them doubt the quality too. "
)
SALE = "Buy viagra online without prescription, cheap cialis 50% off"
SHOP = "https://cheap-viagra-pills.com"


def shown(typed: str) -> str:
    return text_shown(sanitize.to_html(typed))


@pytest.mark.django_db
@pytest.mark.parametrize("opened, closed", ['""', "''", "()"])
def test_title_of_a_link_buys_nothing(post: Post, opened: str, closed: str) -> None:
    hidden = f"[order here]({SHOP} {opened}{TALK * 7}{closed}) {SALE}"
    comment = make_comment(post, body=hidden, name="Zed Qu")
    assert comment.state == Comment.State.SPAM
    assert TALK[:40] not in comment.shown_text


@pytest.mark.django_db
def test_edit_is_judged_by_its_own_words_as_shown(post: Post) -> None:
    comment = make_comment(post, name="Zed Qu")
    assert edit(comment, f'[order here]({SHOP} "{TALK * 7}") {SALE}').state == Comment.State.SPAM


@pytest.mark.django_db
def test_copies_are_found_whatever_their_titles_say(post: Post) -> None:
    said = "My neighbour collects old radios and your words fit our little club of listeners."
    for number, title in enumerate((TALK * 5, "Quite other things, and more of them. " * 20)):
        typed = f'{said} [Here]({SHOP} "{title}").'
        comment = make_comment(post, body=typed, name=f"Zed {number}")
    assert "duplicates" in {one["check"] for one in comment.evidence}


@pytest.mark.parametrize(
    "typed",
    [
        f'[x]({SHOP}/a "{TALK}")',
        "[x](&#104;ttps://cheap-viagra-pills.com)",
        "[x](https://cheap-viagra-pills&#46;com/a)",
        "[x](<https://cheap-viagra-pills.com>)",
        "[url](https://cheap-viagra-pills.com)",
        "[x](https://cheap-viagra-pills.com/a(we-raised-our-prices))",
        "[a [b] c](https://cheap-viagra-pills.com)",
        f"[{'x' * 400}](https://cheap-viagra-pills.com)",
    ],
)
def test_host_of_a_link_is_that_which_a_browser_goes_to(typed: str) -> None:
    assert [link.host for link in find_links(shown(typed))] == ["cheap-viagra-pills.com"]


@pytest.mark.parametrize(
    "typed, host",
    [
        (f'[x]({SHOP}/a "{TALK}") end', "cheap-viagra-pills.com"),
        (f"[x]({SHOP} '{TALK}') end", "cheap-viagra-pills.com"),
        ("[x](&#104;ttps://casino-x.com) end", "casino-x.com"),
        ("[x](https://casino-x&#46;com) end", "casino-x.com"),
        ("[link](https://casino-x.com) end", "casino-x.com"),
    ],
)
def test_row_of_a_file_is_read_alike(typed: str, host: str) -> None:
    row = bare_submission(typed, "", "", "")
    assert [link.host for link in row.links] == [host]
    assert row.prose.strip() == "end"


@pytest.mark.parametrize(
    "typed, said",
    [
        ("See www.example.org/a for **more**.", "See www.example.org/a for more."),
        ("One\ntwo\n\nthree", "One\ntwo\n\nthree"),
        ('Use <b> & "quotes" here', 'Use <b> & "quotes" here'),
        ("[the table](https://example.org/t)", "[the table](https://example.org/t)"),
        ('<a href="https://x.org">x</a>', '<a href="https://x.org">x</a>'),
        ("&lt;b&gt; stays as typed", "&lt;b&gt; stays as typed"),
    ],
)
def test_ordinary_words_stay_as_they_are(typed: str, said: str) -> None:
    assert shown(typed) == said


@given(st.text(max_size=300))
def test_any_text_is_shown_and_judged(typed: str) -> None:
    said = bare_submission(shown(typed), "Ann", "", "")
    assert assess(said, History.empty()).verdict in Verdict


def test_words_of_praise_inside_a_title_are_no_reader(submission: Any) -> None:
    plain = submission(text=f"[order here]({SHOP}) {SALE}", post_title="", post_text="")
    hidden = submission(
        text=f'[order here]({SHOP} "{TALK * 7}") {SALE}', post_title="", post_text=""
    )
    known = History.empty()
    assert assess(hidden, known).score == pytest.approx(assess(plain, known).score, abs=0.02)
