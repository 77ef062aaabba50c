"""The key of a day: what makes its marks, and what is thrown away when it ends.

It lies in a file that all processes of this machine share, and never in the database: so no backup
and no journal of the database has ever held it. The first process that needs it makes it.
"""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

_LENGTH = 32
_known: tuple[date, bytes] | None = None


def key_of(day: date) -> bytes:
    """Return the key of a day, made if there is none yet.

    Where no file can be written this process makes a key of its own: readers who also meet another
    process then count twice on that day.
    """
    global _known
    # Held here: another thread may forget it meanwhile.
    known = _known
    if known is None or known[0] != day:
        known = _known = (day, _shared(day))
    return known[1]


def leave() -> None:
    """Let this process forget the key it has read; the file stays."""
    global _known
    _known = None


def forget(before: date) -> int:
    """Throw away the keys of all days before `before`, here and on the disk; return how many files went."""
    if _known and _known[0] < before:
        leave()
    old = [path for path in _folder().glob("????-??-??.*") if path.name[:10] < before.isoformat()]
    for path in old:
        _destroy(path)
    return len(old)


def _shared(day: date) -> bytes:
    path = _folder() / f"{day.isoformat()}.key"
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
        if len(key) == _LENGTH and any(key):
            return key
        logger.warning("The key of the day is damaged, and this process uses one of its own")
    except OSError as error:
        logger.warning("The key of the day cannot be shared: %s", error)
    return secrets.token_bytes(_LENGTH)


def _make(path: Path) -> None:
    """Make a key that is whole when it appears; when two processes make one, the first stands."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f"{path.stem}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(secrets.token_bytes(_LENGTH))
            file.flush()
            os.fsync(number)
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()


def _destroy(path: Path) -> None:
    """Write over a key, then remove it; another process may do the same at this moment."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        path.unlink()
        file.write(bytes(_LENGTH))
        os.fsync(file.fileno())


def _folder() -> Path:
    return Path(settings.READS_FOLDER)
