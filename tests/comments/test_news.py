"""What a mail tells a reader of one thing is one sentence, which another language may turn around."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from comments.models import Notice
from comments.news import news
from tests.comments.conftest import make_comment
from tests.pseudo import speak, unmarked_lines


@pytest.mark.django_db
@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize("what", Notice.What.values)
def test_news_are_one_sentence_in_every_language(post, settings, monkeypatch, is_private, what):
    comment = make_comment(post, name="Mara")
    comment.visibility = "private" if is_private else "public"
    answered = make_comment(post, name="Ben", body="Ours paid for nothing at all.")
    speak("xx", settings=settings, monkeypatch=monkeypatch)
    with override("xx"):
        said = news(Notice(comment=comment, post=post, what=what, answer=answered)).sentence
    assert ("your note" in said.lower()) is is_private
    assert unmarked_lines(said, {"Mara", "Ben", post.title}) == []
