"""What people decided about the like of a comment, and who shares its name, link or network.

What every comment has, a name and a network, is asked by prepared questions that an index answers;
what follows from an address or a link that a reader gave, only where she gave one.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q, QuerySet

from blog.prepared import Prepared
from comments import echoes
from comments.models import Comment, CommentQuerySet
from comments.spam.facts import Company, Counts

State = Comment.State
_STATES = (State.APPROVED, State.REJECTED, State.SPAM)
"""In the order of the fields of `Counts`."""
_DECIDED = Q(decided_by__isnull=False)
"""What only the filter said proves nothing about anybody."""


def decided(comment: Comment) -> dict[str, Counts]:
    """Return how often people decided which way, by what it was in common. Three queries at most.

    The keys are those of `History`: address, name, network, host, domain.
    """
    but = comment.pk or 0
    found = {"name": _counts_of_name.first(name=comment.name, but=but)}
    if comment.network:
        found["network"] = _counts_of_network.first(network=comment.network, but=but)
    counts = {kind: Counts(*row[1:]) for kind, row in found.items() if row}
    return _by_what_was_given(comment) | counts


def company(comment: Comment) -> Company:
    """Count, among recent comments, who shares the host, the name and the network. One query at most."""
    host = _links_to(comment)
    if host is not None:
        return _company_of_link(comment, host)
    if not comment.network:
        return Company()
    rows = _names_of_network(
        network=comment.network,
        name=comment.name,
        but=comment.pk or 0,
        since=echoes.since_when(),
    )
    return Company(names_of_network=sum(count for _, count in rows))


def _readers(but: int) -> CommentQuerySet:
    """Return what readers said whose words are kept, without one comment; 0 is none."""
    return Comment.objects.kept().comments().filter(author=None, badge="").exclude(pk=but)


def _decided_with(field: str, value: str, but: int) -> QuerySet[Comment, Any]:
    """Count by state what was decided about comments with one value of a field: a row, or none."""
    alike = _readers(but).filter(_DECIDED, **{field: value})
    states = {state.value: Count("pk", filter=Q(state=state)) for state in _STATES}
    return alike.order_by().values_list(field).annotate(**states)


_Row = tuple[str, int, int, int]
_counts_of_name: Prepared[_Row] = Prepared(
    lambda name, but: _decided_with("name", name, but), name=str, but=int
)
_counts_of_network: Prepared[_Row] = Prepared(
    lambda network, but: _decided_with("network", network, but), network=str, but=int
)


def _by_what_was_given(comment: Comment) -> dict[str, Counts]:
    """Return the counts for the address, its domain and the link. One query at most."""
    likeness = {
        "address": _hers(comment) if comment.email else None,
        "domain": _neighbours(comment),
        "host": _links_to(comment),
    }
    given = {kind: alike for kind, alike in likeness.items() if alike is not None}
    if not given:
        return {}
    states = {
        f"{kind}_{state.value}": Count("pk", filter=alike & Q(state=state))
        for kind, alike in given.items()
        for state in _STATES
    }
    near = _readers(comment.pk or 0).filter(_DECIDED, reduce(or_, given.values()))
    counts = near.aggregate(**states)
    return {kind: Counts(*(counts[f"{kind}_{state.value}"] for state in _STATES)) for kind in given}


def _hers(comment: Comment) -> Q:
    """Select what was surely written by whoever has the address: anybody can type it."""
    return Q(email__iexact=comment.email, confirmed_at__isnull=False)


def _neighbours(comment: Comment) -> Q | None:
    """Select what came from other addresses of the same domain; None without an address."""
    if not comment.email_domain:
        return None
    return Q(email__iendswith=f"@{comment.email_domain}") & ~Q(email__iexact=comment.email)


def _links_to(comment: Comment) -> Q | None:
    """Select what links to the same host, with or without www; None without a link."""
    host = (urlsplit(comment.url).hostname or "").removeprefix("www.")
    if not host:
        return None
    # The quick look first; the pattern is asked only of what begins alike, as example.com does
    # where example.co is meant.
    alike = Q(url__icontains=f"//{host}") | Q(url__icontains=f"//www.{host}")
    return alike & Q(url__iregex=rf"^[a-z]+://(www\.)?{re.escape(host)}([/:?#]|$)")


def _company_of_link(comment: Comment, host: Q) -> Company:
    network = Q(network=comment.network) & ~Q(network="")
    others, elsewhere = ~Q(name=comment.name), Q(name=comment.name) & ~Q(url="") & ~host
    # Counting what differs sorts every row it sees, so it sees the recent ones that share anything.
    near = _recent(comment.pk or 0, echoes.since_when()).filter(
        Q(name=comment.name) | host | network
    )
    counts = near.aggregate(
        names_of_host=Count("name", distinct=True, filter=host & others),
        links_of_name=Count("url", distinct=True, filter=elsewhere),
        names_of_network=Count("name", distinct=True, filter=network & others),
    )
    return Company(**counts)


def _other_names(
    network: str, name: str, but: int, since: datetime
) -> QuerySet[Comment, tuple[Any, ...]]:
    others = _recent(but, since).filter(network=network).exclude(name=name)
    return others.order_by().values_list("network").annotate(Count("name", distinct=True))


_names_of_network: Prepared[tuple[str, int]] = Prepared(
    _other_names, network=str, name=str, but=int, since=datetime
)


def _recent(but: int, since: datetime) -> CommentQuerySet:
    """Return recent comments, without what the filter alone called spam.

    That may have been sent to harm whoever has this name or link.
    """
    recent = _readers(but).filter(created_at__gte=since)
    return recent.exclude(state=State.SPAM, decided_by=None)
