"""What the whole export says: whose site it was, who wrote, what is filed where, which pictures it had."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.text import slugify

from blog.old_addresses import normal
from transfer.items import Label, Person
from transfer.wordpress.elements import Element
from transfer.wordpress.words import plain, shortened

_LONGEST_TOPIC = 60
_LONGEST_NAME = 80
_LONGEST_CAPTION = 2000
_LONGEST_BLOCK = 200_000
_MOST_BLOCKS = 500
_UNFILED = frozenset({"uncategorized", "uncategorised"})
_FILES_HOST = re.compile(r"(?:[\w-]+\.)?files\.wordpress\.com")
_PROXY_HOST = re.compile(r"i\d\.wp\.com")


@dataclass(frozen=True)
class Attachment:
    """A file that the old site kept: its address, what it shows and says."""

    url: str
    alt: str
    caption: str
    title: str
    parent: str

    @property
    def label(self) -> str:
        """What to call it where it cannot be shown."""
        return self.caption or self.alt or self.title or self.url.rpartition("/")[2]


@dataclass
class Site:
    """The old site, learnt from one pass over its export, before any item of it is used.

    It holds what items say of others, which may come later in the file: a few hundred bytes for each
    picture and each address, and no texts but those of blocks that several posts share.
    """

    title: str = ""
    url: str = ""
    hosts: set[str] = field(default_factory=set)
    file_hosts: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    people_by_id: dict[str, Person] = field(default_factory=dict)
    called: Counter[str] = field(default_factory=Counter)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    children: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[str, Label] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    categories_by_name: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)
    reused: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The path that all its addresses begin with: empty, or as in `/blog`."""
        return urlsplit(self.url).path.rstrip("/")

    def learn(self, part: Element) -> None:
        """Take in what one part of the channel says of the site or of other parts."""
        match part.name:
            case "channel":
                self._learn_channel(part)
            case "wp:author":
                self._learn_person(part)
            case "wp:category" | "wp:tag":
                self._learn_label(part)
            case "item":
                self._learn_item(part)

    def person(self, login: str) -> Person:
        """Return who wrote under this login, even when the export does not list her."""
        # Some exports have a bracket too many.
        login = login.strip("<> \t\n")[:_LONGEST_NAME]
        if login not in self.people:
            name = login or shortened(self.title, _LONGEST_NAME) or "Unknown"
            return Person(key=login or "unknown", name=name, slug=slugify(name))
        return self.people[login]

    def speaker(self, number: str) -> Person | None:
        """Return who comments under this number; nobody where somebody else goes by the same name.

        There all who write choose the name they are shown under, and here it would be given a badge.
        """
        found = self.people_by_id.get(number)
        if found is None:
            return None
        return found if self.called[_called(found)] == 1 else None

    def topics(self, item: Element) -> Iterable[Label]:
        """Return what an item is filed under, each name once, categories first."""
        filed = [
            part for part in item.all("category") if part.get("domain") in {"category", "post_tag"}
        ]
        ordered = sorted(filed, key=lambda part: part.get("domain"))
        found = (self.label(plain(part.get("")), part.get("nicename")) for part in ordered)
        return {label.name: label for label in found if label}.values()

    def label(self, name: str, slug: str) -> Label | None:
        """Return the topic of a category or tag; the same name has one, however it is written."""
        name = shortened(name, _LONGEST_TOPIC)
        if not name or slug in _UNFILED or name.casefold() in _UNFILED:
            return None
        known = self.labels.get(name.casefold())
        if known is None:
            free = slugify(name)[:_LONGEST_TOPIC] or slugify(slug)[:_LONGEST_TOPIC]
            told = self.descriptions.get(name.casefold(), "")
            known = self.labels[name.casefold()] = Label(name=name, slug=free, description=told)
        return known

    def is_own(self, url: SplitResult) -> bool:
        """Whether an absolute address lay on the old site."""
        return _without_www(url.hostname or "") in self.hosts

    def is_own_file(self, url: SplitResult) -> bool:
        """Whether an absolute address was a file of the old site, wherever it was kept for it."""
        host = _without_www(url.hostname or "")
        if _PROXY_HOST.fullmatch(host):
            host = _without_www(url.path.lstrip("/").partition("/")[0])
        name = host.partition(".")[0]
        own_names = {one.partition(".")[0] for one in self.hosts}
        is_hosted = bool(_FILES_HOST.fullmatch(host)) and name in own_names
        return host in self.hosts or host in self.file_hosts or is_hosted

    def absolute(self, url: str) -> str:
        """Return an address as a page of the old site would have read it."""
        try:
            return urljoin(f"{self.url.rstrip('/')}/", url.strip())
        except ValueError:
            return url

    def old_path(self, url: str) -> str:
        """Return path and query of an address on the old site, an empty text for any other."""
        parts = urlsplit_or_none(url.strip())
        if parts is None or not (parts.path or parts.query):
            return ""
        query = f"?{parts.query}" if parts.query else ""
        path = f"/{parts.path.lstrip('/')}"
        return f"{path}{query}" if self.is_own(parts) else ""

    def known_path(self, url: str) -> str:
        """Return path and query of an address if a post or page of the export has it."""
        path = self.old_path(url)
        return path if path and normal(path) in self.paths else ""

    def _learn_channel(self, part: Element) -> None:
        self.title = plain(part.get("title")) or self.title
        for name in ("wp:base_blog_url", "link"):
            if url := part.get(name).strip():
                self.url = url if name == "wp:base_blog_url" or not self.url else self.url
                self._learn_host(url, self.hosts)

    def _learn_person(self, part: Element) -> None:
        login = part.get("wp:author_login").strip()[:_LONGEST_NAME]
        name = shortened(plain(part.get("wp:author_display_name")), _LONGEST_NAME) or login
        if name:
            person = Person(key=login or name, name=name, slug=slugify(name))
            if login in self.people:
                self.called[_called(self.people[login])] -= 1
            self.people[login] = person
            self.called[_called(person)] += 1
            # Exports of WordPress.com have no numbers; the comments of readers have the number 0.
            if (number := part.get("wp:author_id").strip()) not in {"", "0"}:
                self.people_by_id[number] = person

    def _learn_label(self, part: Element) -> None:
        kind = part.name.removeprefix("wp:")
        name = plain(part.get("wp:cat_name") or part.get("wp:tag_name"))
        if kind == "category" and (number := part.get("wp:term_id").strip()):
            self.categories_by_name[part.get("wp:category_nicename").strip()] = number
        told = part.get(f"wp:{kind}_description")
        if told.strip():
            self.descriptions.setdefault(
                shortened(name, _LONGEST_TOPIC).casefold(), shortened(plain(told), 600)
            )

    def _learn_item(self, item: Element) -> None:
        key, kind = item.get("wp:post_id").strip(), item.get("wp:post_type").strip()
        if kind == "attachment":
            self._learn_attachment(key, item)
        elif kind == "wp_block" and len(self.reused) < _MOST_BLOCKS:
            self.reused[key] = item.get("content:encoded")[:_LONGEST_BLOCK]
        elif kind in {"post", "page"}:
            self._learn_address(key, item)

    def _learn_attachment(self, key: str, item: Element) -> None:
        url = item.get("wp:attachment_url").strip() or item.get("guid").strip()
        meta = {one.get("wp:meta_key"): one.get("wp:meta_value") for one in item.all("wp:postmeta")}
        parent = item.get("wp:post_parent").strip()
        alt = shortened(plain(meta.get("_wp_attachment_image_alt", "")), 300)
        caption = shortened(plain(item.get("excerpt:encoded")), _LONGEST_CAPTION)
        title = shortened(plain(item.get("title")), 200)
        self.attachments[key] = Attachment(url, alt, caption, title, parent)
        self.children[parent].append(key)
        self._learn_host(url, self.file_hosts)

    def _learn_address(self, key: str, item: Element) -> None:
        link, guid = item.get("link").strip(), item.get("guid").strip()
        if item.get("wp:post_type").strip() == "page":
            self.pages[key] = shortened(plain(item.get("title")), 80)
        spelled = [f"{self.base}/?p={key}", f"{self.base}/?page_id={key}", self.old_path(link)]
        self.paths.update(path for path in map(normal, spelled) if path)
        # A blog that moved keeps its first address in the guid: the same path, on its former host.
        paths = {parts.path.strip("/") for one in (link, guid) if (parts := urlsplit_or_none(one))}
        if len(paths) == 1 and paths != {""}:
            self._learn_host(guid, self.hosts)

    def _learn_host(self, url: str, hosts: set[str]) -> None:
        parts = urlsplit_or_none(url)
        if parts and parts.hostname:
            hosts.add(_without_www(parts.hostname))


def urlsplit_or_none(url: str) -> SplitResult | None:
    """Return the parts of an address, `None` for one that no reader takes apart."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _called(person: Person) -> str:
    return person.slug or person.name.casefold()


def _without_www(host: str) -> str:
    return host.lower().removeprefix("www.")
