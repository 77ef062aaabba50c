"""How much spam is caught on blogs never seen, beside bogofilter and a scikit-learn baseline.

    python bench/spam.py [FOLDER]

FOLDER holds train.jsonl, train_extra.jsonl and public_test.jsonl, `../shared/data/spam` unless given.
Prints the tables of docs/spam.md, and its progress on the other stream. Everything is trained in the
same run, in two processes: about ten minutes on two cores, and 1.5 GB. A peer that is not installed
is named as absent. No row, only figures, is printed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings

from bench.spam_peers import Bogofilter, Peer, baseline, has_baseline, has_bogofilter
from bench.spam_sites import (
    DECISIONS,
    DRAWS,
    MESSAGES,
    Measured,
    Sites,
    draw,
    has_both_kinds,
    left_out,
    paired,
    pooled,
    remember,
    sites_of,
    trained,
    use,
    without,
)
from comments.spam.evaluation import Evaluation, evaluate
from comments.spam.learned.weights import SHIPPED, read_model
from comments.spam.measures import Scored, area_under_curve, caught_at, interval
from comments.spam.policy import HOLD_AT, SPAM_AT
from comments.spam.rows import Row, read_rows
from comments.spam.training.own import OWN_FILES

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2
SHARES = (0.001, 0.005, 0.01)
RESAMPLES = 200
BEGUN = time.perf_counter()
Measure = Callable[[Sequence[Scored]], float | None]


def progress(said: str) -> None:
    """Say on the error stream what has been reached, and when."""
    print(f"{time.perf_counter() - BEGUN:6.0f} s  {said}", file=sys.stderr, flush=True)


def table(title: str, *heads: str) -> None:
    """Print the beginning of a table."""
    print(f"\n{title}\n\n| {' | '.join(heads)} |\n{'|---' * len(heads)}|", flush=True)


def line(*cells: str) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(cells)} |", flush=True)


def area(value: float) -> str:
    """Return an area under the curve as it is printed."""
    return f"{value:.3f}"


def percent(value: float) -> str:
    """Return a share as whole percent."""
    return f"{100 * value:.0f}"


def cells(scored: Sequence[Scored]) -> Iterator[str]:
    """Yield the curve's area and the shares caught, each with its 95 % interval by bootstrap."""
    yield _with_interval(area_under_curve, scored, area, "")
    for share in SHARES:
        yield _with_interval(partial(caught_at, share), scored, percent, " %")


def _with_interval(
    measure: Measure, scored: Sequence[Scored], told: Callable[[float], str], unit: str
) -> str:
    value, found = measure(scored), interval(measure, scored, RESAMPLES)
    if value is None or found is None:
        return "–"
    return f"{told(value)}{unit} ({told(found.low)}–{told(found.high)})"


def spread(values: Sequence[float], told: Callable[[float], str], unit: str) -> str:
    """Return the mean of the draws and where 95 of 100 of them lie."""
    ordered = sorted(values)
    low, high = (ordered[round(at * (len(ordered) - 1))] for at in (0.025, 0.975))
    return f"{told(statistics.fmean(values))}{unit} ({told(low)}–{told(high)})"


def compare(known: Sequence[Row], unseen: Sequence[Row], ours: Evaluation) -> None:
    """Print what each filter catches of blogs that it has not seen."""
    table("public_test, trained without it", "", "AUC", "at 0.1 %", "at 0.5 %", "at 1 %")
    line("Plainspoken", *cells(ours.scored))
    with tempfile.TemporaryDirectory() as folder:
        for name, peer in _peers(Path(folder)):
            line(name, *cells(paired(peer(known, unseen), unseen)))
            progress(name)


def _peers(folder: Path) -> Iterator[tuple[str, Peer]]:
    if has_bogofilter():
        yield "bogofilter", Bogofilter(folder)
    else:
        line("bogofilter is absent (apt install bogofilter)", *"––––")
    if has_baseline():
        yield "TF-IDF, logistic (scikit-learn)", baseline
    else:
        line("scikit-learn is absent (pip install scikit-learn)", *"––––")


def tell_costs(ours: Evaluation) -> None:
    """Print calibration, what is stopped where the thresholds are, time and size."""
    figures = ours.figures()
    table("The same, by its thresholds, and what it costs", "", "")
    line("calibration error", f"{figures['calibration_error']:.3f}")
    for limit in (HOLD_AT, SPAM_AT):
        line(f"genuine comments that score {limit} or more", _reach(limit, False, ours.scored))
        line(f"spam that scores {limit} or more", _reach(limit, True, ours.scored))
    for kind, counts in figures["verdicts"].items():
        line(f"verdicts on {kind}", ", ".join(f"{n:,} {name}" for name, n in counts.items()))
    line("CPU a comment, checks included", f"{figures['ms_per_comment']:.2f} ms")
    line("weights", f"{SHIPPED.stat().st_size / 1e6:.2f} MB, read in {_reading():.1f} ms")


def _reach(limit: float, is_spam: bool, scored: Sequence[Scored]) -> str:
    scores = [score for score, truth in scored if truth == is_spam]
    reached = sum(score >= limit for score in scores)
    return f"{reached:,} of {len(scores):,} ({100 * reached / len(scores):.2f} %)"


def _reading() -> float:
    """Return the median CPU time in milliseconds that the shipped weights take to be read."""
    times = []
    for _ in range(9):
        begun = time.process_time()
        read_model(SHIPPED)
        times.append(time.process_time() - begun)
    return 1_000 * statistics.median(times)


def leave_out(own: Sequence[Row], rows: Sequence[Row], sites: Sites, pool: Pool) -> None:
    """Print what is caught of each site by weights fitted without it."""
    heads = ("left out", "spam", "genuine", "AUC", "at 0.1 %", "at 0.5 %", "at 1 %")
    table("All three files, one site after the other left out", *heads)
    scored: dict[str, list[Scored]] = {}
    jobs = ((site, without(site, own, rows, sites), unseen) for site, unseen in sites.items())
    for site, found in pool.imap(left_out, jobs):
        scored[site] = found
        progress(f"without {site}")
    for name, some in pooled(sites, scored):
        spam = sum(is_spam for _, is_spam in some)
        line(name, f"{spam:,}", f"{len(some) - spam:,}", *cells(some))


def curve(jobs: Iterable[tuple[str, Path, Sequence[Row]]], pool: Pool) -> None:
    """Print what is caught on each site after some random decisions of its own, on the rest of it."""
    ours, peer = ("AUC", "at 0.5 %", "at 1 %"), ("bogofilter: AUC", "at 0.5 %", "at 1 %")
    table(f"What decisions add, {DRAWS} draws", "site", "decisions", *ours, *peer)
    for site, weights, rows in jobs:
        draws = pool.map(draw, [(weights, rows, number) for number in range(DRAWS)])
        progress(f"decisions of {site}")
        for decisions, found in zip(DECISIONS, zip(*draws, strict=True), strict=True):
            peers = [measured for _, measured in found if measured is not None]
            line(site, f"{decisions}", *_spreads([one for one, _ in found]), *_spreads(peers))


def _spreads(measured: Sequence[Measured]) -> list[str]:
    if not measured:
        return ["–"] * 3
    areas, half, whole = zip(*measured, strict=True)
    return [spread(areas, area, ""), *(spread(some, percent, " %") for some in (half, whole))]


def measure(own: Sequence[Row], files: Sequence[Path], folder: Path) -> None:
    """Print every table; weights are kept in `folder` meanwhile."""
    *known, unseen = map(read_rows, files)
    seen = [*own, *(row for rows in known for row in rows)]
    rows = [*seen[len(own) :], *unseen]
    remember([*own, *rows])
    progress("features")
    sites = sites_of(rows)
    tested = {row.source for row in unseen}
    moderated = [site for site in sites if site != MESSAGES and has_both_kinds(sites[site])]
    videos = [site for site in moderated if not {row.source for row in sites[site]} <= tested]
    with get_context("fork").Pool(PROCESSES) as pool:
        jobs = [(folder / "seen.bin", seen)]
        jobs += [(folder / f"{site}.bin", without(site, own, rows, sites)) for site in videos]
        weights, *others = pool.map(trained, jobs)
        progress("weights")
        use(weights)
        compare(seen, unseen, ours := evaluate(unseen))
        tell_costs(ours)
        leave_out(own, rows, sites, pool)
        of = dict.fromkeys(moderated, weights) | dict(zip(videos, others, strict=True))
        big = [site for site in moderated if len(sites[site]) >= 2 * max(DECISIONS)]
        curve(((site, of[site], sites[site]) for site in big), pool)


def main() -> None:
    """Print the tables of docs/spam.md."""
    settings.configure(USE_I18N=False)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "spam"
    files = [folder / f"{name}.jsonl" for name in ("train", "train_extra", "public_test")]
    if not all(file.exists() for file in files):
        print(f"The judged comments are absent: {', '.join(file.name for file in files)}")
        return
    own = [row for file in OWN_FILES for row in read_rows(file)]
    with tempfile.TemporaryDirectory() as made:
        measure(own, files, Path(made))
    progress("done")


if __name__ == "__main__":
    main()
