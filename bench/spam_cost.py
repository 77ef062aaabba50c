"""What it costs to assess a comment, in CPU milliseconds, beside cleaning the same text with bleach.

Run by `make bench`. `checks` and `learned` make up `assess`: what the checks of text, form and history
take, and the features and weights; `keys` are the signature under which a comment's repetitions are
found, worked out once as it comes. Database questions are not counted. A text made to exhaust a check
stands beside an ordinary one of the same length. What is remembered of words helps those that repeat
themselves, as it does on a site; so some texts are all of words that nobody has written before.
"""

from __future__ import annotations

import random
import statistics
import string
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bleach
from django.conf import settings

from comments.spam import History, Seen, Submission, assess
from comments.spam.checks import CHECKS
from comments.spam.checks.duplicates import MOST_COMPARED
from comments.spam.minhash import keys_of
from comments.spam.rows import bare_submission, read_rows
from comments.spam.training.own import OWN_FILES

ROUNDS = 15
CHARACTERS = 5_000
EACH = 10
"""Of the project's own comments, one in so many is measured."""
UNHEARD = 20
"""Texts of words drawn by chance: 12,500 words in all."""
_WORDS = CHARACTERS // 8
"""As many words of seven letters, each with its space, fill a text."""


def filled(pattern: str) -> str:
    """Return `pattern` repeated to the longest text a comment may have."""
    return (pattern * (CHARACTERS // len(pattern) + 1))[:CHARACTERS]


def unheard(count: int) -> list[str]:
    """Return texts of drawn words: too many of them for any memory to hold."""
    dice = random.Random(count)
    words = ["".join(dice.choices(string.ascii_lowercase, k=7)) for _ in range(count * _WORDS)]
    return [" ".join(words[at : at + _WORDS]) for at in range(0, len(words), _WORDS)]


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
    bare = bare_submission(text, "Mara Quist", "example.org", "")
    post = "The river rose two metres. " * 40
    return replace(bare, post_title="Why we raised the floor", post_text=post, languages=("en-gb",))


def milliseconds(act: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median of some rounds: CPU time for one text, on average over `texts`."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for text in texts:
            act(text)
        times.append((time.process_time() - begun) * 1000 / len(texts))
    return statistics.median(times)


def checked(history: History, text: str) -> None:
    """Run every check on a comment with this text, and nothing else."""
    sent = submission(text)
    for _, check in CHECKS:
        tuple(check(sent, history))


def assessed(history: History, text: str) -> None:
    """Do all that is done when a comment comes."""
    assess(submission(text), history)


def main() -> None:
    """Print one row a text."""
    settings.configure(USE_I18N=False)
    recent = [
        f"Comment {n}: we waited {n} minutes for the page. " * 6 for n in range(MOST_COMPARED)
    ]
    history = History(alike=tuple(Seen(text, "Ann", "", "approved") for text in recent))
    own = [row.text for file in OWN_FILES for row in read_rows(file)][::EACH]
    assessed(history, "warm")
    heads = ("assess", "checks", "learned", "learned %", "keys", "bleach")
    print(f"{'CPU ms':<22}{''.join(f'{head:>11}' for head in heads)}")
    kinds = {f"{len(own)} of our own": own, "5,000 of new words": unheard(UNHEARD)}
    for name, texts in (kinds | {name: [text] for name, text in TEXTS.items()}).items():
        whole = milliseconds(partial(assessed, history), texts)
        checks = milliseconds(partial(checked, history), texts)
        learned = max(0.0, whole - checks)
        keys, peer = milliseconds(keys_of, texts), milliseconds(bleach.clean, texts)
        share = 100 * learned / whole
        print(f"{name:<22}{whole:>11.2f}{checks:>11.2f}{learned:>11.2f}", end="")
        print(f"{share:>11.0f}{keys:>11.2f}{peer:>11.2f}")


if __name__ == "__main__":
    main()
