"""Pictures that come along with an import, from a folder that the old site kept them in."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from blog import images
from blog.image_addresses import ImageAddress
from blog.image_files import checks
from ledger.record import Actor

Parts = tuple[str, ...]

_MOST_TOLD = 1000

# What systems put behind the name of a file for a smaller copy, and for one cut down on upload.
_COPY = re.compile(r"(-\d{1,5}x\d{1,5}|-scaled|@2x|_o)$")


class Pictures:
    """Finds the files that a text means, and keeps each once.

    Only plain files below the folder are ever looked at: what an address says is compared with a
    list of them and never used as a path, so no `..` and no symbolic link leads out.

    Attributes:
        kept: how many different files were kept (in a dry run: looked at, and not refused).
        refused: by the name of a file below the folder, the sentence why it is none we can show.
        missing: the addresses that no file was found for, each once, in their order.
    """

    def __init__(self, folder: Path | None, *, by: Actor, dry_run: bool = False) -> None:
        """Look in `folder` for everything, or, without one, find nothing.

        A dry run changes nothing: a file that is there gets no address.
        """
        self._folder = folder
        self._by = by
        self._dry_run = dry_run
        self._by_name: dict[str, list[Parts]] | None = None
        self._seen: dict[Parts, ImageAddress | None] = {}
        self.kept = 0
        self.refused: dict[str, str] = {}
        self.missing: dict[str, None] = {}

    def find(
        self, wanted: str, *, alt: str = "", caption: str = "", source_url: str = ""
    ) -> ImageAddress | None:
        """Return the picture that an address or a relative path means, kept for this site.

        The whole path decides, as far as folder and address both have it; then the name of the file,
        if only one has it. A smaller copy (`plan-300x200.jpg`) means the original where there is one.
        `None` means: none is there, or it was refused, or this is a dry run.
        """
        parts = self._file_for(_parts(wanted))
        if parts is None:
            self.missing[wanted] = None
            return None
        if parts not in self._seen:
            self._seen[parts] = self._keep(parts, alt, caption, source_url)
        return self._seen[parts]

    def facts(self) -> dict[str, Any]:
        """Return what became of the pictures, for the summary of an import."""
        facts: dict[str, Any] = {}
        if self.kept:
            facts["Files kept as pictures"] = self.kept
        if self.refused:
            refused = [{"title": name, "why": why} for name, why in self.refused.items()]
            facts["Pictures refused, shown as links"] = refused[:_MOST_TOLD]
        if self.missing:
            facts["Pictures that did not come along, shown as links"] = len(self.missing)
        return facts

    def why_not(self, wanted: str) -> str:
        """Return why a picture is not here, in a few words; nothing if its file was found and taken."""
        parts = self._file_for(_parts(wanted))
        if parts is None:
            return gettext_noop("its file did not come along")
        return self.refused.get("/".join(parts), "")

    def _keep(self, parts: Parts, alt: str, caption: str, source_url: str) -> ImageAddress | None:
        path = Path(self._folder or "", *parts)
        try:
            with _opened(path) as data:
                if self._dry_run:
                    checks.examined(path, parts[-1])
                    found = None
                else:
                    found = images.keep(
                        data,
                        name=parts[-1],
                        by=self._by,
                        alt=alt,
                        caption=caption,
                        source_url=source_url,
                    ).address
        except ValidationError as error:
            self.refused["/".join(parts)] = " ".join(error.messages)
            return None
        self.kept += 1
        return found

    def _file_for(self, wanted: Parts) -> Parts | None:
        """Return the file below the folder that is meant, if exactly one can be."""
        names = [*_names(wanted[-1])] if wanted else []
        for name in names:
            same = [file for file in self._named(name) if _is_same_path(file, (*wanted[:-1], name))]
            # The longest path that agrees says most.
            best = [file for file in same if len(file) == max(map(len, same))]
            if len(best) == 1:
                return best[0]
        alone = (files[0] for name in names if len(files := self._named(name)) == 1)
        return next(alone, None)

    def _named(self, name: str) -> list[Parts]:
        return self._files.get(_level(name), [])

    @property
    def _files(self) -> dict[str, list[Parts]]:
        """All files below the folder by their levelled names, listed once."""
        if self._by_name is None:
            self._by_name = {}
            for parts in _walk(self._folder) if self._folder else ():
                self._by_name.setdefault(_level(parts[-1]), []).append(parts)
        return self._by_name


def _walk(folder: Path) -> Iterator[Parts]:
    """Yield the path of each plain file below `folder`, following no symbolic link."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        below = Path(place)
        for name in sorted(names):
            if not (below / name).is_symlink() and (below / name).is_file():
                yield (below / name).relative_to(folder).parts


def _parts(wanted: str) -> Parts:
    """Return the path in an address, or a path as written, in parts; dots that lead up are left out."""
    try:
        path = urlsplit(wanted).path
    except ValueError:
        return ()
    written = PurePosixPath(unquote(path).replace("\\", "/"))
    return tuple(
        part for part in written.parts if part not in {"/", "..", "."} and "\0" not in part
    )


def _names(name: str) -> Iterator[str]:
    """Yield the names under which the file may lie, the largest copy first."""
    stem, dot, end = name.rpartition(".")
    original = _COPY.sub("", stem)
    if dot and original and original != stem:
        yield f"{original}.{end}"
        yield f"{original}-scaled.{end}"
    yield name
    if dot:
        yield f"{stem}-scaled.{end}"


def _is_same_path(one: Parts, other: Parts) -> bool:
    """Whether one ends as the other does, with at least one folder: the roots may lie apart."""
    shared = min(len(one), len(other))
    return shared > 1 and [*map(_level, one[-shared:])] == [*map(_level, other[-shared:])]


def _level(name: str) -> str:
    """Return a name as all systems would write it: some change accents and capitals on the way."""
    return unicodedata.normalize("NFC", name).casefold()


def _opened(path: Path) -> BinaryIO:
    """Open a file; one that cannot be read is no reason to stop, a disk that takes no more is."""
    try:
        return path.open("rb")
    except OSError as error:
        raise ValidationError(f"The file could not be read: {error.strerror or error}.") from error
