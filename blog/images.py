"""Keeping the pictures of posts: each file once, in every width and format that pages use.

Files are written before the row. A crash in between leaves files that nothing names; the same file,
sent again, finds or mends them. No file is ever written in place, so whoever reads sees all of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from blog.image_addresses import FORMATS, KEY_LENGTH, ImageAddress
from blog.image_files import checks, conversion
from blog.models import Image
from blog.plaintext import normalise
from ledger.record import Actor, record

MOST_BYTES = 25 * 1024 * 1024
_CHUNK = 1024 * 1024
_LONGEST = {"name": 200, "alt": 300, "caption": 300, "source_url": 2048}


def keep(
    data: BinaryIO,
    *,
    name: str,
    by: Actor,
    alt: str = "",
    is_decorative: bool = False,
    caption: str = "",
    source_url: str = "",
) -> Image:
    """Keep a picture and return its row; the same bytes are kept once and give the same row.

    PNG, JPEG, WebP, GIF and AVIF are read, at most 20 megapixels and 25 MB; of a moving picture the
    first frame, and then `is_first_frame` of the answer is true. The original stays as it came and is
    never served. Call it outside of a transaction: it takes a second or two.

    Args:
        name: as the file is called where it came from; its end must fit what it holds, or be missing.
        alt: what it shows, offered when it is put into a text; dropped when it `is_decorative`.
        source_url: where an import found it.

    Raises:
        ValidationError: with one sentence, for whatever is no such picture.
        OSError: when the disk takes no more.
    """
    with _incoming(data) as (path, key):
        anatomy = checks.examined(path, name)
        found = _kept(key)
        if found is None:
            size = _convert(path, key)
            _move(path, original_path(key, anatomy.format))
            found = _row(
                key,
                size,
                original=f"originals/{original_path(key, anatomy.format).name}",
                by=by,
                name=_line(PurePath(name.replace("\\", "/")).name, "name") or "picture",
                alt="" if is_decorative else _line(alt, "alt"),
                is_decorative=is_decorative,
                caption=_line(caption, "caption"),
                source_url=_line(source_url, "source_url"),
            )
    found.is_first_frame = anatomy.is_animated
    return found


def file_path(name: str) -> Path:
    """Return where the file lies that an address names."""
    return Path(settings.MEDIA_ROOT) / "images" / name


def original_path(key: str, kind: str) -> Path:
    """Return where the original lies; `kind` as Pillow names formats."""
    return Path(settings.MEDIA_ROOT) / "originals" / f"{key}.{checks.ENDINGS[kind][0]}"


def file_names(address: ImageAddress) -> Iterator[str]:
    """Yield the names of all files that pages may ask for."""
    for width in address.widths:
        for kind in FORMATS:
            yield address.file_name(width, kind)


@contextmanager
def _incoming(data: BinaryIO) -> Iterator[tuple[Path, str]]:
    """Write what comes to a file of its own, and yield its path and its key."""
    folder = Path(settings.MEDIA_ROOT) / "originals"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made with mode 600, since it may say where and when it was taken.
    handle, name = tempfile.mkstemp(dir=folder, prefix=".coming-")
    path = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            while chunk := data.read(_CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise ValidationError("This file is larger than 25 MB. Choose a smaller one.")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield path, digest.hexdigest()[:KEY_LENGTH]
    finally:
        path.unlink(missing_ok=True)


def _kept(key: str) -> Image | None:
    """Return the row of a picture that is kept already, all its files included."""
    found = Image.objects.filter(key=key).first()
    if found is None or not Path(found.original.path).exists():
        return None
    names = file_names(found.address)
    return found if all(file_path(name).exists() for name in names) else None


def _convert(path: Path, key: str) -> tuple[int, int]:
    """Write every file of the picture and return its upright size in pixels."""
    folder = Path(settings.MEDIA_ROOT) / "images"
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder, prefix=".making-"))
    try:
        size = conversion.convert(path, made, key)
        for file in made.iterdir():
            _move(file, folder / file.name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return size


def _move(file: Path, to: Path) -> None:
    """Put a finished file in its place at one stroke, on the disk when this returns."""
    file.replace(to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@transaction.atomic
def _row(key: str, size: tuple[int, int], *, by: Actor, **said: str | bool) -> Image:
    """Return the row of the picture, made now and recorded unless somebody was faster."""
    values = {
        "width": size[0],
        "height": size[1],
        "uploaded_by": by.id,
        "uploaded_by_label": by.label,
    }
    image, is_new = Image.objects.get_or_create(key=key, defaults=values | said)
    if is_new:
        record("add_image", image, by=by, facts={"key": key})
    return image


def _line(text: str, field: str) -> str:
    return " ".join(normalise(text).split())[: _LONGEST[field]]
