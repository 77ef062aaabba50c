"""Everything of a site as files in a folder, made beside it and moved into place when it is whole.

Two exports of a site on which nothing happened in between are the same to the byte: nothing in them
says when they were made. The format is told in `docs/decisions/0013-moving-out.md`.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from blog.models import Image, Post
from comments.models import Comment
from transfer import (
    export_comments,
    export_posts,
    folders,
    mail_wishes,
    read_counts,
    site_facts,
    static_copy,
)
from transfer.export_posts import Text
from transfer.items import SourceError
from transfer.progress import Silent

FORMAT = 1
"""The number of this format; a reader takes the numbers it knows and refuses all others."""

PROGRAM = "plainspoken"
MANIFEST = "manifest.json"
PICTURES = "media/pictures.jsonl"


@dataclass
class Exported:
    """What left: counts by name, and sentences about what did not."""

    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def export(folder: Path, *, has_copy: bool = True, progress: Silent) -> Exported:
    """Write the whole site into `folder`, which does not exist yet or is empty.

    Memory holds one post with its comments at a time. What changes meanwhile may be in it or not.

    Args:
        has_copy: whether the copy of the public site is made as well, which takes longest.
        progress: shows how far it is.

    Raises:
        SourceError: there is something in `folder`, or a file of the site is missing.
        OSError: it cannot be written.
    """
    folder = folder.absolute()
    _require_empty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        exported = _Export(making, progress).write(has_copy=has_copy)
        making.replace(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return exported


def _require_empty(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise SourceError(f"{folder} is no folder.")
    if folder.is_dir() and any(folder.iterdir()):
        raise SourceError(f"{folder} is not empty. Name a folder that does not exist yet.")


class _Export:
    """One export while it is written."""

    def __init__(self, folder: Path, progress: Silent) -> None:
        self._folder = folder
        self._progress = progress
        self._done = Exported()
        self._items: list[str] = []
        self._names: set[str] = set()

    def write(self, *, has_copy: bool) -> Exported:
        """Write everything, the list of it last."""
        media = self._pictures()
        self._texts(media)
        self._site()
        if has_copy:
            with self._progress.counting("public pages") as moved:
                pages = static_copy.write(self._folder / "public", progress=moved)
            self._done.counts["public files"] = pages
        self._manifest()
        if newer := export_posts.with_newer_text():
            self._done.notes.append(
                f"{newer:,} posts have a newer text that readers do not see;"
                " the one they see is here."
            )
        return self._done

    def _pictures(self) -> dict[str, str]:
        """Copy the originals that a text shows; return their files by what their addresses begin with."""
        names: dict[str, str] = {}
        texts = self._progress.through(
            export_posts.texts(), Post.objects.count(), "looking for pictures"
        )
        wanted = {name for text in texts for name in export_posts.picture_names(text.version)}
        rows = Image.objects.order_by("key")
        with self._open(PICTURES) as facts:
            for image in self._progress.through(rows.iterator(), rows.count(), "pictures"):
                if image.address.name in wanted:
                    names[image.address.name] = file = self._copied(image)
                    facts.write(f"{json.dumps(_facts(image, file), ensure_ascii=False)}\n")
        self._done.counts["pictures"] = len(names)
        return names

    def _copied(self, image: Image) -> str:
        stored = str(image.original)
        name = f"{image.address.name}{Path(stored).suffix}"
        self._copy(stored, f"media/{name}")
        return name

    def _copy(self, stored: str, name: str) -> None:
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with default_storage.open(stored) as source, open(target, "xb", opener=_own) as file:
                shutil.copyfileobj(source, file)
        except FileNotFoundError as error:
            raise SourceError(
                f"The file {stored} of this site is missing, so nothing left."
            ) from error

    def _texts(self, media: dict[str, str]) -> None:
        number = 1
        with self._open("comments.jsonl") as comments:
            total = Post.objects.count()
            for text in self._progress.through(export_posts.texts(), total, "posts and pages"):
                self._write(self._name(text), text.written(media))
                for line in export_comments.lines(text.post, number):
                    comments.write(line)
                    number += 1
        with self._open(mail_wishes.FILE) as wishes:
            wishes.writelines(mail_wishes.lines())
        with self._open(read_counts.FILE) as counts:
            counts.writelines(read_counts.lines())
        self._done.counts["comments"] = number - 1
        blanked = Comment.objects.count() - (number - 1)
        if blanked:
            self._done.notes.append(f"{blanked:,} comments are blanked and are left out.")

    def _name(self, text: Text) -> str:
        """Return where a text is filed, by a name that no system takes for that of another."""
        self._done.counts["pages" if text.folder == "pages" else "posts"] += 1
        self._done.counts["drafts"] += text.is_draft
        name, number = f"{text.folder}/{text.post.slug}", 1
        while name.casefold() in self._names:
            number += 1
            name = f"{text.folder}/{text.post.slug}-{number}"
        self._names.add(name.casefold())
        self._items.append(f"{name}.{text.ending}")
        return self._items[-1]

    def _site(self) -> None:
        facts = site_facts.facts()
        for name in site_facts.files():
            self._copy(name, name)
        for name in ("authors", "topics", "series", "redirections"):
            self._done.counts[name] = len(facts[name])
        self._write("site.json", _json(facts))

    def _manifest(self) -> None:
        files = list(folders.files(self._folder))
        hashed = self._progress.through(files, len(files), "sums")
        manifest = {
            "program": PROGRAM,
            "format": FORMAT,
            "site": settings.SITE_URL,
            "counts": dict(sorted(self._done.counts.items())),
            "items": self._items,
            "files": {found.name: folders.hash_of(found.path) for found in hashed},
        }
        self._write(MANIFEST, _json(manifest))

    def _open(self, name: str) -> Any:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "x", encoding="utf-8", newline="", opener=_own)

    def _write(self, name: str, text: str) -> None:
        with self._open(name) as file:
            file.write(text)


def _own(path: str, flags: int) -> int:
    """Open a file that nobody else may read, also when it has left its folder."""
    return os.open(path, flags, 0o600)


def _facts(image: Image, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "name": image.name,
        "alt": image.alt,
        "is_decorative": image.is_decorative,
        "caption": image.caption,
        "focus_x": image.focus_x,
        "focus_y": image.focus_y,
        "source_url": image.source_url,
    }


def _json(value: Any) -> str:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n"
