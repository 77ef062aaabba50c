"""What the site knows when a comment arrives: the facts that the spam checks may ask for."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db.models import CharField, Count, Q, Value

from blog import languages
from blog.models import Author, Post, Site
from blog.search_index import text_of
from comments import echoes, taught
from comments.arrival import Arrival, Origin
from comments.blocklist import Heard, caught
from comments.models import Block, Comment
from comments.spam.facts import Blocked, Company, Counts, History, Submission

State = Comment.State


def submission_of(comment: Comment, post: Post, arrival: Arrival) -> Submission:
    """Return what the checks judge; of the address only the domain. Two queries at most."""
    answered = comment.parent.body if comment.parent else ""
    return replace(_submission(comment, post, arrival, own_names()), answered_text=answered)


def words_alone(comment: Comment) -> Submission:
    """Return the words of a comment that was stored, as if nothing were known of how they came."""
    arrival = Arrival(network="", origin=Origin.OWN, stamp="fresh")
    return _submission(comment, comment.post, arrival, ())


def _submission(
    comment: Comment, post: Post, arrival: Arrival, names: tuple[str, ...]
) -> Submission:
    version = post.live_version
    return Submission(
        text=comment.body,
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


def history_of(comment: Comment, *, address: str = "") -> History:
    """Read what was decided about the like of `comment`, what is blocked, and what was taught. Four queries.

    Args:
        address: the IP address it came from, to be compared with the blocklist and then forgotten.
    """
    readers = Comment.objects.kept().comments().filter(author=None, badge="")
    readers = readers.exclude(pk=comment.pk)
    likeness = {
        "address": Q(email__iexact=comment.email) if comment.email else None,
        "name": Q(name=comment.name),
        "network": Q(network=comment.network) if comment.network else None,
        "domain": _neighbours(comment),
        "host": _links_to((urlsplit(comment.url).hostname or "").removeprefix("www.")),
    }
    counts = readers.aggregate(**_counts(likeness), **_company(comment, likeness))
    counted = {kind: Counts(**_counted(kind, counts)) for kind in likeness}
    return History(
        alike=echoes.alike(comment),
        company=Company(**{one.name: counts.get(one.name, 0) for one in fields(Company)}),
        address=counted["address"],
        name=counted["name"],
        network=counted["network"],
        host=counted["host"],
        domain=counted["domain"],
        blocked=_blocked(comment, address),
        site=taught.weights(),
    )


def _neighbours(comment: Comment) -> Q | None:
    """Select what came from other addresses of the same domain; None without an address."""
    if not comment.email_domain:
        return None
    return Q(email__iendswith=f"@{comment.email_domain}") & ~Q(email__iexact=comment.email)


def _links_to(host: str) -> Q | None:
    return Q(url__icontains=f"//{host}") | Q(url__icontains=f"//www.{host}") if host else None


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
    return {
        f"{kind}_{state.value}": Count("pk", filter=condition & Q(state=state))
        for kind, condition in likeness.items()
        if condition is not None
        for state in (State.APPROVED, State.REJECTED, State.SPAM)
    }


def _company(comment: Comment, likeness: dict[str, Q | None]) -> dict[str, Count]:
    """Count, among recent comments, who shares the host, the name and the network."""
    lately, others = Q(created_at__gte=echoes.since_when()), ~Q(name=comment.name)
    host, network = likeness["host"], likeness["network"]
    found = {}
    if host is not None:
        elsewhere = lately & Q(name=comment.name) & ~Q(url="") & ~host
        found["names_of_host"] = Count("name", distinct=True, filter=lately & host & others)
        found["links_of_name"] = Count("url", distinct=True, filter=elsewhere)
    if network is not None:
        found["names_of_network"] = Count("name", distinct=True, filter=lately & network & others)
    return found


def _counted(kind: str, counts: dict[str, Any]) -> dict[str, int]:
    return {name: counts.get(f"{kind}_{name}", 0) for name in ("approved", "rejected", "spam")}
