"""How far what this site has taught the filter moves its verdicts away from those it shipped with."""

from __future__ import annotations

import math

from blog.models import Site
from comments import taught
from comments.facts import words_alone
from comments.models import Comment
from comments.outcomes import read_evidence
from comments.spam.assessment import logistic
from comments.spam.evidence import Evidence
from comments.spam.hindsight import Share
from comments.spam.learned.features import features_of
from comments.spam.learned.model import of_site
from comments.spam.learned.weights import SiteWeights
from comments.spam.policy import Verdict, hold_at, verdict_for

LATELY = 200
"""Comments that are looked at, the newest."""
MUCH = 0.01
"""Share of turned verdicts from which the report warns."""

_SITE = "learned_site"


def drift(site: Site) -> Share:
    """Return of how many of the newest comments the verdict turns if the site's lessons are left out.

    The lessons of today are asked, and everything else is as it was found when the comment came. So a
    poisoned site shows at once, before the next comment. One query and about 1 ms for each comment.

    Raises:
        DamagedModelError: the weights that come with the package cannot be read.
    """
    weights = taught.weights()
    readers = Comment.objects.kept().comments().filter(author=None, badge="")
    newest = readers.exclude(evidence=[]).select_related("post__live_version")
    read = ((one, read_evidence(one.evidence)) for one in newest.order_by("-pk")[:LATELY])
    care = hold_at(site.care)
    turned = [is_turned(one, found, weights, care) for one, found in read if found]
    return Share(sum(turned), len(turned))


def is_turned(
    comment: Comment, found: list[Evidence], weights: SiteWeights, hold_from: float
) -> bool:
    """Return whether what the site has learned gives a comment another verdict.

    `found` is what the checks found when it came.
    """
    shipped = [one for one in found if one.check != _SITE]
    weight = of_site(features_of(words_alone(comment)), weights)
    learned = [*shipped, Evidence(_SITE, weight, "-")] if weight else shipped
    return _verdict(shipped, hold_from) != _verdict(learned, hold_from)


def _verdict(evidence: list[Evidence], hold_from: float) -> Verdict:
    score = logistic(math.fsum(finding.weight for finding in evidence))
    return verdict_for(score, evidence, hold_from=hold_from)
