"""Plain signs of a comment: what the text checks found, and what its fields look like side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from comments.spam.addresses import host_of
from comments.spam.learned.names import Name, name_of
from comments.spam.learned.wording import wording_signs
from comments.spam.tokens import words_of
from comments.spam.vocabulary import GENERIC_STEMS, PRAISE_STEMS

if TYPE_CHECKING:
    from comments.spam.evidence import Evidence
    from comments.spam.facts import Submission

_WEIGHTS = (0.1, 0.6, 1.1, 1.6, 2.1, 3.1, 4.1, 5.1, 7.1)
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
_LINKS = (1, 2, 3, 5, 8, 13, 21, 34)
_HOST_LETTERS = (8, 12, 16, 20, 25, 30, 40)
_PATH_LETTERS = (1, 10, 20, 40, 80)
_NAME_LETTERS = (3, 5, 8, 12, 16, 20, 30)
_FEW = (1, 2, 3, 4, 5)
_FEW_WORDS = 25
_PAGES = (".html", ".htm", ".php", ".asp", ".aspx")


def signs_of_findings(found: Iterable[Evidence]) -> dict[str, list[str]]:
    """Returns the signs of each text check: how heavy its findings are by the check's own weights."""
    heavy: dict[str, float] = defaultdict(float)
    for finding in found:
        heavy[finding.check] += finding.weight
    return {slug: list(_reached(slug, weight, _WEIGHTS)) for slug, weight in heavy.items()}


def steps_of(check: str) -> list[str]:
    """Returns every sign that the findings of a check can reach, the lightest first."""
    return list(_reached(check, _WEIGHTS[-1], _WEIGHTS))


def signs_of(submission: Submission, found: Iterable[Evidence]) -> Iterator[str]:
    """Yields the signs of a submission; the first stands for having been sent at all."""
    yield "sent"
    yield from _reached("found", sum(finding.weight for finding in found), _WEIGHTS)
    yield from _reached("links", len(submission.links), _LINKS)
    name = name_of(submission)
    yield from _of_talk(submission, name)
    yield from _of_name(submission)
    yield from _of_naming(submission, name)
    yield from wording_signs(submission)
    if submission.host:
        yield from _of_link_field(submission)


def _reached(name: str, value: float, steps: Sequence[float]) -> Iterator[str]:
    """Yields a sign for each step that the value reaches, so that more of it can weigh more."""
    yield from (f"{name} {step}" for step in steps if value >= step)


def _of_talk(submission: Submission, name: Name) -> Iterator[str]:
    """How much of what is said would fit under any post, and whether it praises."""
    stems = submission.stems
    share = sum(key in GENERIC_STEMS for key in stems) / (len(stems) or 1)
    praise = "praise" if any(key in PRAISE_STEMS for key in stems) else "plain"
    field = "linked" if submission.host else "unlinked"
    few = "few" if len(submission.words) < _FEW_WORDS else "many"
    yield from _reached("generic", share, _SHARES)
    yield from _reached(f"generic {praise} {field}", share, _SHARES)
    yield f"{praise} {field} {few} {'links' if submission.links else 'none'}"
    yield f"by {name.kind} {praise} {field} {few}"


def _of_name(submission: Submission) -> Iterator[str]:
    name = submission.shown_name.strip()
    words = words_of(name)
    yield from _reached("name words", len(words), _FEW)
    yield from _reached("name letters", len(name), _NAME_LETTERS)
    if name.islower() or name.isupper() or name.istitle():
        style = "lower" if name.islower() else "upper" if name.isupper() else "title"
        yield f"name {style} {min(len(words), 3)}"
    if any(map(str.isdigit, name)):
        yield f"name digits {bool(submission.host)}"
    telling = [word for word in words if len(word) > 3]
    if any(word in submission.host for word in telling):
        yield "name in host"
    if len(words) > 1 and all(word in submission.host for word in words):
        yield "whole name in host"


def _of_naming(submission: Submission, name: Name) -> Iterator[str]:
    """What the name is made of, and where else it stands."""
    yield f"name of {name.kind}"
    yield from _reached("name goods", len(name.goods), _FEW)
    if name.words and submission.words[: len(name.words)] == name.words:
        yield f"name opens text {min(len(name.words), 3)}"
    path = submission.url[:300].lower().partition("://")[2].partition("/")[2]
    telling = [word for word in name.words if len(word) > 2]
    yield from _reached("name in path", sum(word in path for word in telling), _FEW)


def _of_link_field(submission: Submission) -> Iterator[str]:
    host = submission.host
    path = submission.url[:300].partition("://")[2].partition("/")[2]
    yield "host"
    yield from _reached("host letters", len(host), _HOST_LETTERS)
    yield from _reached("host hyphens", host.count("-"), _FEW)
    yield from _reached("host dots", host.count("."), _FEW)
    yield from _reached("path letters", len(path), _PATH_LETTERS)
    yield from _reached("path hyphens", path.count("-"), _FEW)
    yield from _reached("path slashes", path.count("/"), _FEW)
    if any(map(str.isdigit, host)):
        yield "host digits"
    if path.endswith(_PAGES):
        yield "path page"
    if any(host_of(link.target) == host for link in submission.links):
        yield "field in text"
