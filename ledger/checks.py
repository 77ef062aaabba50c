"""The system check that tells when the database no longer refuses what it should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning

from ledger import guards


@register(Tags.database)
def guards_are_in_force(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn, rather than stop, since `migrate` runs this check before it mends what is missing."""
    return [
        CheckWarning(
            f"The database “{alias}” has lost these guards: {', '.join(names)}.",
            hint="Run manage.py migrate, then manage.py verify_ledger.",
            id="ledger.W001",
        )
        for alias in databases or ()
        if (names := guards.missing(alias))
    ]
