"""What the site knows when a comment arrives: the facts that the spam checks may ask for."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db.models import CharField, Count, Q, Value

from blog import languages
from blog.models import Author, Post, Site
from blog.search_index import text_of
from comments import echoes, taught, trust
from comments.arrival import Arrival, Origin
from comments.blocklist import Heard, caught
from comments.models import Block, Comment, CommentQuerySet
from comments.spam.facts import Blocked, Company, Counts, History, Submission
from comments.spam.learned.features import Features, features_of
from comments.spam.minhash import keys_of

logger = logging.getLogger(__name__)
State = Comment.State


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
    nothing = Value("", output_field=CharField())
    bylines = Author.objects.order_by().values_list("name", nothing)
    sites = Site.objects.order_by().values_list("name", nothing)
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(first_name="")
    people = staff.exclude(last_name="").order_by().values_list("first_name", "last_name")
    return tuple(f"{first} {last}".strip() for first, last in bylines.union(sites, people))


def history_of(
    comment: Comment, *, address: str = "", keys: tuple[int, ...] | None = None
) -> History:
    """Read what was decided about the like of `comment`, what is blocked, and what was taught.

    Six queries at most, with the one for who gave an address; more only where lessons are new in this
    process (`taught.weights`).

    Args:
        address: the IP address it came from, to be compared with the blocklist and then forgotten.
        keys: by what near copies of its words are found, if they are worked out already.
    """
    readers = Comment.objects.kept().comments().filter(author=None, badge="")
    readers = readers.exclude(pk=comment.pk)
    likeness = {
        "address": _hers(comment) if comment.email else None,
        "name": Q(name=comment.name),
        "network": Q(network=comment.network) if comment.network else None,
        "domain": _neighbours(comment),
        "host": _links_to((urlsplit(comment.url).hostname or "").removeprefix("www.")),
    }
    counts = readers.aggregate(**_counts(likeness))
    counted = {kind: Counts(**_counted(kind, counts)) for kind in likeness}
    return History(
        alike=echoes.alike(comment, keys_of(comment.shown_text) if keys is None else keys),
        company=_company(comment, likeness, readers),
        address=counted["address"],
        is_recognised=trust.is_recognised(comment),
        name=counted["name"],
        network=counted["network"],
        host=counted["host"],
        domain=counted["domain"],
        blocked=_blocked(comment, address),
        site=taught.weights(),
    )


def _hers(comment: Comment) -> Q:
    """Select what was surely written by whoever has the address: anybody can type it."""
    return Q(email__iexact=comment.email, confirmed_at__isnull=False)


def _neighbours(comment: Comment) -> Q | None:
    """Select what came from other addresses of the same domain; None without an address."""
    if not comment.email_domain:
        return None
    return Q(email__iendswith=f"@{comment.email_domain}") & ~Q(email__iexact=comment.email)


def _links_to(host: str) -> Q | None:
    """Return which links lead to a host, with or without www; None without one."""
    if not host:
        return None
    # The quick look first; the pattern is asked only of what begins alike, as example.com does
    # where example.co is meant.
    alike = Q(url__icontains=f"//{host}") | Q(url__icontains=f"//www.{host}")
    return alike & Q(url__iregex=rf"^[a-z]+://(www\.)?{re.escape(host)}([/:?#]|$)")


def _blocked(comment: Comment, address: str) -> tuple[Blocked, ...]:
    rules = list(Block.objects.in_force().order_by("pk"))
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


def _counts(likeness: dict[str, Q | None]) -> dict[str, Count]:
    """Count what people decided; what only the filter said proves nothing about anybody."""
    decided = Q(decided_by__isnull=False)
    return {
        f"{kind}_{state.value}": Count("pk", filter=condition & decided & Q(state=state))
        for kind, condition in likeness.items()
        if condition is not None
        for state in (State.APPROVED, State.REJECTED, State.SPAM)
    }


def _company(comment: Comment, likeness: dict[str, Q | None], readers: CommentQuerySet) -> Company:
    """Count, among recent comments, who shares the host, the name and the network. One query at most."""
    others, host, network = ~Q(name=comment.name), likeness["host"], likeness["network"]
    asked = {}
    if host is not None:
        elsewhere = Q(name=comment.name) & ~Q(url="") & ~host
        asked["names_of_host"] = Count("name", distinct=True, filter=host & others)
        asked["links_of_name"] = Count("url", distinct=True, filter=elsewhere)
    if network is not None:
        asked["names_of_network"] = Count("name", distinct=True, filter=network & others)
    if not asked:
        return Company()
    # Counting what differs sorts every row it sees, so it sees the recent ones that share anything.
    near = (Q(name=comment.name), *(one for one in (host, network) if one is not None))
    recent = readers.filter(reduce(or_, near), created_at__gte=echoes.since_when())
    # What the filter alone called spam may have been sent to harm whoever has this name or link.
    recent = recent.exclude(state=State.SPAM, decided_by=None)
    return Company(**recent.aggregate(**asked))


def _counted(kind: str, counts: dict[str, Any]) -> dict[str, int]:
    return {name: counts.get(f"{kind}_{name}", 0) for name in ("approved", "rejected", "spam")}
