"""How far what this site has taught the filter moves its verdicts away from those it shipped with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from blog.models import Site
from comments import taught
from comments.facts import features_alone
from comments.models import Comment
from comments.outcomes import read_evidence
from comments.spam.assessment import logistic
from comments.spam.evidence import Evidence
from comments.spam.hindsight import Share, wilson
from comments.spam.learned.features import Features
from comments.spam.learned.model import of_site
from comments.spam.learned.weights import SiteWeights, shipped
from comments.spam.policy import TAUGHT, Verdict, hold_at, verdict_for

LATELY = 200
"""Comments that are looked at, the newest."""
MUCH = 0.01
"""The report warns when the share of turned verdicts is surely above this one."""


@dataclass(frozen=True)
class Drift(Share):
    """How many verdicts are turned, and of which comments, the newest first."""

    turned: tuple[Comment, ...] = ()

    @property
    def is_much(self) -> bool:
        """Whether the share lies above `MUCH` with 95 % certainty: one of few is no sign."""
        return wilson(self.part, self.whole)[0] > MUCH


def drift(site: Site) -> Drift:
    """Return of how many of the newest comments the verdict turns if the site's lessons are left out.

    The lessons of today are asked, and everything else is as it was found when the comment came. So a
    poisoned site shows at once, before the next comment. Comments whose words a check cannot read are
    left out. One query and about 1 ms for each comment; where nothing was taught none is read, and it is
    0 of 0.

    Raises:
        DamagedModelError: the weights that come with the package cannot be read.
    """
    # Damaged, they have nothing to be compared with.
    shipped()
    weights = taught.weights()
    if not weights.numbers:
        return Drift(0, 0)
    readers = Comment.objects.kept().comments().filter(author=None, badge="")
    newest = readers.exclude(evidence=[]).select_related("post__live_version")
    seen = ((one, read_evidence(one.evidence)) for one in newest.order_by("-pk")[:LATELY])
    read = ((one, features_alone(one), found) for one, found in seen if found)
    care = hold_at(site.care)
    asked = [
        (one, _is_turned(features, found, weights, care))
        for one, features, found in read
        if features
    ]
    turned = tuple(one for one, is_turned in asked if is_turned)
    return Drift(len(turned), len(asked), turned)


def _is_turned(
    features: Features, found: list[Evidence], weights: SiteWeights, hold_from: float
) -> bool:
    """Return whether what the site has learned gives a comment another verdict.

    `found` is what the checks found when it came.
    """
    alone = [one for one in found if one.check != TAUGHT]
    weight = of_site(features, weights)
    learned = [*alone, Evidence(TAUGHT, weight, "-")] if weight else alone
    return _verdict(alone, hold_from) != _verdict(learned, hold_from)


def _verdict(evidence: list[Evidence], hold_from: float) -> Verdict:
    score = logistic(math.fsum(finding.weight for finding in evidence))
    return verdict_for(score, evidence, hold_from=hold_from)
