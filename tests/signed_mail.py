"""Mail that is really signed (DKIM), and the name servers that publish the key: no network is used."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import dkim
import dns.resolver
import pytest
from django.core.management import call_command

SIGNED = [b"from", b"to", b"subject", b"date", b"message-id"]
NO_SUCH_NAME: Exception = dns.resolver.NXDOMAIN()  # type: ignore[no-untyped-call]


@pytest.fixture(scope="session")
def keys() -> tuple[bytes, bytes]:
    """A key for signing, and the record that publishes it."""
    private = subprocess.run(
        ["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True
    ).stdout
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"],
        input=private,
        capture_output=True,
        check=True,
    ).stdout
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, keys: tuple[bytes, bytes]) -> dict[str, Any]:
    """What the name servers answer: a list of records, or an exception. No network is used."""
    found: dict[str, Any] = {"post._domainkey.example.com": [keys[1]]}

    def resolve(name: str, kind: str, **options: Any) -> list[Any]:
        assert kind == "TXT"
        answer = found.get(name, NO_SUCH_NAME)
        if isinstance(answer, Exception):
            raise answer
        return [SimpleNamespace(strings=[record[:200], record[200:]]) for record in answer]

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    return found


@pytest.fixture
def sign(keys: tuple[bytes, bytes]) -> Callable[..., bytes]:
    """The same mail with a signature of a domain in front."""

    def build(raw: bytes, *, domain: bytes = b"example.com", **options: Any) -> bytes:
        chosen = {"include_headers": SIGNED, "canonicalize": (b"relaxed", b"relaxed"), **options}
        signed: bytes = dkim.sign(raw, b"post", domain, keys[0], **chosen) + raw
        return signed

    return build


@pytest.fixture
def receive(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Callable[[bytes], tuple[int, str]]:
    """Pipe a mail into the command: its status, and what it said."""

    def run(raw: bytes) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        status = 0
        try:
            call_command("receive_mail")
        except SystemExit as end:
            status = int(str(end.code))
        out, err = capsys.readouterr()
        return status, f"{out}{err}".strip()

    return run
