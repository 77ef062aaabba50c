"""Time: sent faster than anybody types, or from a form whose stamp is missing or too old."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

TOO_FAST_MS = 2_000
FASTEST_TYPIST = 25
"""Characters a second; the quickest people reach half of it, so only pasted text is faster."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields what the clock tells; the time counts only where a script stamped it.

    Less than `TOO_FAST_MS` after the form was opened holds, whatever the rest says; more characters than
    anybody types only weigh, since whoever writes elsewhere pastes.
    """
    del history
    if submission.stamp_state == "missing":
        reason = _("The form's stamp is missing, so it may not have been sent from the page.")
        yield Evidence("timing", 0.8, reason, holds=True)
    elif submission.stamp_state == "expired":
        reason = _(
            "The form's stamp is too old: the page was opened long ago, or kept by a program."
        )
        yield Evidence("timing", 0.3, reason, holds=True)
    if submission.elapsed_ms is not None:
        yield from _haste(submission.elapsed_ms, len(submission.text))


def _haste(elapsed_ms: int, characters: int) -> Iterator[Evidence]:
    seconds = elapsed_ms / 1_000
    if elapsed_ms < TOO_FAST_MS:
        reason = _("Sent %(seconds)s seconds after the form was opened.") % {
            "seconds": number_format(seconds, 1)
        }
        yield Evidence("timing", 1.8, reason, holds=True)
    elif characters > seconds * FASTEST_TYPIST:
        reason = _("%(characters)s characters in %(seconds)s seconds: pasted, not typed.") % {
            "characters": characters,
            "seconds": number_format(round(seconds)),
        }
        yield Evidence("timing", 0.7, reason)
