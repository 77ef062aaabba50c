"""Pictures that the owner uploads for the site: checked as those of posts are, scaled and written anew."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from blog.image_files import checks

MOST_BYTES = 8 * 1024 * 1024
_FORMATS = ("PNG", "JPEG", "WEBP")
_SENTENCE = gettext_lazy("This file is no picture that can be read. Choose a PNG, JPEG or WebP.")


def fitted(
    upload: BinaryIO, *, width: int, height: int, is_square: bool = False
) -> ContentFile[bytes]:
    """Return `upload` as a WebP that fits the given size in pixels, named by its content.

    Metadata is gone, the orientation it asked for is kept. Only PNG, JPEG and WebP are read.

    Raises:
        ValidationError: with a sentence, for anything that is no such picture or too large.
    """
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValidationError(_("This picture is larger than 8 MB. Choose a smaller one."))
    picture = _opened(data)
    scaled = ImageOps.fit(picture, (width, height)) if is_square else picture
    scaled.thumbnail((width, height))
    written = io.BytesIO()
    scaled.save(written, "WEBP", quality=88, method=6)
    name = hashlib.sha256(written.getvalue()).hexdigest()[:32]
    return ContentFile(written.getvalue(), name=f"{name}.webp")


def _opened(data: bytes) -> Image.Image:
    try:
        kind = checks.examined_bytes(data).format
        if kind not in _FORMATS:
            raise ValidationError(_SENTENCE)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
            picture.load()
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise ValidationError(_SENTENCE) from error
    upright = ImageOps.exif_transpose(picture)
    return upright.convert(
        "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
    )
