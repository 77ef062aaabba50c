"""Readers with their browsers."""

from __future__ import annotations

from typing import Any

from django.test import Client

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BROWSER = {
    "HTTP_USER_AGENT": FIREFOX,
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8",
    "REMOTE_ADDR": "203.0.113.7",
}


def read(path: str = "/posts/floor/", **said: str) -> Any:
    """Open a page as somebody does; anything her browser says can be said otherwise."""
    heads: dict[str, Any] = {**BROWSER, **said}
    return Client().get(path, **heads)
