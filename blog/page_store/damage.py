"""A file of SQLite that is damaged: how it is known, and how it goes."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file itself is not whole."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def remove(path: Path) -> None:
    """Remove the file and its log, as far as that can be done."""
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            Path(f"{path}{ending}").unlink()
