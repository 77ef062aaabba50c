"""What ends a backup or a restore: one sentence for the operator."""

from __future__ import annotations

from django.db import Error


class BackupError(Exception):
    """The sentence; where it comes from `checking`, nothing was touched."""


FAILURES = (BackupError, OSError, Error)
"""What the world does to a backup, and no fault of this program."""


def sentence(error: Exception) -> str:
    """Return one of `FAILURES` as a sentence on one line, whatever the names of files in it."""
    said = _said(error)
    return "".join(character if character.isprintable() else "�" for character in said)


def _said(error: Exception) -> str:
    match error:
        case OSError(filename=name, strerror=why) if why:
            return f"{name}: {why}." if name else f"{why}."
        case Error():
            # The rest is about the statement.
            said = str(error).strip().splitlines() or ["it gave no reason"]
            return f"The database failed: {said[0].rstrip('.')}."
    return str(error)
