"""What the site holds about a person: all that stands under one e-mail address.

Reports that somebody sent cannot be found like this: they carry the fingerprint of a network, which
neighbours share, and no address.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from blog.models import Outbox
from blog.refusal import Refused
from comments.models import (
    Block,
    Comment,
    CommentQuerySet,
    Correspondent,
    Notice,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


AT_ONCE = 500
"""Numbers in one question to the database."""

_SHORTEST_QUOTE = 20
"""Letters that a line has at least, to be known again where somebody else repeats it."""

_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Belongings:
    """What another app holds under an address.

    Attributes:
        name: its key in the file that she gets.
        label: what the page that asks calls it.
        count, export, erase: what to do with an address as `address_of` spells it; the last runs in
            the transaction of the erasure and returns how many rows went.
    """

    name: str
    label: StrOrPromise
    count: Callable[[str], int]
    export: Callable[[str], list[dict[str, Any]]]
    erase: Callable[[str], int]


elsewhere: list[Belongings] = []


def register_belongings(belongings: Belongings) -> None:
    """Name what another app holds about people; call it in AppConfig.ready()."""
    elsewhere.append(belongings)


@dataclass(frozen=True)
class Holdings:
    """How much there is under an address, for the page that asks before it is erased."""

    comments: int
    public: int
    mails: int
    notices: int
    wishes: int
    blocks: int
    # Comments of other people that repeat a line of hers, or her address.
    quoted_in: tuple[int, ...] = ()
    # What other apps hold, by what the page calls it.
    elsewhere: tuple[tuple[str, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is held."""
        here = (self.comments, self.mails, self.notices, self.wishes, self.blocks)
        return not any((*here, *(count for _, count in self.elsewhere)))


LONGEST_ADDRESS = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3)."""


def address_of(text: str) -> str:
    """Return an address as people are looked up by it: without spaces around, in lower case.

    Raises:
        Refused: it is no address, or that of an account: mail to colleagues holds links that are rights.
    """
    address = text.strip().lower()
    is_odd = any(sign.isspace() or not sign.isprintable() for sign in address)
    if is_odd or "@" not in address.strip("@") or len(address) > LONGEST_ADDRESS:
        raise Refused(gettext("Enter one e-mail address, such as name@example.com."))
    if get_user_model().objects.filter(email__iexact=address).exists():
        raise Refused(gettext("This address belongs to an account here. Close the account first."))
    return address


def mark_of(address: str) -> str:
    """Return the keyed hash by which the record, and a later import, know an erased address."""
    message = f"comments.erased:{address.strip().lower()}".encode()
    return hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).hexdigest()


def comments_of(address: str) -> CommentQuerySet:
    """Return the comments and notes sent under an address, in the order of their numbers."""
    return Comment.objects.filter(email__iexact=address).order_by("pk")


def mails_to(address: str) -> QuerySet[Outbox]:
    """Return the mail to an address, sent or not."""
    return Outbox.objects.filter(to__iexact=address)


def wishes_of(address: str) -> QuerySet[Correspondent]:
    """Return what she chose about mail."""
    return Correspondent.objects.filter(email__iexact=address)


def notices_to(address: str) -> QuerySet[Notice]:
    """Return what is still to be told her."""
    return Notice.objects.filter(email__iexact=address)


def blocks_of(address: str) -> QuerySet[Block]:
    """Return the lines of the blocklist that name the address."""
    found = Block.objects.filter(Q(value__iexact=address) | Q(note__icontains=address))
    naming = [one.pk for one in found if names_address(f"{one.value} {one.note}", address)]
    return Block.objects.filter(pk__in=naming)


def logged(address: str) -> QuerySet[LogEntry]:
    """Return lines of Django's own log of the admin that name the address."""
    found = LogEntry.objects.filter(
        Q(object_repr__icontains=address) | Q(change_message__icontains=address),
        content_type__app_label__in=("comments", "blog"),
    )
    naming = [
        line.pk
        for line in found
        if names_address(f"{line.object_repr} {line.change_message}", address)
    ]
    return LogEntry.objects.filter(pk__in=naming)


def names_address(text: str, address: str) -> bool:
    """Whether a text names this very address, and not one that only ends or begins like it."""
    return bool(re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", text, re.IGNORECASE))


def holdings(address: str) -> Holdings:
    """Count what is held under an address."""
    comments = comments_of(address)
    return Holdings(
        comments=comments.count(),
        public=comments.visible().count(),
        mails=mails_to(address).count(),
        notices=notices_to(address).count(),
        wishes=wishes_of(address).count(),
        blocks=blocks_of(address).count(),
        quoted_in=tuple(_quoted_in(address)),
        elsewhere=tuple((str(one.label), one.count(address)) for one in elsewhere),
    )


def quotes_of(comment: Comment) -> set[str]:
    """Return how the lines of a comment begin, plain, as far as they are long enough to be known."""
    lines = map(plain, comment.body.splitlines())
    return {line[:_LONGEST_QUOTE] for line in lines if len(line) >= _SHORTEST_QUOTE}


def plain(text: str) -> str:
    """Return a text for comparison: on one line, and without capitals."""
    return " ".join(text.casefold().split())


def _quoted_in(address: str) -> Iterable[int]:
    """Yield the numbers of what others said under the same posts and that repeats her."""
    hers = comments_of(address)
    quotes = {quote for comment in hers.iterator() for quote in quotes_of(comment)}
    others = Comment.objects.kept().filter(post__in=hers.order_by().values("post"))
    others = others.exclude(pk__in=hers.order_by().values("pk")).order_by("pk")
    for number, body in others.values_list("pk", "body").iterator():
        said = plain(body)
        if names_address(said, address) or any(quote in said for quote in quotes):
            yield number


def in_parts(numbers: list[int]) -> Iterable[list[int]]:
    """Yield numbers some at a time; a database takes so many values in one question."""
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]
