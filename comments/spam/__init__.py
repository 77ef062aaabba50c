"""Spam: evidence, not magic.

    Submission (what was sent, no e-mail address)    History (what the site knows, read once)
                        \\                             /
                         checks/: one small module each
                                      |
                     Evidence(check, weight, reason), 0 or more
                                      |
            assess(): prior + sum of weights = log-odds, logistic = score
                                      |
          policy.verdict_for(): publish, hold or spam, as advice to moderation

Everything here is a pure function over plain values: no Django, no clock, no network. A new sign is
a new module in `checks/` and one line in its `CHECKS`.
"""

from comments.spam.assessment import Assessment, assess
from comments.spam.evidence import Evidence
from comments.spam.facts import Blocked, Company, Counts, History, Seen, Submission
from comments.spam.policy import HOLD_AT, SPAM_AT, Verdict, verdict_for

__all__ = [
    "HOLD_AT",
    "SPAM_AT",
    "Assessment",
    "Blocked",
    "Company",
    "Counts",
    "Evidence",
    "History",
    "Seen",
    "Submission",
    "Verdict",
    "assess",
    "verdict_for",
]
