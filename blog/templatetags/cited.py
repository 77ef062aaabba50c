"""What a post answers, as its page says it."""

from __future__ import annotations

from django import template
from django.utils.html import format_html

from blog.cited import Answered
from blog.cited_html import answered_sentence

register = template.Library()


@register.simple_tag
def answered_line(answered: Answered) -> str:
    """Print “In answer to …” with the names that microformats give to a title and its author."""
    linked = '<a class="u-url p-name" href="{1}" rel="noopener"><bdi>{0}</bdi></a>'
    named = '<cite class="p-name"><bdi>{0}</bdi></cite>'
    title = format_html(linked if answered.is_linked else named, answered.title, answered.url)
    author = format_html('<bdi class="p-author">{}</bdi>', answered.author)
    return answered_sentence(title, author if answered.author else "")
