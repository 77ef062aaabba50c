"""How much spam is caught on blogs never seen, beside bogofilter and a scikit-learn baseline.

    python bench/spam.py [FOLDER]

FOLDER holds train.jsonl, train_extra.jsonl and public_test.jsonl, `../shared/data/spam` unless given.
Everything is trained in the same run: on the project's own comments, train and train_extra, for
public_test; and, leaving out one site after the other, on all the rest. About ten minutes. A peer that
is not installed is named as absent.
"""

from __future__ import annotations

import importlib
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings

from comments.spam.evaluation import taught
from comments.spam.learned import lessons, model
from comments.spam.learned.features import features_of
from comments.spam.learned.weights import SiteWeights, read_model
from comments.spam.measures import Scored, area_under_curve, calibration_error, caught_at, interval
from comments.spam.rows import Row, read_rows
from comments.spam.training.examples import examples_of
from comments.spam.training.fitting import fit, log_odds
from comments.spam.training.own import OWN_FILES
from comments.spam.training.shipping import train, write

ROOT = Path(__file__).resolve().parent.parent
Peer = Callable[[Sequence[Row], Sequence[Row]], list[float]]
SHARES = (0.001, 0.005, 0.01)
DECISIONS = (0, 10, 50, 200)
DRAWS = 5
SMALLEST_SITE = 200
"""Rows from which the curve of a site is worth drawing."""


SMALL: set[str] = set()


def site_of(row: Row) -> str:
    """Return what is left out together: the videos of one service, the small sites of one file."""
    if row.source.startswith("youtube/"):
        return "youtube"
    return "small blogs" if row.source.startswith("wp/") and row.source in SMALL else row.source


def ours(known: Sequence[Row], unseen: Sequence[Row]) -> list[float]:
    """Return the log-odds of this filter's learned part."""
    table = fit(examples_of(known))
    return [log_odds(table, features_of(row.submission)) for row in unseen]


def bogofilter(known: Sequence[Row], unseen: Sequence[Row]) -> list[float]:
    """Return bogofilter's scores, with its own defaults, name and link standing above the text."""
    with tempfile.TemporaryDirectory() as folder:
        for number, row in enumerate(known):
            _mail(Path(folder, "spam" if row.is_spam else "ham", f"{number}"), row)
        for number, row in enumerate(unseen):
            _mail(Path(folder, "new", f"{number:06}"), row)
        for option, kind in (("-s", "spam"), ("-n", "ham")):
            _bogofilter(folder, option, "-B", f"{folder}/{kind}")
        told = _bogofilter(
            folder, "-T", "-v", "-B", *sorted(map(str, Path(folder, "new").iterdir()))
        )
    return [float(line.split()[-1]) for line in told.splitlines()]


def _mail(file: Path, row: Row) -> None:
    file.parent.mkdir(exist_ok=True)
    body = f"Subject: {row.author}\n\n{row.email_domain} {row.url}\n{row.text}\n"
    file.write_text(body, "utf-8", errors="replace")


def _bogofilter(folder: str, *options: str) -> str:
    command = ["bogofilter", "-d", folder, *options]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def baseline(known: Sequence[Row], unseen: Sequence[Row]) -> list[float]:
    """Return the scores of TF-IDF over words and letters with a logistic regression."""
    texts = importlib.import_module("sklearn.feature_extraction.text")
    linear = importlib.import_module("sklearn.linear_model")
    pipeline = importlib.import_module("sklearn.pipeline")
    seen = pipeline.make_union(
        texts.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        texts.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
    )
    learner = linear.LogisticRegression(C=10, max_iter=1_000, class_weight="balanced")
    fitted = pipeline.make_pipeline(seen, learner)
    fitted.fit([_whole(row) for row in known], [row.is_spam for row in known])
    return list(fitted.decision_function([_whole(row) for row in unseen]))


def _whole(row: Row) -> str:
    return f"{row.text} {row.author} {row.url} {row.email_domain}"


def peers() -> Iterator[tuple[str, Peer]]:
    """Yield the filters that can be asked here, and say which cannot."""
    yield "ours", ours
    if shutil.which("bogofilter"):
        yield "bogofilter", bogofilter
    else:
        print("bogofilter is absent (apt install bogofilter)")
    try:
        importlib.import_module("sklearn")
        yield "TF-IDF, logistic", baseline
    except ImportError:
        print("scikit-learn is absent (pip install scikit-learn)")


def told(name: str, scored: Sequence[Scored]) -> str:
    """Return one row of the table: the curve's area and shares caught, with 95 % intervals."""
    caught = [_cell(partial(caught_at, share), scored, 2) for share in SHARES]
    return f"| {name} | {' | '.join([_cell(area_under_curve, scored, 3), *caught])} |"


def _cell(
    measure: Callable[[Sequence[Scored]], float | None], scored: Sequence[Scored], places: int
) -> str:
    value, found = measure(scored), interval(measure, scored)
    if value is None or found is None:
        return "–"
    return f"{value:.{places}f} ({found.low:.{places}f}–{found.high:.{places}f})"


def scored_by(scores: Sequence[float], rows: Sequence[Row]) -> list[Scored]:
    """Return scores beside the truth."""
    return [(score, row.is_spam) for score, row in zip(scores, rows, strict=True)]


def compare(known: Sequence[Row], unseen: Sequence[Row]) -> None:
    """Print what each filter catches of `unseen`."""
    for name, peer in peers():
        print(told(name, scored_by(peer(known, unseen), unseen)), flush=True)


def leave_out(own: Sequence[Row], rows: Sequence[Row]) -> None:
    """Print what is caught of each site by weights fitted without it, and of all together."""
    everything: list[Scored] = []
    for site in dict.fromkeys(map(site_of, rows)):
        unseen = [row for row in rows if site_of(row) == site]
        scores = ours([*own, *(row for row in rows if site_of(row) != site)], unseen)
        everything += scored_by(scores, unseen)
        spam = sum(row.is_spam for row in unseen)
        print(told(f"{site} ({spam} of {len(unseen)})", scored_by(scores, unseen)), flush=True)
    print(told("all sites", everything))


def curve(known: Sequence[Row], unseen: Sequence[Row]) -> None:
    """Print what is caught on each large site after some random decisions, on the rest of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.bin")
        write(*train(known, ""), file)
        weights = read_model(file)
    for reader in (model, lessons):
        setattr(reader, "shipped", lambda: weights)  # noqa: B010, what ships knows these rows
    probabilities = [
        model.probability(features_of(row.submission), SiteWeights()) for row in unseen
    ]
    error = calibration_error(scored_by(probabilities, unseen))
    print(f"calibration error on public_test: {error:.3f}")
    for site in dict.fromkeys(map(site_of, unseen)):
        rows = [row for row in unseen if site_of(row) == site]
        for decisions in DECISIONS if len(rows) >= SMALLEST_SITE + max(DECISIONS) else ():
            found = [pair for draw in range(DRAWS) for pair in _after(decisions, rows, draw)]
            print(told(f"{site}, {decisions} decisions", found), flush=True)


def _after(decisions: int, rows: Sequence[Row], draw: int) -> list[Scored]:
    shuffled = list(rows)
    random.Random(draw).shuffle(shuffled)
    site = taught(shuffled[:decisions])
    rest = shuffled[decisions:]
    return scored_by([model.probability(features_of(row.submission), site) for row in rest], rest)


def main() -> None:
    """Print the tables of docs/spam.md."""
    settings.configure(USE_I18N=False)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "spam"
    files = [folder / f"{name}.jsonl" for name in ("train", "train_extra", "public_test")]
    if not all(file.exists() for file in files):
        print(f"The judged comments are absent: {', '.join(file.name for file in files)}")
        return
    own = [row for file in OWN_FILES for row in read_rows(file)]
    known, extra, unseen = map(read_rows, files)
    SMALL.update(row.source for row in unseen if row.source.startswith("wp/"))
    heading = ("|  | AUC | caught at 0.1 % | at 0.5 % | at 1 % |", "|---|---|---|---|---|")
    print("public_test, trained without it", *heading, sep="\n", flush=True)
    compare([*own, *known, *extra], unseen)
    print("what a site teaches", *heading, sep="\n", flush=True)
    curve([*own, *known, *extra], unseen)
    print("leaving one site out", *heading, sep="\n", flush=True)
    leave_out(own, [*known, *extra, *unseen])


if __name__ == "__main__":
    main()
