"""What the page about privacy says of the newsletter, from the constants that the code itself obeys."""

from __future__ import annotations

from django.utils.translation import gettext as _

from newsletter.retention import DELIVERY_DAYS, UNCONFIRMED_DAYS


def privacy_text() -> str:
    """Return, as Markdown, what is kept about who asked for the newsletter, why, and for how long."""
    return _("""\
## When you get new posts by mail

- **Your e-mail address**, how often you want mail, and since when. First we send one mail that asks whether
  you mean it. Whoever does not say yes within %(unconfirmed_days)s days is forgotten.
- **Which mail went to you**, and what your mail server answered, for %(delivery_days)s days. If it refuses
  three of them, on different days, we stop writing.
- We do not see whether you open a mail or follow a link.

Every mail ends it with one click. Your address is then erased at once. A fingerprint of it stays, from which
nobody can read the address, so that an old list does not bring it back.
""") % {
        "unconfirmed_days": UNCONFIRMED_DAYS,
        "delivery_days": DELIVERY_DAYS,
    }
