"""Pictures for tests: files as people send them, and pictures that a site keeps."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image as Pillow

from blog import images
from blog.image_addresses import ImageAddress
from blog.models import Image
from ledger.record import Actor

RIVER = ImageAddress("0" * 32, 1200, 800)


def drawn(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Return the file of a small picture, red at the left and blue at the right, as Pillow names kinds."""
    mode = options.pop("mode", "RGB")
    picture = Pillow.new("RGB", size, (220, 30, 30))
    picture.paste((30, 30, 220), (size[0] // 2, 0, *size))
    file = io.BytesIO()
    picture.convert(mode).save(file, kind, **options)
    return file.getvalue()


def kept(data: bytes | None = None, *, name: str = "river.png", **said: Any) -> Image:
    """Keep a picture as a command would, files and all."""
    file = io.BytesIO(drawn() if data is None else data)
    return images.keep(file, name=name, by=Actor.system("command"), **said)


def known(address: ImageAddress = RIVER) -> Image:
    """Make the row of a picture without its files, for tests of words only."""
    return Image.objects.get_or_create(
        key=address.key,
        defaults={
            "name": "river.jpg",
            "original": f"originals/{address.key}.jpg",
            "width": address.width,
            "height": address.height,
            "uploaded_by_label": "The system",
        },
    )[0]


def lead(address: ImageAddress = RIVER, **said: str) -> dict[str, str]:
    """Return the entry of a lead picture, as versions keep it."""
    return {"address": address.url, "alt": "A river", "caption": "", "focus": "50% 50%"} | said
