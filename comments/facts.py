"""What the site knows when a comment arrives: the facts that the spam checks may ask for."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import CharField, QuerySet, Value
from django.utils import timezone

from blog import languages
from blog.models import Author, Post, Site
from blog.prepared import Prepared
from blog.search_index import text_of
from comments import counted, echoes, taught, trust
from comments.arrival import Arrival, Origin
from comments.blocklist import Heard, caught
from comments.models import Block, Comment
from comments.spam.facts import Blocked, History, Submission
from comments.spam.learned.features import Features, features_of
from comments.spam.minhash import keys_of

logger = logging.getLogger(__name__)


def submission_of(comment: Comment, post: Post, arrival: Arrival) -> Submission:
    """Return what the checks judge; of the address only the domain. Two queries at most."""
    answered = comment.parent.body if comment.parent else ""
    return replace(_submission(comment, post, arrival, own_names()), answered_text=answered)


def words_alone(comment: Comment) -> Submission:
    """Return the words of a comment that was stored, as if nothing were known of how they came."""
    arrival = Arrival(network="", origin=Origin.OWN, stamp="fresh")
    return _submission(comment, comment.post, arrival, ())


def features_alone(comment: Comment) -> Features | None:
    """Return what the learned part sees in the words of a stored comment.

    None where a check of the text fails; the log says which comment it was.
    """
    try:
        return features_of(words_alone(comment))
    except Exception:
        logger.exception("The words of comment %s could not be looked at", comment.pk)
        return None


def _submission(
    comment: Comment, post: Post, arrival: Arrival, names: tuple[str, ...]
) -> Submission:
    version = post.live_version
    return Submission(
        text=comment.shown_text,
        name=comment.name,
        email_domain=comment.email_domain,
        url=comment.url,
        post_title=version.title if version else "",
        post_text=version.body if version else "",
        network=arrival.network or None,
        elapsed_ms=arrival.elapsed_ms,
        stamp_state=arrival.stamp,
        is_trap_filled=arrival.is_trap_filled,
        is_reply=comment.parent_id is not None,
        origin_known=arrival.origin == Origin.OWN,
        own_names=names,
        languages=(languages.of_site(), post.language_code),
    )


def own_names() -> tuple[str, ...]:
    """Return the names that speak here: bylines, colleagues with first and last name, the site. One query."""
    return tuple(f"{first} {last}".strip() for first, last in _names())


def _build_names() -> QuerySet[Any, tuple[str, str]]:
    nothing = Value("", output_field=CharField())
    bylines = Author.objects.order_by().values_list("name", nothing)
    sites = Site.objects.order_by().values_list("name", nothing)
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(first_name="")
    people = staff.exclude(last_name="").order_by().values_list("first_name", "last_name")
    return bylines.union(sites, people)


_names: Prepared[tuple[str, str]] = Prepared(_build_names)


def history_of(
    comment: Comment, *, address: str = "", keys: tuple[int, ...] | None = None
) -> History:
    """Read what was decided about the like of `comment`, what is blocked, and what was taught.

    Eight queries at most, and six for a comment without address and link; one more where something is
    alike, and more only where lessons are new in this process (`taught.weights`).

    Args:
        address: the IP address it came from, to be compared with the blocklist and then forgotten.
        keys: by what near copies of its words are found, if they are worked out already.
    """
    return History(
        alike=echoes.alike(comment, keys_of(comment.shown_text) if keys is None else keys),
        company=counted.company(comment),
        is_recognised=trust.is_recognised(comment),
        blocked=_blocked(comment, address),
        site=taught.weights(),
        **counted.decided(comment),
    )


def _blocked(comment: Comment, address: str) -> tuple[Blocked, ...]:
    rules = _rules(now=timezone.now())
    if not rules:
        return ()
    heard = Heard(
        name=comment.name,
        body=comment.body,
        html=comment.body_html,
        shown=text_of(comment.body_html),
        email=comment.email,
        url=comment.url,
        address=address,
    )
    return tuple(caught(rules, heard))


_rules: Prepared[Block] = Prepared(
    lambda now: Block.objects.in_force(now).order_by("pk"), now=datetime
)
