"""Ask the site's WSGI application again and again, for callgrind, which counts what it does.

    python bench/load/calls.py VGDB PATH BLOCKS KIND=N…

Run under valgrind, with a copy of the site and then this checkout in PYTHONPATH. KIND is `stored`,
`rendered`, `unchanged` (asked with the tag that the page carries) or `reference`, which asks nothing of the
site. VGDB is the program that turns counting on, so that the start of Django, which takes minutes when it is
counted, is not. `os.getloadavg` is called after the warming of each kind and after each of its BLOCKS of N
requests: callgrind can see that.

What a server does before it calls the application is not counted, but for one copy of a dictionary.
"""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

from bench.load import reference
from bench.load.site import BROWSER

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

WARMING = 3
"""Requests before any is counted, or N if that is more."""


def environ_of(path: str, method: str = "GET", **more: str) -> dict[str, Any]:
    """Return what a WSGI server says of a request (PEP 3333); `more` as WSGI writes it."""
    path, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": "localhost:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **more,
    }


def ask(application: Application, request: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """Ask once, read the whole answer, and return its status and its headers."""
    said: list[Any] = []
    body = application(dict(request), lambda *given: said.extend(given))
    for _ in body:
        pass
    if close := getattr(body, "close", None):
        close()
    return said[0], said[1]


def asking(application: Application, path: str, kind: str) -> Callable[[], None]:
    """Return what asks for a page once; it ends this process if the answer is not of its kind."""
    request = environ_of(path, **{_name(name): value for name, value in BROWSER.items()})
    status = "200 OK"
    if kind == "unchanged":
        request["HTTP_IF_NONE_MATCH"] = _tag(ask(application, request)[1])
        status = "304 Not Modified"

    def once() -> None:
        if (found := ask(application, request)[0]) != status:
            raise SystemExit(f"{path} answered {found}.")

    return once


def _name(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


def _tag(headers: list[tuple[str, str]]) -> str:
    for name, value in headers:
        if name.lower() == "etag":
            return value
    raise SystemExit("The page has no ETag.")


def begin_to_count(vgdb: str) -> None:
    """Turn callgrind's counting on in this process; SystemExit if this is not under valgrind."""
    # Valgrind listens while its program runs, and not while it waits.
    asked = subprocess.Popen([vgdb, f"--pid={os.getpid()}", "instrumentation", "on"])
    while asked.poll() is None:
        sum(range(1000))
    if asked.returncode:
        raise SystemExit("Valgrind did not begin to count.")


def site() -> Application:
    """Return the application of the copy, whose reads are noted and not written."""
    import django

    django.setup()
    from audience import storing

    # What a thread writes now and again would fall into some of the counts.
    storing.begin = lambda: None
    from config.wsgi import application

    return application


def main(vgdb: str, path: str, blocks: str, *kinds: str) -> None:
    """Warm up, then do the blocks, for each kind; SystemExit if an answer is not of it."""
    application = site()
    asking(application, path, "stored")()
    begin_to_count(vgdb)
    for kind, _, number in (each.partition("=") for each in kinds):
        once = reference.work if kind == "reference" else asking(application, path, kind)
        for _ in range(max(WARMING, int(number))):
            once()
        gc.collect()
        os.getloadavg()
        for _ in range(int(blocks)):
            for _ in range(int(number)):
                once()
            os.getloadavg()


if __name__ == "__main__":
    main(*sys.argv[1:])
