"""Following every link of a site, and telling which of them lead nowhere.

Only addresses are kept, never what was found there: of each page its path, of each place on it 8
bytes, of each address at most `MOST_PAGES` of the pages that link there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.encoding import iri_to_uri

from transfer.page_links import Contents, Link, contents_of
from transfer.visiting import Answer

MOST_PAGES = 5
_MOST_STEPS = 10
_READ = frozenset({"http", "https"})
# The same page, with the form below it ready to answer one comment.
_REPLY = re.compile(r"\breply=\d+&?")

Fetch = Callable[[str], Answer]
"""Opens a path of the site, percent-encoded and with its query."""

Progress = Callable[[int, int], None]
"""Is told how many addresses were opened, and how many are known so far."""


@dataclass
class Linking:
    """The first pages that link to an address, and how many links there are in all."""

    pages: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, page: str) -> None:
        """Count one link."""
        self.count += 1
        if len(self.pages) < MOST_PAGES and page not in self.pages:
            self.pages.append(page)


@dataclass(frozen=True)
class Broken:
    """An address that leads nowhere, why in a few words, and where it is linked."""

    address: str
    why: str
    linked: Linking


@dataclass(frozen=True)
class Visit:
    """One answer of the site, which answered 200, and what it names."""

    address: str
    answer: Answer
    contents: Contents


class Crawl:
    """One walk through a site, from the addresses given to `add` to all that can be reached."""

    def __init__(self, fetch: Fetch, *, site_url: str, left_alone: tuple[str, ...] = ()) -> None:
        """Prepare a walk.

        Args:
            fetch: opens one address.
            site_url: what the site calls itself; links to this host are followed.
            left_alone: beginnings of paths that are not opened, such as `/admin/`.
        """
        self._fetch = fetch
        self._site = urlsplit(site_url)
        self._private = left_alone
        self._linked: dict[str, Linking] = {}
        self._waiting: list[str] = []
        self._ends: dict[str, tuple[str, str]] = {}
        self._places: set[int] = set()
        self._wanted: dict[tuple[str, str], Linking] = {}
        self._broken: dict[str, Broken] = {}
        self.foreign: dict[str, Linking] = {}
        self.opened = 0
        self.left_alone = 0

    @property
    def known(self) -> int:
        """How many addresses of the site were found so far."""
        return len(self._linked)

    def add(self, address: str, page: str) -> None:
        """Follow `address`, which stands on `page`: a path of the site, or a web address."""
        self._follow(Link(address), page)

    def visits(self) -> Iterator[Visit]:
        """Open everything that can be reached, and yield each page, file and feed once."""
        while self._waiting:
            address = self._waiting.pop()
            self.opened += 1
            answer = self._fetch(address)
            if answer.location and 300 <= answer.status < 400:
                self._led_on(address, answer.location)
            elif answer.status != 200:
                self._report(address, f"it answers {answer.status}")
            else:
                yield from self._read(address, answer)

    def run(self, progress: Progress = lambda opened, known: None) -> None:
        """Open everything and keep nothing of it but what `broken` tells."""
        for _ in self.visits():
            progress(self.opened, self.known)

    def broken(self) -> list[Broken]:
        """Return what leads nowhere, by address; complete once everything was visited."""
        places = [
            Broken(f"{path}#{place}", "no such place on the page", linked)
            for (path, place), linked in self._wanted.items()
            if self._is_missing(path, place)
        ]
        found = [*self._broken.values(), *self._led_astray(), *places]
        return sorted(found, key=lambda broken: broken.address)

    def _read(self, address: str, answer: Answer) -> Iterator[Visit]:
        try:
            contents = contents_of(answer)
        except ValueError as error:
            self._report(address, str(error))
            return
        self._places |= {hash((address, place)) for place in contents.places}
        for link in contents.links:
            self._follow(link, address)
        yield Visit(address, answer, contents)

    def _follow(self, link: Link, page: str) -> None:
        try:
            address, place = self.resolved(link.address, page)
        except ValueError:
            self._broken_link(iri_to_uri(link.address), page, "it cannot be read as an address")
            return
        if not address:
            return
        if not address.startswith("/"):
            self.foreign.setdefault(address, Linking()).add(page)
            if link.is_loaded:
                self._broken_link(address, page, "it is loaded from another site")
            return
        if address not in self._linked:
            self._linked[address] = Linking()
            self._waiting.append(address)
        self._linked[address].add(page)
        if place and not link.is_loaded:
            self._wanted.setdefault((address, place), Linking()).add(page)

    def resolved(self, address: str, page: str) -> tuple[str, str]:
        """Return the path or the foreign address, and the place on it; nothing for a `mailto:`."""
        base = f"{self._site.scheme}://{self._site.netloc}{page if page.startswith('/') else '/'}"
        parts = urlsplit(urljoin(base, address.strip()))
        if parts.scheme not in _READ:
            return "", ""
        if parts.netloc.lower() != self._site.netloc:
            return iri_to_uri(parts._replace(fragment="").geturl()), ""
        query = _REPLY.sub("", parts.query).rstrip("&")
        path = iri_to_uri(parts.path or "/") + (f"?{iri_to_uri(query)}" if query else "")
        if path.startswith(self._private):
            self.left_alone += 1
            return "", ""
        # What browsers search for in the text is no place that a page must have.
        place = unquote(parts.fragment.partition(":~:")[0])
        return path, "" if place == "top" else place

    def _broken_link(self, address: str, page: str, why: str) -> None:
        self._broken.setdefault(address, Broken(address, why, Linking())).linked.add(page)

    def _report(self, address: str, why: str) -> None:
        self._broken[address] = Broken(address, why, self._linked[address])

    def _led_on(self, address: str, location: str) -> None:
        """Follow a redirection; `broken` tells those that go on and on."""
        self._follow(Link(location), address)
        with suppress(ValueError):
            self._ends[address] = self.resolved(location, address)

    def end_of(self, address: str, place: str = "") -> tuple[str, str] | None:
        """Return the page a browser ends on, and the place on it; `None` if it never ends."""
        for _ in range(_MOST_STEPS):
            if address not in self._ends:
                return address, place
            address, own_place = self._ends[address]
            place = own_place or place
        return None

    def _led_astray(self) -> Iterator[Broken]:
        """Yield the redirections that lead to something broken, or never end."""
        for address in self._ends:
            end = self.end_of(address)
            if end is None:
                yield Broken(address, "it leads in a circle", self._linked[address])
            elif end[0] in self._broken:
                yield Broken(address, f"it leads to {end[0]}", self._linked[address])

    def _is_missing(self, address: str, place: str) -> bool:
        end = self.end_of(address, place)
        if end is None or end[0] not in self._linked or end[0] in self._broken:
            return False
        return hash(end) not in self._places
