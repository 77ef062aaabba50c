"""Why a verb did not do what it was asked."""

from __future__ import annotations


class Refused(Exception):
    """A happening that the rules do not allow; the message is a sentence for the person who asked."""


class Stale(Refused):
    """Somebody was faster: what the person saw is no longer what is there."""
