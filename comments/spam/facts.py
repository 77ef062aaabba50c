"""What a check may know: the submission itself and the facts of the site, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from comments.spam.addresses import Link, find_links, host_of
from comments.spam.learned.weights import SiteWeights
from comments.spam.tokens import JUDGED_CHARACTERS, plain, words_of
from comments.spam.vocabulary import content_stems

StampState = Literal["fresh", "missing", "expired"]

_LONGEST_DOMAIN = 253
"""Characters that the name of a host has at most (RFC 1035)."""


@dataclass(frozen=True)
class Submission:
    """One comment as it was sent, without the e-mail address, only its domain.

    `network` is a keyed hash and means nothing outside this site. `elapsed_ms` is the time from
    opening the form to sending it, known only where a script or a preview stamped it. `own_names` are
    those who speak for the site, `languages` the codes (BCP 47) that the site and the post are written
    in, none where that is not known. `answered_text` are the words of the comment that it answers. The
    derived values are computed once and shared by the checks.
    """

    text: str
    name: str
    email_domain: str
    url: str
    post_title: str
    post_text: str
    network: str | None
    elapsed_ms: int | None
    stamp_state: StampState
    is_trap_filled: bool
    is_reply: bool
    origin_known: bool
    own_names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    answered_text: str = ""

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links in the text, in order, at most the first 200."""
        return tuple(find_links(self.text[:JUDGED_CHARACTERS]))

    @cached_property
    def prose(self) -> str:
        """The text without its links, styled letters made plain."""
        rest = self.text[:JUDGED_CHARACTERS]
        for start, end in reversed([link.span for link in self.links]):
            rest = f"{rest[:start]} {rest[end:]}"
        return plain(rest)

    @cached_property
    def shown_name(self) -> str:
        """The name, styled letters made plain, as far as anybody reads it."""
        return plain(self.name[:200])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of the prose in lower case, in order."""
        return words_of(self.prose)

    @cached_property
    def stems(self) -> dict[str, str]:
        """Content words of the prose: shortened form to the word as written."""
        return content_stems(self.words)

    @cached_property
    def mail_domain(self) -> str:
        """Domain of the address in lower case, as long as any may be, empty when there is none."""
        return self.email_domain[:_LONGEST_DOMAIN].strip(".").lower()

    @cached_property
    def host(self) -> str:
        """Host of the link field in lower case, empty when there is none."""
        return host_of(self.url)


@dataclass(frozen=True)
class Seen:
    """An earlier comment; `state` is its moderation state (`pending`, `approved`, `spam`, …).

    `is_decided` means that a person gave it that state.
    """

    text: str
    name: str
    url: str
    state: str
    is_decided: bool = False


@dataclass(frozen=True)
class Counts:
    """How many earlier comments were decided which way."""

    approved: int = 0
    rejected: int = 0
    spam: int = 0


@dataclass(frozen=True)
class Company:
    """With how many others a sender shares a host, a name or a network, in the last thirty days.

    `names_of_host` are other names that linked the host of this comment, `links_of_name` other links
    under its name, and `names_of_network` other names from its network.
    """

    names_of_host: int = 0
    links_of_name: int = 0
    names_of_network: int = 0


@dataclass(frozen=True)
class Blocked:
    """A rule of the site's blocklist that catches a submission, or that could not finish looking.

    `rule` is its primary key; `is_spam` says that whoever made it calls spam what it catches.
    """

    rule: int
    kind: str
    value: str
    is_spam: bool = False
    is_finished: bool = True


@dataclass(frozen=True)
class History:
    """What the site already knows; the caller reads it once.

    `domain` counts what came from other addresses of its domain.
    `alike` are comments of the last thirty days that may say nearly the same, the likeliest first.
    `site` is what its moderators have taught so far. Decisions of people are counted, `address` those
    about confirmed comments; `is_recognised` says that this one comes from where such a one came from.
    """

    alike: tuple[Seen, ...] = ()
    company: Company = Company()
    address: Counts = Counts()
    is_recognised: bool = False
    name: Counts = Counts()
    network: Counts = Counts()
    host: Counts = Counts()
    domain: Counts = Counts()
    blocked: tuple[Blocked, ...] = ()
    site: SiteWeights = field(default_factory=SiteWeights)

    @classmethod
    def empty(cls) -> History:
        """The history of a site that has seen nothing yet."""
        return cls()
