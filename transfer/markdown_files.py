"""A folder of text files with front matter, as Jekyll, Hugo and others keep them, or a .zip of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from transfer import folders, front_matter
from transfer.folders import Found
from transfer.items import Item, Skipped, SourceError
from transfer.markdown_article import MarkdownArticle
from transfer.pictures import Pictures

LONGEST_FILE = 2 * 1024 * 1024
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")
_HTML = (".html", ".htm")
# Folders of generators that hold no posts, and what people put beside their posts.
_NOT_TEXTS = frozenset(
    {
        *("_data", "_includes", "_layouts", "_sass", "_site", "archetypes", "assets", "i18n"),
        *("layouts", "node_modules", "public", "resources", "static", "themes", "vendor"),
    }
)
# Texts in other languages than Markdown, of which nothing here can be made.
_OTHER_TEXTS = (".adoc", ".asciidoc", ".docx", ".ipynb", ".odt", ".org", ".rst", ".textile", ".txt")
_IN_NO_FOLDER_OF_TEXTS = gettext_noop(
    "It lies in a folder that generators keep for other things than posts."
)
_ABOUT = frozenset({"changelog", "code_of_conduct", "contributing", "license", "readme", "_index"})


class MarkdownFiles:
    """A folder of somebody's texts as a source of an import."""

    format = "markdown"

    def __init__(self, folder: Path, pictures: Pictures, *, file_name: str = "") -> None:
        """Read the files below `folder`, as `transfer.folders.opened` gives it.

        Dates without a zone are read in the time zone that is active now.
        """
        self.file_name = file_name or folder.name
        # The same folder, zipped or not.
        self.origin = f"markdown: {self.file_name.removesuffix('.zip')}"
        self._folder = folder
        self._pictures = pictures

    def check(self) -> int:
        """Look at every file once, and return how many may be posts or pages."""
        count = sum(1 for _ in self._texts())
        if not count:
            raise SourceError(f"{self.file_name} holds no text files such as a-post.md.")
        return count

    def hash(self) -> str:
        """Return one SHA-256 (hex) over all files."""
        return folders.hash_of_all(folders.files(self._folder))

    def facts(self) -> dict[str, Any]:
        """Return what became of the pictures."""
        return self._pictures.facts()

    def items(self) -> Iterator[Item]:
        """Yield each file as a post or a page, or why it is none."""
        for found in self._texts():
            try:
                yield self._item(found)
            except SourceError as error:
                yield Skipped(what="file", title=found.name, why=str(error))
        yield from self._passed_over()
        for name in folders.links(self._folder):
            yield Skipped(
                what="file", title=name, why=gettext_noop("Links to other places are not followed.")
            )

    def _texts(self) -> Iterator[Found]:
        for found in folders.files(self._folder):
            if not _is_aside(found) and found.name.lower().endswith((*_MARKDOWN, *_HTML)):
                yield found

    def _passed_over(self) -> Iterator[Skipped]:
        """Yield the files that somebody may have taken for posts; pictures and the like are none."""
        for found in folders.files(self._folder):
            name = found.name.lower()
            if _is_aside(found) and name.endswith(_MARKDOWN):
                yield Skipped(what="file", title=found.name, why=_IN_NO_FOLDER_OF_TEXTS)
            elif not _is_aside(found) and name.endswith(_OTHER_TEXTS):
                yield Skipped(
                    what="file",
                    title=found.name,
                    why=gettext_noop("It is not written in Markdown."),
                )

    def _item(self, found: Found) -> Item:
        if found.path.stem.lower() in _ABOUT:
            return Skipped(
                what="file", title=found.name, why=gettext_noop("It is about the folder, no post.")
            )
        text = folders.read_text(found, limit=LONGEST_FILE).replace("\r\n", "\n")
        head = front_matter.split(text)
        is_html = found.name.lower().endswith(_HTML)
        if head is None and is_html:
            return Skipped(
                what="file", title=found.name, why=gettext_noop("A web page without front matter.")
            )
        return MarkdownArticle(found, *(head or ({}, text)), is_html, self._pictures).article()


def _is_aside(found: Found) -> bool:
    return not _NOT_TEXTS.isdisjoint(found.name.split("/")[:-1])
