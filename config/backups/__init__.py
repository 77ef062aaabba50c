"""Backups: the whole site as one folder, made while it runs, and the way back from it.

`taking` makes one and removes old ones, `checking` proves one, `restoring` brings one back. What is in a
backup is told in `docs/decisions/0022-backups.md`.
"""

from __future__ import annotations
