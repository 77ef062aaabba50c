"""Reasons for not publishing something, worded for the one who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


REASONS: tuple[StrOrPromise, ...] = (
    _("It is not about this post. Please send it again where it fits."),
    _("It attacks a person. Please say what you think of the matter instead."),
    _("It tells private details about somebody, and we protect those."),
    _("It claims something about somebody that we cannot check."),
    _("Somebody said the same here already, and that is public."),
    _("It promotes something. This is not the place for it."),
)
"""A digit of the keyboard chooses one: the first is 1. The writer finds it on her private page."""


def reason_of(number: str) -> str:
    """Return the reason a button names by its digit, or an empty string."""
    if not (number.isascii() and number.isdigit() and len(number) == 1):
        return ""
    return str(REASONS[int(number) - 1]) if 1 <= int(number) <= len(REASONS) else ""
