"""From what a source says of a comment to a comment as it is kept here, rendered and not saved yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from blog.addresses import is_page_address
from comments import sanitize
from comments.models import AnswerDraft, Appeal, Comment, Edit, Report
from comments.moderation import Saying, Voice, unsaved
from comments.text import clean_line, clean_text
from transfer.fitting import moment, shortened
from transfer.items import Remark
from transfer.people import People

_NAMELESS = "Anonymous"
_ADDRESSES_DROPPED = gettext_noop("Comments whose e-mail or web address was none and is left out")


class Unfit(Exception):
    """A comment that cannot be kept; the message says why, in a few words."""


@dataclass(frozen=True)
class Rendered:
    """A comment that can come in: its row without a place, and what is told about it.

    `was_changed` is a label of the summary, or empty.
    """

    remark: Remark
    comment: Comment
    was_changed: str = ""

    def saying(self, people: People) -> Saying:
        """Return it with the voice of whoever said it, who was loaded; one of our own has a byline."""
        voice = None
        if self.remark.by:
            author = people.of(self.remark.by)
            self.comment.name = author.name
            badge = self.remark.badge or author.role or "Author"
            voice = Voice(author.name, shortened(badge, _longest("badge")), author)
        return Saying(self.remark.key, self.comment, self.remark.parent, voice, self._rows(people))

    def _rows(self, people: People) -> Sequence[Edit | Appeal | Report | AnswerDraft]:
        """Return what became of it later, as rows without a comment yet."""
        later = self.remark.aftermath
        if later is None:
            return ()
        for draft in later.drafts:
            draft.row.author = people.of(draft.by)
        return (*later.rows, *(draft.row for draft in later.drafts))


def rendered(remark: Remark) -> Rendered:
    """Return `remark` as a comment.

    Raises:
        Unfit: it has no text, too much of it, or stands in no way that comments stand here.
    """
    _require_known_values(remark)
    body = clean_text(remark.body)
    url = _url(remark.url)
    if remark.kind == Comment.Kind.MENTION and not body:
        body = clean_line(remark.name) or url
    if not body:
        raise Unfit(gettext_noop("it has no text"))
    if len(body) > sanitize.LONGEST_IMPORTED:
        raise Unfit(f"it has more than {sanitize.LONGEST_IMPORTED:,} characters")
    email = _email(remark.email)
    is_short = email != remark.email.strip() or url != remark.url.strip()
    return Rendered(
        remark, _comment(remark, body, email, url), _ADDRESSES_DROPPED if is_short else ""
    )


def _comment(remark: Remark, body: str, email: str, url: str) -> Comment:
    comment = unsaved(
        name=_name(remark, url),
        body=body,
        at=moment(remark.at) or remark.at,
        kind=remark.kind,
        state=_state(remark),
        email=email,
        url=url,
        visibility=remark.visibility,
        badge=shortened(clean_line(remark.badge), _longest("badge")),
        reason=shortened(clean_line(remark.reason), _longest("reason")),
        answer=clean_text(remark.answer)[: sanitize.LONGEST_IMPORTED],
        answered_at=moment(remark.answered_at),
        answered_by=shortened(clean_line(remark.answered_by), _longest("answered_by")),
        score=remark.score,
        evidence=list(remark.evidence),
    )
    comment.decided_at = moment(remark.decided_at) or comment.decided_at
    for field, value in (remark.aftermath.values if remark.aftermath else {}).items():
        setattr(comment, field, value)
    return comment


def _require_known_values(remark: Remark) -> None:
    if remark.state not in Comment.State.values:
        raise Unfit(f"nobody knows what “{remark.state}” means for a comment")
    if remark.kind not in Comment.Kind.values or remark.visibility not in Comment.Visibility.values:
        raise Unfit(f"nobody knows what kind of comment “{remark.kind}” is")


def _state(remark: Remark) -> str:
    """Return its state; a private note is never public, whatever the source says."""
    is_private = remark.visibility == Comment.Visibility.PRIVATE
    if is_private and remark.state == Comment.State.APPROVED:
        return Comment.State.PENDING
    return remark.state


def _name(remark: Remark, url: str) -> str:
    host = urlsplit(url).hostname or "" if remark.kind == Comment.Kind.MENTION else ""
    return shortened(clean_line(remark.name) or host or _NAMELESS, _longest("name"))


def _email(address: str) -> str:
    """Return an e-mail address, or nothing where it is none."""
    plain = address.strip()
    if not plain:
        return ""
    try:
        validate_email(plain)
    except ValidationError:
        return ""
    return plain if len(plain) <= _longest("email") else ""


def _url(address: str) -> str:
    """Return a web address, or nothing where it is none or longer than is kept."""
    plain = address.strip()
    return plain if plain and is_page_address(plain) and len(plain) <= _longest("url") else ""


@cache
def _longest(field: str) -> int:
    return int(Comment._meta.get_field(field).max_length or 0)  # type: ignore[union-attr]
