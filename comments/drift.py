"""How far what this site has taught the filter moves its verdicts away from those it shipped with."""

from __future__ import annotations

import math

from blog.models import Site
from comments import taught
from comments.facts import words_alone
from comments.models import Comment
from comments.spam.assessment import logistic
from comments.spam.evidence import Evidence
from comments.spam.hindsight import Share
from comments.spam.learned.features import features_of
from comments.spam.learned.model import of_site
from comments.spam.learned.weights import SiteWeights, shipped
from comments.spam.policy import TAUGHT, Verdict, hold_at, verdict_for

LATELY = 200
"""Comments that are looked at, the newest."""
MUCH = 0.01
"""Share of turned verdicts from which the report warns."""


def drift(site: Site) -> Share:
    """Return of how many of the newest comments the verdict turns if the site's lessons are left out.

    The lessons of today are asked, and everything else is as it was found when the comment came. So a
    poisoned site shows at once, before the next comment. One query and about 1 ms for each comment; where
    nothing was taught none is read, and it is 0 of 0.

    Raises:
        DamagedModelError: the weights that come with the package cannot be read.
    """
    shipped()
    weights = taught.weights()
    if not weights.numbers:
        return Share(0, 0)
    readers = Comment.objects.kept().comments().filter(author=None, badge="")
    newest = readers.exclude(evidence=[]).select_related("post__live_version")
    found = [is_turned(one, weights, hold_at(site.care)) for one in newest.order_by("-pk")[:LATELY]]
    return Share(sum(found), len(found))


def is_turned(comment: Comment, weights: SiteWeights, hold_from: float) -> bool:
    """Return whether what the site has learned gives a comment another verdict."""
    alone = [Evidence.from_dict(row) for row in comment.evidence if row["check"] != TAUGHT]
    weight = of_site(features_of(words_alone(comment)), weights)
    learned = [*alone, Evidence(TAUGHT, weight, "-")] if weight else alone
    return _verdict(alone, hold_from) != _verdict(learned, hold_from)


def _verdict(evidence: list[Evidence], hold_from: float) -> Verdict:
    score = logistic(math.fsum(finding.weight for finding in evidence))
    return verdict_for(score, evidence, hold_from=hold_from)
