"""What the page about privacy says of reading, from the constants that the code itself obeys."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audience.retention import YEARS

NO_TRACKER = gettext_lazy("""\
There is no cookie, no tracker, no advertisement and no picture or script from another
company. Our web server keeps no list of who opened which page.""")


def reading_text() -> str:
    """Return, as Markdown, what is counted when somebody reads, how, and for how long."""
    return _("""\
Nothing about you. %(no_tracker)s

We count how often a post is read, and from which other sites its readers come: the name of the site,
never the page, and never what was searched for. So that nobody counts twice, your address and the name
of your browser go through a one-way function with a key that is thrown away when the day ends; neither is
stored. What remains is a number for each post and day, and after %(years)s years one for each month.

If your browser asks not to be tracked (Do Not Track, or Global Privacy Control), we do not count you
at all.""") % {"no_tracker": NO_TRACKER, "years": YEARS}
