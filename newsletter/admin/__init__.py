"""The newsletter in the newsroom."""

from newsletter.admin.page import NewsletterAdmin
from newsletter.admin.subscribers import SubscriberAdmin

__all__ = ["NewsletterAdmin", "SubscriberAdmin"]
