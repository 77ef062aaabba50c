"""The newsletter: its one row of settings, who asked for it, and what was sent to whom."""

from newsletter.models.edition import Delivery, Edition
from newsletter.models.settings import Newsletter
from newsletter.models.subscriber import Departure, Subscriber, SubscriberQuerySet

__all__ = [
    "Delivery",
    "Departure",
    "Edition",
    "Newsletter",
    "Subscriber",
    "SubscriberQuerySet",
]
