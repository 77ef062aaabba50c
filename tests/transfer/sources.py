"""A source for tests: items as they are given, or as many as are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.record import Actor
from transfer.command import ImportCommand, Options
from transfer.items import Article, Item, Label, Person, Remark, Source, SourceError

AT = datetime(2019, 5, 3, 9, 30, tzinfo=UTC)
DANA = Person(key="dana", name="Dana Whitfield")
BY = Actor.system("command")


class Given:
    """The items of a list; `breaks_after` items it raises, as a machine that is switched off."""

    format = "test"

    def __init__(
        self,
        *items: Item,
        file_name: str = "old-blog.xml",
        origin: str = "https://old.example.com",
        breaks_after: int | None = None,
        problem: str = "",
    ) -> None:
        self.file_name = file_name
        self.origin = origin
        self._items = items
        self._breaks_after = breaks_after
        self._problem = problem

    def check(self) -> int:
        if self._problem:
            raise SourceError(self._problem)
        return sum(1 for _ in self._all())

    def hash(self) -> str:
        return hashlib.sha256(repr(list(self._all())).encode()).hexdigest()

    def items(self) -> Iterator[Item]:
        for number, item in enumerate(self._all()):
            if number == self._breaks_after:
                raise RuntimeError("the lights went out")
            yield item

    def facts(self) -> dict[str, Any]:
        return {"Control characters dropped": 3}

    def _all(self) -> Iterable[Item]:
        return self._items


class Many(Given):
    """As many articles as are asked for, each with some comments in a thread."""

    def __init__(self, articles: int, remarks: int = 0, **more: Any) -> None:
        super().__init__(**more)
        self._counts = articles, remarks

    def hash(self) -> str:
        return hashlib.sha256(repr(self._counts).encode()).hexdigest()

    def _all(self) -> Iterable[Item]:
        articles, remarks = self._counts
        for number in range(articles):
            yield make_article(
                f"{number}",
                title=f"Note {number}",
                slug=f"note-{number}",
                topics=(Label(name=f"Topic {number % 7}"),),
                old_paths=(f"/?p={number}", f"/2019/05/note-{number}/"),
                remarks=tuple(
                    make_remark(
                        f"{number}.{one}",
                        body=f"Word {one} about note {number}, at some length.",
                        parent=f"{number}.{one - 1}" if one % 3 else "",
                    )
                    for one in range(remarks)
                ),
            )


def make_article(key: str = "1", **said: Any) -> Article:
    """An article that was public there; any part can be said otherwise."""
    words: dict[str, Any] = {
        "kind": "post",
        "title": "Our plan",
        "body": "We *mean* it.",
        "markup": "markdown",
        "author": DANA,
        "at": AT,
    }
    return Article(key=key, **words | said)


def make_remark(key: str = "c1", **said: Any) -> Remark:
    """A comment that was public there; any part can be said otherwise."""
    number = int("".join(filter(str.isdigit, key)) or 0) % 10_000
    words: dict[str, Any] = {
        "name": "Mara Quist",
        "body": "Quite so.",
        "at": AT + timedelta(minutes=number),
    }
    return Remark(key=key, **words | said)


class ImportTest(ImportCommand):
    """A command for a file whose only line says how many articles and comments there are."""

    has_media = True

    def source(self, path: Path, options: Options) -> Source:
        """Read the two numbers."""
        articles, _, remarks = path.read_text(encoding="utf-8").partition(" ")
        if not articles.isdigit():
            raise SourceError("This is no export of a test.")
        return Many(int(articles), int(remarks or 0), file_name=path.name)
