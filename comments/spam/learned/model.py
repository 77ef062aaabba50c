"""What the weights say of a comment: one finding a group, and the words that counted.

With the prior, the weights of a comment's findings sum to its log-odds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from comments.spam.evidence import HEAVIEST, Evidence
from comments.spam.learned.pieces import LINK_MARK
from comments.spam.learned.table import FOUND, UNIT, Features, Group
from comments.spam.learned.weights import ModelWeights, SiteWeights, shipped
from comments.spam.policy import PRIOR_LOG_ODDS
from comments.spam.vocabulary import STOP_WORDS

MOST_OF_SITE = 6.0
"""Log-odds that a site's own lessons can move a comment by."""
TYPED = frozenset({"name", "link"})
"""Groups of what anybody can type about herself: it never gives much trust, on this site none."""
MOST_TRUST_IN_TYPED = 0.7
"""Log-odds that a name, or link and address, may speak for a reader at most."""
MOST_WORDS = 12
TELLING = 0.1
"""Log-odds from which a single word is worth marking."""
_SAYS = {
    "words": _("The words, compared with those of known spam."),
    "letters": _("Parts of the words, compared with those of known spam."),
    "name": _("The name, compared with those of known spam."),
    "link": _("Links and address, compared with those of known spam."),
    "signs": _("How text, name and link go together, compared with known spam."),
}


def judge(features: Features, site: SiteWeights) -> list[Evidence]:
    """Returns one finding a group, and one for what the site's own decisions have taught.

    What the text checks found is not among them: see `reweighed`.

    Raises:
        DamagedModelError: the shipped weights cannot be used.
    """
    weights = shipped()
    found = [
        Evidence(
            f"learned_{group.name}",
            _bounded(_of_shipped(group, weights), HEAVIEST),
            str(_SAYS[group.name]),
            words=_telling(features, site) if group.name == "words" else (),
        )
        for group in features.groups
        if group.name in _SAYS
    ]
    taught = of_site(features, site)
    if taught:
        found.append(
            Evidence("learned_site", taught, str(_("What your own decisions have taught.")))
        )
    return found


def reweighed(found: Iterable[Evidence], features: Features) -> Iterator[Evidence]:
    """Yields what the text checks found, with the weights that this has turned out to deserve.

    The learned weight of a check is shared among its findings as the check itself weighed them.

    Raises:
        DamagedModelError: the shipped weights cannot be used.
    """
    found = list(found)
    by_hand: dict[str, float] = defaultdict(float)
    for finding in found:
        by_hand[finding.check] += finding.weight
    weights = shipped()
    learned = {
        check: sum(map(weights.weight, places)) * FOUND / UNIT
        for check, places in features.findings
    }
    for finding in found:
        share = finding.weight / (by_hand[finding.check] or 1.0)
        yield replace(finding, weight=_bounded(learned[finding.check] * share, HEAVIEST))


def of_site(features: Features, site: SiteWeights) -> float:
    """Returns what the site's lessons weigh together, in log-odds, bounded by `MOST_OF_SITE`.

    What they taught of a name or a link counts against a comment only.

    Raises:
        DamagedModelError: the shipped weights cannot be used, also where nothing was taught.
    """
    shipped()
    taught = {group.name: site.of(group) for group in features.groups}
    counted = (max(0.0, weight) if name in TYPED else weight for name, weight in taught.items())
    return _bounded(math.fsum(counted), MOST_OF_SITE)


def _of_shipped(group: Group, weights: ModelWeights) -> float:
    weight = weights.of(group)
    return max(weight, -MOST_TRUST_IN_TYPED) if group.name in TYPED else weight


def probability(features: Features, site: SiteWeights) -> float:
    """Returns how likely spam is by the learned part alone, 0 to 1."""
    weights = shipped()
    known = math.fsum(_of_shipped(group, weights) for group in features.groups)
    log_odds = PRIOR_LOG_ODDS + known + of_site(features, site)
    return 1 / (1 + math.exp(-_bounded(log_odds, 50.0)))


def words_that_counted(features: Features, site: SiteWeights) -> list[tuple[str, float]]:
    """Returns the words of the text that say something, heaviest first, with their log-odds.

    A word weighs what it and its runs of letters weigh. The words are lower case, numbers are left
    out, and long words are cut to 24 letters.
    """
    scales = {group.name: group.scale / UNIT for group in features.groups}
    told = []
    for word, (own, *letters) in features.pieces:
        weight = _of_places((own,), site) * scales["words"]
        weight += _of_places(letters, site) * scales.get("letters", 0.0)
        told.append((word, round(weight, 4)))
    said = (one for one in told if one[1] and one[0][0].isalpha() and one[0] != LINK_MARK)
    return sorted(said, key=lambda one: -abs(one[1]))


def _telling(features: Features, site: SiteWeights) -> tuple[tuple[str, float], ...]:
    """Returns the few words that counted most, and only those that said something.

    Words like “the” or “since” count as all do, and tell nobody why.
    """
    counted = [one for one in words_that_counted(features, site) if one[0] not in STOP_WORDS]
    return tuple(
        (word, round(weight, 2)) for word, weight in counted[:MOST_WORDS] if abs(weight) >= TELLING
    )


def _of_places(places: Sequence[int], site: SiteWeights) -> float:
    weights = shipped()
    weight = sum(map(weights.numbers.__getitem__, places)) * weights.step
    if not site.numbers:
        return weight
    return weight + sum(site.weight(place) for place in places)


def _bounded(weight: float, most: float) -> float:
    return max(-most, min(most, round(weight, 4)))
