"""A stop is announced, answers what was asked, and loses nobody who keeps a connection."""

# ruff: noqa: F811 - the names of fixtures are those of parameters

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from config import service_manager
from config.stopping import VARIABLE, Application, Notice, heeding_notice
from tests.config import slow_site
from tests.config.test_serve import (  # noqa: F401 - fixtures
    PATIENCE,
    Site,
    is_alive,
    migrated,
    site,
    static,
    until,
)

QUICK = "/healthz"


class Readers:
    """Threads that ask for `path` again and again until nobody listens, and note what they got."""

    def __init__(self, site: Site, path: str, *, keeps: bool, count: int = 4) -> None:
        self._site, self._path, self._keeps = site, path, keeps
        self.seen: Counter[str] = Counter()
        self.errors: list[BaseException] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(count)]

    @contextmanager
    def reading(self) -> Iterator[Readers]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def _read(self) -> None:
        try:
            while not self._over.is_set():
                self._visit()
        except BaseException as error:  # noqa: BLE001 - the test reports it
            self.errors.append(error)

    def _visit(self) -> None:
        """Ask over one connection: once, or as long as the site keeps it."""
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=PATIENCE)
        try:
            connection.connect()
        except ConnectionRefusedError:
            self.seen["refused"] += 1
            time.sleep(0.05)
            return
        asked = 0
        while not self._over.is_set():
            kind = self._ask(connection, is_first=not asked)
            self.seen[kind] += 1
            asked += 1
            if not self._keeps or kind != "answered":
                break
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, *, is_first: bool) -> str:
        try:
            connection.request("GET", self._path)
            answer = connection.getresponse()
        except ConnectionError:
            # No byte of an answer: the kernel had taken the connection and no web process yet.
            return "not taken" if is_first else "lost"
        assert answer.status == 200
        assert len(answer.read()) == int(answer.headers["Content-Length"])
        return "asked to close" if answer.will_close else "answered"


def web_processes(site: Site) -> set[int]:
    """The processes that answer, of which the web server is the parent."""
    (web,) = (
        pid for pid in site.children() if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return {int(pid) for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split()}


def listeners(site: Site) -> int:
    """How many processes wait for connections at the site's port (0A is LISTEN in `tcp_states.h`)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return sum(line[3] == "0A" and line[1].endswith(f":{site.port:04X}") for line in lines)


def catches_sigterm(pid: int) -> bool:
    """Whether a process has a handler of its own for SIGTERM; without one it ends at once."""
    (mask,) = re.findall(r"^SigCgt:\t(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return bool(int(mask, 16) & 1 << signal.SIGTERM - 1)


def stop_amid(process: subprocess.Popen[bytes], readers: dict[Readers, int]) -> None:
    """Stop the site once each of its readers has had more than so many answers; none may be lost."""
    with ExitStack() as reading:
        for each in readers:
            reading.enter_context(each.reading())
        until(lambda: all(each.seen["answered"] > enough for each, enough in readers.items()))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        until(lambda: all(each.seen["refused"] > 0 for each in readers))
    for each in readers:
        assert each.errors == []
        assert each.seen["lost"] == 0


def test_busy_connections_are_closed_in_order_and_lose_nothing(site: Site) -> None:
    process = site.serve("--workers", "2")
    keeping = Readers(site, QUICK, keeps=True)
    coming = Readers(site, "/robots.txt", keeps=False)
    stop_amid(process, {keeping: 50, coming: 20})
    for readers in (keeping, coming):
        assert readers.seen["asked to close"] > 0


def test_slow_answers_come_whole_over_new_and_kept_connections(site: Site) -> None:
    site.more = {"DJANGO_SETTINGS_MODULE": slow_site.__name__}
    process = site.serve("--workers", "2")
    keeping = Readers(site, slow_site.SLOW, keeps=True, count=3)
    coming = Readers(site, slow_site.SLOW, keeps=False, count=3)
    stop_amid(process, {keeping: 0, coming: 0})
    assert keeping.seen["asked to close"] > 0


def test_readiness_ends_with_the_notice_and_life_goes_on(site: Site) -> None:
    process = site.serve("--notice", "5")
    assert site.get("/readyz")[0] == 200
    process.send_signal(signal.SIGTERM)
    until(lambda: site.get("/readyz")[0] == 503)
    assert "about to stop" in site.get("/readyz")[1]
    assert site.get("/healthz") == (200, "ok\n")
    assert site.get("/")[0] == 200
    assert process.wait(PATIENCE) == 0


def test_stop_does_not_wait_for_a_web_process_that_is_loading(site: Site) -> None:
    """Killing what is left comes after 30 seconds, so a stop within 20 did without."""
    process = site.serve("--workers", "2", "--notice", "0")
    until(lambda: len(web_processes(site)) == 2)
    old = web_processes(site)
    os.kill(min(old), signal.SIGKILL)
    until(lambda: bool(web_processes(site) - old))
    (loading,) = web_processes(site) - old
    until(lambda: not catches_sigterm(loading))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not is_alive(loading)


def test_web_process_that_is_killed_comes_back_while_the_other_answers(site: Site) -> None:
    site.serve("--workers", "2")
    until(lambda: listeners(site) == 2)
    old = web_processes(site)
    os.kill(min(old), signal.SIGKILL)
    readers = Readers(site, QUICK, keeps=False)
    with readers.reading():
        until(lambda: len(web_processes(site)) == 2 and bool(web_processes(site) - old))
        until(lambda: readers.seen["answered"] > 100)
    assert readers.errors == []
    assert readers.seen["refused"] == 0


def test_service_manager_hears_of_start_and_stop(site: Site) -> None:
    place = str(site.home / "manager")
    site.more = {"NOTIFY_SOCKET": place}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(place)
        manager.settimeout(PATIENCE)
        process = site.serve()
        assert manager.recv(100) == b"READY=1"
        assert site.get("/healthz")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert manager.recv(100) == b"STOPPING=1"
        assert process.wait(PATIENCE) == 0


def test_service_manager_of_no_file_hears_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0plainspoken-{os.getpid()}")
        manager.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@plainspoken-{os.getpid()}")
        service_manager.tell(service_manager.READY)
        assert manager.recv(100) == b"READY=1"


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return []


def headers_of(called: Application) -> list[tuple[str, str]]:
    seen: list[tuple[str, str]] = []
    called({}, lambda status, headers: seen.extend(headers))
    return seen


def test_notice_reaches_who_was_there_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = Notice()
    monkeypatch.setenv(*notice.environ.popitem())
    before = heeding_notice(application)
    assert headers_of(before) == []
    notice.give()
    assert headers_of(before) == [("Connection", "close")]
    assert headers_of(heeding_notice(application)) == [("Connection", "close")]


def test_server_that_nothing_watches_over_has_no_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert heeding_notice(application) is application


def test_server_starts_without_the_notice_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    assert heeding_notice(application) is application
    assert "without notice" in caplog.text
