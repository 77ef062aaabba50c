"""Erasing while others do something about the same comments: nobody waits for ever, and no word stays."""

from __future__ import annotations

import pytest

from blog.refusal import Refused
from comments import moderation
from comments.models import Comment
from comments.moderation import erase_person
from ledger.models import Entry
from tests.comments.conftest import make_comment
from tests.comments.test_person import ADDRESS, SECRET, WORDS, traces

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_erase_the_same_person_erase_her_once(post, moderator, run_together):
    for number in range(6):
        make_comment(post, **WORDS | {"body": f"{SECRET} says {number} times"})
    run_together(2, lambda number: erase_person(ADDRESS, by=moderator), reraise=True)
    assert traces() == []
    assert sum(len(one.facts["comments"]) for one in Entry.objects.filter(verb="erase")) == 6


def test_decisions_meanwhile_bring_no_word_back(post, moderator, run_together):
    made = [make_comment(post, **WORDS | {"body": f"{SECRET} {number}"}) for number in range(6)]

    def act(number: int) -> None:
        if number == 0:
            erase_person(ADDRESS, by=moderator)
            return
        for comment in made if number == 1 else reversed(made):
            try:
                moderation.approve(comment, by=moderator, seen=1)
            except Refused:
                continue

    run_together(3, act, reraise=True)
    assert traces() == []
    assert set(Comment.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_comment_that_is_sent_meanwhile_is_whole_or_blank(post, moderator, run_together):
    make_comment(post, **WORDS)

    def act(number: int) -> None:
        if number == 0:
            erase_person(ADDRESS, by=moderator)
        else:
            make_comment(post, **WORDS | {"body": f"{SECRET} writes again"})

    run_together(2, act, reraise=True)
    later = Comment.objects.order_by("pk").last()
    assert later is not None
    assert (later.email, later.body) in {("", ""), (WORDS["email"], f"{SECRET} writes again")}
    assert bool(later.body) == (later.state == "pending")
