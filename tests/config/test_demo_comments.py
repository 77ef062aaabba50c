"""The demo's comments keep the format their loader reads, and make a scene worth moderating."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import Any

import pytest

from tests.config.demo_files import (
    BY_KEY,
    CLICHES,
    COMMENTS,
    SCENE,
    hosts,
    hours_live,
    is_reserved,
)

COMMENT_KEYS = {
    "key",
    "post",
    "parent",
    "name",
    "email",
    "url",
    "body",
    "state",
    "by",
    "visibility",
    "network",
}
LONGEST_COMMENT = 5_000

each_comment = pytest.mark.parametrize("key", BY_KEY)


def depth(comment: dict[str, Any]) -> int:
    return 1 + (depth(BY_KEY[comment["parent"]]) if comment["parent"] else 0)


@each_comment
def test_comment_has_the_keys_that_the_loader_reads(key: str) -> None:
    comment = BY_KEY[key]
    hours = "before_hours" if comment["state"] == "pending" else "after_hours"
    assert set(comment) == COMMENT_KEYS | {hours}
    assert comment["state"] in {"approved", "pending", "spam"}
    assert comment["by"] in {"reader", "ceo", "moderator"}
    assert comment["visibility"] in {"public", "private"}
    assert comment["name"].strip() and 0 < len(comment["body"]) <= LONGEST_COMMENT


@each_comment
def test_comment_was_written_while_its_post_was_public(key: str) -> None:
    comment = BY_KEY[key]
    hours = "before_hours" if comment["state"] == "pending" else "after_hours"
    assert 0 < comment[hours] < hours_live(comment["post"])


@each_comment
def test_comment_links_and_addresses_are_reserved(key: str) -> None:
    comment = BY_KEY[key]
    written = f"{comment['body']} {comment['url']} {comment['email']}"
    assert [host for host in hosts(written) if not is_reserved(host)] == []


@pytest.mark.parametrize("key", [c["key"] for c in COMMENTS if c["parent"]])
def test_reply_follows_a_public_comment_on_the_same_post(key: str) -> None:
    reply, parent = BY_KEY[key], BY_KEY[BY_KEY[key]["parent"]]
    assert (parent["post"], parent["state"]) == (reply["post"], "approved")
    assert parent["visibility"] == "public"
    assert parent["after_hours"] < reply["after_hours"]
    assert depth(reply) <= 4


def test_comment_keys_are_unique() -> None:
    assert len(BY_KEY) == len(COMMENTS)


def test_there_are_as_many_comments_as_a_living_scene_needs() -> None:
    states = Counter(comment["state"] for comment in COMMENTS)
    assert states["approved"] >= 40
    assert states["pending"] >= 10
    assert states["spam"] == 3
    assert sum(comment["by"] == "ceo" for comment in COMMENTS) >= 8
    assert max(depth(comment) for comment in COMMENTS) == 4


def test_pending_comments_hold_the_cases_a_moderator_meets() -> None:
    pending = [comment for comment in COMMENTS if comment["state"] == "pending"]
    assert any(comment["body"].endswith("great article btw!") for comment in pending)
    assert any(comment["visibility"] == "private" for comment in pending)
    assert any(comment["body"].count("https://") >= 3 for comment in pending)
    pairs = [(a["body"], b["body"]) for a in pending for b in pending if a["key"] < b["key"]]
    likeness = [SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs]
    assert sum(ratio > 0.85 for ratio in likeness) == 1


def test_one_address_always_comes_from_one_network() -> None:
    seen: dict[str, set[int]] = {}
    for comment in COMMENTS:
        if comment["email"] and comment["by"] == "reader":
            seen.setdefault(comment["email"], set()).add(comment["network"])
    assert all(len(networks) == 1 for networks in seen.values())


def test_company_answers_under_the_names_of_its_people() -> None:
    users = {f"{u['first_name']} {u['last_name']}": u for u in SCENE["users"]}
    for comment in COMMENTS:
        if comment["by"] != "reader":
            user = users[comment["name"]]
            assert comment["email"] == user["email"]
            assert comment["by"] == user["role"].lower()


def test_company_answers_without_cliches() -> None:
    answers = " ".join(c["body"] for c in COMMENTS if c["by"] != "reader").lower()
    assert [cliche for cliche in CLICHES if cliche in answers] == []
