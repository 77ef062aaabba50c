"""The words of the newsletter's mail, true at the moment it is sent; and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import outbox
from blog.models import Outbox, Post, Site
from comments.correspondence import correspondent
from newsletter.joining import confirming_due, was_asked_enough
from newsletter.links import choices_address, confirm_address, list_headers
from newsletter.models import Delivery, Edition, Newsletter, Subscriber
from newsletter.posts import posts_of

PAUSE_AFTER = 3
"""Refusals for good, on different days and with no success in between, that pause an address."""

_LOOK_AGAIN = timedelta(minutes=5)


def confirming_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail that asks; to whoever is on the list already, one that says so.

    Nothing goes to an address that wants no mail at all, or that said yes after this was asked.
    """
    found = Subscriber.objects.filter(email=row.to).first()
    if found is None or not Newsletter.current().is_on or correspondent(row.to).muted_at:
        return None
    if was_asked_enough(row.to):
        return None
    is_new = found.confirmed_at is None or found.paused_at is not None
    if not is_new and found.confirmed_at and found.confirmed_at > row.created_at:
        return None
    due = confirming_due(row.to)
    if due > timezone.now():
        if found.source == Subscriber.Source.FORM:
            # Whoever asks again has a mail already, or anybody could fill the queue with one mailbox.
            return None
        raise outbox.NotYet(due)
    Subscriber.objects.filter(pk=found.pk).update(asked_at=timezone.now())
    name = Site.current().name
    subject = (
        _("Please confirm: mail from %(name)s") % {"name": name}
        if is_new
        else _("You get mail from %(name)s already") % {"name": name}
    )
    context = {"confirm": confirm_address(found) if is_new else "", "is_new": is_new}
    context |= {"choices": choices_address(found), "kind": found.get_kind_display()}
    return outbox.write("newsletter_confirm", subject, context, headers=list_headers(found))


def edition_letter(row: Outbox) -> outbox.Words | None:
    """Write one delivery; nothing, and a note that it was dropped, when there is nothing to tell her now."""
    number = outbox.number_of(row)
    waiting = Delivery.objects.filter(pk=number, state=Delivery.State.WAITING)
    delivery = waiting.select_related("edition").first()
    if delivery is None:
        return None
    newsletter = Newsletter.current()
    if newsletter.is_on and newsletter.is_paused:
        raise outbox.NotYet(timezone.now() + _LOOK_AGAIN)
    edition = delivery.edition
    hers = Subscriber.objects.receiving().filter(pk=delivery.subscriber_id or 0, email=row.to)
    reader = hers.filter(kind=edition.kind).first()
    posts = posts_of(edition, newsletter) if reader else []
    if reader is None or not posts:
        waiting.update(state=Delivery.State.DROPPED, settled_at=timezone.now())
        return None
    return _edition_words(edition, posts, reader)


def delivered(row: Outbox) -> None:
    """Note that a delivery has left, and forget the row of its mail, which names the address."""
    Outbox.objects.filter(pk=row.pk).delete()
    refused = Subscriber.objects.filter(email=row.to).exclude(refused_days=0)
    refused.update(refused_days=0, refused_on=None)
    _settle(row, Delivery.State.SENT)


def undelivered(row: Outbox, failure: outbox.Failure) -> None:
    """Note that a delivery failed; an address whose server refuses it day after day is paused."""
    if failure.is_for_good:
        today = timezone.localdate(timezone=Site.current().zone)
        hers = Subscriber.objects.filter(email=row.to)
        hers.exclude(refused_on=today).update(refused_on=today, refused_days=F("refused_days") + 1)
        often = hers.filter(refused_days__gte=PAUSE_AFTER, paused_at=None)
        often.update(paused_at=timezone.now())
    _settle(row, Delivery.State.FAILED, failure.answer)


def _settle(row: Outbox, state: str, error: str = "") -> None:
    """Note what became of a delivery; of whom is gone meanwhile, not what her mail server said."""
    found = Delivery.objects.filter(pk=outbox.number_of(row))
    found.update(state=state, settled_at=timezone.now())
    found.filter(subscriber__isnull=False).update(error=error[:300])


def _edition_words(edition: Edition, posts: list[Post], reader: Subscriber) -> outbox.Words:
    items = [_item(post) for post in posts]
    context = {
        "items": items,
        "choices": choices_address(reader),
        "is_week": edition.post_id is None,
    }
    return outbox.write(
        "newsletter_edition", _subject(posts), context, headers=list_headers(reader)
    )


def _subject(posts: list[Post]) -> str:
    if len(posts) == 1:
        return posts[0].title
    return ngettext(
        "%(title)s, and %(count)s more", "%(title)s, and %(count)s more", len(posts) - 1
    ) % {"title": posts[-1].title, "count": len(posts) - 1}


def _item(post: Post) -> dict[str, Any]:
    version = post.live_version
    link = settings.SITE_URL + post.get_absolute_url()
    day = date_format(timezone.localtime(post.published_at, Site.current().zone), "j F Y")
    return {"version": version, "link": link, "day": day}
