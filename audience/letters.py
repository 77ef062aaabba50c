"""The words of the mail, true at the moment it is sent."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audience.minute import minute_of
from audience.models import Minute
from audience.pieces import text_of
from audience.sending import wanting
from blog import outbox
from blog.models import Outbox, Site


def minute_letter(row: Outbox) -> outbox.Words | None:
    """Write the Monday minute; nothing when whoever it is for does not want it any more."""
    found = Minute.objects.filter(pk=outbox.number_of(row)).first()
    if found is None or row.to not in {user.email for user in wanting()}:
        return None
    site = Site.current()
    minute = minute_of(found.week, site.zone)
    texts = [(part.title, [text_of(each) for each in part.lines]) for part in minute.parts]
    page = settings.SITE_URL + reverse("admin:audience_minute_changelist")
    context = {
        "minute": minute,
        "texts": texts,
        "advice": text_of(minute.advice),
        "page": f"{page}?week={found.week.isoformat()}",
        "origin": settings.SITE_URL,
    }
    day = date_format(found.week, "j F")
    return outbox.write(
        "monday_minute", _("Your Monday minute: the week of %(day)s") % {"day": day}, context
    )
