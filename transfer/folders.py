"""A folder of somebody else's files, or a .zip of one: checked before anything of it is read.

An archive is a list of promises by a stranger. Its directory is judged first, without unpacking: names
that lead elsewhere, links, devices, and sizes no blog has. What passes is unpacked into a temporary
folder, where the promised sizes are held to while it is written.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transfer.items import SourceError

MOST_FILES = 50_000
MOST_BYTES = 4 * 1024**3
"""Of everything unpacked."""

MOST_TIMES = 200
"""How much larger than packed a file may be; prose and spreadsheets stay far below 50."""

RATIO_FROM = 1024 * 1024
"""Bytes unpacked from which `MOST_TIMES` counts; small files of one letter are harmless."""

_DIRECTORY_BYTES = 8 * 1024 * 1024
"""Of an archive's directory: a hundred a file are usual, so that `MOST_FILES` fit easily."""

_END = b"PK\x05\x06"
_END_LENGTH = 22
_LONGEST_COMMENT = 65_535
_CHUNK = 1024 * 1024
_DRIVE = re.compile(r"[A-Za-z]:")
# What systems leave beside the files that people made.
_LITTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Found:
    """A file below a folder: its path there with `/` between the parts, and where it lies."""

    name: str
    path: Path


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Yield the folder at `path`, or a temporary one with what the archive at `path` holds.

    Raises:
        SourceError: it is neither, it could not be read, or it is made to do harm.
    """
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise SourceError(f"There is no folder and no file called {path.name or path}.")
    if not zipfile.is_zipfile(path):
        raise SourceError(f"{path.name} is neither a folder nor a .zip file.")
    with tempfile.TemporaryDirectory(prefix="import-") as place:
        _unpack(path, Path(place))
        yield Path(place)


def files(folder: Path) -> Iterator[Found]:
    """Yield every plain file below `folder`, by name; links are not followed, hidden files left out.

    Raises:
        SourceError: there are more than `MOST_FILES`.
    """
    count = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not _is_litter(name))
        for name in sorted(names):
            path = Path(place, name)
            if _is_litter(name) or path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MOST_FILES:
                raise SourceError(f"There are more than {MOST_FILES:,} files in it.")
            yield Found(path.relative_to(folder).as_posix(), path)


def links(folder: Path) -> Iterator[str]:
    """Yield the names below `folder` that are symbolic links; `files` leaves them out."""
    for place, folders, names in os.walk(folder, followlinks=False):
        for name in sorted((*folders, *names)):
            if Path(place, name).is_symlink():
                yield Path(place, name).relative_to(folder).as_posix()


def read_text(found: Found, *, limit: int) -> str:
    """Return the text of a file, its line ends as they are and a byte order mark left out.

    Raises:
        SourceError: it has more than `limit` bytes, or is not UTF-8.
    """
    with found.path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"It is larger than {limit // 1024:,} kB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("It is not text in UTF-8.") from error


def hash_of(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of_all(found: Iterator[Found]) -> str:
    """Return one SHA-256 (hex) over the names and contents of files, whether zipped or not."""
    total = hashlib.sha256()
    for file in found:
        total.update(f"{hash_of(file.path)}  {file.name}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name in _LITTER


def _unpack(path: Path, place: Path) -> None:
    try:
        _check_directory_size(path)
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            for entry in entries:
                _write(archive, entry, place)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, struct.error, zlib.error) as error:
        raise SourceError(f"{path.name} is damaged: {_why(error)}.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceError(
            f"{path.name} is packed in a way that cannot be read: {error}."
        ) from error
    except OSError as error:
        raise SourceError(f"{path.name} could not be unpacked: {error.strerror}.") from error


def _why(error: Exception) -> str:
    return str(error).rstrip(".") or "it ends too early"


def _check_directory_size(path: Path) -> None:
    """Refuse a directory so long that merely reading it would take its time."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_LENGTH:
        raise zipfile.BadZipFile("its directory is missing")
    count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > MOST_FILES or length > _DIRECTORY_BYTES:
        raise SourceError(f"{path.name} says that it holds more than {MOST_FILES:,} files.")


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse by the directory alone what must never be unpacked."""
    if len(entries) > MOST_FILES:
        raise SourceError(f"It holds more than {MOST_FILES:,} files.")
    seen = set()
    for entry in entries:
        _check_name(entry)
        if entry.file_size > max(RATIO_FROM, entry.compress_size * MOST_TIMES):
            raise SourceError(f"“{_shown(entry)}” unpacks to far more than it should.")
        if (name := _levelled(entry.filename)) in seen:
            raise SourceError(f"It holds two files called “{_shown(entry)}”.")
        seen.add(name)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise SourceError(f"It unpacks to more than {MOST_BYTES // 1024**3} GB.")


def _check_name(entry: zipfile.ZipInfo) -> None:
    # `orig_filename` too: what follows a NUL is cut from the name, and hides what was meant.
    for name in (entry.filename, entry.orig_filename):
        parts = name.replace("\\", "/").split("/")
        if {"", ".", ".."} & set(parts) or _DRIVE.match(name) or "\0" in name:
            raise SourceError(
                f"It holds a file with a name that leads elsewhere: “{_shown(entry)}”."
            )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise SourceError(f"“{_shown(entry)}” in it is a link or a device, not a file.")
    if entry.flag_bits & 0x1:
        raise SourceError(f"“{_shown(entry)}” in it is locked with a password.")


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> None:
    """Unpack one file; `zipfile` stops at the size the directory promised and compares the sum."""
    target = place.joinpath(*_safe(entry.filename))
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as packed, target.open("xb") as file:
        shutil.copyfileobj(packed, file, _CHUNK)


def _safe(name: str) -> Iterator[str]:
    """Yield the parts of a checked name, each no longer than file systems allow."""
    for part in name.split("/"):
        data = part.encode("utf-8", "replace")
        if len(data) > 255:
            raise SourceError(
                f"It holds a file with a name of more than 255 bytes: “{part[:40]}…”."
            )
        yield data.decode()


def _levelled(name: str) -> str:
    """Return a name as systems compare it that know no difference of capitals or accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _shown(entry: zipfile.ZipInfo) -> str:
    """Return a name that may be hostile as something to print."""
    name = "".join(c if c.isprintable() else "�" for c in entry.orig_filename)
    return name if len(name) <= 80 else f"{name[:79]}…"
