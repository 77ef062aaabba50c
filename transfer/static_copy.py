"""A copy of the public site as files, for any server that can show a folder.

What readers read is in it, and nothing else: a stranger's own walk through the site finds the pages,
so nothing is copied that a stranger could not open. What needs a running site is left out with a
sentence in its place.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.openness import CLOSED_HERE
from transfer import public_addresses
from transfer.copied_addresses import file_of, in_copy
from transfer.crawl import Crawl, Progress
from transfer.page_links import rewritten
from transfer.visiting import Visitor, without_notes_of_404s

MARK = ".copy-of-a-site"
"""The file by which a folder is known as a former copy, which a new one may replace."""

NO_COMMENTS = _("This is a copy of the site, made for reading. It takes no comments.")
NO_SEARCH = _("This copy cannot be searched.")
ALL_POSTS = _("The archive lists every post.")

_NOWHERE = "/not-in-this-copy/"
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL | re.IGNORECASE)
_CANONICAL = re.compile(r"<link rel=\"canonical\"[^>]*>")
_ENTRY = re.compile(r"(<content type=\"html\">)(.*?)(</content>)", re.DOTALL)


class CopyError(Exception):
    """The copy cannot be written; the message is one clear sentence, and nothing was changed."""


def write(folder: Path, *, progress: Progress = lambda written, known: None) -> int:
    """Write the public site into `folder`, and return how many files that are.

    Everything is written beside it first and takes its place at the end, so that a copy that breaks
    off changes nothing. Served from the root of any host, it shows what the site shows now.

    Args:
        folder: one that does not exist, is empty, or holds a former copy, which is replaced.
        progress: is told how many files are written and how many are known so far.

    Raises:
        CopyError: the folder holds something else, or it cannot be written.
    """
    folder = folder.resolve()
    try:
        _require_free(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside, "copy")
            count = _Copy(made).write(progress)
            _put(made, folder, Path(beside, "former"))
    except OSError as error:
        raise CopyError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return count


def _require_free(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CopyError(f"{folder} is a file. Choose a folder.")
    if any(folder.iterdir()) and not (folder / MARK).is_file():
        raise CopyError(
            f"{folder} holds something that is no copy of a site. Choose another folder."
        )


def _put(made: Path, folder: Path, former: Path) -> None:
    """Put the finished copy in its place; the former one goes back should that fail."""
    if folder.exists():
        folder.rename(former)
    try:
        made.rename(folder)
    except OSError:
        if former.exists():
            former.rename(folder)
        raise


class _Copy:
    """One copy being written: first what was found, then its links as they are in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._visitor = Visitor({CLOSED_HERE: NO_COMMENTS})
        self._crawl = Crawl(
            self._visitor, site_url=settings.SITE_URL, left_alone=public_addresses.PRIVATE
        )
        self._linking: list[tuple[str, Path]] = []
        self._count = 0

    def write(self, progress: Progress) -> int:
        self._folder.mkdir()
        (self._folder / MARK).write_text(f"{settings.SITE_URL}\n", encoding="utf-8")
        public_addresses.begin(self._crawl)
        with without_notes_of_404s():
            for visit in self._crawl.visits():
                self._keep(visit.address, visit.answer.media_type, visit.answer.body)
                progress(self._count, self._crawl.known)
            not_found = _CANONICAL.sub("", self._visitor(_NOWHERE).body.decode())
        for address, path in self._linking:
            path.write_text(self._with_links(address, path.read_text("utf-8")), "utf-8")
        (self._folder / "404.html").write_text(self._with_links("/", not_found), "utf-8")
        return self._count + 1

    def _keep(self, address: str, media_type: str, body: bytes) -> None:
        path = self._folder / file_of(in_copy(address))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self._count += 1
        if media_type in {"text/html", "application/atom+xml"}:
            self._linking.append((address, path))

    def _with_links(self, page: str, text: str) -> str:
        """Return a page, or a feed, with every link as it is in the copy, and no form."""

        def change(tag: str, address: str) -> str:
            return self._in_copy(address, page)

        if text.startswith("<?xml"):
            return _ENTRY.sub(lambda entry: _entry(entry, change), text)
        return rewritten(_FORM.sub(_instead_of_a_form(), text), change)

    def _in_copy(self, address: str, page: str) -> str:
        """Return a link as it is written in the copy; one into the newsroom leads to the site itself."""
        if address.startswith(public_addresses.PRIVATE):
            return settings.SITE_URL + address
        try:
            path, place = self._crawl.resolved(address, page)
        except ValueError:
            return address
        end = self._crawl.end_of(path, place) if path.startswith("/") else None
        if end is None or address.startswith("#") or not end[0].startswith("/"):
            return address
        host = settings.SITE_URL if address.startswith("http") else ""
        return host + in_copy(end[0]) + (f"#{end[1]}" if end[1] else "")


def _entry(match: re.Match[str], change: Callable[[str, str], str]) -> str:
    return match[1] + escape(rewritten(unescape(match[2]), change), quote=False) + match[3]


def _instead_of_a_form() -> str:
    archive = reverse("blog:archive")
    return f'<p class="notice">{NO_SEARCH} <a href="{archive}">{ALL_POSTS}</a></p>'
