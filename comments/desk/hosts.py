"""Where the links of a comment lead, spelled out, so that no look-alike passes for another site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comments.spam.addresses import find_links, host_of

_PREFIX = "xn--"


@dataclass(frozen=True)
class Host:
    """A host as people read it, and as the network spells it; `ascii` is empty where both are equal."""

    shown: str
    ascii: str = ""


def hosts_in(text: str, *addresses: str) -> list[Host]:
    """Return the hosts that the links of `text`, and these addresses, lead to, each once."""
    found = [*(link.host for link in find_links(text)), *map(host_of, addresses)]
    return [spelled_out(host) for host in dict.fromkeys(found) if host]


def linked_hosts(addresses: Iterable[str]) -> dict[str, str]:
    """Return the host of each address that has one."""
    return {address: host for address in addresses if (host := host_of(address))}


def spelled_out(host: str) -> Host:
    """Return both spellings of a host, whichever of them it was written in.

    Labels that cannot be read, or that would print invisible characters, stay as the network has them.
    """
    labels = host.split(".")
    shown = ".".join(map(_readable, labels))
    spelled = ".".join(map(_spelled, labels))
    return Host(shown, "" if shown == spelled else spelled)


def _readable(label: str) -> str:
    if not label.startswith(_PREFIX):
        return label if label.isprintable() else _spelled(label)
    try:
        decoded = label[len(_PREFIX) :].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return label
    return decoded if decoded.isprintable() and not decoded.isascii() else label


def _spelled(label: str) -> str:
    if label.isascii():
        return label
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return _PREFIX + label.encode("punycode").decode("ascii")
