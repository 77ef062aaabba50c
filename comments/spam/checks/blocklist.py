"""The blocklist: rules that a person made for this site.

A reason names neither an e-mail address nor a network: more people read reasons than may see these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from comments.spam.evidence import HEAVIEST, Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import Blocked, History, Submission

_FIRST, _FURTHER = 2.0, 0.5
_NAMED = {
    "domain": "The domain {} is on the blocklist: the address or a link leads there.",
    "word": "The words {} are on the blocklist.",
    "pattern": "The pattern {} of the blocklist fits this text.",
}
_UNNAMED = {
    "address": "This e-mail address is on the blocklist.",
    "network": "It came from a network that is on the blocklist.",
}


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields each rule that caught it, and holds; a rule that says spam weighs all there is, and decides."""
    del submission
    weight = _FIRST
    for blocked in history.blocked:
        if not blocked.is_finished:
            yield Evidence("blocklist", 0.0, _unfinished(blocked), holds=True)
        elif blocked.is_spam:
            yield Evidence("blocklist", HEAVIEST, _reason(blocked), holds=True, decides=True)
        else:
            yield Evidence("blocklist", weight, _reason(blocked), holds=True)
            weight = _FURTHER


def _reason(blocked: Blocked) -> str:
    if blocked.kind in _UNNAMED:
        return _UNNAMED[blocked.kind]
    return _NAMED[blocked.kind].format(quoted([blocked.value]))


def _unfinished(blocked: Blocked) -> str:
    named = f" {quoted([blocked.value])}" if blocked.kind in _NAMED else ""
    return f"The {blocked.kind}{named} of the blocklist could not finish, so a person should look."
