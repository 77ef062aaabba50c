"""How a feed is written: Atom (RFC 4287) and JSON Feed 1.1, both with full text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page, require_safe

from blog.page_store.saying import kept

# Everything that is no Char of XML 1.0 (section 2.2): an XML file has no way to hold it.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def asked_again(feed: Feed) -> Callable[..., HttpResponse]:
    """Return the view of a feed that is not sent again while it is the same, letter by letter.

    Without its date: what is taken away moves no date forward, and must go from every reader's copy.
    """

    def view(request: HttpRequest, *args: Any, **said: Any) -> HttpResponse:
        response = feed(request, *args, **said)
        del response.headers["Last-Modified"]
        return response

    return kept()(conditional_page(require_safe(view)))


class FullTextAtom(Atom1Feed):
    """Atom with each entry's whole HTML in `content` and its brief in `summary`.

    One odd character in one title or name must not take the whole feed away, so such are left out.
    """

    def __init__(self, *args: Any, **said: Any) -> None:
        """Take what the feed says of itself."""
        super().__init__(*args, **_writable(said))

    def latest_post_date(self) -> datetime:
        """Return when it changed last; one that holds nothing yet says since when it is there."""
        since: datetime | None = None if self.items else self.feed.get("since")
        return since or super().latest_post_date()

    def add_item(self, *args: Any, **said: Any) -> None:
        """Take one entry."""
        super().add_item(*args, **_writable(said))

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """Say which language an entry is in, where it is another than that of the feed."""
        said = super().item_attributes(item)
        return said | ({"xml:lang": item["language"]} if item.get("language") else {})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write one entry."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class JsonFeed(SyndicationFeed):
    """JSON Feed 1.1 (jsonfeed.org/version/1.1) of the same entries. What is empty is left out."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: IO[Any], encoding: str) -> None:
        """Write the whole feed as one object."""
        about = self.feed
        found = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": about["title"],
            "home_page_url": about["link"],
            "feed_url": about["feed_url"],
            "description": about["subtitle"] or about["description"],
            "language": about["language"],
            "authors": _authors(about["author_name"]),
        }
        items = [_item(item) for item in self.items]
        text = json.dumps(
            _said(found) | {"items": items}, ensure_ascii=False, separators=(",", ":")
        )
        outfile.write(text.encode(encoding))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    return _said(
        {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_html": item["content"],
            "summary": item["description"],
            "image": item.get("image"),
            "date_published": _moment(item["pubdate"]),
            "date_modified": _moment(item["updateddate"]),
            "authors": _authors(item["author_name"], item["author_link"]),
            "tags": list(item["categories"] or ()),
            "language": item.get("language"),
        }
    )


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _authors(name: str | None, url: str | None = None) -> list[dict[str, str]]:
    return [_said({"name": name, "url": url})] if name else []


def _moment(at: datetime | None) -> str:
    """Return a moment as RFC 3339 writes it."""
    return at.isoformat(timespec="seconds") if at else ""


def _writable(said: dict[str, Any]) -> dict[str, Any]:
    return {name: _without_unwritable(value) for name, value in said.items()}


def _without_unwritable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_unwritable(part) for part in value]
    return _UNWRITABLE.sub("", value) if isinstance(value, str) else value
