"""The blocklist: rules that a person made for this site.

A reason names neither an e-mail address nor a network: more people read reasons than may see these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.spam.evidence import HEAVIEST, Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import Blocked, History, Submission

# A rule that holds asks for a look; what is called spam, the words should say.
_FIRST, _FURTHER = 1.0, 0.3
_NAMED = {
    "domain": gettext_lazy(
        "The domain %(value)s is on the blocklist: the address or a link leads there."
    ),
    "word": gettext_lazy("The words %(value)s are on the blocklist."),
    "pattern": gettext_lazy("The pattern %(value)s of the blocklist fits this text."),
}
_UNFINISHED = {
    "domain": gettext_lazy(
        "The domain %(value)s of the blocklist could not be looked for to the end,"
        " so a person should look."
    ),
    "word": gettext_lazy(
        "The words %(value)s of the blocklist could not be looked for to the end,"
        " so a person should look."
    ),
    "pattern": gettext_lazy(
        "The pattern %(value)s of the blocklist could not finish, so a person should look."
    ),
}
_UNNAMED = {
    "address": gettext_lazy("This e-mail address is on the blocklist."),
    "network": gettext_lazy("It came from a network that is on the blocklist."),
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
        return str(_UNNAMED[blocked.kind])
    return str(_NAMED[blocked.kind]) % {"value": quoted([blocked.value])}


def _unfinished(blocked: Blocked) -> str:
    if blocked.kind in _UNFINISHED:
        return str(_UNFINISHED[blocked.kind]) % {"value": quoted([blocked.value])}
    return _("A line of the blocklist could not finish, so a person should look.")
