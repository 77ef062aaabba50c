"""The report calls each check what the desk calls it, and shows parts as parts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from comments.desk.check_names import check_name, with_parts
from comments.models import Comment
from comments.moderation import mark_spam
from comments.spam.hindsight import Share
from comments.spam.learned.features import features_of
from comments.spam.learned.model import judge
from comments.spam.learned.weights import SiteWeights
from comments.spam.what_if import Alone
from tests.comments.conftest import make_comment

REPORT = "/admin/comments/spam-report/"
NONE = Share(0, 0)


def named(*checks: str) -> list[tuple[str, bool]]:
    """What the report shows of these checks, by their slugs, and which of them are parts."""
    shown = with_parts([Alone(check, NONE, NONE, NONE) for check in checks])
    return [(one.check, is_part) for _, is_part, one in shown]


@pytest.mark.django_db
def test_report_shows_what_was_learned_elsewhere_and_its_parts_below(
    post: Any, moderator: Any
) -> None:
    comment = make_comment(post)
    rows = [("learned_signs", 4.0), ("links", 3.0), ("learned_words", 1.0)]
    evidence = [{"check": check, "weight": weight, "reason": "-"} for check, weight in rows]
    Comment.objects.update(evidence=evidence)
    comment.refresh_from_db()
    mark_spam(comment, by=moderator, seen=1)
    client = Client()
    client.force_login(moderator)
    page = client.get(REPORT).content.decode()
    heads = [
        " ".join(unescape(re.sub(r"<[^>]+>", "", head)).split())
        for head in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', page)
    ]
    at = heads.index("Compared with known spam, all together")
    assert heads[at + 1 : at + 3] == [
        f"Part of it: {check_name('learned_signs')}",
        f"Part of it: {check_name('learned_words')}",
    ]
    assert "Links" in heads


def test_desk_and_report_use_one_set_of_names(
    submission: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.spam.learned.model.of_site", lambda *_: 1.0)
    features = features_of(
        submission(text="Best casino bonus", name="Casino", url="https://casino.example")
    )
    found = judge(features, SiteWeights())
    assert {one.check for one in found} >= {"learned_words", "learned_signs", "learned_site"}
    assert [one.reason for one in found] == [f"{check_name(one.check)}." for one in found]


def test_parts_follow_the_whole_wherever_it_stands() -> None:
    assert named("learned_words", "links", "learned", "learned_site", "learned_name") == [
        ("learned", False),
        ("learned_words", True),
        ("learned_name", True),
        ("links", False),
        ("learned_site", False),
    ]


def test_part_without_the_whole_stands_for_itself() -> None:
    assert named("links", "learned_words") == [("links", False), ("learned_words", False)]


def test_check_that_is_no_more_keeps_its_slug() -> None:
    assert check_name("horoscope") == "horoscope"
