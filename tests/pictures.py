"""Pictures for tests: files as people send them, and pictures that a site keeps."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw

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


def photographed(size: tuple[int, int] = (3000, 2000)) -> bytes:
    """Return a photograph as a phone sends it: some MB, lying on its side, with the place it was taken at.

    It shows a sky over hills. A reader sees it upright, its width and height exchanged.
    """
    width, height = size[1], size[0]
    scene = Pillow.new("RGB", (width, height), (176, 200, 224))
    brush = ImageDraw.Draw(scene)
    brush.ellipse(
        (width * 0.6, height * 0.12, width * 0.8, height * 0.12 + width * 0.2), (250, 240, 205)
    )
    for step, colour in enumerate(((120, 150, 160), (84, 118, 108), (46, 78, 66))):
        top = height * (0.45 + 0.17 * step)
        brush.ellipse(
            (-width * (0.5 - 0.3 * step), top, width * (1.3 + 0.2 * step), height * 2), colour
        )
    grain = Pillow.effect_noise((width, height), 60).convert("RGB")
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 9.0, 30.0), 3: "E", 4: (4.0, 17.0, 0.0)})
    file = io.BytesIO()
    lying = Pillow.blend(scene, grain, 0.12).transpose(Pillow.Transpose.ROTATE_90)
    lying.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()
