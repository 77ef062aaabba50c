"""Servers of a benchmark: each on a free port of 127.0.0.1, ended with whatever it has started."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import processes
from bench.load.programs import Program

STARTS_WITHIN = 120
"""Seconds; a machine that others use as well may take its time."""
ENDS_WITHIN = 90
"""Seconds; more than `manage.py serve` gives its own processes."""


@dataclass(frozen=True)
class Answer:
    """A whole answer as it came over the line, with the names of its headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A server that answers, and the processes whose use is counted as its own."""

    port: int
    roots: tuple[int, ...] = field(default=())

    def used_ms(self) -> float:
        """Return the milliseconds of processor that all its processes have used so far."""
        return processes.used_ms(self.roots)

    def fetch(
        self,
        path: str,
        headers: Mapping[str, str],
        method: str = "GET",
        body: bytes | None = None,
    ) -> Answer:
        """Ask once and return the answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body, dict(headers))
            answer = line.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            line.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    environ: Mapping[str, str],
    beside: tuple[int, ...] = (),
) -> Iterator[Server]:
    """Run `command` in `folder` until the end of the block, from when it listens on `port`.

    `beside` are processes that work for it, such as those of its database. Raises SystemExit with
    the server's last words if it does not start.
    """
    log = folder / f"server-{port}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            command, cwd=folder, env=environ, stdout=words, stderr=words, start_new_session=True
        )
    try:
        _wait(process, port, log)
        yield Server(port, (process.pid, *beside))
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    begun = time.perf_counter()
    while not listens(port):
        if process.poll() is not None or time.perf_counter() - begun > STARTS_WITHIN:
            last = log.read_text("utf-8", "replace")[-2000:]
            raise SystemExit(f"{Path(str(process.args[0])).name} did not start. It said:\n{last}")  # type: ignore[index]
        time.sleep(0.005)


def listens(port: int) -> bool:
    """Whether somebody takes connections at this port of 127.0.0.1."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDS_WITHIN)
    # One that had to be killed may leave its workers behind, at our port.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def nginx(program: Program, files: Path, *, keeps_open: bool = False) -> Iterator[Server]:
    """Serve `files`, precompressed, by nginx with one worker; `keeps_open`: by its open_file_cache."""
    port = free_port()
    home = files.parent / f"nginx-{port}"
    home.mkdir()
    settings = home / "nginx.conf"
    settings.write_text(
        _NGINX.format(
            port=port,
            files=files,
            home=home,
            user="user root;" if os.geteuid() == 0 else "",
            kept="open_file_cache max=1000 inactive=1h; open_file_cache_valid 1h;"
            if keeps_open
            else "",
        )
    )
    command = [program.path, "-p", str(home), "-c", str(settings), "-e", str(home / "errors.log")]
    with serving(command, port=port, folder=home, environ=program.environ) as server:
        yield server


# Each connection may ask as often as it likes, as with the other servers here.
_NGINX = """
{user}
daemon off;
worker_processes 1;
pid {home}/pid;
events {{ worker_connections 512; }}
http {{
    types {{ text/html html; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    gzip_static on;
    {kept}
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{ listen 127.0.0.1:{port}; root {files}; charset utf-8; }}
}}
"""


@contextmanager
def varnish(program: Program, behind: Server, folder: Path) -> Iterator[Server]:
    """Serve what `behind` serves from Varnish's memory; everything is kept for an hour."""
    port = free_port()
    home = folder / f"varnish-{port}"
    home.mkdir()
    rules = home / "rules.vcl"
    rules.write_text(
        "vcl 4.1;\n"
        f'backend origin {{ .host = "127.0.0.1"; .port = "{behind.port}"; }}\n'
        "sub vcl_backend_response { set beresp.ttl = 1h; }\n"
    )
    command = [program.path, "-F", "-j", "none", "-n", str(home / "work"), "-f", str(rules)]
    command += ["-a", f"127.0.0.1:{port}", "-s", "default,64m"]
    with serving(command, port=port, folder=home, environ=program.environ) as server:
        yield server


@contextmanager
def granian(
    application: str,
    *,
    folder: Path,
    environ: Mapping[str, str],
    threads: int,
    beside: tuple[int, ...] = (),
) -> Iterator[Server]:
    """Serve a WSGI application by the same server, with the same choices, as `manage.py serve`."""
    port = free_port()
    command = [sys.executable, "-m", "granian", application, "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    command += ["--blocking-threads", str(threads), "--no-access-log", "--log-level", "warning"]
    with serving(command, port=port, folder=folder, environ=environ, beside=beside) as server:
        yield server
