"""When a score means publish, hold or spam: three numbers and three rules that no score overrides."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence

HOLD_AT = 0.35
"""Score from which a person should look."""
SPAM_AT = 0.95
"""Score from which a comment goes to the spam tab, if at least two checks agree."""
SPEAKS_AT = 0.5
"""Weight (log-odds) from which a check counts as speaking for spam."""


PRIOR = "prior"
"""The name of the finding that every assessment begins with."""


def prior() -> Evidence:
    """Returns what is known before a word is read, in the language of the site."""
    return Evidence(PRIOR, -2.2, _("Before reading a word: about one comment in ten is spam."))


class Verdict(StrEnum):
    """What the evidence advises; `comments/moderation` decides."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"


def verdict_for(
    score: float, evidence: Collection[Evidence], failed: Collection[str] = ()
) -> Verdict:
    """Returns the advice for a score between 0 and 1 and the evidence behind it.

    A rule of the blocklist that says spam is a person's decision and needs no second opinion. Else
    one check alone never makes spam. A failed check always means hold: it might have spoken for
    the reader, so nothing is called spam without it, and nothing is published either.
    """
    if any(finding.decides for finding in evidence):
        return Verdict.SPAM
    if failed:
        return Verdict.HOLD
    if score >= SPAM_AT and _speakers(evidence) >= 2:
        return Verdict.SPAM
    if score >= HOLD_AT or any(finding.holds for finding in evidence):
        return Verdict.HOLD
    return Verdict.PUBLISH


def _speakers(evidence: Collection[Evidence]) -> int:
    return len({finding.check for finding in evidence if finding.weight >= SPEAKS_AT})
