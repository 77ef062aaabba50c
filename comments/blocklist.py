"""The rules of the blocklist over plain values: how one is spelt, and what it catches. No query.

Addresses and networks are compared whole, words after folding, patterns within a limit of time.
"""

from __future__ import annotations

import ipaddress
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

import regex
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from comments import patterns
from comments.models import Block
from comments.spam.addresses import find_links, host_of
from comments.spam.facts import Blocked
from comments.spam.tokens import UNDECOMPOSED

COMMENT_SECONDS = 1.0
"""How long all patterns together may look at one comment."""

# No rule shall catch much of the internet by a slip of the finger.
_WIDEST_NETWORK = {4: 8, 6: 16}

Kind = Block.Kind
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_INVISIBLE = regex.compile(r"[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_ACCENTED = regex.compile(r"([\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}])\p{M}+")
# Scripts without spaces between words: there each letter counts as a word.
_WORDS = regex.compile(
    rf"[{_SPACELESS}]\p{{M}}*+|[[\p{{L}}\p{{M}}\p{{N}}]--[{_SPACELESS}]]++", regex.VERSION1
)
_HREF = re.compile(r'href="([^"]{1,2048})"')
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DOTS = str.maketrans("。．｡", "...")


class Rule(Protocol):
    """What is read of a `Block`."""

    pk: int
    kind: str
    value: str
    effect: str


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the rules look at.

    `html` and `shown` are the text as readers would see it, with and without tags; `address` is the
    IP address it came from, which stays in memory.
    """

    name: str = ""
    body: str = ""
    html: str = ""
    shown: str = ""
    email: str = ""
    url: str = ""
    address: str = ""

    @cached_property
    def mailbox(self) -> str:
        """The e-mail address as rules spell it."""
        return _mailbox(self.email)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The domains of the e-mail address and of all links, as typed and as they lead on."""
        found = [host_of(self.url), self.email.rpartition("@")[2]]
        found += [link.host for link in find_links(self.body)]
        found += [_linked_host(target) for target in _HREF.findall(self.html)]
        return frozenset(filter(None, map(_host, found)))

    @cached_property
    def ip(self) -> _Address | None:
        """The IP address, or `None` when it is not known."""
        try:
            return _unmapped(ipaddress.ip_address(self.address))
        except ValueError:
            return None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words of each text, with a space before and after."""
        return tuple(f" {folded(text)} " for text in (self.name, self.body, self.shown))

    @cached_property
    def text(self) -> str:
        """What patterns read: name, link and text, each from the beginning of a line."""
        return "\n".join(dict.fromkeys((self.name, self.url, self.body, self.shown)))


def normalised(kind: str, value: str) -> str:
    """Return the one spelling of a value. What this returns, it returns unchanged.

    Raises:
        ValueError: no rule of this kind can be made of it; says why in a sentence.
    """
    value = value.strip()
    if not value or "\0" in value:
        raise ValueError(gettext("Write what it should catch."))
    match kind:
        case Kind.ADDRESS:
            return _checked_mailbox(value)
        case Kind.DOMAIN:
            return _checked_host(value)
        case Kind.NETWORK:
            return _checked_network(value)
        case Kind.WORD:
            return _checked_words(value)
        case Kind.PATTERN:
            patterns.require_harmless(value)
            return value
    raise ValueError(gettext("Choose what it is."))


def caught(rules: Iterable[Rule], heard: Heard) -> Iterator[Blocked]:
    """Yield each rule that catches what was heard, and each that could not finish.

    A rule that fails is told as unfinished and stops no other. Patterns come last, so that slow ones
    cost no other rule its turn.
    """
    ends = time.monotonic() + COMMENT_SECONDS
    for rule in sorted(rules, key=lambda rule: rule.kind == Kind.PATTERN):
        try:
            is_caught = _catches(rule, heard, ends)
        except Exception:  # noqa: BLE001 - one bad rule must not stop the others
            yield Blocked(rule.pk, rule.kind, rule.value, is_finished=False)
            continue
        if is_caught:
            is_spam = rule.effect == Block.Effect.SPAM
            yield Blocked(rule.pk, rule.kind, rule.value, is_spam=is_spam)


def folded(text: str) -> str:
    """Return the words of a text with single spaces, without capitals, accents, width and signs."""
    # Twice: folding can uncover what has to be folded itself, such as a capital inside a ligature.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        text = _ACCENTED.sub(r"\1", text).casefold().translate(UNDECOMPOSED)
    return unicodedata.normalize("NFC", " ".join(_WORDS.findall(text)))


def _catches(rule: Rule, heard: Heard, ends: float) -> bool:
    match rule.kind:
        case Kind.ADDRESS:
            return heard.mailbox == rule.value
        case Kind.DOMAIN:
            return any(f".{host}".endswith(f".{rule.value}") for host in heard.hosts)
        case Kind.NETWORK:
            return heard.ip is not None and heard.ip in ipaddress.ip_network(rule.value)
        case Kind.WORD:
            return any(f" {rule.value} " in words for words in heard.words)
        case Kind.PATTERN:
            return patterns.fits(rule.value, heard.text, until=ends)
    raise ValueError(rule.kind)


def _mailbox(value: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())


def _checked_mailbox(value: str) -> str:
    spelt = _mailbox(value)
    try:
        validate_email(spelt)
    except ValidationError as error:
        raise ValueError(gettext("Write an address such as name@example.com.")) from error
    return spelt


def _host(value: str) -> str:
    """Return a domain in small letters as the network spells it: `bücher.example` as `xn--…`."""
    host = unicodedata.normalize("NFKC", value.translate(_DOTS)).casefold().strip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return host
    return host.removeprefix("www.") if host.count(".") > 1 else host


def _linked_host(target: str) -> str:
    if target.startswith("mailto:"):
        return target.partition("?")[0].rpartition("@")[2]
    try:
        return urlsplit(target).hostname or ""
    except ValueError:
        return ""


def _checked_host(value: str) -> str:
    typed = value.removeprefix("*.").rpartition("@")[2]
    host = _host(urlsplit(typed).hostname or "" if "://" in typed else typed.partition("/")[0])
    if len(host) > 253 or not _DOMAIN.fullmatch(host):
        raise ValueError(gettext("Write a domain such as example.com."))
    return host


def _unmapped(address: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 one wraps, as some servers pass it on."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _checked_network(value: str) -> str:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError as error:
        raise ValueError(
            gettext("Write an IP address or a network such as 192.0.2.0/24.")
        ) from error
    if network.version == 6 and network.network_address.ipv4_mapped and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        network = ipaddress.ip_network(f"{mapped}/{network.prefixlen - 96}")
    widest = _WIDEST_NETWORK[network.version]
    if network.prefixlen < widest:
        raise ValueError(
            gettext("This is too much of the internet: /%(widest)s is the widest network.")
            % {"widest": widest}
        )
    return str(network)


def _checked_words(value: str) -> str:
    words = folded(value)
    if not words:
        raise ValueError(gettext("Write at least one letter or digit; for signs, use a pattern."))
    return words
