"""A name that could be taken for one of those who speak for the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.names import Likeness, nearest
from comments.spam.evidence import Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_SAYS = {
    Likeness.SAME: _("The name %(name)s is that of %(ours)s, who speaks here."),
    Likeness.LOOKS: _(
        "The name %(name)s looks like %(ours)s, who speaks here, but is spelt with other letters."
    ),
    Likeness.HOLDS: _("The name %(name)s holds the name of %(ours)s, who speaks here."),
}


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields a finding that holds: only a person can tell a namesake from somebody who pretends."""
    del history
    found = nearest(submission.name, submission.own_names)
    if found:
        likeness, ours = found
        names = {"name": quoted([submission.name]), "ours": quoted([ours])}
        reason = str(_SAYS[likeness]) % names
        yield Evidence("impersonation", 0.4, reason, holds=True)
