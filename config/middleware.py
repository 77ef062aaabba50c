"""What every request and every answer passes through, besides Django's own middleware."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.codings import CODERS, best_coding
from blog.page_store.admitting import will_be_admitted
from blog.page_store.page import ASKED_AGAIN
from blog.page_store.saying import keeping_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A picture of 25 MB and the fields around it.
LARGEST_UPLOAD = 27 * 1024 * 1024
# Below this a coding saves less than the packet it travels in.
LEAST_TO_COMPRESS = 500
_TEXTS = ("text/", "application/xml", "application/atom+xml", "application/feed+json")
_TOO_LARGE = gettext_lazy("That is too large.\n")
_TOO_LARGE_HERE = gettext_lazy(
    "That is more than 27 MB, too much at once. Go back in your browser: what you typed is still"
    " there. Then send smaller pictures, or fewer at a time.\n"
)

_LONGEST_ADDRESS = 45
"""Characters of an IPv6 address at most, an IPv4 address in its end (POSIX, INET6_ADDRSTRLEN)."""

_LONGEST_CHAIN = 2048
"""Characters of X-Forwarded-For that are read, from its end: the part that our own proxies wrote."""


def is_trusted(address: str) -> bool:
    """Return whether an address is that of one of our proxies."""
    # What is longer is none, and must not be remembered.
    return len(address) <= _LONGEST_ADDRESS and _is_in(address, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=1024)
def _is_in(address: str, networks: tuple[IPNetwork, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def client_address(head: Mapping[str, Any]) -> str:
    """Return the last address of a request's chain that is not one of our proxies.

    Args:
        head: the request as WSGI writes it.
    """
    remote: str = head.get("REMOTE_ADDR", "")
    forwarded: str = head.get("HTTP_X_FORWARDED_FOR", "")[-_LONGEST_CHAIN:]
    for address in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not is_trusted(remote):
            break
        remote = address
    return remote


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """Believe X-Forwarded-For and -Proto from `TRUSTED_PROXIES` only; drop them from anybody else.

    Afterwards `REMOTE_ADDR` is the reader's own address, whatever stood in between.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if is_trusted(meta.get("REMOTE_ADDR", "")):
            meta["REMOTE_ADDR"] = client_address(meta)
        else:
            for header in ("FOR", "PROTO", "HOST", "PORT"):
                meta.pop(f"HTTP_X_FORWARDED_{header}", None)
        return get_response(request)

    return middleware


def limited_bodies(get_response: GetResponse) -> GetResponse:
    """Refuse a body that is larger than anything a person sends here, before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_newsroom = request.path.startswith("/admin/")
        most = LARGEST_UPLOAD if is_newsroom else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length_of(request) > most:
            sentence = _TOO_LARGE_HERE if is_newsroom else _TOO_LARGE
            return HttpResponse(sentence, status=413, content_type="text/plain")
        return get_response(request)

    return middleware


def length_of(request: HttpRequest) -> int:
    """Return how many bytes the sender says will come; 0 when it says nothing that can be read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Send `SECURE_CSP` with every answer that has no policy of its own."""
    policy = "; ".join(
        f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items()
    )

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response

    return middleware


def compressed(get_response: GetResponse) -> GetResponse:
    """Send what is the same for every reader in the best coding her browser takes.

    What is private, and the newsroom, stay as they are: beside words that a stranger chose, the
    length of a compressed secret tells of it (the attack named BREACH).
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if will_be_admitted(request, response):
            # As it is: the page store keeps it in every coding.
            return response
        if isinstance(response, HttpResponse) and _is_public_text(request, response):
            # Of a 304 as well, which says what the whole answer would say (RFC 9110, section 15.4.5).
            patch_vary_headers(response, ["Accept-Encoding"])
            _encode(response, best_coding(request.headers.get("Accept-Encoding", "")))
        return response

    return middleware


def _is_public_text(request: HttpRequest, response: HttpResponse) -> bool:
    is_text = response.get("Content-Type", "").startswith(_TEXTS)
    return (
        ((is_text and len(response.content) >= LEAST_TO_COMPRESS) or response.status_code == 304)
        and not response.has_header("Content-Encoding")
        and not _is_private(request, response)
    )


def _is_private(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer is one person's, by anything that says so."""
    kept = response.get("Cache-Control", "")
    return (
        "no-store" in kept
        or "private" in kept
        or "cookie" in response.get("Vary", "").lower()
        or bool(response.cookies)
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or request.path.startswith("/admin/")
    )


def _encode(response: HttpResponse, coding: str) -> None:
    """Change the bytes, and what is said of them; a strong ETag would say they are the others."""
    if coding == "identity":
        return
    if response.get("ETag", "").startswith('"'):
        response.headers["ETag"] = f"W/{response.headers['ETag']}"
    if response.content:
        response.content = CODERS[coding](response.content)
        response.headers["Content-Encoding"] = coding
        response.headers["Content-Length"] = str(len(response.content))


def asked_again(get_response: GetResponse) -> GetResponse:
    """Have pages that anybody may keep say so as kept ones do, also when the store does not keep them.

    An answer that says something itself, sets a cookie or hangs on one is left as it is.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        found = request.resolver_match
        is_public = found is not None and keeping_of(found.func) is not None
        if is_public and response.status_code in {200, 304} and _says_nothing(response):
            response.headers["Cache-Control"] = ASKED_AGAIN
        return response

    return middleware


def _says_nothing(response: HttpResponseBase) -> bool:
    return (
        not response.has_header("Cache-Control")
        and not response.cookies
        and "cookie" not in response.get("Vary", "").lower()
    )


# What takes words from readers refuses by itself, and gives the words back.
_KEEPS_WORDS = re.compile(r"/posts/|/comments/mine/|/comments/\d+/report/")


def read_only(get_response: GetResponse) -> GetResponse:
    """Refuse every change while `READ_ONLY` is on; what keeps words answers for itself, text and all."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_answered = _KEEPS_WORDS.match(request.path)
        if settings.READ_ONLY and request.method not in SAFE_METHODS and not is_answered:
            sentence = _(
                "This site is read-only for a short while. Please go back and try again later.\n"
            )
            return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware
