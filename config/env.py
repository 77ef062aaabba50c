"""Read settings from the environment, and end the start in one clear line when a value is wrong."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeVar
from urllib.parse import urlsplit

import environ
from django.conf.global_settings import LANGUAGES

T = TypeVar("T")

env = environ.Env()

_HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)

_REPLY_ADDRESS = re.compile(
    r"[a-z0-9]([a-z0-9._-]{0,18}[a-z0-9])?@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class DoorAddress(NamedTuple):
    """Where the door for mail is: an address and port of this machine, or the path of a socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.path or f"{host}:{self.port}"


def read_files(*paths: Path) -> None:
    """Add `NAME=value` lines of files that exist; the real environment wins over each of them.

    From then on a variable that is set but empty counts as not set.
    """
    for path in paths:
        if path.is_file():
            env.read_env(str(path), overwrite=False)
    env.ENVIRON = {name: text for name, text in os.environ.items() if text}


def stop(name: str, problem: str) -> NoReturn:
    """End the process with one line on standard error and exit status 1."""
    raise SystemExit(f"Cannot start: {name} {problem}. See .env.example.")


def value(name: str, read: Callable[[], T], *, expected: str) -> T:
    """Return `read()`, or stop with a line that names the variable and what it expects."""
    try:
        with warnings.catch_warnings():
            # django-environ only warns of an address that it cannot read.
            warnings.simplefilter("error")
            return read()
    except (ValueError, TypeError, KeyError, UserWarning, environ.ImproperlyConfigured):
        stop(name, f"must be {expected}")


def flag(name: str, *, default: bool) -> bool:
    """Return an on/off value: on, off, true, false, yes, no, 1, 0; anything else stops the start."""
    raw = env.str(name, default="on" if default else "off").strip().lower()
    words = {"on": True, "true": True, "yes": True, "1": True}
    words |= {"off": False, "false": False, "no": False, "0": False}
    return value(name, lambda: words[raw], expected="on or off")


def file_or_off(name: str, *, default: Path) -> Path | None:
    """Return the path of a file; None where the variable says off."""
    raw = env.str(name, default="").strip()
    if raw.lower() == "off":
        return None
    return Path(raw) if raw else default


def secret(name: str) -> str:
    """Return a secret of at least 32 characters; there is no default."""
    found: str = env.str(name, default="")
    if not found:
        stop(name, "is missing: set it to at least 32 random characters")
    return _long(name, found)


def purpose_key(name: str, *, secret_key: str) -> str:
    """Return the key for one purpose: its own variable, else one derived from the secret key."""
    found: str = env.str(name, default="")
    return (
        _long(name, found) if found else hashlib.sha256(f"{name}:{secret_key}".encode()).hexdigest()
    )


def _long(name: str, text: str) -> str:
    if len(text) < 32:
        stop(name, "must have at least 32 characters")
    return text


def hosts(name: str, *, default: list[str]) -> list[str]:
    """Return a comma-separated list of host names; `.example.com` means all below it."""
    found = [host.strip() for host in env.list(name, default=default)]
    if not all(_HOST.fullmatch(host) for host in found):
        stop(name, "must be a list of host names, such as blog.example.com, www.example.com")
    return found


def port() -> int:
    """Return the port to serve on."""
    found: int = value("PORT", lambda: env.int("PORT", default=8000), expected="a number")
    if not 0 < found < 65536:
        stop("PORT", "must be a number from 1 to 65535")
    return found


def language(name: str, *, default: str) -> str:
    """Return the language of the site, one that Django itself speaks, in small letters: `de`, `pt-br`."""
    found: str = env.str(name, default=default).strip().lower().replace("_", "-")
    if found not in dict(LANGUAGES):
        stop(name, "must be a language such as en-gb, de or pt-br")
    return found


def site_url() -> str:
    """Return the public address of the site, scheme and host only, without a slash at its end."""
    found: str = env.str("SITE_URL", default=f"http://localhost:{port()}").rstrip("/")
    parts = value(
        "SITE_URL", lambda: urlsplit(found), expected="an address such as https://blog.example.com"
    )
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        stop("SITE_URL", "must be an address such as https://blog.example.com, without a path")
    return found


def edge(name: str) -> str:
    """Return where an edge in front of the site is told what has changed, or nothing."""
    found: str = env.str(name, default="").strip()
    expected = "the address of an edge, such as http://127.0.0.1:6081"
    if found and not value(name, lambda: _is_address(found), expected=expected):
        stop(name, f"must be {expected}")
    return found


def _is_address(text: str) -> bool:
    """Whether it is one of the web, of printable ASCII, that asks for nothing and names no account.

    Raises:
        ValueError: it cannot be read, or its port is no number from 0 to 65535.
    """
    parts = urlsplit(text)
    is_plain = text.isascii() and text.isprintable() and not re.search(r"[\s?#@]", text)
    is_open = parts.port is None or parts.port > 0
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain and is_open


def networks(name: str) -> list[Network]:
    """Return a comma-separated list of addresses or networks such as `10.0.0.0/8, ::1`."""
    return value(
        name,
        lambda: [
            ipaddress.ip_network(part.strip())
            for part in env.list(name, default=[])
            if part.strip()
        ],
        expected="a list of IP addresses or networks, such as 127.0.0.1, 10.0.0.0/8",
    )


def reply_address(name: str) -> str:
    """Return the address that answers by mail come to, or nothing.

    What says which comment is answered comes after its local part, which has 64 characters in all.
    """
    found: str = env.str(name, default="").strip()
    if found and not _REPLY_ADDRESS.fullmatch(found):
        stop(
            name,
            "must be an address such as reply@blog.example.com, with at most 20 letters before the @",
        )
    return found


def mail_door(name: str, *, reply_address: str) -> DoorAddress | None:
    """Return where mail servers hand mail in, or nothing.

    Whoever reaches the door may hand in what she likes, so no other machine may.
    """
    found: str = env.str(name, default="").strip()
    if not found:
        return None
    if not reply_address:
        stop(name, "needs REPLY_ADDRESS, which says what mail is taken")
    address = DoorAddress(path=found) if found.startswith("/") else _loopback(found)
    # The path of a socket has at most 107 bytes (unix(7)).
    if address is None or len(address.path.encode()) > 107:
        stop(name, "must be on this machine: 127.0.0.1:8025, [::1]:8025 or /run/plainspoken/mail")
    return address


def _loopback(text: str) -> DoorAddress | None:
    host, _, port_text = text.rpartition(":")
    try:
        ip, port_number = ipaddress.ip_address(host.strip("[]")), int(port_text)
    except ValueError:
        return None
    return DoorAddress(str(ip), port_number) if ip.is_loopback and 0 < port_number < 65536 else None
