"""Files as other programs write them, made by the tests that read them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image as Drawing

from blog.models import Author, Batch, Image, OldAddress, Post, Series, Topic
from comments.models import Comment
from ledger.models import Entry
from ledger.record import Actor
from transfer.pictures import Pictures

KINDS = (Author, Batch, Comment, Entry, Image, OldAddress, Post, Series, Topic)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder, by their paths in it, and return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into an archive and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def picture(colour: str = "navy", size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a small PNG of one colour."""
    data = io.BytesIO()
    Drawing.new("RGB", size, colour).save(data, "PNG")
    return data.getvalue()


def pictures(folder: Path | None = None, *, dry_run: bool = False) -> Pictures:
    """Return the pictures that came along in `folder`, kept by the system."""
    return Pictures(folder, by=Actor.system("command"), dry_run=dry_run)


def run(command: str, *arguments: Any, **options: Any) -> str:
    """Run a command as from the shell and return what it printed."""
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def everything() -> dict[str, int]:
    """Return how many rows of each kind there are."""
    return {kind.__name__: kind._default_manager.count() for kind in KINDS}


@contextmanager
def refused(says: str) -> Iterator[None]:
    """Expect one sentence that holds `says`, soon, and nothing changed."""
    before = everything()
    begun = time.process_time()
    with pytest.raises(CommandError) as error:
        yield
    assert time.process_time() - begun < 5
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert everything() == before


def as_json(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value)
