"""Latin words with letters of another script that look the same, as filters are evaded with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_LOOK_ALIKES = frozenset("аеорсухіјѕһԁԛԝкмтвнАВЕКМНОРСТХУІЅЈαοενρτυικχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_ALLOWED = _LOOK_ALIKES | frozenset(map(chr, range(128)))
_WORD = re.compile(r"[^\W\d_]{3,60}")


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields words of Latin letters, at least half of them, and look-alikes."""
    del history
    words = f"{submission.shown_name} {submission.prose}"
    if words.isascii():
        return
    mixed = [word for word in dict.fromkeys(_WORD.findall(words)) if is_disguised(word)]
    if mixed:
        reason = _("Words with letters of another script that look Latin: %(words)s.") % {
            "words": quoted(mixed)
        }
        yield Evidence("mixed_script", 2.4 if len(mixed) > 1 else 2.0, reason)


def is_disguised(word: str) -> bool:
    """Tells whether a Latin word hides foreign letters that look the same."""
    if word.isascii():
        return False
    latin = len(word.encode("ascii", "ignore"))
    if len(word) > 2 * latin:
        return False
    return _ALLOWED.issuperset(word)
