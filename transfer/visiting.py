"""Opening pages of this site as any reader would, inside this process and without a network."""

from __future__ import annotations

import io
import logging
import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import FileResponse


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the media type without parameters, where it leads, and the bytes."""

    status: int
    media_type: str
    location: str = ""
    body: bytes = b""


class Visitor:
    """A reader who is not signed in. Calling it with a path opens that path.

    Every request passes the whole middleware under the name of `SITE_URL`.

    Args:
        environ: what a server would say of each request, beside the path.
    """

    def __init__(self, environ: Mapping[str, Any] | None = None) -> None:
        """Load the middleware once."""
        self._handler = BaseHandler()
        self._handler.load_middleware()
        self._environ = dict(environ or {})

    def __call__(self, address: str) -> Answer:
        """Open a path, percent-encoded, with its query. Static files are read from where they lie."""
        path, _, query = address.partition("?")
        if path.startswith(settings.STATIC_URL):
            return _static(path)
        response = self._handler.get_response(WSGIRequest(self._said(path, query)))
        body = b"".join(response)
        if isinstance(response, FileResponse) and response.file_to_stream:
            # response.close() would close the database's connection after every page as well.
            response.file_to_stream.close()
        media_type = response.get("Content-Type", "").partition(";")[0].strip()
        return Answer(response.status_code, media_type, response.get("Location", ""), body)

    def _said(self, path: str, query: str) -> dict[str, Any]:
        site = urlsplit(settings.SITE_URL)
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            # The bytes of a path as WSGI hands them over (PEP 3333).
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": site.hostname or "",
            "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": site.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **self._environ,
        }


@contextmanager
def without_notes_of_404s() -> Iterator[None]:
    """Keep the log from repeating every page that is not there; faults are still written."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _static(path: str) -> Answer:
    name = unquote_to_bytes(path.removeprefix(settings.STATIC_URL)).decode(errors="replace")
    found = _file(name)
    if found is None:
        return Answer(404, "text/plain")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Answer(200, kind, body=found.read_bytes())


def _file(name: str) -> Path | None:
    """Return a static file: the collected one, else the one in the project.

    Whoever comments can link to any path below the static files, so none may do harm.
    """
    if {"", ".", ".."} & set(name.split("/")) or "\0" in name:
        return None
    try:
        if isinstance(staticfiles_storage, FileSystemStorage):
            collected = Path(staticfiles_storage.path(name))
            if collected.is_file():
                return collected
        found = finders.find(name)
        return Path(found) if found and Path(found).is_file() else None
    except (OSError, SuspiciousFileOperation):
        # A name that no file system takes.
        return None
