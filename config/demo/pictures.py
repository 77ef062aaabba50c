"""The pictures of the demonstration: files beside its posts, kept as those of people are."""

from __future__ import annotations

import re

from blog import images
from blog.image_addresses import ImageAddress
from config.demo.reading import FOLDER, Article
from ledger.record import Actor

# A picture in a text, named by its file: `![What it shows](levels.png "Caption")`.
_IN_TEXT = re.compile(r'!\[(?P<alt>[^\]]*)\]\((?P<file>[a-z-]+\.png)(?: "(?P<caption>[^"]*)")?\)')


def placed(body: str) -> str:
    """Return a text whose pictures have the addresses they are kept under here."""
    return _IN_TEXT.sub(_with_address, body)


def lead(article: Article) -> tuple[dict[str, str], ...]:
    """Return the lead picture that an article names: file, what it shows, caption, focal point."""
    if "lead" not in article.head:
        return ()
    file, alt, caption, focus = article.listed("lead")
    address = _kept(file, alt, caption)
    return ({"address": address.url, "alt": alt, "caption": caption, "focus": focus},)


def _with_address(found: re.Match[str]) -> str:
    address = _kept(found["file"], found["alt"], found["caption"] or "")
    return found[0].replace(found["file"], address.url, 1)


def _kept(file: str, alt: str, caption: str) -> ImageAddress:
    with (FOLDER / "drawings" / file).open("rb") as data:
        by = Actor.system("command")
        return images.keep(data, name=file, by=by, alt=alt, caption=caption).address
