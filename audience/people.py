"""Which requests are a person's who opens a page, and may be counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

# Words in the names of programs that read for no person, or for one who has not opened the page yet.
_PROGRAMS = re.compile(
    # There are telephones called Cubot.
    r"(?<!cu)bot\b|bot[/_-]|crawl|spider|slurp|scrap|archiv|monitor|uptime|pingdom|scan|check|validator"
    r"|preview|facebookexternalhit|embedly|whatsapp/|feed|\brss|reader/|fetch|headless|phantom|lighthouse"
    r"|pagespeed|curl/|wget|python|java/|okhttp|axios|go-http|libwww-perl|httpclient|node[-/]|\b(ruby|perl|php)\b"
    r"|openai|claude|perplexity",
    re.IGNORECASE,
)
_AHEAD_OF_TIME = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_WISHES = ("HTTP_DNT", "HTTP_SEC_GPC")
DECISIVE = (
    *("REQUEST_METHOD", "HTTP_USER_AGENT", "HTTP_ACCEPT", "HTTP_SEC_FETCH_DEST", "HTTP_COOKIE"),
    *_WISHES,
    *_AHEAD_OF_TIME,
)
"""All that `is_counted` looks at."""


def is_counted(head: Mapping[str, Any]) -> bool:
    """Whether a request is a person's who opens a page, by what it says of itself.

    Not counted: another method than GET, a known program, one without a name, what asks for no page,
    a browser that fetches ahead of time, a colleague who is signed in, and whoever asks not to be
    tracked (`DNT`, `Sec-GPC`). All of it is known without a query.

    Args:
        head: the request as WSGI writes it, `environ` or `request.META`.
    """
    return (
        head.get("REQUEST_METHOD") == "GET"
        and not any(head.get(name) == "1" for name in _WISHES)
        and _wants_a_page(head)
        and is_person(head.get("HTTP_USER_AGENT", ""))
        and f"{settings.SESSION_COOKIE_NAME}=" not in head.get("HTTP_COOKIE", "")
    )


def is_person(agent: str) -> bool:
    """Whether a program with this name is a browser that somebody looks at, as far as it says so."""
    return _is_person(agent[:500])


@lru_cache(maxsize=2048)
def _is_person(agent: str) -> bool:
    return bool(agent.strip()) and not _PROGRAMS.search(agent)


def _wants_a_page(head: Mapping[str, Any]) -> bool:
    return (
        "text/html" in head.get("HTTP_ACCEPT", "")
        and head.get("HTTP_SEC_FETCH_DEST", "document") == "document"
        and not any("pre" in head.get(name, "").lower() for name in _AHEAD_OF_TIME)
    )
