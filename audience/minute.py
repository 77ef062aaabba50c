"""The Monday minute: one week of the blog in at most 200 words, each figure with the way to its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audience import pieces
from audience.advice import suggestion
from audience.figures import Subject, is_steady, most_read, sources
from audience.periods import Period
from audience.pieces import Line, Part, Piece, comments, count, line, reads, sentence, short
from blog.markup import plain_text
from comments import questions
from comments.models import Comment

MOST_WORDS = 200
"""Words of the whole, on its page and in its mail."""

_MOST = 3
_TITLE_WORDS = 8
_QUESTION_WORDS = 12
_ASKING = re.compile(r"(?:^|(?<=[.!?\n]))[^.!?？؟\n]*[?？؟](?=\s|\Z)")
# Mail programs make links of what looks like one.
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*|\S+\.[^\W\d]{2,}/\S*", re.IGNORECASE)
_LOOKED_AT = 1_000
_QUIET = gettext_lazy(
    "A quiet week: nobody came by, and nobody wrote. It happens to every good letter."
)


@dataclass(frozen=True)
class MondayMinute:
    """What the page and the mail say of a week."""

    period: Period
    parts: list[Part]
    advice: Line

    @property
    def lines(self) -> Iterator[Line]:
        """Every line, the advice last."""
        for part in self.parts:
            yield from part.lines
        yield self.advice

    @property
    def figures(self) -> Iterator[Piece]:
        """The pieces that tell a number."""
        return (piece for each in self.lines for piece in each if piece.figure is not None)


def minute_of(monday: date, zone: ZoneInfo) -> MondayMinute:
    """Return the minute about the week that began on `monday`; what waits is told as it is now."""
    week = Subject(Period(monday), zone)
    parts = [_read(week), _sources(week), _asked(week)]
    if _is_quiet(week):
        parts = [Part(_("What was read"), [line(str(_QUIET))])]
    parts.append(_waiting())
    return MondayMinute(week.period, [part for part in parts if part.lines], suggestion(week))


def numbers_path(week: Subject, section: str = "", slug: str = "") -> str:
    """Return the address of the page with the numbers of a week, of the site or of a post."""
    name, args = ("post", [slug]) if slug else ("changelist", [])
    address = reverse(f"admin:audience_reads_{name}", args=args)
    return f"{address}?{week.period.query}{f'#{section}' if section else ''}"


def questions_path(week: Subject, only: str = "") -> str:
    """Return the address of the list of questions of a week: all, or those `answered` or `waiting`."""
    address = reverse("admin:audience_reads_questions")
    return f"{address}?{week.period.query}{f'&only={only}' if only else ''}"


def comment_path(comment: Comment) -> str:
    """Return the address of a comment on the desk."""
    return reverse("admin:comments_comment_change", args=[comment.pk])


def _is_quiet(week: Subject) -> bool:
    return not (week.reads().exists() or week.comments().exists() or week.questions().exists())


def _read(week: Subject) -> Part:
    """Say how much was read, against the week before, and what most."""
    now, before = week.reads().total(), week.before.reads().total()
    lines = [
        sentence(
            _("%(now)s; the week before %(before)s."),
            now=reads(now, numbers_path(week)),
            before=reads(before, numbers_path(week.before)),
        )
    ]
    shares = [share for share in most_read(week) if share.slug][:_MOST]
    lines += [
        sentence(
            _("“%(title)s” %(reads)s"),
            title=short(share.name, _TITLE_WORDS),
            reads=reads(share.count, numbers_path(week, slug=share.slug)),
        )
        for share in shares
    ]
    return Part(_("What was read"), lines)


def _sources(week: Subject) -> Part:
    """Say where most readers came from."""
    path = numbers_path(week, "sources")
    shares = [share for share in sources(week) if is_steady(share, week)][:_MOST]
    return Part(
        _("Where from"),
        [line(f"{short(share.name, 4)} ", reads(share.count, path)) for share in shares],
    )


def _asked(week: Subject) -> Part:
    """Say what readers wrote and asked, with the newest questions."""
    asked, answered = week.questions(), week.answered().count()
    sums = sentence(
        _("%(comments)s, %(questions)s, %(answered)s."),
        comments=comments(week.comments().count(), numbers_path(week, "comments")),
        questions=pieces.questions(asked.count(), questions_path(week)),
        answered=count(answered, _("%(count)s answered"), questions_path(week, "answered")),
    )
    newest = asked.order_by("-created_at", "-pk")[:_MOST]
    return Part(_("What readers ask"), [sums, *(_question(one) for one in newest)])


def _question(comment: Comment) -> Line:
    words = Piece(
        f"“{short(_first_question(plain_text(comment.body_html)), _QUESTION_WORDS)}”",
        comment_path(comment),
    )
    return line(f"{short(comment.name, 3)}: ", words)


def _first_question(body: str) -> str:
    """Return the first sentence of a text that asks, without what stands before it, and no address."""
    text = _ADDRESS.sub("…", body[:_LOOKED_AT])
    found = _ASKING.search(text)
    return found[0] if found else text


def _waiting() -> Part:
    """Say which questions wait."""
    waiting = questions.waiting()
    number = waiting.count()
    path = f"{reverse('admin:audience_reads_questions')}?only=waiting"
    said = ngettext(
        "%(questions)s waits for an answer.", "%(questions)s wait for an answer.", number
    )
    if not number:
        said = _("%(questions)s for an answer.")
    asked = pieces.questions(number, path) if number else Piece(_("No question waits"), path, 0)
    return Part(_("What waits"), [sentence(said, questions=asked)])
