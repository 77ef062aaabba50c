"""Reasons for not publishing something, worded for the one who wrote it."""

from __future__ import annotations

REASONS: tuple[str, ...] = (
    "It is not about this post. Please send it again where it fits.",
    "It attacks a person. Please say what you think of the matter instead.",
    "It tells private details about somebody, and we protect those.",
    "It claims something about somebody that we cannot check.",
    "Somebody said the same here already, and that is public.",
    "It promotes something. This is not the place for it.",
)
"""A digit of the keyboard chooses one: the first is 1. The writer finds it on her private page."""


def reason_of(number: str) -> str:
    """Return the reason a button names by its digit, or an empty string."""
    if not (number.isascii() and number.isdigit() and len(number) == 1):
        return ""
    return REASONS[int(number) - 1] if 1 <= int(number) <= len(REASONS) else ""
