"""A name that could be taken for one of those who speak for the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from comments.names import Likeness, nearest
from comments.spam.evidence import Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_SAYS = {
    Likeness.SAME: "The name {name} is that of {ours}, who speaks here.",
    Likeness.LOOKS: "The name {name} looks like {ours}, who speaks here, but is spelt with other letters.",
    Likeness.HOLDS: "The name {name} holds the name of {ours}, who speaks here.",
}


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields a finding that holds: only a person can tell a namesake from somebody who pretends."""
    del history
    found = nearest(submission.name, submission.own_names)
    if found:
        likeness, ours = found
        reason = _SAYS[likeness].format(name=quoted([submission.name]), ours=quoted([ours]))
        yield Evidence("impersonation", 0.4, reason, holds=True)
