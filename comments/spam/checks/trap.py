"""The trap: a field that people do not see and programs fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields a heavy finding if the trap is filled; a browser's autofill can do that too."""
    del history
    if submission.is_trap_filled:
        reason = _("A field that readers cannot see was filled, as programs do.")
        yield Evidence("trap", 3.0, reason, holds=True)
