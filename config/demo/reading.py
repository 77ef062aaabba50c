"""Read the files of the demonstration into plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Article:
    """One file of Markdown: the lines between `---` as names and values, and the text below."""

    head: dict[str, str]
    body: str

    @property
    def first_body(self) -> str:
        """The text as it was first published, before the correction that its head tells of."""
        if "first_said" not in self.head:
            return self.body
        return self.body.replace(self.head["says_now"], self.head["first_said"])

    def listed(self, name: str) -> list[str]:
        """Return a value that holds a list, its parts separated by ` | `."""
        return [part.strip() for part in self.head.get(name, "").split(" | ") if part.strip()]


def articles(folder: str) -> list[Article]:
    """Return the articles of `posts` or `pages`, in the order of their names."""
    return [_article(path) for path in sorted((FOLDER / folder).glob("*.md"))]


def scene() -> dict[str, Any]:
    """Return the site, the bylines, the topics, the series and the accounts."""
    found: dict[str, Any] = json.loads((FOLDER / "scene.json").read_text(encoding="utf-8"))
    return found


def comments() -> list[dict[str, Any]]:
    """Return what readers and the newsroom said, in no order of time."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "comments.json").read_text(encoding="utf-8"))
    return found


def moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that `-3d 08:30` means, days from `now` and a time there; None for a draft."""
    if text == "draft":
        return None
    days, clock = text.split()
    hour, minute = (int(part) for part in clock.split(":"))
    day = now + timedelta(days=int(days.removesuffix("d")))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _article(path: Path) -> Article:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.split(":", 1) for line in head.splitlines())
    return Article({name.strip(): value.strip() for name, value in pairs}, body.strip())
