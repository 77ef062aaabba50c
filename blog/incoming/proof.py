"""Who really sent a mail: a DKIM signature (RFC 6376) by the domain that its From address belongs to.

Strict on purpose. What a mail may be forged with is refused here, and then a person looks: a signature
over a part of the text (`l=`), one that leaves From or To open, one by another domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop

if TYPE_CHECKING:
    # Loaded only where a mail has come in: web processes load this module, and never take one.
    import dkim

LookUp = Callable[[str], bytes | None]
"""Returns the TXT record of a name, or `None` when there is none; may raise `TryLater`."""

_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
_ALWAYS_SIGNED = frozenset({"from", "to"})
_MOST_SIGNATURES = 5
_SECONDS = 10
_SMALLEST_KEY = 1024

NO_SIGNATURE = gettext_noop("It carries no signature of the mail server it came from.")
UNREADABLE = gettext_noop("Its signature cannot be read.")
FOREIGN = gettext_noop("It is signed by another domain than that of its sender.")
PARTIAL = gettext_noop("Its signature covers only a part of the text.")
OPEN = gettext_noop("Its signature leaves open whom it is from or to, or what it says.")
WEAK = gettext_noop("Its signature is of a kind that is easily forged.")
BROKEN = gettext_noop(
    "Its signature does not fit: the mail was changed on the way, or somebody else wrote it."
)
TESTING = gettext_noop("Its domain says that it only tries its signatures out.")


class TryLater(Exception):
    """The key could not be looked up now."""


def public_record(name: str) -> bytes | None:
    """Return the TXT record of a name from DNS.

    Raises:
        TryLater: the servers do not answer.
    """
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers) as error:
        raise TryLater(
            gettext("The name server does not answer: %(name)s") % {"name": name}
        ) from error
    except dns.exception.DNSException:
        return None
    records = [b"".join(record.strings) for record in answer]
    # Which of several counts is not defined.
    return records[0] if len(records) == 1 else None


# Long runs of blanks, and lines longer than mail may have (RFC 5322, 2.1.1): canonicalising them takes the
# library time that grows with their square, before it has looked at the signature.
_SLOW = re.compile(rb"[ \t]{200}|[^\n]{1001}")


def doubt_about(
    raw: bytes,
    sender: str,
    *,
    look_up: LookUp = public_record,
    signed: AbstractSet[str] = frozenset(),
) -> str:
    """Return why nothing proves that `sender` sent this mail; an empty string when a signature does.

    The sentence is one of the above, in English: whoever shows it translates it.

    Args:
        signed: headers that the signature must cover besides From and To, in small letters.

    Raises:
        TryLater: the key cannot be looked up now.
    """
    import dkim

    if _SLOW.search(raw):
        return BROKEN
    try:
        verifier = dkim.DKIM(raw, minkey=_SMALLEST_KEY)
    except dkim.DKIMException:
        return UNREADABLE
    domain = sender.rpartition("@")[2].lower()
    count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    needed = {name.encode() for name in _ALWAYS_SIGNED | signed}
    doubts = []
    for number in range(count)[:_MOST_SIGNATURES]:
        doubts.append(_doubt(verifier, number, domain, needed, look_up))
        if not doubts[-1]:
            return ""
    # A signature by somebody on the way says little; that of her own domain says more.
    return next(
        (doubt for doubt in doubts if doubt != FOREIGN), FOREIGN if doubts else NO_SIGNATURE
    )


def _doubt(
    verifier: dkim.DKIM, number: int, domain: str, needed: AbstractSet[bytes], look_up: LookUp
) -> str:
    """Return what is wrong with one signature."""
    from dkim.util import parse_tag_value

    values = [value for name, value in verifier.headers if name.lower() == b"dkim-signature"]
    try:
        tags = parse_tag_value(values[number])
    except Exception:  # noqa: BLE001 - whatever it stumbles on, the signature proves nothing
        return UNREADABLE
    doubt = _doubt_of_tags(tags, domain, needed)
    if doubt:
        return doubt
    keys: list[bytes] = []

    def found(name: bytes, timeout: int = _SECONDS) -> bytes | None:
        record = look_up(name.decode("ascii").rstrip("."))
        keys.append(record or b"")
        return record

    try:
        is_valid = verifier.verify(number, dnsfunc=found)
    except TryLater:
        raise
    except Exception:  # noqa: BLE001 - the same
        return BROKEN
    if not is_valid:
        return BROKEN
    return _doubt_of_key(keys[-1], tags)


def _doubt_of_tags(tags: Mapping[bytes, bytes], domain: str, needed: AbstractSet[bytes]) -> str:
    signer = tags.get(b"d", b"").decode("ascii", errors="replace").lower()
    # Equal, or the domain above it: who holds that one holds its names below as well.
    if "." not in signer or not (domain == signer or domain.endswith(f".{signer}")):
        return FOREIGN
    if b"l" in tags:
        return PARTIAL
    if tags.get(b"a") not in _ALGORITHMS:
        return WEAK
    signed = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    return "" if signed >= needed else OPEN


def _doubt_of_key(record: bytes, tags: Mapping[bytes, bytes]) -> str:
    found = re.search(rb"(?:^|;)\s*t\s*=\s*([^;]*)", record)
    flags = {flag.strip() for flag in found[1].split(b":")} if found else set()
    if b"y" in flags:
        return TESTING
    identity = tags.get(b"i", b"@" + tags[b"d"]).rpartition(b"@")[2]
    return FOREIGN if b"s" in flags and identity.lower() != tags[b"d"].lower() else ""
