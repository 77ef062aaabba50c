"""The WSGI application in front of Django: it answers from kept pages, and asks Django for the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from blog.codings import LONGEST_ACCEPTED, best_coding
from blog.page_store.keeper import Keeper
from blog.page_store.making import Maker, Unkept
from blog.page_store.page import Page

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# What changes nothing (RFC 9110, 9.2.1), besides GET and HEAD.
_SAFE = frozenset({"OPTIONS", "TRACE"})

_coding = lru_cache(maxsize=256)(best_coding)

_LONGEST_ASKED = 8 * 1024
"""Characters of an If-None-Match that is read, some two hundred tags."""


class Front:
    """Kept pages for whoever asks with GET or HEAD.

    Attributes:
        accepts: whether a request came under the site's own name and as safely as it demands; Django
            answers any other.
        on_read: called with each request that was answered by a text somebody reads.
    """

    def __init__(
        self,
        application: Application,
        keeper: Keeper,
        *,
        accepts: Callable[[Environ], bool],
        on_read: Callable[[Environ], None],
    ) -> None:
        """Stand before `application`."""
        self._application, self._keeper = application, keeper
        self._maker = Maker(application, keeper)
        self._ready, self._holds = keeper.memory.get, keeper.holds
        self.accepts, self.on_read = accepts, on_read

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._change(environ, start_response)
        page = self._ready((environ["PATH_INFO"], environ.get("QUERY_STRING", "")))
        if page is None or not self.accepts(environ) or not self._holds(page, time.time()):
            return self._make(environ, start_response)
        return self._answer(page, environ, start_response)

    def _answer(
        self, page: Page, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        if page.is_read:
            self.on_read(environ)
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        # What is remembered must be small as well as few.
        coding = _coding(accepted) if len(accepted) <= LONGEST_ACCEPTED else "identity"
        answer = page.answers[coding]
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked is not None and _names(asked, answer.tag):
            start_response("304 Not Modified", answer.unchanged)
            return []
        start_response("200 OK", answer.headers)
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []

    def _make(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        found = self._maker.page(environ) if self.accepts(environ) else None
        if found is None:
            return self._application(environ, start_response)
        if isinstance(found, Unkept):
            return found.send(environ["REQUEST_METHOD"], start_response)
        # The read of the one who had it made is counted here as well: Django leaves out what is kept.
        return self._answer(found, environ, start_response)

    def _change(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let Django change something; whoever hears of it afterwards asks for pages that know it.

        Also after a refusal: a view may have changed something before it came to what it refused.
        """
        answer = self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in _SAFE:
            self._keeper.settle()
        return answer


def _names(asked: str, tag: str) -> bool:
    """Whether an If-None-Match names a tag, compared weakly (RFC 9110, 13.1.2).

    One that is too long to be read names none.
    """
    if asked == tag:
        return True
    if len(asked) > _LONGEST_ASKED:
        return False
    found = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return tag in found or "*" in found
