"""Read one picture and write it in the widths and formats that pages use.

Decoders are large programs in C that read what strangers made. So this runs as a process of its own
(`python convert.py WIDTH,… FILE FOLDER NAME`), which may take so much memory and time and no more, and
whose end, whatever it is, ends nothing else. It knows Pillow and no other part of the project.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps

READ_AS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
MOST_PIXELS = 20_000_000

_MEGABYTE = 1024 * 1024
# Bytes of memory for a pixel while it is decoded: WebP keeps two canvases and Pillow a third.
_BYTES_PER_PIXEL = 14
# For encoders; they see at most 1600 pixels of width.
_HARD_LIMIT = 1024 * _MEGABYTE
_DECODING = 64 * _MEGABYTE

_SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 62, "speed": 8, "subsampling": "4:4:4"}),
    "webp": ("WEBP", {"quality": 80, "method": 3}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
}


def main(widths: str, source: str, folder: str, name: str) -> int:
    """Convert one file; print the size of the upright original as JSON. Any fault ends it with 1."""
    # Each thread has a stack; on a machine of many cores they would be the larger part.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 2
    picture, size = opened(Path(source), [int(width) for width in widths.split(",")])
    shown = [int(width) for width in widths.split(",") if int(width) < size[0]]
    for width in [*shown, size[0]][: widths.count(",") + 1]:
        scaled = _scaled(picture, width, size)
        for kind in _SETTINGS:
            write(scaled, Path(folder) / f"{name}-{size[0]}x{size[1]}-{width}.{kind}", kind)
    print(json.dumps(size))
    return 0


def opened(path: Path, widths: list[int]) -> tuple[Image.Image, tuple[int, int]]:
    """Return the first frame, upright, in sRGB and hardly larger than needed, and its full size."""
    picture = Image.open(path, formats=READ_AS)
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    limit_memory(picture.width * picture.height)
    is_turned = _is_turned(picture)
    size = picture.size[::-1] if is_turned else picture.size
    # Half as much again leaves the finest detail to the better filter.
    least = min(size[0], max(widths)) * 3 // 2
    scale = least / size[0]
    picture.draft(None, (round(picture.width * scale), round(picture.height * scale)))
    picture.load()
    small = _without_palette(picture)
    if small.width * small.height > 2 * least * round(size[1] * scale):
        box = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
        small = small.resize(box[::-1] if is_turned else box, reducing_gap=2.0)
    small.info = {k: v for k, v in picture.info.items() if k in {"exif", "icc_profile", "xmp"}}
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(small)
    limit_memory(None)
    upright = _in_srgb(upright, profile)
    # What is left here would be written into the files.
    upright.info = {}
    return upright, size


def limit_memory(pixels: int | None) -> None:
    """Let this process take what so many pixels may need, or with `None` what encoders need.

    A file may say that it is small and hold a large picture. Where the system has no such limit, as
    outside Linux, the sizes that the file names are all there is to go by.
    """
    try:
        import resource

        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        used = now * resource.getpagesize()
    except (ImportError, OSError):
        return
    most = _HARD_LIMIT if pixels is None else used + _DECODING + pixels * _BYTES_PER_PIXEL
    resource.setrlimit(resource.RLIMIT_DATA, (min(most, _HARD_LIMIT), _HARD_LIMIT))


def write(picture: Image.Image, path: Path, kind: str) -> None:
    """Write one file of a kind of `_SETTINGS`, without anything that is no pixel."""
    name, settings = _SETTINGS[kind]
    flat = on_white(picture) if name == "JPEG" else picture
    flat.save(path, name, **settings)


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture without transparency, as on white paper."""
    if "A" not in picture.getbands():
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _is_turned(picture: Image.Image) -> bool:
    # Exif, orientation: from 5 on, width and height change places.
    return bool(picture.getexif().get(0x0112, 1) in {5, 6, 7, 8})


def _scaled(picture: Image.Image, width: int, size: tuple[int, int]) -> Image.Image:
    box = (width, max(1, round(size[1] * width / size[0])))
    return picture if picture.size == box else picture.resize(box, Image.Resampling.LANCZOS)


def _without_palette(picture: Image.Image) -> Image.Image:
    """Return a picture whose pixels can be averaged: L, RGB, RGBA or CMYK."""
    if picture.mode.startswith("I"):
        # Sixteen bits; Pillow would cut what is above 255 off.
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if "transparency" in picture.info or picture.mode in {"LA", "La", "PA", "RGBa"}:
        return picture.convert("RGBA")
    if picture.mode in {"L", "RGB", "RGBA", "CMYK"}:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours that every screen takes for granted, as RGB or RGBA."""
    wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(picture, given, srgb, outputMode=wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A broken profile, or one of other colours than the picture has.
            found = None
        if found is not None:
            return found
    return picture if picture.mode == wanted else picture.convert(wanted)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
