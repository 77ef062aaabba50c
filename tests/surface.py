"""The addresses of the site, read from the URLconf, so that no test forgets a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

SITE = "http://testserver"
_ARGUMENT = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf: `blog:post` and `/posts/<slug:slug>/`."""

    name: str
    pattern: str

    @property
    def is_staff(self) -> bool:
        """Whether it lies in the newsroom."""
        return self.pattern.startswith("/admin/")

    @property
    def arguments(self) -> list[str]:
        """The names of what has to be filled in."""
        return [match["name"] for match in _ARGUMENT.finditer(self.pattern)]

    def paths(self, values: Mapping[str, Iterable[str]]) -> Iterator[str]:
        """Yield the pattern with every combination of `values`, which are listed by argument."""
        for chosen in product(*(values[name] for name in self.arguments)):
            yield _ARGUMENT.sub("{}", self.pattern).format(*chosen)


def routes() -> list[Route]:
    """Return every address of the site, of the newsroom as well."""
    return list(_routes(get_resolver().url_patterns, "/", ""))


def public_routes() -> list[Route]:
    """Return what lies outside the newsroom."""
    return [route for route in routes() if not route.is_staff]


def _routes(patterns: Iterable[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + _GROUP.sub(r"<\g<name>>", str(entry.pattern)).replace("^", "").rstrip(
            "$"
        )
        if isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name or '(no name)'}", pattern)
        else:
            inner = f"{entry.namespace}:" if entry.namespace else namespace
            yield from _routes(entry.url_patterns, pattern, inner)


def html_of(response: HttpResponse) -> Any:
    """Return the document of a page as a standard parser sees it."""
    return _parsed(response.content)


def _parsed(page: bytes) -> Any:
    return html5lib.parse(page, transport_encoding="utf-8", namespaceHTMLElements=False)


@lru_cache(maxsize=256)
def _named_in(page: bytes) -> frozenset[str]:
    """The addresses that a page names, as they are written. Crawls meet the same page again and again."""
    elements = _parsed(page).iter()
    named = (element.get(key) for element in elements for key in ("href", "src", "action"))
    return frozenset(name for name in named if name)


def is_html(response: HttpResponse) -> bool:
    """Whether a browser shows this answer as a page."""
    return response.get("Content-Type", "").startswith("text/html")


def body_of(response: Any) -> str:
    """Return the text of an answer, streamed or not; bytes that are no text are left out."""
    content = response.getvalue() if response.streaming else response.content
    return str(content, errors="ignore")


def links_of(page: str, response: HttpResponse) -> set[str]:
    """Return the addresses on this site that a page, a feed or a site map names, without fragments."""
    if is_html(response):
        named = _named_in(response.content)
    else:
        named = frozenset(re.findall(r"https?://[^\s<>\"'&]+", body_of(response)))
    found = (urldefrag(urljoin(SITE + page, name)).url for name in named if name)
    return {url.removeprefix(SITE) for url in found if url.startswith(f"{SITE}/")}


def crawl(client: Client, start: Iterable[str]) -> dict[str, Any]:
    """Follow every link from `start` on, and return the answers by address; static files are left out."""
    answers: dict[str, Any] = {}
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        if address in answers or urlsplit(address).path.startswith("/static/"):
            continue
        answers[address] = client.get(address)
        waiting += links_of(address, answers[address])
        if answers[address].has_header("Location"):
            waiting.append(urldefrag(answers[address]["Location"]).url)
    return answers
