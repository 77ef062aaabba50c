"""What it costs to assess a comment, in CPU milliseconds, beside cleaning the same text with bleach.

Run by `make bench`. Each text is assessed with five earlier comments, as many as are compared at most;
a text made to exhaust a check stands beside an ordinary one of the same length.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bleach

from comments.spam import History, Seen, Submission, assess
from comments.spam.checks.duplicates import MOST_COMPARED

ROUNDS = 15
CHARACTERS = 5_000


def filled(pattern: str) -> str:
    """Return `pattern` repeated to the longest text a comment may have."""
    return (pattern * (CHARACTERS // len(pattern) + 1))[:CHARACTERS]


TEXTS = {
    "two sentences": "The part on the river helped. What did the insurance say when you told them?",
    "5,000 ordinary": filled(
        "The engineers rehearsed the failover and the alarm woke two of them. "
    ),
    "5,000 of links": filled("http://a.example "),
    "5,000 open tags": filled("<a href="),
    "5,000 open braces": filled("{a|"),
    "5,000 of selling": filled("casino backlinks viagra "),
    "5,000 look-alikes": filled("раypаl "),
    "5,000 emoji": filled("👩‍👩‍👧"),
}


def submission(text: str) -> Submission:
    """Return a comment with this text, from an ordinary reader."""
    return Submission(
        text=text,
        name="Mara Quist",
        email_domain="example.org",
        url="",
        post_title="Why we raised the floor",
        post_text="The river rose two metres. " * 40,
        network=None,
        elapsed_ms=None,
        stamp_state="fresh",
        is_trap_filled=False,
        is_reply=False,
        origin_known=True,
    )


def milliseconds(call: Callable[[], object]) -> float:
    """Return the median CPU time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        call()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print one row a text."""
    recent = [
        f"Comment {number}: we waited {number} minutes for the page. " * 6
        for number in range(MOST_COMPARED)
    ]
    history = History(alike=tuple(Seen(text, "Ann", "", "approved") for text in recent))
    assess(submission("warm"), history)
    print(f"{'text':<20}{'assess ms':>11}{'bleach ms':>11}{'ratio':>8}")
    for name, text in TEXTS.items():
        ours = milliseconds(lambda text=text: assess(submission(text), history))  # type: ignore[misc]
        peer = milliseconds(lambda text=text: bleach.clean(text))  # type: ignore[misc]
        print(f"{name:<20}{ours:>11.2f}{peer:>11.2f}{ours / peer if peer else 0:>8.1f}")


if __name__ == "__main__":
    main()
