"""What ends a backup or a restore: one sentence for the operator."""

from __future__ import annotations


class BackupError(Exception):
    """The sentence; where it comes from `checking`, nothing was touched."""
