"""The structure of picture files: which format, how large, whether it moves, and where it ends.

Nothing is decoded. A file is walked from part to part by the lengths it states, so a damaged or cut
file is known for what it is before a decoder sees it, and what follows its end can be looked at.

Sources: PNG (third edition) sections 5 and 11; ITU-T T.81 annex B (JPEG); GIF89a; RFC 9649 (WebP);
ISO/IEC 14496-12 section 4.2 and 23008-12 section 6.5.3 (the boxes of AVIF).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap

Data = bytes | mmap

MOST_TEXT = 4 * 1024 * 1024
"""Bytes that the packed texts and colour profiles of a PNG may come to."""

# Far above what any program writes: a file beyond it is made to keep us busy.
_MOST_PARTS = 200_000
_MOST_SCANS = 60

_PNG = b"\x89PNG\r\n\x1a\n"
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_AVIF_BRANDS = (b"avif", b"avis")
_BOX = re.compile(rb"[A-Za-z0-9 ]{4}")


class Damaged(ValueError):
    """The file stops too early, or one of its parts is not as it must be."""


class Bomb(ValueError):
    """The file is small and unpacks to something that is not."""


@dataclass(frozen=True)
class Anatomy:
    """What a file says of itself: format as Pillow names it, size in pixels, and where it ends."""

    format: str
    width: int
    height: int
    end: int
    is_animated: bool = False


def examine(data: Data) -> Anatomy | None:
    """Return what a file is, or `None` when it is none of the five formats.

    Raises:
        Damaged: it begins as one of them and does not hold together.
        Bomb: its texts unpack to more than `MOST_TEXT`, or its parts are beyond counting.
    """
    reader = _reader(bytes(data[:32]))
    try:
        return reader(data) if reader else None
    except (struct.error, IndexError) as error:
        raise Damaged from error


def _reader(head: bytes) -> Callable[[Data], Anatomy] | None:
    if head.startswith(_PNG):
        return _png
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _gif
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp
    is_avif = head[4:8] == b"ftyp" and any(brand in head[8:] for brand in _AVIF_BRANDS)
    return _avif if is_avif else None


def _png(data: Data) -> Anatomy:
    position, parts, unpacked, is_animated = len(_PNG), 0, 0, False
    width, height = struct.unpack(">II", data[16:24])
    while (parts := parts + 1) <= _MOST_PARTS:
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        (check,) = struct.unpack(">I", data[position + 8 + length : position + 12 + length])
        if len(body) < length or zlib.crc32(body, zlib.crc32(kind)) != check:
            raise Damaged
        position += 12 + length
        is_animated |= kind == b"acTL"
        if kind in {b"zTXt", b"iTXt", b"iCCP"}:
            unpacked += _unpacked(body, kind)
            if unpacked > MOST_TEXT:
                raise Bomb
        if kind == b"IEND":
            return Anatomy("PNG", width, height, position, is_animated)
    raise Bomb


def _unpacked(body: bytes, kind: bytes) -> int:
    """Return how many bytes a text unpacks to, counting no further than a little over `MOST_TEXT`."""
    _, _, rest = body.partition(b"\0")
    if kind == b"iTXt":
        if rest[:1] != b"\1":
            return 0
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        rest = rest[1:]
    try:
        return len(zlib.decompressobj().decompress(rest, MOST_TEXT + 1))
    except zlib.error as error:
        raise Damaged from error


def _jpeg(data: Data) -> Anatomy:
    position, size, scans = 2, (0, 0), 0
    for _ in range(_MOST_PARTS):
        if data[position] != 0xFF:
            raise Damaged
        while data[position] == 0xFF:
            position += 1
        marker = data[position]
        position += 1
        if marker == 0xD9:
            return Anatomy("JPEG", *size, position)
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        (length,) = struct.unpack(">H", data[position : position + 2])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[position + 3 : position + 7])
            size = (width, height)
        position += length
        if marker == 0xDA:
            scans += 1
            # Each scan costs a pass over all pixels, however few bytes it has.
            if scans > _MOST_SCANS:
                raise Bomb
            found = _AFTER_SCAN.search(data, position)
            if found is None:
                raise Damaged
            position = found.start()
    raise Bomb


def _gif(data: Data) -> Anatomy:
    width, height, flags = struct.unpack("<HHB", data[6:11])
    position = 13 + _colours(flags)
    frames = 0
    budget = [_MOST_PARTS]
    while data[position] != 0x3B:
        if data[position] == 0x21:
            position = _past_blocks(data, position + 2, budget)
        elif data[position] == 0x2C:
            left, top, wide, high, flags = struct.unpack(
                "<HHHHB", data[position + 1 : position + 10]
            )
            if frames == 0:
                width, height = max(width, left + wide), max(height, top + high)
            frames += 1
            position = _past_blocks(data, position + 11 + _colours(flags), budget)
        else:
            raise Damaged
    return Anatomy("GIF", width, height, position + 1, frames > 1)


def _colours(flags: int) -> int:
    """Return the bytes of the table of colours that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: Data, position: int, budget: list[int]) -> int:
    while size := data[position]:
        position += size + 1
        budget[0] -= 1
        if budget[0] < 0:
            raise Bomb
    return position + 1


def _webp(data: Data) -> Anatomy:
    (length,) = struct.unpack("<I", data[4:8])
    end = 8 + length
    if end > len(data):
        raise Damaged
    width = height = 0
    position, is_animated = 12, False
    for _ in range(_MOST_PARTS):
        if position + 8 > end:
            return Anatomy("WEBP", width, height, end + (end & 1 and data[end : end + 1] == b"\0"),
                           is_animated)  # fmt: skip
        kind, size = struct.unpack("<4sI", data[position : position + 8])
        body = position + 8
        if body + size > end:
            raise Damaged
        found = _webp_size(kind, data[body : body + 10])
        width, height = max(width, found[0]), max(height, found[1])
        is_animated |= kind == b"ANMF"
        position = body + size + (size & 1)
    raise Bomb


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    """Return the size that a chunk states; 0 by 0 when it states none."""
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8 ":
        wide, high = struct.unpack("<HH", body[6:10])
        return wide & 0x3FFF, high & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", body[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _avif(data: Data) -> Anatomy:
    position, meta = 0, b""
    is_animated = data[8:12] == b"avis"
    while position + 8 <= len(data) and _BOX.fullmatch(data[position + 4 : position + 8]):
        size, kind = struct.unpack(">I4s", data[position : position + 8])
        if size == 1:
            (size,) = struct.unpack(">Q", data[position + 8 : position + 16])
        size = size or len(data) - position
        if size < 8 or position + size > len(data):
            raise Damaged
        if kind == b"meta":
            meta = data[position : position + size]
        position += size
    # The largest size that any part of the picture states: one of them is the whole.
    sizes = [
        struct.unpack(">II", meta[at + 8 : at + 16])
        for at in (match.start() for match in re.finditer(b"ispe", meta))
    ]
    if not sizes:
        raise Damaged
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Anatomy("AVIF", width, height, position, is_animated)
