"""The style sheet of the public site, joined from one file a component into one request.

`static/css/site.css` names the layers and imports the components. A browser that read it so
would fetch them one after the other before the first paint; there is no build step to join
them. So they are joined here, once in the life of a process, and served by
`blog.views.assets` under an address that changes with the content.
"""

from __future__ import annotations

import gzip
import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

SOURCE = "css/site.css"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>[a-z]+)\);')
_URL = re.compile(r'url\("(?P<path>\.[^"]*)"\)')


@dataclass(frozen=True)
class Stylesheet:
    """The joined sheet: a digest for its address, and its bytes by name of content coding."""

    digest: str
    encodings: Mapping[str, bytes]


def current() -> Stylesheet:
    """Return the sheet as the files now stand in development, and as they stood at the start elsewhere.

    Raises:
        FileNotFoundError: when the sheet or one of its parts is missing.
        ValueError: when a font or picture it names is not in the manifest of static files.
    """
    return _joined() if settings.DEBUG else _joined_once()


def _joined() -> Stylesheet:
    text = _IMPORT.sub(_layer, _read(SOURCE))
    data = text.encode()
    encodings = {
        "identity": data,
        "gzip": gzip.compress(data, mtime=0),
        "br": brotli.compress(data, mode=brotli.MODE_TEXT),
    }
    return Stylesheet(hashlib.sha256(data).hexdigest()[:12], encodings)


@cache
def _joined_once() -> Stylesheet:
    return _joined()


def _layer(rule: re.Match[str]) -> str:
    name = posixpath.join(posixpath.dirname(SOURCE), rule["path"])
    return f"@layer {rule['layer']}{{{_read(name)}}}"


def _read(name: str) -> str:
    """Return one static file without comments, in single spaces, its addresses made absolute."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"The style sheet needs static/{name}, which is not there.")
    text = _SPACE.sub(" ", _COMMENT.sub("", Path(path).read_text(encoding="utf-8"))).strip()
    folder = posixpath.dirname(name)
    return _URL.sub(lambda rule: f'url("{static(_resolved(folder, rule["path"]))}")', text)


def _resolved(folder: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(folder, relative))
