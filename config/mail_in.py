"""Where mail that comes in goes: an answer to a comment, or the draft of a post, by its address."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext as _

from blog import workflow, writing_addresses
from blog.incoming import letter
from blog.incoming.proof import TryLater
from blog.refusal import Refused
from comments import moderation, reply_addresses

MOST_BYTES = 36_000_000
"""The largest picture that is taken (25 MB), as mail spells it, and some words."""

MOST_BYTES_OF_ANSWER = 1_000_000
MOST_LINES = 700_000


def is_ours(address: str) -> bool:
    """Whether a mail to this address means anything now. One query at most."""
    return bool(reply_addresses.read(address) or writing_addresses.read(address))


def take(raw: bytes, *, envelope: Collection[str] = ()) -> str:
    """Do what a mail asks for, and return in a word what became of it; by then it is committed.

    Args:
        envelope: whom the mail server brings it to; without it, what its headers say.

    Raises:
        Refused: it goes back to its sender, with this sentence.
        TryLater: the mail server should bring it again.
    """
    if settings.READ_ONLY:
        raise TryLater(_("Nothing is changed now."))
    if not settings.REPLY_ADDRESS:
        raise Refused(_("This site takes no answers by mail."))
    if len(raw) > MOST_BYTES:
        raise Refused(_("This mail is larger than 36 megabytes. Please send smaller pictures."))
    # Reading costs memory by the line; a picture of 25 MB has half a million of them.
    if raw.count(b"\n") > MOST_LINES:
        raise Refused(_("This mail has too many lines."))
    if envelope and not any(map(writing_addresses.read, envelope)):
        _require_short(raw)
    mail = letter.read(raw, envelope=envelope)
    if any(map(writing_addresses.read, mail.brought_to)):
        return workflow.take_letter(mail).value
    _require_short(raw)
    return moderation.take_reply(mail).value


def _require_short(raw: bytes) -> None:
    if len(raw) > MOST_BYTES_OF_ANSWER:
        raise Refused(
            _("An answer by mail has at most one megabyte. Please send it without attachments.")
        )
