"""Where the files of pictures lie, and how they get there: whole, on the disk, or not at all.

`images/` holds what pages may ask for, `originals/` what came, which is never served. A file is moved
to its place when it is finished, so whoever reads sees all of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.image_addresses import FORMATS, KEY_LENGTH, ImageAddress

MOST_BYTES = 25 * 1024 * 1024
_CHUNK = 1024 * 1024


def shown_path(name: str) -> Path:
    """Return where the file lies that an address names."""
    return _folder("images") / name


def original_path(name: str) -> Path:
    """Return where an original lies, by the name its row keeps, e.g. `originals/….jpg`."""
    return Path(settings.MEDIA_ROOT) / name


def is_whole(address: ImageAddress, original: str) -> bool:
    """Whether all files of a picture are there."""
    return original_path(original).exists() and all(path.exists() for path in _shown(address))


@contextmanager
def incoming(data: BinaryIO) -> Iterator[tuple[Path, str]]:
    """Write what comes to a file with mode 600, yield its path and its key, and clean up behind.

    Raises:
        ValidationError: when it is larger than `MOST_BYTES`.
    """
    handle, name = tempfile.mkstemp(dir=_folder("originals"), prefix=".coming-")
    path = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            while chunk := data.read(_CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise ValidationError(
                        _("This file is larger than 25 MB. Choose a smaller one.")
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield path, digest.hexdigest()[:KEY_LENGTH]
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def workshop() -> Iterator[Path]:
    """Yield an empty folder beside those files, gone afterwards."""
    path = Path(tempfile.mkdtemp(dir=_folder("images"), prefix=".making-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def alone() -> Iterator[None]:
    """Let no other process or thread put files in their places, or away, until the end.

    Else one could delete the files that another has just found to be there already. Taken before a
    transaction begins, never inside of one.
    """
    with (_folder("originals") / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def put(made: Path, original: Path, name: str) -> None:
    """Move the finished files of a picture, and last its original, to their places."""
    for file in made.iterdir():
        file.replace(shown_path(file.name))
    _settle(_folder("images"))
    original.replace(original_path(name))
    _settle(_folder("originals"))


def delete(address: ImageAddress, original: str) -> None:
    """Delete all files of a picture, the original first; what is gone already is no fault."""
    for path in (original_path(original), *_shown(address)):
        path.unlink(missing_ok=True)


def _shown(address: ImageAddress) -> Iterator[Path]:
    for width in address.widths:
        for kind in FORMATS:
            yield shown_path(address.file_name(width, kind))


def _folder(name: str) -> Path:
    path = Path(settings.MEDIA_ROOT) / name
    path.mkdir(parents=True, exist_ok=True, mode=0o700 if name == "originals" else 0o755)
    return path


def _settle(folder: Path) -> None:
    """Have the names in a folder written to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
