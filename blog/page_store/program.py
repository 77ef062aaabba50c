"""What makes the pages: after an upgrade or another setting, those made before count as none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.version import get_version

_FOLDERS = ("templates", "locale", "blog", "comments", "audience", "newsletter", "config", "ledger")
_ENDINGS = frozenset({".py", ".html", ".txt", ".xml", ".mo"})


def fingerprint() -> str:
    """Return the same text for the same code, templates, static files and settings. Reads no file."""
    digest = hashlib.blake2b(get_version().encode(), digest_size=16)
    for part in (*_files(), *_settings()):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _files() -> Iterator[str]:
    paths = [
        path
        for folder in _FOLDERS
        for path in Path(settings.BASE_DIR, folder).rglob("*")
        if path.suffix in _ENDINGS
    ]
    paths.append(Path(settings.STATIC_ROOT) / "staticfiles.json")
    for path in sorted(path for path in paths if path.is_file()):
        found = path.stat()
        yield f"{path} {found.st_size} {found.st_mtime_ns}"


def _settings() -> Iterator[str]:
    for name in sorted(dir(settings)):
        value = getattr(settings, name) if name.isupper() else None
        if isinstance(value, str | int | Path | list | tuple | dict | frozenset):
            yield f"{name}={value!r}"
