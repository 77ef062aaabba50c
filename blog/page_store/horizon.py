"""Until when pages hold by the clock alone: what is to come out next, and when a crisis ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min

from blog.models import Post, Site

LONGEST = timedelta(days=1)
"""No page is kept for longer: the stamp in the form below a post is good for seven days."""


def horizon(now: datetime) -> datetime:
    """Return the moment after `now` from which any page may be another one. Two queries."""
    live = Post.objects.filter(state__in=(Post.State.SCHEDULED, Post.State.PUBLISHED))
    coming = live.filter(published_at__gt=now).aggregate(next=Min("published_at"))["next"]
    ends = Site.objects.filter(crisis_until__gt=now).values_list("crisis_until", flat=True).first()
    return min(moment for moment in (coming, ends, now + LONGEST) if moment is not None)
