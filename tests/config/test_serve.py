"""`serve` answers, keeps the worker beside it, and takes everything down with it in order."""

from __future__ import annotations

import os
import re
import shutil
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from config.management.commands import serve
from tests.page_keys import made_anew

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60


@dataclass
class Site:
    """A site in a directory of its own, run by real commands."""

    home: Path
    static: Path
    port: int
    database_url: str
    process: subprocess.Popen[bytes] | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """Nothing of the tests' own settings but the path to the programs."""
        return {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "only-for-tests-" + "0" * 32,
            "DATABASE_URL": self.database_url,
            "STATIC_ROOT": str(self.static),
            "PAGE_STORE": str(self.home / "pages.sqlite3"),
            "EMAIL_URL": f"filemail:///{self.home / 'mail'}",
            "SITE_URL": f"http://localhost:{self.port}",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self.more,
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False
        )

    @property
    def said(self) -> str:
        """What `serve` and its processes have written so far."""
        return (self.home / "log").read_text()

    def serve(self, *options: str) -> subprocess.Popen[bytes]:
        """Start serving and wait until it says so."""
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--workers", "1", *options],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Serving on" in self.said)
        return self.process

    def end(self) -> None:
        """Kill whatever a test has left, each process with those it has started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            for pid in self.children():
                os.killpg(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def get(self, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
        """Fetch a page, as status and text."""
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def children(self) -> list[int]:
        """The processes that `serve` has started."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in listed.split()]


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files, collected once."""
    home = tmp_path_factory.mktemp("collected")
    site = Site(home, home / "static", 9, f"sqlite:///{home / 'none.sqlite3'}")
    collected = site.manage("collectstatic", "--noinput", "--verbosity", "0")
    assert collected.returncode == 0, collected.stderr
    return home / "static"


@contextmanager
def new_database(home: Path, *, like: str = "") -> Iterator[str]:
    """The address of a database of the kind under test: a copy of another one, or without tables."""
    if connection.vendor == "sqlite":
        path = home / "site.sqlite3"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    known = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    server = {known[key]: value for key, value in connection.settings_dict.items() if key in known}
    name, copied = f"serve_{uuid.uuid4().hex}", like.rpartition("/")[2] or "template1"
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as control:
        create = SQL("CREATE DATABASE {} TEMPLATE {}")
        control.execute(create.format(Identifier(name), Identifier(copied)))
        yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
        control.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def empty_database(tmp_path: Path, database: str) -> Iterator[str]:
    """The address of a database without tables, of the kind under test."""
    with new_database(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[str]:
    """The address of a database with its tables and nobody in it, to be copied and not used."""
    home = tmp_path_factory.mktemp("migrated")
    with new_database(home) as address:
        done = Site(home, static, 9, address).manage("migrate", "--verbosity", "0")
        assert done.returncode == 0, done.stderr
        yield address


@pytest.fixture
def site(tmp_path: Path, static: Path, migrated: str, database: str) -> Iterator[Site]:
    """A migrated site without anybody; what it left running is killed afterwards."""
    with new_database(tmp_path, like=migrated) as address:
        site = Site(tmp_path, static, free_port(), address)
        yield site
        site.end()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_site_and_worker_run_and_both_stop_on_sigterm(site: Site) -> None:
    process = site.serve()
    assert site.get("/healthz") == (200, "ok\n")
    assert site.get("/readyz", host="localhost")[0] == 200
    assert site.get("/")[0] == 200
    until(lambda: len(site.children()) == 2)
    children = site.children()
    assert any("manage.py worker" in command_of(pid) for pid in children)

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == 0
    assert not any(is_alive(pid) for pid in children)
    with pytest.raises(urllib.error.URLError):
        site.get("/healthz")


@pytest.mark.django_db(transaction=True)
def test_start_makes_every_page_anew(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(Exception):
        """Before anything runs that may change something as well."""

    def stop(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr(serve, "_require_static_files", lambda: None)
    monkeypatch.setattr(serve.Command, "_offer_first_run", stop)
    with made_anew(database_url), pytest.raises(Stopped):
        call_command("serve")


def test_pages_are_kept_and_right_after_a_change_by_a_command(site: Site) -> None:
    site.serve()
    kept = site.home / "pages.sqlite3"

    def feed() -> str:
        status, text = site.get("/feed.json", host="localhost")
        assert status == 200
        return text

    until(lambda: "items" in feed() and "/feed.json" in paths_in(kept))
    rename = "from blog.models import Site; Site(name='Letters from the shop floor').save()"
    assert site.manage("shell", "-c", rename).returncode == 0
    until(lambda: "Letters from the shop floor" in feed())


def paths_in(store: Path) -> set[str]:
    """Return the addresses of the pages in a store."""
    if not store.exists():
        return set()
    with closing(sqlite3.connect(store)) as database:
        return {path for (path,) in database.execute("SELECT path FROM page")}


def test_worker_sends_what_waits(site: Site) -> None:
    site.serve()
    queue = "from blog import outbox; outbox.send('ada@example.com', 'Hello', 'Text')"
    assert site.manage("shell", "-c", queue).returncode == 0
    until(lambda: any("Subject: Hello" in file.read_text() for file in site.home.glob("mail/*")))


def test_first_start_prints_a_link_that_works(site: Site) -> None:
    site.serve()
    link = re.search(rf"http://localhost:{site.port}(/setup/\S+/)", site.said)
    assert link
    status, page = site.get(link[1])
    assert status == 200
    assert "Set up your site" in page


def test_start_can_migrate_and_load_the_demo(
    tmp_path: Path, static: Path, empty_database: str
) -> None:
    site = Site(tmp_path, static, free_port(), empty_database)
    try:
        site.serve("--migrate", "--demo")
        assert "The demo is ready." in site.said
        assert "/setup/" not in site.said
        assert site.get("/readyz")[0] == 200
        status, page = site.get("/")
        assert status == 200
        assert "/posts/" in page
    finally:
        site.end()


def test_no_request_is_lost_at_a_stop(site: Site) -> None:
    """A request whose body is still on its way is answered before the server goes."""
    process = site.serve()
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as connection:
        connection.sendall(
            b"POST /posts/none/comments/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nbod"
        )
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(b"y=x")
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 404")
    assert process.wait(PATIENCE) == 0


def test_everything_ends_when_the_web_server_does(site: Site) -> None:
    process = site.serve()
    until(lambda: len(site.children()) == 2)
    children = site.children()
    web = next(pid for pid in children if "granian" in command_of(pid))
    os.kill(web, signal.SIGKILL)
    assert process.wait(PATIENCE) == 128 + signal.SIGKILL
    assert not any(is_alive(pid) for pid in children)
    with pytest.raises(urllib.error.URLError):
        site.get("/healthz")


def test_worker_that_dies_is_started_again(site: Site) -> None:
    site.serve()
    until(lambda: len(site.children()) == 2)
    worker = next(pid for pid in site.children() if "manage.py worker" in command_of(pid))
    os.kill(worker, signal.SIGKILL)
    until(
        lambda: any(
            pid != worker and "manage.py worker" in command_of(pid) for pid in site.children()
        )
    )
    assert site.get("/healthz")[0] == 200


def test_door_for_mail_stands_beside_the_site_and_ends_with_it(site: Site) -> None:
    place = site.home / "door"
    site.more = {"MAIL_DOOR": str(place), "REPLY_ADDRESS": "reply@blog.example.com"}
    process = site.serve()
    until(lambda: "Taking mail in at" in site.said)
    with smtplib.LMTP(str(place)) as client:
        client.ehlo_or_helo_if_needed()
        assert client.mail("dana@example.com")[0] == 250
        assert client.rcpt("reply+w-1-" + "a" * 20 + "@blog.example.com")[0] == 550
    children = site.children()
    door = next(pid for pid in children if "manage.py mail_door" in command_of(pid))
    os.kill(door, signal.SIGKILL)
    until(lambda: site.said.count("Taking mail in at") == 2)
    assert site.get("/healthz")[0] == 200

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == 0
    assert not any(is_alive(pid) for pid in children)
    assert not place.exists()


@pytest.mark.parametrize("command", ["serve", "setup", "setup --user dana", "demo --remove"])
def test_database_without_tables_is_told_in_one_line(
    tmp_path: Path, static: Path, empty_database: str, command: str
) -> None:
    answer = Site(tmp_path, static, 9, empty_database).manage(*command.split())
    assert answer.returncode == 1
    assert "The database is not ready. Run: manage.py migrate" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_missing_static_files_are_told_in_one_line(tmp_path: Path, empty_database: str) -> None:
    answer = Site(tmp_path, tmp_path / "static", 9, empty_database).manage("serve")
    assert answer.returncode == 1
    assert "The static files are missing. Run: manage.py collectstatic" in answer.stderr
