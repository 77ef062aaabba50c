"""Keeping the pictures of posts: each file once, in every width and format that pages use.

Files are written before the row. A crash in between leaves files that nothing names and nobody is
served; the same file, sent again, puts all of it right.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import BinaryIO

from django.db import transaction

from blog.image_addresses import ImageAddress
from blog.image_files import checks, conversion, store
from blog.models import Image
from blog.plaintext import normalise
from blog.sealed_pictures import (
    KEPT,
    MENDED,
    Digests,
    digests_in,
    digests_of,
    is_unchanged,
    with_facts,
)
from ledger.record import Actor, record

DELETED = "(deleted)"
"""The name of a picture whose files are gone and whose row stands in the history of blanked words."""

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
    said: dict[str, str | bool] = {
        "name": _line(PurePath(name.replace("\\", "/")).name, "name") or "picture",
        "alt": "" if is_decorative else _line(alt, "alt"),
        "is_decorative": is_decorative,
        "caption": _line(caption, "caption"),
        "source_url": _line(source_url, "source_url"),
    }
    with store.incoming(data) as (path, key):
        anatomy = checks.examined(path, name)
        original = f"originals/{key}.{checks.ENDINGS[anatomy.format][0]}"
        kept = _kept(key) or _made(path, key, {"original": original, **said}, by)
    kept.is_first_frame = anatomy.is_animated
    return kept


def _kept(key: str) -> Image | None:
    """Return the row of a picture that is kept already, all its files included and as they were."""
    found = with_facts(Image.objects.filter(key=key)).first()
    if found is None or not store.is_whole(found.address, str(found.original)):
        return None
    return found if is_unchanged(found) else None


def _made(path: Path, key: str, said: dict[str, str | bool], by: Actor) -> Image:
    """Write the files of the picture and then its row."""
    with store.workshop() as made:
        width, height = conversion.convert(path, made, key)
        files = digests_in(made, ImageAddress(key, width, height))
        with store.alone():
            store.put(made, path, str(said["original"]))
            return _row(key, {"width": width, "height": height, **said}, files, by)


@transaction.atomic
def _row(key: str, values: dict[str, str | bool | int], files: Digests, by: Actor) -> Image:
    """Return the row of the picture, made now unless it was there, and record what its files are."""
    owner = {"uploaded_by": by.id, "uploaded_by_label": by.label}
    image, is_new = Image.objects.get_or_create(key=key, defaults={**values, **owner})
    if image.name == DELETED:
        for field, value in values.items():
            setattr(image, field, value)
        image.save(update_fields=list(values))
        is_new = True
    facts = {"key": key, "files": files}
    if is_new:
        record(KEPT, image, by=by, facts=facts)
    elif digests_of(with_facts(Image.objects.filter(pk=image.pk)).get()) != files:
        record(MENDED, image, by=by, facts=facts)
    return image


def _line(text: str, field: str) -> str:
    return " ".join(normalise(text).split())[: _LONGEST[field]]
