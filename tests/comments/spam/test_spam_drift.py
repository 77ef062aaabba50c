"""What the site has taught shows in the report as soon as it turns verdicts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Post, Site
from comments import outcomes, taught
from comments.desk.spam_report import TURNED_SHOWN
from comments.drift import LATELY, Drift, drift
from comments.facts import words_alone
from comments.models import Comment, Lesson
from comments.moderation import approve, mark_spam, restore
from comments.spam import History, Submission, assess
from comments.spam.checks import CHECKS
from comments.spam.learned import weights as model
from comments.spam.learned.features import features_of
from comments.spam.learned.weights import SiteWeights
from comments.spam.rows import Row, read_rows
from comments.spam.training.own import OWN_FILES
from ledger.models import Entry
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db
REPORT = "/admin/comments/spam-report/"
TEXTS = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "genuine.jsonl").read_text("utf-8").splitlines()
]


def genuine(post: Post, count: int) -> list[Comment]:
    """Comments of readers; beyond those that were written for the tests, the same with a number."""
    bodies = [f"{text} ({again})" if again else text for again in range(3) for text in TEXTS]
    return [
        make_comment(post, name=f"Reader {n}", body=body) for n, body in enumerate(bodies[:count])
    ]


def spam_rows() -> list[Row]:
    """Sixty pieces of spam that were written for the project."""
    rows = [row for file in OWN_FILES for row in read_rows(file)[:2] if row.is_spam]
    return rows[:60]


def words(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


@pytest.fixture
def desk(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


def test_site_that_taught_nothing_looks_at_no_comment(
    post: Post, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine(post, 3)
    looked: list[Comment] = []
    monkeypatch.setattr("comments.drift.features_alone", looked.append)
    assert drift(Site.current()) == Drift(0, 0)
    assert looked == []
    assert "Nothing yet: it judges as it came." in words(desk.get(REPORT))


def test_ordinary_decisions_are_counted_and_not_warned_of(
    post: Post, desk: Client, moderator: User
) -> None:
    for comment in genuine(post, 4):
        approve(comment, by=moderator, seen=1)
    said = words(desk.get(REPORT))
    assert "It has learned from 4 decisions." in said
    assert "another verdict: 0 of 4; 0–49 %" in said
    assert "more than 1 %" not in said


def teach_wrongly(rows: list[Comment], by: User, *, is_spam: bool) -> None:
    """A thousand lessons of today that call comments like these what they are not."""
    state = "spam" if is_spam else "approved"
    features = [features_of(words_alone(one)).packed() for one in rows]
    decided = Comment.objects.bulk_create(
        Comment(post=rows[0].post, name="Olu", body=f"{n}", body_html="", sanitizer=1, state=state,
                decided_by=by.pk)
        for n in range(1_000)
    )  # fmt: skip
    Lesson.objects.bulk_create(
        Lesson(
            comment=comment,
            is_spam=is_spam,
            features=features[n % len(rows)],
            day=taught.today(),
        )
        for n, comment in enumerate(decided)
    )


def turned_verdicts(rows: list[Comment]) -> int:
    """How many verdicts on these comments are another with what the site has taught."""
    site, nothing = History(site=taught.weights()), History.empty()
    asked = [words_alone(one) for one in rows]
    return sum(assess(one, site).verdict is not assess(one, nothing).verdict for one in asked)


def test_a_thousand_decisions_that_call_readers_spam_show(
    post: Post, desk: Client, moderator: User
) -> None:
    rows = genuine(post, LATELY)
    teach_wrongly(rows, moderator, is_spam=True)
    mark_spam(rows[0], by=moderator, seen=1)
    assert turned_verdicts(rows) > LATELY / 100
    turned = drift(Site.current())
    assert turned.whole == LATELY
    assert turned.part > LATELY / 100
    said = words(desk.get(REPORT))
    assert f"another verdict: {turned.part} of {LATELY};" in said
    assert "That is more than 1 %" in said


def test_a_thousand_decisions_that_call_spam_genuine_show(
    post: Post, desk: Client, moderator: User
) -> None:
    rows = [
        make_comment(post, name=row.author or "Ann", body=row.text, url=row.url)
        for row in spam_rows()
    ]
    teach_wrongly(rows, moderator, is_spam=False)
    approve(rows[0], by=moderator, seen=1)
    assert turned_verdicts(rows) > len(rows) / 100
    assert drift(Site.current()).part > len(rows) / 100
    assert "That is more than 1 %" in words(desk.get(REPORT))


def test_changed_comments_are_linked_ten_at_most(post: Post, desk: Client, moderator: User) -> None:
    rows = genuine(post, 40)
    teach_wrongly(rows, moderator, is_spam=True)
    mark_spam(rows[0], by=moderator, seen=1)
    turned = drift(Site.current()).turned
    assert len(turned) > TURNED_SHOWN
    page = desk.get(REPORT).content.decode()
    shown = [one for one in turned if f'href="/admin/comments/comment/{one.pk}/change/"' in page]
    assert shown == list(turned[:TURNED_SHOWN])


def test_private_notes_are_not_named_to_who_only_reads_comments(
    post: Post, client: Client, auditor: User, moderator: User
) -> None:
    rows = genuine(post, 40)
    teach_wrongly(rows, moderator, is_spam=True)
    mark_spam(rows[0], by=moderator, seen=1)
    Comment.objects.update(visibility="private")
    client.force_login(auditor)
    page = client.get(REPORT)
    assert f"another verdict: {drift(Site.current()).part} of" in words(page)
    assert "The newest of them" not in words(page)


@pytest.mark.parametrize(
    ("part", "whole", "is_much"),
    [(0, 0, False), (1, 1, True), (1, 80, False), (2, 80, False), (3, 200, False), (7, 200, True)],
)
def test_warns_only_where_it_is_surely_more(part: int, whole: int, is_much: bool) -> None:
    assert Drift(part, whole).is_much is is_much


def test_putting_back_unteaches(post: Post, desk: Client, moderator: User) -> None:
    rows = genuine(post, 5)
    spam = [mark_spam(one, by=moderator, seen=1) for one in rows]
    for one in spam:
        restore(one, by=moderator, seen=one.revision)
    assert taught.weights() == SiteWeights()
    approve(make_comment(post), by=moderator, seen=1)
    assert "another verdict: 0 of 6; 0–40 %" in words(desk.get(REPORT))


def test_comment_whose_words_cannot_be_looked_at_is_left_out(
    post: Post, desk: Client, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(make_comment(post), by=moderator, seen=1)
    make_comment(post, body="What did the pumps cost?")

    def fails_on_pumps(submission: Submission, history: History) -> Any:
        if "pumps" in submission.text:
            raise ZeroDivisionError("a check that fails")
        return ()

    monkeypatch.setattr("comments.spam.checks.CHECKS", (*CHECKS, ("links", fails_on_pumps)))
    assert "another verdict: 0 of 1;" in words(desk.get(REPORT))


@pytest.mark.parametrize(
    "odd",
    [
        [{"check": "words", "weight": 6.5, "reason": "-"}],
        [{"check": "words"}],
        ["words"],
        [{"check": "words", "weight": "much", "reason": "-"}],
        {"check": "words"},
    ],
    ids=["too heavy", "cut short", "no row", "no number", "no list"],
)
def test_odd_evidence_breaks_no_report(
    post: Post, desk: Client, moderator: User, odd: object
) -> None:
    rows = [approve(one, by=moderator, seen=1) for one in genuine(post, 3)]
    Comment.objects.filter(pk=rows[0].pk).update(evidence=odd)
    assert "another verdict: 0 of 2;" in words(desk.get(REPORT))


@pytest.mark.parametrize("facts", [{"score": "much"}, {"verdict": "spam"}, {"score": None}])
def test_odd_entry_in_the_record_breaks_no_report(
    post: Post, desk: Client, moderator: User, monkeypatch: pytest.MonkeyPatch, facts: Any
) -> None:
    rows = [approve(one, by=moderator, seen=1) for one in genuine(post, 3)]
    known = outcomes.submitted
    odd = {"verdict": "publish", "state": "approved"} | facts

    def read(numbers: list[int]) -> dict[int, dict[str, Any]]:
        return known(numbers) | {rows[0].pk: odd}

    monkeypatch.setattr("comments.outcomes.submitted", read)
    assert desk.get(REPORT).status_code == 200
    assert len(outcomes.decided(timezone.get_current_timezone())) == 2


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The weights that come with the package are cut in half on this machine."""
    cut = tmp_path / "shipped.bin"
    cut.write_bytes(model.SHIPPED.read_bytes()[: model.SHIPPED.stat().st_size // 2])
    cut.with_suffix(".json").write_bytes(model.SHIPPED.with_suffix(".json").read_bytes())
    monkeypatch.setattr(model, "SHIPPED", cut)
    model.shipped.cache_clear()
    yield
    model.shipped.cache_clear()


@pytest.mark.parametrize("is_decided", [True, False])
def test_damaged_weights_are_told_and_break_no_page(
    post: Post, desk: Client, moderator: User, damaged: None, is_decided: bool
) -> None:
    held = make_comment(post, body="What did the pumps cost?")
    assert "hold" in Entry.objects.about(held).get().facts["verdict"]
    if is_decided:
        approve(held, by=moderator, seen=1)
    assert "every comment waits for a person" in words(desk.get(REPORT))
