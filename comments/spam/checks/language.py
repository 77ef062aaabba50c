"""A language in which the site does not write: weak, since readers come from everywhere.

It stands beside the learned part and is no feature of it: judged comments from elsewhere do not say in
which language their site was written. It weighs nothing unless another check speaks for spam, so that
no comment waits for its language (`assessment.BACKED`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.languages import foreign_letters, foreign_words
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

WEIGHT = 0.2
"""Too little to be a voice of its own (`policy.SPEAKS_AT`)."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields a finding when nearly all of the text is in no language of the site or the post."""
    del history
    letters = foreign_letters(submission.words, submission.languages)
    if letters:
        reason = _("In letters that this site does not write in, which says little: %(words)s.")
        yield Evidence("language", WEIGHT, reason % {"words": quoted(letters)})
        return
    words = foreign_words(submission.words, submission.languages)
    if words:
        reason = _("In a language that this site does not write in, which says little: %(words)s.")
        yield Evidence("language", WEIGHT, reason % {"words": quoted(words)})
