"""Links in mail that carry a right: to decide about one comment, or to release one draft.

A token names what may be done, to which comment in which revision, by whom, and until when. Opening it
changes nothing; a button posts a token of its own that names one action. It is computed, not stored;
that it was used stands in the record.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from comments.models import AnswerDraft, Comment
from ledger.canonical import digest
from ledger.models import Entry

VALID_FOR = timedelta(hours=72)
"""How long a link in a mail can be used."""

_FIELDS = {"actions": "a", "comment": "c", "revision": "r", "person": "p", "mailbox": "m"}
_FIELDS |= {"until": "u", "nonce": "n", "draft": "d", "did": "o"}


@dataclass(frozen=True)
class MailLink:
    """What one link allows.

    `mailbox` is a digest of the address the mail went to: whoever gets another one loses the links in
    the old one. `did` is the decision that an undo would take back.
    """

    actions: tuple[str, ...]
    comment: int
    revision: int
    person: int
    mailbox: str
    until: int
    nonce: str
    draft: int | None = None
    did: str = ""

    @property
    def path(self) -> str:
        """The path of the page that it opens."""
        return reverse("comments:decide", args=[_token(self)])

    @property
    def has_ended(self) -> bool:
        """Whether it is too old."""
        return timezone.now().timestamp() > self.until

    @property
    def mark(self) -> str:
        """What the record keeps once it is used."""
        return digest(self.nonce)

    def only(self, action: str, *, revision: int | None = None) -> MailLink:
        """Return the same link for one action; both are used up together."""
        return replace(self, actions=(action,), revision=revision or self.revision)


def link_for(
    comment: Comment,
    person: User,
    actions: Sequence[str],
    *,
    draft: AnswerDraft | None = None,
    did: str = "",
) -> MailLink:
    """Return a new link for `person` to do one of `actions` with `comment` as it is now."""
    return MailLink(
        actions=tuple(actions),
        comment=comment.pk,
        revision=comment.revision,
        person=person.pk,
        mailbox=_mailbox(person.email),
        until=int((timezone.now() + VALID_FOR).timestamp()),
        nonce=secrets.token_urlsafe(12),
        draft=draft.pk if draft else None,
        did=did,
    )


def read(token: str) -> MailLink | None:
    """Return what a token allows, or `None` when it is none of ours."""
    try:
        data: dict[str, Any] = _signer().unsign_object(token)
    except (BadSignature, ValueError):
        return None
    values = {name: data[short] for name, short in _FIELDS.items() if short in data}
    return MailLink(**{**values, "actions": tuple(values["actions"])})


def person_of(link: MailLink) -> User | None:
    """Return the account that a link was sent to, if it is active and still has that address."""
    person = get_user_model().objects.filter(pk=link.person, is_active=True).first()
    return person if person and _mailbox(person.email) == link.mailbox else None


def is_used(link: MailLink) -> bool:
    """Whether somebody decided with it, or with another button of the same page. One query."""
    about = Entry.objects.about(f"comments.comment:{link.comment}")
    return about.filter(facts__token=link.mark).exists()


def _token(link: MailLink) -> str:
    values = asdict(link)
    short = {_FIELDS[name]: value for name, value in values.items() if value not in {None, ""}}
    return _signer().sign_object(short)


def _signer() -> Signer:
    return Signer(key=settings.LINK_KEY, salt="comments.decide", sep=".")


def _mailbox(email: str) -> str:
    return digest(email.lower())[:16]
