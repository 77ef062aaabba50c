"""What can happen to a backup: each does something to its folder and returns what the refusal says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from config.backups import manifest
from config.backups.files import sum_of
from config.backups.manifest import FILE, Manifest

Damage = Callable[[Path], str]
"""Does something to the folder of a backup, and returns what the refusal must say."""


def flipped(name: str, at: float = 0.5, bit: int = 1) -> Damage:
    def damage(folder: Path) -> str:
        data = bytearray((folder / name).read_bytes())
        data[int(at * len(data))] ^= bit
        (folder / name).write_bytes(data)
        return f"{name} is damaged"

    return damage


def cut(name: str, size: int) -> Damage:
    def damage(folder: Path) -> str:
        os.truncate(folder / name, size if size >= 0 else (folder / name).stat().st_size + size)
        return f"{name} is damaged"

    return damage


def removed(name: str) -> Damage:
    def damage(folder: Path) -> str:
        (folder / name).unlink()
        return f"it has no {FILE}" if name == FILE else f"The file {name} is missing"

    return damage


def added(name: str, make: Callable[[Path], Any] = Path.touch) -> Damage:
    def damage(folder: Path) -> str:
        (folder / name).parent.mkdir(exist_ok=True)
        make(folder / name)
        return f"The file {name} is no part of this backup"

    return damage


def linked(name: str) -> Damage:
    """Put a link where the file, or the folder, was; what it leads to is the same."""

    def damage(folder: Path) -> str:
        elsewhere = (folder / name).rename(folder.with_name(f"{folder.name}-elsewhere"))
        (folder / name).symlink_to(elsewhere)
        return f"{folder} is no backup" if name == FILE else f"{folder / name} is a symbolic link"

    return damage


def said_otherwise(change: Callable[[dict[str, Any]], object]) -> Damage:
    """Edit the manifest as somebody with an editor would."""

    def damage(folder: Path) -> str:
        said = json.loads((folder / FILE).read_text())
        change(said)
        (folder / FILE).write_text(f"{json.dumps(said, indent=1)}\n")
        return f"{FILE} is damaged"

    return damage


def written(text: str | bytes, says: str = f"{FILE} is damaged") -> Damage:
    def damage(folder: Path) -> str:
        (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
        return says

    return damage


def sealed(change: Callable[[Manifest, Path], dict[str, Any]], says: str) -> Damage:
    """Change the manifest and seal it again, as no accident does."""

    def damage(folder: Path) -> str:
        found = manifest.read(folder)
        changed = replace(found, **change(found, folder))
        (folder / FILE).write_text(changed.written())
        return says

    return damage


def named(name: str) -> Damage:
    """List one more file, under a name that may lead elsewhere."""

    def change(found: Manifest, folder: Path) -> dict[str, Any]:
        return {"files": {**found.files, name: sum_of(folder / FILE)}}

    return sealed(change, "names a file that no backup holds")
