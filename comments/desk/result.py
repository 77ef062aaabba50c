"""What the spam report says first: one sentence about the spam, and one about readers."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.spam.hindsight import Figures, Share


def result_in_words(figures: Figures) -> list[str]:
    """Return the result as whole sentences; of what has not come yet nothing is said."""
    said = []
    if figures.stopped.whole:
        said.append(_of_spam(figures.stopped))
    if figures.delayed.whole:
        said.append(_of_genuine(figures.delayed, figures.harmed))
    return said


def _of_spam(stopped: Share) -> str:
    counts = {"part": number_format(stopped.part), "whole": number_format(stopped.whole)}
    if stopped.whole > 1 and stopped.part == stopped.whole:
        return _("Of %(whole)s pieces of spam it stopped all %(whole)s.") % counts
    sentence = ngettext(
        "Of %(whole)s piece of spam it stopped %(part)s.",
        "Of %(whole)s pieces of spam it stopped %(part)s.",
        stopped.whole,
    )
    return sentence % counts


def _of_genuine(held: Share, called: Share) -> str:
    counts = {
        "held": number_format(held.part),
        "called": number_format(called.part),
        "whole": number_format(held.whole),
    }
    sentence = ngettext(
        "Of %(whole)s genuine comment it held %(held)s and called %(called)s spam.",
        "Of %(whole)s genuine comments it held %(held)s and called %(called)s spam.",
        held.whole,
    )
    return sentence % counts
