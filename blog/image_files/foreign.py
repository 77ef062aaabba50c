"""Whether the file of a picture is something else as well: a page, a program, an archive.

Originals are never served and everything else is written anew, so no such file can do harm here. It is
refused all the same: it was made to be taken for what it is not, and a copy of it may go elsewhere.

Real cameras put much behind the end of a picture (further pictures, a short film, a map of light), so
what decides is never that something follows, only what it is.
"""

from __future__ import annotations

import re
import struct

from blog.image_files.anatomy import Anatomy, Data

# Long enough that chance does not write them: the shortest has six bytes. Each pattern begins with a
# fixed byte and only then forgets about capitals, which makes the search several times as quick.
_ANYWHERE = (
    re.compile(rb"<(?i:(?:script|html|iframe|body|svg)[\s>]|!doctype\s+html|\?php\s|%@\s*page)"),
    re.compile(rb"%PDF-\d\.\d"),
    re.compile(rb"Rar!\x1a\x07"),
    re.compile(rb"7z\xbc\xaf\x27\x1c"),
)
# How files begin that something could start or unpack, looked for only right behind the picture.
_BEHIND = re.compile(
    rb"[\x00\s]*(?:PK[\x01-\x08]{2}|\x1f\x8b\x08|BZh[1-9]|\xfd7zXZ|MZ.{58}|\x7fELF|#!\s*/|<[?!a-z]|MSCF\0)",
    re.IGNORECASE | re.DOTALL,
)
# `GIF89a/*` and the like: the size of the picture opens a comment, and a program stands where it closes.
_COMMENT_AT = {"JPEG": 4, "GIF": 6, "WEBP": 4}
_AFTER_COMMENT = re.compile(rb"\*/\s*[=;(,+\w][\t\r\n\x20-\x7e]{4}")
_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
_LONGEST_ZIP_COMMENT = 0xFFFF


def is_more_than_a_picture(data: Data, anatomy: Anatomy) -> bool:
    """Whether a page, a script, a document or an archive is hidden in the file."""
    return bool(
        _is_archive(data)
        or _BEHIND.match(data, anatomy.end)
        or any(pattern.search(data) for pattern in _ANYWHERE)
        or _is_script(data, anatomy)
    )


def _is_script(data: Data, anatomy: Anatomy) -> bool:
    at = _COMMENT_AT.get(anatomy.format)
    if at is None:
        return False
    return data[at : at + 2] == b"/*" and _AFTER_COMMENT.search(data, at + 2) is not None


def _is_archive(data: Data) -> bool:
    """Whether programs that unpack would find a directory of files, which ZIP keeps at the end."""
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_LENGTH - _LONGEST_ZIP_COMMENT))
    if at < 0 or at + _ZIP_END_LENGTH > len(data):
        return False
    _, files, size, _ = struct.unpack("<HHII", data[at + 8 : at + 20])
    if files == 0:
        return bool(size == 0)
    return data[at - size : at - size + 4] == b"PK\x01\x02"
