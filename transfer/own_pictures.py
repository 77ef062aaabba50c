"""The pictures of an export of this program: kept here when the text comes that shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from blog import images
from blog.image_addresses import FOLDER, KEY_LENGTH, keys_in, read
from blog.models import Image
from ledger.record import Actor
from transfer import folders
from transfer.export_posts import MEDIA
from transfer.exporting import PICTURES
from transfer.folders import Found
from transfer.items import Article, SourceError

LARGEST_LIST = 256 * 1024 * 1024
_FILE = re.compile(
    rf"{re.escape(MEDIA)}(?P<file>(?P<name>(?P<key>[0-9a-f]{{{KEY_LENGTH}}})-\d{{1,5}}x\d{{1,5}})"
    r"\.[a-z0-9]{1,8})(?![\w-])",
    re.ASCII,
)
_TEXTS = ("name", "alt", "caption", "source_url")


class OwnPictures:
    """What `media/pictures.jsonl` says, by the key of each picture."""

    def __init__(self, folder: Path) -> None:
        """Find the files below `folder`."""
        self._folder = folder
        self._facts: dict[str, dict[str, Any]] = {}
        self._kept: set[str] = set()

    def load(self, found: Mapping[str, Found]) -> None:
        """Read what is said of the pictures.

        Raises:
            SourceError: it is not as an export writes it.
        """
        if PICTURES not in found:
            raise SourceError(f"This export is not complete: {PICTURES} is missing.")
        text = folders.read_text(found[PICTURES], limit=LARGEST_LIST)
        for line in filter(None, text.split("\n")):
            values = _values(line)
            match = _FILE.fullmatch(f"{MEDIA}{values.get('file')}") if values else None
            if match is None or f"media/{match['file']}" not in found:
                raise SourceError(f"{PICTURES} is not as an export of this program writes it.")
            self._facts[match["key"]] = values

    def with_addresses(self, text: str) -> str:
        """Return text in which its pictures stand under their addresses here."""

        def address(match: re.Match[str]) -> str:
            known = self._facts.get(match["key"], {}).get("file") == match["file"]
            return f"{FOLDER}{match['name']}.jpg" if known else match[0]

        return _FILE.sub(address, text)

    def keep(self, article: Article, *, by: Actor) -> None:
        """Keep the pictures that an article shows, unless they are here already.

        Raises:
            SourceError: one of them cannot be shown.
        """
        lead = (article.lead_image or {}).values()
        for key in keys_in("\n".join((article.body, *lead))):
            if key in self._facts and key not in self._kept:
                self._keep(key, self._facts[key], by)
                self._kept.add(key)

    def _keep(self, key: str, facts: dict[str, Any], by: Actor) -> None:
        is_new = not Image.objects.filter(key=key).exists()
        said = {name: str(facts.get(name) or "") for name in _TEXTS}
        try:
            with (self._folder / "media" / facts["file"]).open("rb") as data:
                image = images.keep(
                    data, by=by, is_decorative=facts.get("is_decorative") is True, **said
                )
        except ValidationError as error:
            raise SourceError(f"{facts['file']}: {' '.join(error.messages)}") from error
        if image.address != read(f"{FOLDER}{Path(facts['file']).stem}.jpg"):
            raise SourceError(f"{facts['file']} is not the picture that was exported.")
        focus = {name: facts.get(name) for name in ("focus_x", "focus_y")}
        if is_new and all(type(value) is int and 0 <= value <= 100 for value in focus.values()):
            Image.objects.filter(pk=image.pk).update(**focus)


def _values(line: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
