"""Whatever becomes of a comment, the answer holds its words to the last character, without a script."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from blog.models import Post
from comments import throttle
from comments.arrival import STAMP_DAYS, stamp_for
from comments.models import Comment
from comments.sanitize import MAX_LENGTH
from comments.text import clean_text
from tests.comments.conftest import OWN
from tests.surface import html_of

pytestmark = pytest.mark.django_db

ODD = (
    "\nA line begins after an empty one.\n\n\n  Spaces,\ttabs, \u00a0 and <b>signs</b> & &amp; &lt; &#39;"
    " \" ' ` \\ </textarea> <!-- --> ]]> {{ name }} {% if %} %00 \u2028 \u2029 \u00ad \ufeff"
    " e\u0301 \u0939\u093f\u0928\u094d\u0926\u0940 \u05e2\u05d1\u05e8\u05d9\u05ea \u202eback\u202c"
    " \u4f60\u597d \U0001f469\u200d\U0001f680 \U0001f1e9\U0001f1ea \u200b\u200d\ufe0f \u0001\u007f\u0085 "
)
END = "\n\n  the end\n\n"
TEXT = (ODD * 20)[: MAX_LENGTH - len(END)] + END
"""As many odd characters as a comment may have; the last ones are white space."""


def value_of(response: Any) -> str:
    """What a browser has in the field for the words, which can be changed and sent again."""
    form = next(one for one in html_of(response).iter("form") if one.get("method") == "post")
    field = next(one for one in form.iter("textarea") if one.get("name") == "body")
    assert field.get("readonly") is None
    assert field.get("disabled") is None
    return "".join(field.itertext())


def as_browsers_send(text: str) -> str:
    return text.replace("\n", "\r\n")


def closed(post: Post, monkeypatch: Any) -> dict[str, Any]:
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    return {"status": 403}


def throttled(post: Post, monkeypatch: Any) -> dict[str, Any]:
    monkeypatch.setitem(throttle.LIMITS, "comment", throttle.Limit(0))
    return {"status": 429}


def invalid(post: Post, monkeypatch: Any) -> dict[str, Any]:
    return {"status": 422, "name": ""}


def wrong_origin(post: Post, monkeypatch: Any) -> dict[str, Any]:
    return {"status": 403, "headers": {"HTTP_ORIGIN": "https://evil.example"}}


def locked_database(post: Post, monkeypatch: Any) -> dict[str, Any]:
    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("comments.moderation.submitting._store", locked)
    return {"status": 503}


def forced_fault(post: Post, monkeypatch: Any) -> dict[str, Any]:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("comments.views.submit_comment", broken)
    return {"status": 500}


def fault_outside_the_view(post: Post, monkeypatch: Any) -> dict[str, Any]:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("blog.models.Site.current", gone)
    return {"status": 500}


def post_gone(post: Post, monkeypatch: Any) -> dict[str, Any]:
    Post.objects.filter(pk=post.pk).update(state="draft")
    return {"status": 404}


REFUSALS = [
    closed,
    throttled,
    invalid,
    wrong_origin,
    locked_database,
    forced_fault,
    fault_outside_the_view,
    post_gone,
]


@pytest.mark.parametrize("happens", REFUSALS)
def test_refused_words_come_back_to_the_last_character(send, post, monkeypatch, happens):
    changes = happens(post, monkeypatch)
    status = changes.pop("status")
    client = Client(raise_request_exception=False)
    response = send(client=client, body=as_browsers_send(TEXT), **changes)
    assert response.status_code == status
    assert value_of(response) == TEXT
    assert not Comment.objects.exists()


def expired(post: Post, monkeypatch: Any) -> str:
    with time_machine.travel(post.published_at or 0):
        stamp = stamp_for(post.pk)
    monkeypatch.setattr("comments.arrival.STAMP_DAYS", -STAMP_DAYS)
    return stamp


def spam(post: Post, monkeypatch: Any) -> str:
    monkeypatch.setattr("comments.moderation.submitting.verdict_state", lambda *_: "spam")
    return stamp_for(post.pk)


@pytest.mark.parametrize("happens", [expired, spam])
def test_doubtful_words_are_stored_whole_and_shown(send, client, post, monkeypatch, happens):
    """An expired form and what looks like spam are no refusals: a person decides, and nothing is lost."""
    response = send(body=as_browsers_send(TEXT), stamp=happens(post, monkeypatch))
    assert response.status_code == 303
    comment = Comment.objects.get()
    assert comment.body == clean_text(TEXT)
    assert comment.state == ("spam" if happens is spam else "pending")
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "Waiting for a person" in page.content.decode()
    shown = "".join("".join(html_of(page).itertext()).split())
    assert "Alinebeginsafteranemptyone." in shown
    assert "theend" in shown


def test_words_that_came_back_can_be_sent_again(send, post):
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    returned = value_of(send(body=as_browsers_send(TEXT)))
    Post.objects.filter(pk=post.pk).update(comment_policy="site")
    assert send(body=as_browsers_send(returned), headers=OWN).status_code == 303
    assert Comment.objects.get().body == clean_text(TEXT)
