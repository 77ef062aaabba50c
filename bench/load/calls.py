"""Call the site's WSGI application N times and then 2N times, for callgrind, which counts what it does.

    python bench/load/calls.py VGDB PATH KIND=N…

Run in a copy of the site, under valgrind. KIND is `stored`, `rendered` or `unchanged` (asked with the tag
that the page carries). VGDB is the program that turns counting on, so that the start of Django, which
takes minutes when it is counted, is not. `os.getloadavg` is called after the warming of each kind, between
and after: callgrind can see that.
"""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

WARMING = 3
_BROWSER = {
    "HTTP_HOST": "blog.example",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml",
    "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.5",
    "HTTP_ACCEPT_ENCODING": "gzip, br",
}


def environ(path: str, **more: str) -> dict[str, Any]:
    """Return what a WSGI server says of a GET (PEP 3333)."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_BROWSER,
        **more,
    }


def ask(application: Callable[..., Iterable[bytes]], path: str, **more: str) -> tuple[str, str]:
    """Ask once, read the whole answer, and return its status and its tag."""
    said: list[Any] = []
    body = application(environ(path, **more), lambda *given: said.extend(given))
    for _ in body:
        pass
    if close := getattr(body, "close", None):
        close()
    return said[0], next((value for name, value in said[1] if name.lower() == "etag"), "")


def begin_to_count(vgdb: str) -> None:
    """Turn callgrind's counting on in this process; SystemExit if this is not under valgrind."""
    # Valgrind listens while its program runs, and not while it waits.
    asked = subprocess.Popen([vgdb, f"--pid={os.getpid()}", "instrumentation", "on"])
    while asked.poll() is None:
        sum(range(1000))
    if asked.returncode:
        raise SystemExit("Valgrind did not begin to count.")


def site() -> Callable[..., Iterable[bytes]]:
    """Return the application of the copy, whose reads are noted and not written."""
    sys.path.insert(0, str(Path.cwd()))
    import django

    django.setup()
    from audience import storing

    # What a thread writes now and again would fall into one count or the other.
    storing.begin = lambda: None
    from config.wsgi import application

    return application


def main(vgdb: str, path: str, *kinds: str) -> None:
    """Warm up, then ask N and 2N times, for each kind; SystemExit if an answer is not of it."""
    application = site()
    _, tag = ask(application, path)
    begin_to_count(vgdb)
    for kind, _, number in (each.partition("=") for each in kinds):
        if kind == "unchanged" and not tag:
            raise SystemExit(f"{path} has no ETag.")
        more = {"HTTP_IF_NONE_MATCH": tag} if kind == "unchanged" else {}
        for requests in (WARMING, int(number), 2 * int(number)):
            gc.collect()
            for _ in range(requests):
                status, _ = ask(application, path, **more)
                if not status.startswith("304" if more else "200"):
                    raise SystemExit(f"{path} answered {status}.")
            os.getloadavg()


if __name__ == "__main__":
    main(*sys.argv[1:])
