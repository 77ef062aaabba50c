"""The address that posts are written to by mail: one for each colleague, for her alone."""

from __future__ import annotations

import hmac
import re

from django.conf import settings

from blog.incoming import addresses
from blog.models import WritingAddress

_TOKEN = re.compile(r"w-([0-9]{1,18})-([a-z2-7]{20})")


def is_switched_on() -> bool:
    """Whether mail can be taken in at all."""
    return bool(settings.REPLY_ADDRESS)


def address_of(row: WritingAddress) -> str:
    """Return the address of one account as people copy it; call it where mail can be taken in."""
    return addresses.with_detail(f"w-{row.pk}-{_mac(row)}")


def read(address: str) -> WritingAddress | None:
    """Return whose address it is, or `None` when it is nobody's now. One query at most."""
    match = _TOKEN.fullmatch(addresses.detail_of(address))
    row = WritingAddress.objects.filter(pk=int(match[1])).first() if match else None
    return row if row and match and hmac.compare_digest(_mac(row), match[2]) else None


def _mac(row: WritingAddress) -> str:
    """Return what only this site can compute, and only from this seed."""
    return addresses.code(f"blog.writing:{row.pk}:{row.seed}")
