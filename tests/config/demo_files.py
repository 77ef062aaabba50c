"""What the demo's files hold, read by the tests of its posts and of its comments."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"
POST_FILES = sorted((DEMO / "posts").glob("*.md"))
PAGE_FILES = sorted((DEMO / "pages").glob("*.md"))
PUBLISHED = re.compile(r"(?P<days>[+-]\d+)d (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)")
RESERVED_HOSTS = ("example.com", "example.org", "example.net")
CLICHES = (
    "at the end of the day",
    "best-in-class",
    "cutting-edge",
    "deep dive",
    "delve",
    "empower",
    "excited to",
    "fast-paced",
    "game-changer",
    "going forward",
    "humbled",
    "in conclusion",
    "journey",
    "landscape",
    "leverage",
    "low-hanging",
    "move the needle",
    "north star",
    "passionate",
    "robust",
    "seamless",
    "stakeholder",
    "synergy",
    "testament to",
    "thrilled",
    "unlock",
    "world-class",
    "—",
)


@dataclass(frozen=True)
class Text:
    """One Markdown file of the demo: its front matter and what follows."""

    front: dict[str, str]
    body: str

    def items(self, key: str) -> list[str]:
        return [item.strip() for item in self.front.get(key, "").split(" | ") if item.strip()]


def parse(path: Path) -> Text:
    """Split a file into `key: value` lines between two `---` lines, and its body."""
    opening, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == "", f"{path.name} must begin with ---"
    pairs = [line.partition(": ") for line in head.splitlines()]
    assert all(sep and key and value.strip() for key, sep, value in pairs), path.name
    front = {key: value.strip() for key, _, value in pairs}
    assert len(front) == len(pairs), f"{path.name} repeats a key"
    return Text(front, body)


def load(name: str) -> Any:
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


POSTS = {path.stem: parse(path) for path in POST_FILES}
PAGES = {path.stem: parse(path) for path in PAGE_FILES}
SCENE: dict[str, Any] = load("scene.json")
COMMENTS: list[dict[str, Any]] = load("comments.json")
BY_KEY = {comment["key"]: comment for comment in COMMENTS}


def hours_live(slug: str) -> float:
    """The fewest hours that a post can have been public: now is the first minute of today."""
    moment = PUBLISHED.fullmatch(POSTS[slug].front["published"])
    assert moment, slug
    return -24 * int(moment["days"]) - int(moment["hour"]) - int(moment["minute"]) / 60


def hosts(source: str) -> list[str]:
    """The host of each web link, and the domain of each e-mail address, in a text."""
    urls = re.findall(r"https?://[^\s)>\]\"]+", source)
    domains = re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)*)", source)
    return [urlsplit(url).hostname or "" for url in urls] + domains


def is_reserved(name: str) -> bool:
    return any(name == reserved or name.endswith(f".{reserved}") for reserved in RESERVED_HOSTS)
