"""Files as backups treat them: links are refused, sums taken while copying, everything on the disk."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from config.backups.errors import BackupError

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sum:
    """What is known of a file: its size in bytes and its SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


def names_in(folder: Path, *, with_hidden: bool = False) -> Iterator[str]:
    """Yield the path below `folder` of every file, `/` between its parts, in the order of names.

    Args:
        folder: may be absent, and holds nothing then.
        with_hidden: also those below a name that begins with a dot. In MEDIA_ROOT they are unfinished.

    Raises:
        BackupError: a link, a device or anything else that is no plain file and no folder.
        OSError: a folder cannot be read.
    """
    if not folder.exists():
        return
    for place, folders, files in os.walk(folder, onerror=_raise):
        for names in (folders, files):
            names[:] = sorted(name for name in names if with_hidden or not name.startswith("."))
        for name in (*folders, *files):
            _require_plain(Path(place, name))
        for name in files:
            yield Path(place, name).relative_to(folder).as_posix()


def _raise(error: OSError) -> NoReturn:
    raise error


def _require_plain(path: Path) -> None:
    if path.is_symlink():
        raise BackupError(f"{path} is a symbolic link, and a backup holds files only.")
    # What is gone by now was a file.
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BackupError(f"{path} is neither a file nor a folder.")


def sum_of(path: Path) -> Sum:
    """Read a file and return its sum."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return Sum(size, digest.hexdigest())


def copy(source: Path, target: Path) -> Sum:
    """Copy a file to a place where there is none, on the disk and for its owner only.

    Returns: the sum of what was read.
    """
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(target, "xb", opener=_own) as file:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Sum(size, digest.hexdigest())


def write(path: Path, text: str) -> None:
    """Write a new file in UTF-8, on the disk and for its owner only."""
    with open(path, "x", encoding="utf-8", newline="", opener=_own) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def settle(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle_below(folder: Path) -> None:
    """Have the names in a folder, and in all folders below it, written to the disk."""
    for place, _, _ in os.walk(folder, topdown=False, onerror=_raise):
        settle(Path(place))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no other process make or remove backups in `folder` until the end.

    Raises:
        BackupError: another one does so now.
    """
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"Another backup is being made in {folder}.") from error
        yield


def _chunks(path: Path) -> Iterator[bytes]:
    with open(path, "rb", opener=_unfollowed) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _unfollowed(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _own(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
