"""Comments, pingbacks and trackbacks of an item as remarks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from comments.models import Comment
from comments.sanitize import LONGEST_IMPORTED
from transfer.comment_text import from_html, pieces
from transfer.items import Remark
from transfer.moments import moment
from transfer.wordpress.elements import Element
from transfer.wordpress.paragraphs import paragraphs
from transfer.wordpress.sites import Site
from transfer.wordpress.words import plain

_STATES = {
    "1": Comment.State.APPROVED,
    "approve": Comment.State.APPROVED,
    "approved": Comment.State.APPROVED,
    "spam": Comment.State.SPAM,
    "trash": Comment.State.REMOVED,
    "post-trashed": Comment.State.REMOVED,
}
_MENTIONS = frozenset({"pingback", "trackback", "webmention"})
_COMMENTS = frozenset({"", "comment", "review"})


def remarks(item: Element, site: Site, zone: tzinfo, at: datetime) -> Iterator[Remark]:
    """Yield what was said under an item, and by other sites about it.

    One that is longer than a comment may be comes as several, each answering the one before.

    Args:
        at: what to take for the moment of those that do not tell theirs.
    """
    for place, part in enumerate(item.all("wp:comment"), start=1):
        parent = _id(part.get("wp:comment_parent"))
        key = _id(part.get("wp:comment_id")) or f"{item.get('wp:post_id')}-{place}"
        for number, body in enumerate(pieces(_source(part), LONGEST_IMPORTED) or [""]):
            own = f"{key}.{number}" if number else key
            yield _remark(part, own, parent, body, site, zone, at)
            parent = own


def _remark(
    part: Element,
    key: str,
    parent: str,
    body: str,
    site: Site,
    zone: tzinfo,
    at: datetime,
) -> Remark:
    kind = part.get("wp:comment_type").strip()
    is_mention = kind in _MENTIONS
    return Remark(
        key=key,
        name=plain(part.get("wp:comment_author")),
        body=body,
        at=_moment(part, zone) or at,
        parent=parent,
        email=part.get("wp:comment_author_email").strip(),
        url=part.get("wp:comment_author_url").strip().removesuffix("http://"),
        state=_state(part, kind),
        kind=Comment.Kind.MENTION if is_mention else Comment.Kind.COMMENT,
        by=None if is_mention else site.speaker(_id(part.get("wp:comment_user_id"))),
    )


def _state(part: Element, kind: str) -> str:
    """Return its state; what a plug-in noted in a way of its own waits for a person to read it."""
    state = _STATES.get(part.get("wp:comment_approved").strip(), Comment.State.PENDING)
    is_known = kind in _COMMENTS | _MENTIONS or state != Comment.State.APPROVED
    return state if is_known else Comment.State.PENDING


def _source(part: Element) -> str:
    return from_html(paragraphs(part.get("wp:comment_content")))


def _moment(part: Element, zone: tzinfo) -> datetime | None:
    return moment(part.get("wp:comment_date_gmt")) or moment(part.get("wp:comment_date"), zone=zone)


def _id(text: str) -> str:
    return "" if text.strip() in {"", "0"} else text.strip()
