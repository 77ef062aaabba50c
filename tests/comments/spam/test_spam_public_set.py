"""Real comments of blogs that no weight was set on: what the checks alone tell apart.

Only the text, name, domain and link of a row are used; nothing of the rows enters the project.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from comments.spam import History, Verdict, assess

ROWS = Path(__file__).parents[4] / "shared" / "data" / "spam" / "public_test.jsonl"
LEAST_AUC = 0.755
LEAST_CAUGHT = 0.35
"""Share of spam above the score that 1 % of genuine comments exceed."""


def area_under_curve(scores: list[tuple[float, bool]]) -> float:
    """Chance that a spam comment scores higher than a genuine one, ties counted half."""
    spam = sum(is_spam for _, is_spam in scores)
    ranks, below = 0.0, 0
    for _, group in itertools.groupby(sorted(scores), key=lambda pair: pair[0]):
        tied = list(group)
        ranks += (below + (len(tied) + 1) / 2) * sum(is_spam for _, is_spam in tied)
        below += len(tied)
    return (ranks - spam * (spam + 1) / 2) / (spam * (len(scores) - spam))


def caught_at(share: float, scores: list[tuple[float, bool]]) -> float:
    """Share of spam caught while at most this share of genuine comments is."""
    genuine = sorted((score for score, is_spam in scores if not is_spam), reverse=True)
    limit = genuine[int(len(genuine) * share)]
    spam = [score for score, is_spam in scores if is_spam]
    return sum(score > limit for score in spam) / len(spam)


def test_the_measures_are_right_on_small_examples() -> None:
    apart = [(0.1, False), (0.2, False), (0.8, True), (0.9, True)]
    assert area_under_curve(apart) == 1
    assert area_under_curve([(0.5, False), (0.5, True)]) == 0.5
    assert area_under_curve([(0.9, False), (0.1, True)]) == 0
    assert caught_at(0.5, apart) == 1


@pytest.mark.skipif(not ROWS.exists(), reason="the shared spam set (public_test.jsonl) is absent")
def test_the_checks_tell_spam_of_unseen_blogs_apart(
    submission: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [json.loads(line) for line in ROWS.read_bytes().splitlines()]
    scores, called = [], {True: 0, False: 0}
    for row in rows:
        fields = {key: row[key] or "" for key in ("text", "email_domain", "url")}
        sent = submission(
            **fields, name=row["author"] or "", post_title=row["post"] or "", post_text=""
        )
        found = assess(sent, History.empty())
        is_spam = int(row["label"]) == 1
        scores.append((found.score, is_spam))
        called[is_spam] += found.verdict is Verdict.SPAM
    auc, caught = area_under_curve(scores), caught_at(0.01, scores)
    with capsys.disabled():
        print(
            f"\nspam checks on {len(rows)} unseen comments: AUC {auc:.3f}, "
            f"caught at 1 % {caught:.1%}, called spam {called[True]} spam, {called[False]} genuine"
        )
    assert auc >= LEAST_AUC
    assert caught >= LEAST_CAUGHT
    assert called[False] == 0
