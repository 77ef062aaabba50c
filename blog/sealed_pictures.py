"""Whether the files of a picture are still those that were kept.

The hash of words covers the key of each picture they show, and the key is taken over the file that came.
The files that are served were made of it here, so the record keeps a digest of each: whoever changes one on
the disk changes neither the words nor the key, and no signature covers what that one shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db.models import CharField, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from blog.image_addresses import FORMATS, KEY_LENGTH, ImageAddress
from blog.image_files import store
from blog.models import Image, Version
from ledger.models import Entry

KEPT, MENDED = "add_image", "mend_image"
"""The verbs of the entries that hold the digests: when it came, and when its files were made again."""

Digests = Mapping[str, str]
"""SHA-256 (hex) of each file that is served, by its width and format: `480.webp`."""


def digests_in(folder: Path, address: ImageAddress) -> dict[str, str]:
    """Return the digests of the files of a picture that lie in `folder`, finished."""
    return {
        part: digest((folder / address.file_name(width, kind)).read_bytes())
        for width, kind, part in _parts(address)
    }


def digest(data: bytes) -> str:
    """Return what the record keeps of a file."""
    return hashlib.sha256(data).hexdigest()


def part_name(width: int, kind: str) -> str:
    """Return what the record calls one file of a picture."""
    return f"{width}.{kind}"


def with_facts(pictures: QuerySet[Image]) -> QuerySet[Image]:
    """Give each picture what the record says of its files, in the same query, as `facts`."""
    name = Concat(Value(f"{Image._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    entries = Entry.objects.filter(subject=name, verb__in=(KEPT, MENDED)).order_by("-sequence")
    facts = Subquery(entries.values("facts")[:1], output_field=JSONField())
    return pictures.annotate(facts=facts)


def digests_of(image: Image) -> Digests:
    """Return the digests of a picture that was read `with_facts`.

    There are none for one that was kept before the record held them, or past it.
    """
    facts: Mapping[str, Digests] = getattr(image, "facts", None) or {}
    return facts.get("files", {})


def is_unchanged(image: Image) -> bool:
    """Whether every file of a picture that was read `with_facts` is as it was kept. Reads all of them."""
    known = digests_of(image)
    if not known:
        return True
    try:
        original = store.original_path(str(image.original)).read_bytes()
        is_made_of = digest(original)[:KEY_LENGTH] == image.key
        return is_made_of and digests_in(store.shown_path("."), image.address) == known
    except OSError:
        return False


def changed_pictures(version: Version) -> Iterator[Image]:
    """Yield each picture of these words whose files have changed since they were kept. One query."""
    pictures = with_facts(Image.objects.filter(uses__version=version)).order_by("pk")
    return (image for image in pictures if not is_unchanged(image))


def _parts(address: ImageAddress) -> Iterator[tuple[int, str, str]]:
    for width in address.widths:
        for kind in FORMATS:
            yield width, kind, part_name(width, kind)
