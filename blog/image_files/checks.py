"""Whether a file is a picture that this site takes, said in one sentence when it is not."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.image_files.anatomy import Anatomy, Bomb, Damaged, Data, examine
from blog.image_files.convert import MOST_PIXELS
from blog.image_files.foreign import is_more_than_a_picture

# The first is the one that originals are kept under.
ENDINGS = {
    "PNG": ("png",),
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "WEBP": ("webp",),
    "GIF": ("gif",),
    "AVIF": ("avif",),
}
MOST_PER_SIDE = 16_000
"""Pixels: no file of WebP can be longer than 16,383."""

NO_PICTURE = gettext_lazy(
    "This file is no picture that can be read. Choose a PNG, JPEG, WebP, GIF or AVIF."
)
DAMAGED = gettext_lazy(
    "This picture is damaged, or a part of it is missing. Save it again, or choose another."
)
BOMB = gettext_lazy(
    "This file is packed so tightly that it cannot be read safely. Save it again as JPEG or PNG."
)
TOO_MANY_PIXELS = gettext_lazy(
    "This picture has more than 20 million pixels. Choose a smaller one."
)
TOO_LONG = gettext_lazy("This picture is longer than 16,000 pixels. Cut it into parts.")
SVG = gettext_lazy(
    "An SVG is a drawing that can hold programs. Save it as PNG, and choose a file of that kind."
)
HEIC = gettext_lazy(
    "This is a picture in a format that browsers cannot show (HEIC). Save it as JPEG first."
)
FOREIGN = gettext_lazy(
    "This file is a picture and holds something else as well. Save the picture again on its own."
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


def examined(path: Path, name: str) -> Anatomy:
    """Return what kind of picture a file holds; `name` is what its sender calls it.

    Raises:
        ValidationError: with one sentence. Nothing is decoded to find out.
    """
    if path.stat().st_size == 0:
        raise ValidationError(_("This file is empty. Choose another one."))
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return examined_bytes(data, name)


def examined_bytes(data: Data, name: str = "") -> Anatomy:
    """Return the same of bytes; without a name its ending cannot be wrong.

    Raises:
        ValidationError: with one sentence.
    """
    anatomy = _anatomy(data)
    _require_size(anatomy)
    _require_ending(name, anatomy.format)
    if is_more_than_a_picture(data, anatomy):
        raise ValidationError(FOREIGN)
    return anatomy


def _anatomy(data: Data) -> Anatomy:
    try:
        found = examine(data)
    except Damaged as error:
        raise ValidationError(DAMAGED) from error
    except Bomb as error:
        raise ValidationError(BOMB) from error
    if found is None:
        raise ValidationError(_what_else(bytes(data[:1024])))
    return found


def _what_else(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return str(HEIC)
    return str(SVG if b"<svg" in head.lower() else NO_PICTURE)


def _require_size(anatomy: Anatomy) -> None:
    if not anatomy.width or not anatomy.height:
        raise ValidationError(DAMAGED)
    if anatomy.width * anatomy.height > MOST_PIXELS:
        raise ValidationError(TOO_MANY_PIXELS)
    if max(anatomy.width, anatomy.height) > MOST_PER_SIDE:
        raise ValidationError(TOO_LONG)


def _require_ending(name: str, kind: str) -> None:
    ending = PurePath(name.replace("\\", "/")).suffix.lower().removeprefix(".")
    if ending and ending not in ENDINGS[kind]:
        raise ValidationError(
            _(
                "The name of this file ends in .%(ending)s, but it holds a picture of the "
                "kind %(kind)s. Give it the ending .%(endings)s."
            )
            % {"ending": ending[:10], "kind": kind, "endings": ENDINGS[kind][0]}
        )
