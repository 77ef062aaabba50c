"""What readers are told about changes of words that they could see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from blog.cited import to_lines
from blog.differences import Change, changed
from blog.markup import plain_text
from blog.models import Post, PublicChange, Rendering
from blog.models.public_change import REMOVED

WITHDRAWN = gettext_lazy("These words are no longer shown.")
_SAME = gettext_lazy("The words stayed as they were.")
_UNSEEN = gettext_lazy(
    "The words are the same; a link, a picture or the way they are set has changed."
)
_LABELS = {
    "title": gettext_lazy("Title"),
    "standfirst": gettext_lazy("Under the title"),
    "brief": gettext_lazy("In brief"),
    "byline": gettext_lazy("By"),
    "answered": gettext_lazy("In answer to"),
    "body": gettext_lazy("Text"),
    "picture": gettext_lazy("Picture"),
    "elsewhere": gettext_lazy("From elsewhere"),
    "disclosure": gettext_lazy("Disclosure"),
    "legend": gettext_lazy("Legal note"),
}


@dataclass(frozen=True)
class Told:
    """One change as the history of a post tells it.

    `sentence` stands where there are no differences to show, and says why.
    """

    kind: str
    label: str
    at: datetime
    reason: str
    differences: Sequence[Change]
    sentence: str

    @property
    def is_typo(self) -> bool:
        """Whether one quiet line is enough."""
        return self.kind == PublicChange.Kind.TYPO


def changes_of(post: Post) -> QuerySet[PublicChange]:
    """Return the public changes of a post that stood, newest first, with the words before and after."""
    names = ("before", "after")
    rows = (
        post.changes.that_stood()
        .with_standing()
        .select_related(*(f"{name}__version" for name in names))
    )
    unread = [f"{name}__{field}" for name in names for field in ("headings", "version__body")]
    return rows.defer(*unread).newest_first()


def corrections() -> QuerySet[PublicChange]:
    """Return the corrections and retractions of all posts and pages, newest first.

    A correction of words that nobody can read any more is not among them; the retraction is.
    """
    is_retraction = Q(kind=PublicChange.Kind.RETRACTION)
    shown = PublicChange.objects.corrections().of_shown_words()
    rows = PublicChange.objects.filter(is_retraction | Q(pk__in=shown.values("pk")))
    rows = rows.filter(post__in=Post.objects.reachable())
    unread = ("after__html", "after__headings", "after__version__body", "post__live_version__body")
    return rows.select_related("after__version", "post__live_version").defer(*unread).newest_first()


def told(change: PublicChange) -> Told:
    """Return a row of `changes_of` as readers may see it: only words that they still may read."""
    differences, sentence = _compared(change)
    return Told(
        kind=change.kind,
        label=change.get_kind_display(),
        at=change.at,
        reason=_reason(change),
        differences=differences,
        sentence=sentence,
    )


def _compared(change: PublicChange) -> tuple[list[Change], str]:
    before, after = change.before, change.after
    if after is None:
        return [], ""
    if before.version.redacted_at or after.version.redacted_at:
        return [], str(REMOVED)
    if _is_withdrawn(change):
        return [], str(WITHDRAWN)
    found = changed(_as_read(before), _as_read(after), _LABELS)
    unseen = _SAME if before.html == after.html else _UNSEEN
    return found, "" if found else str(unseen)


def _reason(change: PublicChange) -> str:
    """Return the sentence on a change, unless it went with the words it belongs to."""
    after = change.after
    is_gone = after is not None and (after.version.redacted_at or _is_withdrawn(change))
    return "" if is_gone else change.reason


def _is_withdrawn(change: PublicChange) -> bool:
    return bool(getattr(change, "is_withdrawn"))  # noqa: B009 - an annotation of the query


def _as_read(rendering: Rendering) -> dict[str, str]:
    """Return what readers had in front of them: the source may hold words that no page shows."""
    version, picture = rendering.version, rendering.version.lead_picture
    answered = version.answered
    return {
        "title": version.title,
        "standfirst": version.standfirst,
        "brief": "\n".join(version.brief),
        "byline": version.byline_line,
        "answered": answered.text if answered else "",
        "body": plain_text(rendering.html),
        "picture": f"{picture.alt}\n{picture.caption}".strip() if picture else "",
        "elsewhere": to_lines(version.elsewhere),
        "disclosure": version.disclosure,
        "legend": version.legend,
    }
