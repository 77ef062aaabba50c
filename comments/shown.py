"""The HTML of a thread: that of its comments, each remembered, in the lists that say what answers what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html

from blog import fragments
from blog.models.people import initials
from comments.models.comment import hue_of
from comments.thread import Node

TEMPLATE = "comments/_comment.html"


class Shown(NamedTuple):
    """Everything that the template of one comment is given: the whole key of its HTML.

    Attributes:
        state: why it is away, for a placeholder; else an empty string.
        created_at: when it came; `None` for a placeholder, which does not tell.
        corrected_at: the correction before which it was written, if there is one.
        year: that of the post, which a date leaves out.
        answer, answered_by: the number of what the person named by the post answered, and her name.
        place: the query of the page of the thread it stands on.
        is_open: whether it can be answered.
        may_report: whether readers may ask for a second look at it.
    """

    pk: int
    state: str = ""
    name: str = ""
    url: str = ""
    badge: str = ""
    created_at: datetime | None = None
    body_html: str = ""
    is_by_byline: bool = False
    parent_name: str = ""
    answer: int | None = None
    answered_by: str = ""
    corrected_at: datetime | None = None
    year: str = ""
    place: str = ""
    is_open: bool = False
    may_report: bool = False

    @property
    def initials(self) -> str:
        """One or two letters for its picture."""
        return initials(self.name)

    @property
    def hue(self) -> int:
        """Which of the colours its picture has; the same name has the same one."""
        return hue_of(self.name)

    @property
    def permalink(self) -> str:
        """Its permanent address."""
        return reverse("comments:permalink", args=[self.pk])

    @property
    def reply_url(self) -> str:
        """The form below, ready to answer this comment, on the same page of the thread."""
        place = f"{self.place}&" if self.place else ""
        return f"?{place}reply={self.pk}#comment-form"


@dataclass(frozen=True)
class Setting:
    """What the comments of one page have in common; see `Shown`."""

    year: str
    place: str
    is_open: bool
    is_copy: bool
    corrected_at: datetime | None


def thread_html(nodes: Iterable[Node], setting: Setting) -> str:
    """Return comments as the list in which they stand, with what answers them below each."""
    shape: list[str] = []
    comments = list(_hung(nodes, shape, setting, fragments.surroundings()))
    return format_html("".join(shape), *comments) if comments else ""


def _hung(
    nodes: Iterable[Node], shape: list[str], setting: Setting, said: tuple[str, ...]
) -> Iterator[str]:
    """Yield the HTML of each comment, and add to `shape` the lists around, with `{}` in its place."""
    shape.append('<ol class="thread">\n  ')
    for node in nodes:
        shown = _shown(node, setting)
        shape.append("\n  <li>{}")
        yield fragments.remembered((TEMPLATE, said, shown), TEMPLATE, {"comment": shown})
        if node.replies:
            yield from _hung(node.replies, shape, setting, said)
        shape.append("</li>\n  ")
    shape.append("\n</ol>\n")


def _shown(node: Node, setting: Setting) -> Shown:
    row, corrected_at = node.comment, setting.corrected_at
    if node.is_placeholder:
        return Shown(row.pk, row.state)
    is_ours = row.author_id is not None or row.badge != ""
    return Shown(
        row.pk,
        name=row.name,
        url=row.url,
        badge=row.badge,
        created_at=row.created_at,
        body_html=row.body_html,
        is_by_byline=node.is_by_byline,
        parent_name=node.parent_name,
        answer=node.answer.pk if node.answer else None,
        answered_by=node.answer.name if node.answer else "",
        corrected_at=corrected_at if corrected_at and row.created_at < corrected_at else None,
        year=setting.year,
        place=setting.place if setting.is_open else "",
        is_open=setting.is_open,
        may_report=not is_ours and not setting.is_copy,
    )
