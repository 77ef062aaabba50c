"""How the mail fares: who gets it, what left and what failed, and what the name servers should hold."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from blog.models import Site
from newsletter.models import Delivery, Edition, Subscriber

SHOWN = 10
"""Mailings that the page lists."""


@dataclass(frozen=True)
class Mailing:
    """One edition and what became of it."""

    edition: Edition
    sent: int
    failed: int
    waiting: int
    dropped: int


@dataclass(frozen=True)
class DnsLine:
    """One line that the operator sets at the name servers, and why."""

    name: str
    value: str
    why: str


def counts() -> dict[str, int]:
    """Return how many addresses stand where. One query."""
    confirmed = Q(confirmed_at__isnull=False, paused_at=None)
    return Subscriber.objects.aggregate(
        post=Count("pk", filter=confirmed & Q(kind=Subscriber.Kind.POST)),
        weekly=Count("pk", filter=confirmed & Q(kind=Subscriber.Kind.WEEKLY)),
        waiting=Count("pk", filter=Q(confirmed_at=None)),
        paused=Count("pk", filter=Q(confirmed_at__isnull=False, paused_at__isnull=False)),
    )


def mailings() -> list[Mailing]:
    """Return the latest editions, newest first, with what became of them. Two queries."""
    found = Edition.objects.filter(is_skipped=False).select_related("post__live_version")
    editions = list(found.defer("post__live_version__body")[:SHOWN])
    rows = Delivery.objects.filter(edition__in=editions).values_list("edition", "state")
    counted = {(pk, state): count for pk, state, count in rows.annotate(count=Count("pk"))}
    return [_mailing(edition, counted) for edition in editions]


def last_failure() -> Delivery | None:
    """Return the delivery that failed last, with what the mail server said. One query."""
    failed = Delivery.objects.filter(state=Delivery.State.FAILED).exclude(error="")
    return failed.order_by("-settled_at", "-pk").first()


def dns_lines(site: Site) -> list[DnsLine]:
    """Return what should stand in DNS for the domain that mail comes from; nothing is looked up."""
    sender = site.sender_email or f"noreply@{settings.SITE_HOST}"
    domain = sender.rpartition("@")[2]
    server = settings.EMAIL_HOST or "mail.example.com"
    return [
        DnsLine(domain, f"v=spf1 a:{server} -all", _("SPF: which server may send for the domain")),
        DnsLine(
            f"mail._domainkey.{domain}",
            "v=DKIM1; k=rsa; p=…",
            _("DKIM: the key with which the mail server signs; it shows both"),
        ),
        DnsLine(
            f"_dmarc.{domain}",
            f"v=DMARC1; p=quarantine; rua=mailto:{sender}",
            _("DMARC: what becomes of mail that is not signed"),
        ),
    ]


def _mailing(edition: Edition, counted: dict[tuple[int, str], int]) -> Mailing:
    state = Delivery.State
    sent, failed, waiting, dropped = (
        counted.get((edition.pk, one), 0)
        for one in (state.SENT, state.FAILED, state.WAITING, state.DROPPED)
    )
    return Mailing(
        edition, sent + edition.past_sent, failed + edition.past_failed, waiting, dropped
    )
