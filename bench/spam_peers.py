"""The filters that `bench/spam.py` measures ours against: bogofilter, and TF-IDF with scikit-learn."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from comments.spam.rows import Row

Peer = Callable[[Sequence[Row], Sequence[Row]], list[float]]
"""Learns from the first rows and gives a score for each of the second, higher for spam."""
_NOTHING_KNOWN = 0.5
_FAILED = 3
"""What bogofilter returns for an error; 0 to 2 say what it thinks of a mail."""


class Bogofilter:
    """Bogofilter as Debian ships it, with its own defaults: a mail for each comment, in `folder`.

    The name is the subject; address domain and link stand above the text.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mails: dict[Row, str] = {}

    def __call__(self, known: Sequence[Row], unseen: Sequence[Row]) -> list[float]:
        """Learn afresh from `known` and return the scores of `unseen`, 0 to 1.

        Raises:
            RuntimeError: bogofilter failed, or gave no score for one of them.
        """
        if not known:
            return [_NOTHING_KNOWN] * len(unseen)
        for list_of_words in self._folder.glob("wordlist.*"):
            list_of_words.unlink()
        for option, kind in (("-s", True), ("-n", False)):
            self._run(option, [row for row in known if row.is_spam == kind])
        told = self._run("-T", unseen, "-v").splitlines()
        if len(told) != len(unseen):
            raise RuntimeError(f"bogofilter scored {len(told)} of {len(unseen)} comments")
        return [float(line.split()[-1]) for line in told]

    def _run(self, option: str, rows: Sequence[Row], *more: str) -> str:
        if not rows:
            return ""
        command = [
            "bogofilter",
            "-d",
            str(self._folder),
            option,
            *more,
            "-B",
            *map(self._mail, rows),
        ]
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        if run.returncode == _FAILED:
            raise RuntimeError(f"bogofilter failed: {run.stderr}")
        return run.stdout

    def _mail(self, row: Row) -> str:
        """Return the file of a comment, written once."""
        if row not in self._mails:
            file = self._folder / f"{len(self._mails):06}"
            subject = " ".join(row.author.split())
            head = f"Subject: {subject}\nContent-Type: text/plain; charset=UTF-8"
            body = f"{row.email_domain} {row.url}\n{row.text}"
            file.write_text(f"{head}\n\n{body}\n", "utf-8", errors="replace")
            self._mails[row] = str(file)
        return self._mails[row]


def baseline(known: Sequence[Row], unseen: Sequence[Row]) -> list[float]:
    """Return the log-odds by TF-IDF over words and runs of letters with a logistic regression."""
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
    return list(map(float, fitted.decision_function([_whole(row) for row in unseen])))


def _whole(row: Row) -> str:
    return f"{row.text} {row.author} {row.url} {row.email_domain}"


def has_bogofilter() -> bool:
    """Tell whether bogofilter is installed."""
    return shutil.which("bogofilter") is not None


def has_baseline() -> bool:
    """Tell whether scikit-learn is installed."""
    return importlib.util.find_spec("sklearn") is not None
