"""Links that people type into settings: `Label | address`, one on a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from blog.addresses import is_local, is_web_address


@dataclass(frozen=True)
class Link:
    """A label and where it leads: a path here (`/about/`), or an http(s) or mailto address."""

    label: str
    url: str

    @property
    def host(self) -> str:
        """Whose site it leads to, where the label does not say so: `example.org`; else an empty string."""
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        return "" if host in self.label.casefold() else host

    @property
    def is_external(self) -> bool:
        """Whether it leaves this site."""
        return not self.url.startswith("/")


def as_links(rows: Iterable[dict[str, Any]]) -> list[Link]:
    """Return stored rows (`[{"label": …, "url": …}]`) as links."""
    return [Link(str(row["label"]), str(row["url"])) for row in rows]


def is_allowed(address: str) -> bool:
    """Whether an address may stand in a menu: a path of this site, or http, https or mailto."""
    return (address.startswith("/") and is_local(address)) or is_web_address(address)


def parse_lines(text: str) -> list[dict[str, str]]:
    """Read `Label | address` lines into rows.

    Raises:
        ValueError: with a sentence that quotes the first line which cannot be read.
    """
    rows = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        label, bar, address = (part.strip() for part in line.rpartition("|"))
        if not bar or not label or not is_allowed(address):
            raise ValueError(
                _("Write each line as “Label | address”. This one cannot be read: %(line)s")
                % {"line": line}
            )
        rows.append({"label": label, "url": address})
    return rows


def to_lines(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as the text a person edits; the inverse of `parse_lines`."""
    return "\n".join(f"{link.label} | {link.url}" for link in as_links(rows))
