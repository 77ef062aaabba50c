"""What the pages count: each figure is one query over rows that a page can show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from audience.models import Reads, ReadsQuerySet
from audience.periods import Period
from audience.referrers import ELSEWHERE, HERE, NOWHERE, source_name
from blog.models import Post
from blog.models.post import BLANKED_TITLE
from comments import questions
from comments.models import CommentQuerySet

SEVERAL_DAYS = 2
"""Days of a week on which a host must have sent readers before a mail names it."""


@dataclass(frozen=True)
class Subject:
    """What is counted: the days, the time zone that divides them, and one post or the whole site."""

    period: Period
    zone: ZoneInfo
    post: Post | None = None

    @property
    def before(self) -> Subject:
        """The same for as many days before."""
        return Subject(self.period.before, self.zone, self.post)

    def reads(self) -> ReadsQuerySet:
        """Return the counts of reads; those of texts that are not public now are among them."""
        found = Reads.objects.within(self.period.first, self.period.until)
        return found.filter(post=self.post) if self.post else found

    def comments(self) -> CommentQuerySet:
        """Return the comments of readers that are public."""
        return self._inside(questions.of_readers().visible())

    def questions(self) -> CommentQuerySet:
        """Return the questions of readers."""
        return self._inside(questions.asked())

    def answered(self) -> CommentQuerySet:
        """Return those of the questions that have been answered, whenever that was."""
        return questions.answered(self.questions())

    def _inside(self, comments: CommentQuerySet) -> CommentQuerySet:
        first, until = self.period.moments(self.zone)
        found = comments.filter(created_at__gte=first, created_at__lt=until)
        return found.filter(post=self.post) if self.post else found


@dataclass(frozen=True)
class Share:
    """A source or a post, and how many reads are its."""

    name: str
    count: int
    key: str | int = ""
    slug: str = ""


def reads_by_day(subject: Subject) -> Counter[date]:
    """Return how many reads each day had. One query."""
    rows = subject.reads().order_by("day").values("day").annotate(sum=Sum("count"))
    return Counter({row["day"]: row["sum"] for row in rows})


def by_day(comments: CommentQuerySet, zone: ZoneInfo) -> Counter[date]:
    """Return how many comments came on each day in `zone`. One query."""
    rows = comments.order_by().annotate(on=TruncDate("created_at", tzinfo=zone)).values("on")
    return Counter({row["on"]: row["n"] for row in rows.annotate(n=Count("pk"))})


def sources(subject: Subject) -> list[Share]:
    """Return where readers came from, most first. One query."""
    rows = subject.reads().order_by().values("source").annotate(sum=Sum("count"))
    found = [Share(source_name(row["source"]), row["sum"], row["source"]) for row in rows]
    return sorted(found, key=lambda share: (-share.count, share.name))


def is_steady(share: Share, subject: Subject) -> bool:
    """Whether a source may be named in a mail: ours, or a host that readers came from on several days.

    Anybody can send the name of any host, and a name in a mail from this site is an invitation. One query.
    """
    if share.key in {NOWHERE, HERE, ELSEWHERE}:
        return True
    days = subject.reads().filter(source=share.key).order_by().values("day").distinct()
    return days.count() >= SEVERAL_DAYS


def most_read(subject: Subject) -> list[Share]:
    """Return the texts that are public now with their reads, most first. Two queries.

    Of what is not public any more only the sum is told, in a last line without an address.
    """
    rows = subject.reads().order_by().values("post").annotate(sum=Sum("count"))
    counts = {row["post"]: row["sum"] for row in rows}
    posts = Post.objects.published().filter(reads__in=subject.reads()).order_by().distinct()
    # Without the posts themselves: a year may have thousands.
    shares = [
        Share(title or str(BLANKED_TITLE), counts.pop(pk), pk, slug)
        for pk, slug, title in posts.values_list("pk", "slug", "live_version__title")
        if pk in counts
    ]
    shares.sort(key=lambda share: (-share.count, share.name))
    gone = sum(counts.values())
    return [*shares, *([Share(_("Texts that are not public now"), gone)] if gone else [])]
