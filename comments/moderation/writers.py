"""What the steps of a writer with her own comment have in common.

She is known by the address of her private page and by nothing else: the record calls her a reader.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments.models import Comment
from ledger.models import Channel
from ledger.record import Actor, record

READER = Actor(None, "A reader", Channel.WEB)


def require_a_readers(comment: Comment) -> None:
    """Refuse for what has no writer with a private page: our own words, and mentions elsewhere."""
    if comment.is_own or comment.is_mention:
        raise Refused(_("This did not come from the form under a post, so it stays as it is."))


def record_step(verb: str, comment: Comment, **facts: object) -> None:
    """Make the entry for what the writer did; the last write of the transaction."""
    facts = {"revision": comment.revision, **facts}
    record(verb, f"comments.comment:{comment.pk}", by=READER, facts=facts)
