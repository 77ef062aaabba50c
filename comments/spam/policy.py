"""When a score means publish, hold or spam: three numbers and three rules that no score overrides."""

from __future__ import annotations

import math
from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence

HOLD_AT = 0.3
"""Score from which a person should look: on blogs never seen, 2.5 % of readers' words reach it."""
SPAM_AT = 0.9
"""Score from which a comment goes to the spam tab, if at least two voices agree: 2 of 3,085 there."""
SPEAKS_AT = 0.5
"""Weight (log-odds) from which a check counts as speaking for spam."""
LEARNED, TAUGHT = "learned", "learned_site"
"""The one voice of all that the shipped weights say, and what the site's own decisions have taught."""

_ABOUT_OTHERS = frozenset({"history", "company", "domain"})
"""Checks that count what came under the same name, link, domain or network, which anybody can send."""

CARES = range(1, 8)
"""How careful an owner can be, from relaxed to strict."""
USUAL_CARE = 4
"""How careful a site is until its owner chooses otherwise."""


PRIOR = "prior"
"""The name of the finding that every assessment begins with."""
PRIOR_LOG_ODDS = -2.2
"""What is known before a word is read: about one comment in ten is spam."""


def prior() -> Evidence:
    """Returns what is known before a word is read, in the language of the site."""
    return Evidence(
        PRIOR, PRIOR_LOG_ODDS, _("Before reading a word: about one comment in ten is spam.")
    )


class Verdict(StrEnum):
    """What the evidence advises; `comments/moderation` decides."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"


def hold_at(care: int) -> float:
    """Returns the score from which a person should look, for one of `CARES`.

    Each step of care halves the odds from which a person looks; in the middle it is `HOLD_AT`.
    """
    odds = HOLD_AT / (1 - HOLD_AT) * math.ldexp(1.0, USUAL_CARE - care)
    return odds / (1 + odds) if care != USUAL_CARE else HOLD_AT


def verdict_for(
    score: float,
    evidence: Collection[Evidence],
    failed: Collection[str] = (),
    *,
    hold_from: float = HOLD_AT,
) -> Verdict:
    """Returns the advice for a score between 0 and 1 and the evidence behind it.

    `hold_from` is the score from which a person should look.

    A rule of the blocklist that says spam is a person's decision and needs no second opinion. Else
    one of `voices` alone never makes spam. A failed check always means hold: it might have spoken for
    the reader, so nothing is called spam without it, and nothing is published either. What
    others sent is no second opinion, however much it weighs, so that nobody can be framed.
    """
    if any(finding.decides for finding in evidence):
        return Verdict.SPAM
    if failed:
        return Verdict.HOLD
    if score >= SPAM_AT and len(voices(evidence) - _ABOUT_OTHERS) >= 2:
        return Verdict.SPAM
    if score >= hold_from or any(finding.holds for finding in evidence):
        return Verdict.HOLD
    return Verdict.PUBLISH


def voices(evidence: Collection[Evidence]) -> set[str]:
    """Returns who speaks for spam: checks, what the site taught, and `LEARNED` for all shipped weights.

    Words, letters, name, link and signs were fitted together on the same comments, so that where one
    of them errs the others do: they are one opinion, however many rows it fills.
    """
    return {voice_of(finding.check) for finding in evidence if finding.weight >= SPEAKS_AT}


def voice_of(check: str) -> str:
    """Returns whose opinion the finding of a check is."""
    return LEARNED if check.startswith(f"{LEARNED}_") and check != TAUGHT else check
