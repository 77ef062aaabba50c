"""The checks: each module looks for one kind of sign and says what it found.

A check takes a `Submission` and the `History` and yields `Evidence`, or nothing. It is pure: no
clock, no database, no network, nothing remembered about a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from comments.spam.checks import (
    address,
    blocklist,
    company,
    disguise,
    domain,
    duplicates,
    gibberish,
    history,
    impersonation,
    language,
    links,
    mixed_script,
    name,
    origin,
    overlap,
    padding,
    praise,
    scrambled,
    templates,
    timing,
    trap,
    words,
)
from comments.spam.evidence import Evidence
from comments.spam.facts import History, Submission

Check = Callable[[Submission, History], Iterable[Evidence]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("links", links.check),
    ("words", words.check),
    ("name", name.check),
    ("address", address.check),
    ("gibberish", gibberish.check),
    ("scrambled", scrambled.check),
    ("praise", praise.check),
    ("overlap", overlap.check),
    ("padding", padding.check),
    ("templates", templates.check),
    ("duplicates", duplicates.check),
    ("company", company.check),
    ("timing", timing.check),
    ("trap", trap.check),
    ("origin", origin.check),
    ("mixed_script", mixed_script.check),
    ("disguise", disguise.check),
    ("impersonation", impersonation.check),
    ("language", language.check),
    ("history", history.check),
    ("domain", domain.check),
    ("blocklist", blocklist.check),
)
"""Slug and function of each check, in the order they run."""

TEXT_CHECKS = frozenset(
    {
        *("links", "words", "name", "address", "gibberish", "scrambled", "praise", "templates"),
        "mixed_script",
    }
)
"""The checks that judge what was written; the learned part says what their findings weigh."""


def text_findings(submission: Submission) -> list[Evidence]:
    """Returns what the text checks find, weighed by hand; raises what they raise."""
    nothing = History.empty()
    asked = (check for slug, check in CHECKS if slug in TEXT_CHECKS)
    return [found for check in asked for found in check(submission, nothing)]
