"""A site behind its page store, asked as a web server asks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from bench.load.calls import environ_of
from blog.page_store.front import Front
from blog.page_store.keeper import Keeper
from blog.page_store.mirror import Listener, Mirror
from blog.page_store.numbers import Numbers
from blog.page_store.shelf import Shelf
from blog.page_store.turns import Turns
from config.pages import is_for_the_site

Environ = dict[str, Any]


@dataclass
class Answer:
    """What a reader was sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body, when it was not compressed."""
        return self.body.decode()


@dataclass
class Place:
    """One web process: its page store, what Django was asked for, and what was read."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    program: str = "one"
    edge_seconds: int = 0

    def __post_init__(self) -> None:
        self.django: Callable[..., Any] = WSGIHandler()
        self.shelf = Shelf(self.folder / "pages.sqlite3", self.program)
        self.numbers = numbers_in(self.folder)
        self.keeper = Keeper(
            self.numbers,
            self.shelf,
            Turns(self.folder / "turns"),
            settle=self.numbers.settle,
            edge_seconds=self.edge_seconds,
        )
        self.front = Front(
            self._ask_django,
            self.keeper,
            accepts=is_for_the_site,
            on_read=lambda environ: self.read.append(environ["PATH_INFO"]),
        )

    def _ask_django(self, environ: Environ, start_response: Any) -> Any:
        query = environ["QUERY_STRING"]
        self.asked.append(environ["PATH_INFO"] + (f"?{query}" if query else ""))
        return self.django(environ, start_response)

    def get(self, path: str, method: str = "GET", **head: str) -> Answer:
        """Ask for a page; `head` as WSGI writes it."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = self.front(
            environ_of(path, method, **head), lambda *said: started.append((said[0], said[1]))
        )
        status, headers = started[-1]
        found = Answer(int(status.split()[0]), {k.lower(): v for k, v in headers}, b"".join(body))
        if close := getattr(body, "close", None):
            close()
        return found

    def change(self, verb: Callable[[], Any]) -> None:
        """Have a request change something, as a form that is sent does."""

        def application(environ: Environ, start_response: Any) -> tuple[bytes, ...]:
            verb()
            start_response("302 Found", [("Location", "/")])
            return ()

        before, self.django = self.django, application
        assert self.get("/", "POST").status == 302
        self.django = before


_listening: list[Listener] = []


def numbers_in(folder: Path) -> Numbers:
    """Return the numbers of a process whose machine keeps its files in `folder`, trusted already."""
    if connection.vendor == "sqlite":
        return Numbers(Path(str(connection.settings_dict["NAME"])))
    mirror = Mirror(folder / "numbers.sqlite3")
    _listening.append(mirror.listener)
    mirror.listener.begin()
    until(lambda: time.monotonic() < mirror.listener.trusted_until)
    return mirror


@pytest.fixture(autouse=True)
def _nobody_listens_any_more() -> Iterator[None]:
    """End what a test has begun, so that nothing holds the database."""
    yield
    while _listening:
        _listening.pop().end()


def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.01)


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Place:
    """A web process with an empty store."""
    settings.SITE_URL = "http://localhost:8000"
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    return Place(tmp_path)


@pytest.fixture
def another_place(place: Place) -> Place:
    """Another web process of the same machine."""
    return Place(place.folder)
