"""Words and numbers of the moderation desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.desk.choices import PUBLISHES
from comments.desk.reasons import REASONS
from comments.desk.similar import Similar
from comments.models import Comment
from comments.spam import policy
from ledger.models import Entry

register = template.Library()

_HAPPENED = {
    "submit_comment": _("Arrived"),
    "import_comments": _("Imported"),
    "approve": _("Approved"),
    "reject": _("Rejected"),
    "mark_spam": _("Marked as spam"),
    "remove": _("Removed"),
    "restore": _("Put back to decide"),
    "report": _("Reported by a reader"),
    "send_back": _("Sent back to decide"),
    "dismiss_reports": _("Kept, its reports dismissed"),
    "answer": _("Answered in the thread"),
    "answer_privately": _("Answered privately"),
    "edit": _("New words by its writer"),
    "accept_edit": _("New words published"),
    "refuse_edit": _("New words not published"),
    "withdraw": _("Withdrawn by its writer"),
    "come_back": _("Back by its writer"),
    "appeal": _("A second look asked for"),
    "grant_appeal": _("Published after a second look"),
    "refuse_appeal": _("Unpublished after a second look"),
    "consent": _("Consent to publish the note"),
    "draft_answer": _("Answer drafted"),
    "hold_answer": _("Answer by mail held"),
    "release_answer": _("Drafted answer released"),
    "drop_answer": _("Drafted answer dropped"),
}

# What a comment became without a person; any other only arrived.
_BY_THE_FILTER = {
    str(Comment.State.APPROVED): _("Published by the filter (score %(score)s)"),
    str(Comment.State.SPAM): _("Called spam by the filter (score %(score)s)"),
}


@register.simple_tag
def thresholds() -> dict[str, float]:
    """Return the score from which a comment is called spam."""
    return {"spam": policy.SPAM_AT}


@register.simple_tag
def reasons() -> tuple[str, ...]:
    """Return the reasons for not publishing something that a digit chooses."""
    return tuple(map(str, REASONS))


@register.filter
def pairs(similar: Iterable[tuple[int, int]]) -> str:
    """Return numbers and revisions as the page sends them back: `12.1 14.3`."""
    return " ".join(f"{pk}.{revision}" for pk, revision in similar)


@register.filter
def reached_by(similar: Similar, verb: str) -> int:
    """Return how many similar ones a verb decides: what nobody has read is never published."""
    return len(similar.read) if verb in PUBLISHES else similar.count


@register.filter
def percent(score: float) -> str:
    """Return a share from 0 to 1 as `87 %`."""
    return f"{score * 100:.0f} %"


@register.filter
def signed(weight: float) -> str:
    """Return a weight with its sign, as `+1.5` or `−0.4`; `0.0` speaks for nobody and has none."""
    size = f"{abs(weight):.1f}"
    return size if size == "0.0" else f"{'+' if weight > 0 else '−'}{size}"


@register.filter
def finely_signed(weight: float) -> str:
    """Return the weight of a word with its sign, as `+0.45` or `−0.12`."""
    return f"{'+' if weight >= 0 else '−'}{abs(weight):.2f}"


@register.filter
def happened(entry: Entry) -> str:
    """Return what an entry of the record says happened, in words."""
    if entry.verb == "undo":
        verb = _in_words(entry.facts.get("verb", "")).lower()
        return gettext("Taken back: %(verb)s") % {"verb": verb}
    if entry.verb == "submit_comment":
        return _arrived(entry.facts)
    return _in_words(entry.verb)


def _arrived(facts: Mapping[str, Any]) -> str:
    """Return what became of a comment as it came; an entry of before scores were kept tells only that."""
    said = _BY_THE_FILTER.get(facts.get("state", ""))
    if said is None or "score" not in facts:
        return _in_words("submit_comment")
    return str(said) % {"score": percent(facts["score"])}


def _in_words(verb: str) -> str:
    return str(_HAPPENED.get(verb, verb.replace("_", " ").capitalize()))
