"""What a post answers and where else it points, as a reader outside this site gets it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from blog.cited import Answered, FurtherLink, in_answer_to


def answered_html(answered: Answered | None) -> str:
    """Return what a post answers, above its words."""
    if answered is None:
        return ""
    link = format_html('<a href="{}">{}</a>', answered.url, answered.title)
    quote = format_html("<blockquote>{}</blockquote>", answered.quote) if answered.quote else ""
    return format_html("<p>{}</p>{}", answered_sentence(link, answered.author), quote)


def answered_sentence(title: str, author: str) -> str:
    """Return “In answer to …” around the HTML of a title, and of an author if there is one."""
    said = in_answer_to("{title}", "{author}" if author else "")
    return format_html(said, title=title, author=author)


def elsewhere_html(links: Sequence[FurtherLink]) -> str:
    """Return where else a post points, below its words."""
    if not links:
        return ""
    rows = ((link.url, link.title, link.source) for link in links)
    lines = format_html_join("", '<li><a href="{}">{}</a>, {}</li>', rows)
    return format_html("<h2>{}</h2><ul>{}</ul>", gettext("From elsewhere"), lines)
