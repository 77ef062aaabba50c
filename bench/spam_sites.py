"""Sites left out of training, and what their own decisions add: the longer parts of `bench/spam.py`."""

from __future__ import annotations

import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bench.spam_peers import Bogofilter, has_bogofilter
from comments.spam import evaluation
from comments.spam.evaluation import taught
from comments.spam.learned import model
from comments.spam.learned import weights as learned_weights
from comments.spam.learned.features import features_of
from comments.spam.measures import Scored, area_under_curve, caught_at
from comments.spam.rows import Row
from comments.spam.training import calibrating, examples
from comments.spam.training.examples import examples_of
from comments.spam.training.fitting import fit, log_odds
from comments.spam.training.shipping import train, write

DECISIONS = (0, 10, 50, 200)
DRAWS = 40
MESSAGES = "sms"
"""Phone messages: judged like a site, but nobody moderates them."""
_VIDEOS = "youtube"
_SMALL, _SMALL_BLOGS = 100, "small blogs"
"""Sites with fewer rows are left out together."""
_WRITTEN = "synthetic/"
"""Rows that were written to learn from come from no site."""
_ENOUGH = 20
"""Rows of each kind from which figures of a site alone say something."""

Sites = dict[str, list[Row]]
Measured = tuple[float, float, float]
"""Area under the curve, and spam caught at 0.5 and at 1 %."""

remembered = cache(features_of)


def remember(rows: Sequence[Row]) -> None:
    """Work the features of all rows and of their copies out once: a fit costs less than they do.

    Processes forked afterwards share them.
    """
    for module in (examples, calibrating, evaluation):
        setattr(module, "features_of", remembered)  # noqa: B010, the same function, with a memory
    examples_of(rows)


def use(file: Path) -> None:
    """Let the filter read these weights; those that ship know every row."""
    learned_weights.SHIPPED = file
    learned_weights.shipped.cache_clear()


def trained(job: tuple[Path, Sequence[Row]]) -> Path:
    """Write the weights that these rows make into a file, as `manage.py train_spam` does."""
    file, rows = job
    write(*train(rows, ""), file)
    return file


def sites_of(rows: Sequence[Row]) -> Sites:
    """Return the rows of each site: what is left out together."""
    sizes = Counter(row.source for row in rows)
    sites: Sites = defaultdict(list)
    for row in rows:
        if not row.source.startswith(_WRITTEN):
            sites[_site(row.source, sizes[row.source])].append(row)
    return dict(sites)


def _site(source: str, size: int) -> str:
    if source.startswith(_VIDEOS):
        return _VIDEOS
    return source if size >= _SMALL else _SMALL_BLOGS


def has_both_kinds(rows: Sequence[Row]) -> bool:
    """Tell whether a site has enough of both kinds to be measured by itself."""
    spam = sum(row.is_spam for row in rows)
    return min(spam, len(rows) - spam) >= _ENOUGH


def left_out(job: tuple[str, Sequence[Row], Sequence[Row]]) -> tuple[str, list[Scored]]:
    """Return a site's name and its log-odds by a table fitted on the other rows, beside the truth."""
    site, known, unseen = job
    table = fit(examples_of(known))
    scores = [log_odds(table, remembered(row.submission)) for row in unseen]
    return site, paired(scores, unseen)


def without(site: str, own: Sequence[Row], rows: Sequence[Row], sites: Sites) -> list[Row]:
    """Return all rows but those of a site."""
    out = {row.source for row in sites[site]}
    return [*own, *(row for row in rows if row.source not in out)]


def pooled(sites: Sites, scored: dict[str, list[Scored]]) -> Iterator[tuple[str, list[Scored]]]:
    """Yield what is measured: each site with both kinds, then the others put together.

    A site of one kind is left out alone, and its scores are compared with those of the other sites
    of one kind, each by its own table.
    """
    alone = [site for site, rows in sites.items() if has_both_kinds(rows)]
    yield from ((site, scored[site]) for site in alone)
    others = [site for site in sites if site not in alone]
    genuine = [pair for site in others for pair in scored[site] if not pair[1]]
    for site in others:
        spam = [pair for pair in scored[site] if pair[1]]
        if len(spam) >= _ENOUGH:
            yield f"spam of {site}, genuine of sites of one kind", [*spam, *genuine]
    blogs = [site for site in sites if site not in (_VIDEOS, MESSAGES)]
    yield "all blogs", [pair for site in blogs for pair in scored[site]]
    yield "everything", [pair for some in scored.values() for pair in some]


def draw(job: tuple[Path, Sequence[Row], int]) -> list[tuple[Measured, Measured | None]]:
    """Return for each of `DECISIONS` what is caught of the rest of a site: by us, by bogofilter.

    The number draws the order of the decisions, and then the rest with replacement, so that many
    draws show the luck of the decisions and the luck of the site. We start from the weights in the
    file, bogofilter from nothing.
    """
    file, rows, number = job
    use(file)
    dice = random.Random(number)
    order = dice.sample(rows, len(rows))
    rest = _resampled(order[max(DECISIONS) :], dice)
    with tempfile.TemporaryDirectory() as folder:
        peer = Bogofilter(Path(folder))
        return [_after(order[:count], rest, peer) for count in DECISIONS]


def _resampled(rows: Sequence[Row], dice: random.Random) -> list[Row]:
    kinds = [[row for row in rows if row.is_spam == kind] for kind in (True, False)]
    return [row for kind in kinds for row in dice.choices(kind, k=len(kind))]


def _after(
    decided: Sequence[Row], rest: Sequence[Row], peer: Bogofilter
) -> tuple[Measured, Measured | None]:
    unseen = list(dict.fromkeys(rest))
    site = taught(decided)
    ours = [model.probability(remembered(row.submission), site) for row in unseen]
    if not decided or not has_bogofilter():
        return _measured(ours, unseen, rest), None
    return _measured(ours, unseen, rest), _measured(peer(decided, unseen), unseen, rest)


def _measured(scores: Sequence[float], unseen: Sequence[Row], rest: Sequence[Row]) -> Measured:
    """Measure `rest`, in which a row of `unseen` may come more than once."""
    of = dict(zip(unseen, scores, strict=True))
    scored = paired([of[row] for row in rest], rest)
    found = area_under_curve(scored), caught_at(0.005, scored), caught_at(0.01, scored)
    area, half, whole = (0.0 if value is None else value for value in found)
    return area, half, whole


def paired(scores: Sequence[float], rows: Sequence[Row]) -> list[Scored]:
    """Return scores beside the truth."""
    return [(score, row.is_spam) for score, row in zip(scores, rows, strict=True)]
