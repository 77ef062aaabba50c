"""A writer and two moderators at once, a thousand times: no order of steps shows what nobody read."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from blog import roles
from blog.models import Post, SearchEntry
from blog.refusal import Refused
from comments import finding, moderation, sanitize
from comments.models import Appeal, Comment, Edit, path_under
from ledger.models import Entry
from ledger.verify import Chain, problems
from tests.cast import make_user
from tests.conftest import RunTogether

COMMENTS, ROUNDS = 100, 10
"""A thousand interleavings: so many comments, and so many rounds with each, of one step by everybody."""

State = Comment.State
REFUSED = {State.REJECTED, State.REMOVED}

# What each may think of, seeing the comment in a state; by then it may be in another.
_SECOND_LOOK = ("restore", "approve", "grant_appeal", "grant_appeal", "refuse_appeal", "undo")
BY_MODERATOR = {
    State.PENDING: ("approve", "approve", "approve", "reject", "reject", "mark_spam"),
    State.APPROVED: ("accept_edit", "accept_edit", "refuse_edit", "remove", "mark_spam", "undo"),
    State.REJECTED: _SECOND_LOOK,
    State.REMOVED: _SECOND_LOOK,
    State.SPAM: ("approve", "restore", "undo"),
    State.WITHDRAWN: ("approve", "remove", "undo"),
}
BY_WRITER = {
    State.PENDING: ("edit", "edit", "withdraw"),
    State.APPROVED: ("edit", "edit", "edit", "withdraw"),
    State.REJECTED: ("appeal", "appeal", "withdraw"),
    State.REMOVED: ("appeal", "edit"),
    State.SPAM: ("edit", "withdraw"),
    State.WITHDRAWN: ("come_back", "come_back", "edit"),
}
VERBS = {verb for verbs in [*BY_MODERATOR.values(), *BY_WRITER.values()] for verb in verbs}


@dataclass
class Table:
    """One comment that all three work on, and what came of it."""

    pk: int
    read: set[str]
    """The words that a decision let out, as whoever decided had read them."""
    shown: set[str] = field(default_factory=set)
    """The words that the public could read at any moment somebody looked."""
    decided: list[str] = field(default_factory=list)

    def act_as_writer(self, dice: random.Random) -> None:
        """Take one step of the writer."""
        comment = self.look()
        step = dice.choice(BY_WRITER[State(comment.state)])
        words = [f"The river again, wording {dice.random()}."] if step in {"edit", "appeal"} else []
        getattr(moderation, step)(comment, *words)

    def act_as(self, moderator: User, dice: random.Random) -> None:
        """Look at the comment as the desk shows it, and decide about exactly that."""
        comment = self.look()
        verb = dice.choice(BY_MODERATOR[State(comment.state)])
        waiting = comment.edits.filter(state=Edit.State.WAITING).first()
        getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)
        self.decided.append(verb)
        if verb in {"approve", "grant_appeal"}:
            self.read.add(comment.body)
        if verb == "accept_edit" and waiting:
            self.read.add(waiting.body)

    def look(self) -> Comment:
        """Return the comment as it is now, and note what the public can read at this moment."""
        comment = Comment.objects.get(pk=self.pk)
        if comment.is_visible:
            self.shown.add(comment.body)
        return comment


@pytest.mark.timeout(1200)
@pytest.mark.django_db(transaction=True)
def test_no_order_of_steps_shows_what_nobody_read(
    post: Post, moderator: User, run_together: RunTogether
) -> None:
    people = [None, moderator, make_user("Noor Haddad", roles.MODERATOR)]
    tables = set_up(post, moderator)
    together = threading.Barrier(len(people))

    def work(number: int) -> None:
        person, dice = people[number], random.Random(number)
        for table in [table for table in tables for _ in range(ROUNDS)]:
            together.wait(timeout=60)
            try:
                table.act_as(person, dice) if person else table.act_as_writer(dice)
            except Refused:
                pass
            except BaseException:
                together.abort()
                raise

    run_together(len(people), work, reraise=True)
    stories = stories_of(tables)
    for table in tables:
        check(table, stories[table.pk])
    assert list(problems(Chain())) == []
    check_counts()
    for appeal in Appeal.objects.filter(state=Appeal.State.WAITING).select_related("comment"):
        assert (appeal.comment.withdrawn_from or appeal.comment.state) in REFUSED
    # Each verb had its turn, or the rest says little.
    assert {*Entry.objects.values_list("verb", flat=True)} >= VERBS


def set_up(post: Post, moderator: User) -> list[Table]:
    """Lay a comment on each table; every other one is public already, by a decision."""
    first = (Comment.objects.order_by("pk").values_list("pk", flat=True).last() or 0) + 1
    comments = [
        _comment(post, pk, moderator if pk % 2 else None) for pk in range(first, first + COMMENTS)
    ]
    Comment.objects.bulk_create(comments)
    finding.refresh(comments)
    return [Table(one.pk, {one.body} if one.is_visible else set()) for one in comments]


def _comment(post: Post, pk: int, decided_by: User | None) -> Comment:
    body = f"The part about the river, told by reader {pk}."
    return Comment(
        pk=pk,
        path=path_under(None, pk),
        post=post,
        name=f"Reader {pk}",
        body=body,
        body_html=sanitize.to_html(body),
        sanitizer=sanitize.VERSION,
        state=State.APPROVED if decided_by else State.PENDING,
        decided_at=timezone.now() if decided_by else None,
        decided_by=decided_by.pk if decided_by else None,
    )


def stories_of(tables: list[Table]) -> dict[int, list[Entry]]:
    """Return the entries about each comment, in their order."""
    stories: dict[int, list[Entry]] = {table.pk: [] for table in tables}
    prefix = "comments.comment:"
    for entry in Entry.objects.filter(subject__startswith=prefix).order_by("sequence"):
        stories[int(entry.subject.removeprefix(prefix))].append(entry)
    return stories


def check(table: Table, entries: list[Entry]) -> None:
    """Hold what became of one comment against what must always be true."""
    comment = table.look()
    story = [(entry.verb, entry.facts) for entry in entries]
    assert table.shown <= table.read, story
    assert comment.state in State.values, story
    assert bool(comment.withdrawn_from) == (comment.state == State.WITHDRAWN), story
    if not comment.is_visible:
        assert not comment.edits.filter(state=Edit.State.WAITING).exists(), story
    made = [entry.facts["revision"] for entry in entries if entry.verb != "undo"]
    assert len(made) == len(set(made)), story
    assert Counter(entry.verb for entry in entries if entry.actor) == Counter(table.decided), story
    steps = [entry.facts["to"] for entry in entries if "to" in entry.facts]
    assert not steps or steps[-1] == comment.state, story


def check_counts() -> None:
    """What is counted and found is what is public, word for word."""
    public = {one.pk: one.body for one in Comment.objects.all() if one.is_visible}
    assert public, "no comment is public at the end, so nothing was tested"
    assert set(Comment.objects.visible().values_list("pk", flat=True)) == {*public}
    found = SearchEntry.objects.filter(kind=SearchEntry.Kind.COMMENT)
    assert {entry.number: entry.text.strip() for entry in found} == public
