"""Remains of a spam template: choices left open, fields left empty, markup of another site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.tokens import JUDGED_CHARACTERS, quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_CHOICE = re.compile(
    r"(?<![{%`$])\{(?! )[\w ,.!?'’-]{0,120}+(?:\|[\w ,.!?'’-]{0,120}+){1,20}+(?<! )\}(?!\})"
)
"""Plain words between the bars only: `{{ page.title | upper }}` and `{a || b}` are code."""
_FIELD = re.compile(
    r"%(?:first_?|last_?|full_?|user_?|site_?|blog_?|post_?)?(?:name|title|url|keyword|site|link|email)%"
    r"|\{\{\s{0,3}[a-z_]{2,30}+\s{0,3}\}\}"
    r"|\[(?:first |last |your |company )?(?:name|topic|keyword|website|site|company)\]"
    r"|#file_links\[|\bspintax\b",
    re.IGNORECASE,
)
_FORUM = re.compile(r"\[/?(?:url|link|img|b)[\]=]", re.IGNORECASE)


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields one finding a kind of remains, with the place it was found."""
    del history
    text = f"{submission.name[:200]}\n{submission.text[:JUDGED_CHARACTERS]}"
    choices = _CHOICE.findall(text)
    if choices:
        weight = 3.0 if len(choices) > 1 else 2.2
        reason = _("A template with its choices still open: %(words)s.") % {
            "words": quoted(choices)
        }
        yield Evidence("templates", weight, reason)
    fields = _FIELD.findall(text)
    if fields:
        yield Evidence(
            "templates",
            2.4,
            _("A template with a field left empty: %(words)s.") % {"words": quoted(fields)},
        )
    forum = _FORUM.findall(text)
    if forum:
        reason = _("Forum code, which nobody needs here: %(words)s.") % {"words": quoted(forum)}
        yield Evidence("templates", 1.2, reason)
