"""Files that pretend to be pictures, or are pictures and something else: made here, none of them real."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image as Pillow

from tests.pictures import drawn

PNG_END = b"\0\0\0\0IEND\xaeB`\x82"


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """Return a small PNG with one more part before its pixels."""
    data = drawn()
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk(kind, body) + data[at:]


def png_of_many_pixels(side: int = 30_000) -> bytes:
    """Return a few kilobytes that unpack to hundreds of megapixels, row after row."""
    row = b"\0" * (side // 8 + 1)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + PNG_END


def png_with_packed_text(kind: bytes = b"zTXt", size: int = 60_000_000) -> bytes:
    """Return a small PNG whose text, or colour profile, unpacks to `size` bytes."""
    packer = zlib.compressobj(9)
    block = b"A" * 1_000_000
    packed = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    between = b"\0\1\0en\0\0" if kind == b"iTXt" else b"\0\0"
    return with_chunk(kind, b"Comment" + between + packed)


def gif_of_many_pixels() -> bytes:
    """Return a GIF of a few hundred bytes that says it has four thousand megapixels."""
    data = drawn("GIF")
    return data[:6] + struct.pack("<HH", 65_535, 65_535) + data[10:]


def avif_that_lies(side: int = 12_000) -> bytes:
    """Return an AVIF that says it has 100 by 100 pixels and holds 144 million."""
    file = io.BytesIO()
    Pillow.new("RGB", (side, side), (200, 10, 10)).save(file, "AVIF", speed=10, quality=20)
    data = file.getvalue()
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", 100, 100) + data[at + 8 :]


def jpeg_of_many_scans(scans: int = 2_000) -> bytes:
    """Return a progressive JPEG that goes over its pixels again and again."""
    data = drawn("JPEG", (64, 64), progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * scans + b"\xff\xd9"


def zip_of(name: str = "a.txt") -> bytes:
    """Return an archive with one file in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "Nothing to see here.")
    return file.getvalue()


def jpeg_that_is_a_script() -> bytes:
    """Return a JPEG whose first length opens a comment, behind which a program stands."""
    data = drawn("JPEG")
    comment = b"\xff\xe0/*" + b"\0" * (0x2F2A - 2)
    return data[:2] + comment + data[2:-2] + b"*/=alert(1)//\xff\xd9"


def gif_that_is_a_script() -> bytes:
    """Return a GIF whose width opens a comment."""
    data = drawn("GIF")
    return data[:6] + b"/*" + data[8:-1] + b"\x21\xfe\x0e*/=alert(1);//\0" + b";"


POLYGLOTS = {
    "page behind": drawn("PNG") + b"<html><body onload=alert(1)>",
    "page in a text": with_chunk(b"tEXt", b"Comment\0<script>alert(1)</script>"),
    "page in a comment": drawn("JPEG", comment=b"<!DOCTYPE html><p>x"),
    "php in a comment": drawn("JPEG", comment=b"<?php system($_GET[0]); ?>"),
    "php behind": drawn("GIF") + b"\n<?php phpinfo();",
    "drawing inside": drawn("JPEG", comment=b"<svg onload=alert(1)>"),
    "pdf": drawn("JPEG", comment=b"%PDF-1.7 1 0 obj") + b"trailer",
    "archive behind": drawn("JPEG") + zip_of(),
    "archive of a program behind": drawn("PNG") + zip_of("META-INF/MANIFEST.MF"),
    "archive in a text": drawn("WEBP", exif=b"Exif\0\0" + zip_of()),
    "other archives": drawn("PNG") + b"Rar!\x1a\x07\x01\0",
    "packed behind": drawn("PNG") + b"\x1f\x8b\x08\0",
    "program behind": drawn("JPEG") + b"\x7fELF\x02\x01",
    "shell behind": drawn("GIF") + b"#!/bin/sh\nrm",
    "script as jpeg": jpeg_that_is_a_script(),
    "script as gif": gif_that_is_a_script(),
}
