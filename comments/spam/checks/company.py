"""Company: the same link under several names, one name with several links, many names in one network.

A reader keeps a name and a link for years; who sends spam changes one of them each time. Weights by
log-likelihood ratio over the comments with a link in the shared training files, rounded towards
caution. In thirty days the same host came under three other names for 22 of 100 of spam and 0.3 of
100 genuine, under one or two for 16 and 5; the same name with another link for 17 and 0.7. A
regular who writes under many posts is no sign: genuine comments do so more often than spam. Of
networks the files say nothing; offices and mobile networks share theirs, so many names are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from comments.spam.addresses import registered
from comments.spam.evidence import Evidence
from comments.spam.lexicon import vocabulary
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

MANY_NAMES_OF_HOST, MANY_NAMES_OF_NETWORK = 3, 5
_HOST, _HOST_OF_MANY, _NAME, _NETWORK = 0.8, 1.8, 1.0, 0.4
_PAGES_OF_MANY = vocabulary("pages_of_many")
"""Hosts where many people have a page of their own."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields what the sender shares with other names and links of the last thirty days."""
    kept = history.company
    is_own_place = registered(submission.host) not in _PAGES_OF_MANY
    if submission.host and is_own_place and kept.names_of_host:
        weight = _HOST_OF_MANY if kept.names_of_host >= MANY_NAMES_OF_HOST else _HOST
        yield Evidence("company", weight, _of_host(submission.host, kept.names_of_host))
    if submission.host and kept.links_of_name:
        yield Evidence("company", _NAME, _of_name(submission.name, kept.links_of_name))
    if kept.names_of_network >= MANY_NAMES_OF_NETWORK:
        yield Evidence("company", _NETWORK, _of_network(kept.names_of_network))


def _of_host(host: str, names: int) -> str:
    return ngettext(
        "In the last 30 days %(words)s was linked under another name, too.",
        "In the last 30 days %(words)s was linked under %(count)s other names, too.",
        names,
    ) % {"count": names, "words": quoted([host])}


def _of_name(name: str, links: int) -> str:
    return ngettext(
        "In the last 30 days the name %(words)s came with another link, too.",
        "In the last 30 days the name %(words)s came with %(count)s other links, too.",
        links,
    ) % {"count": links, "words": quoted([name])}


def _of_network(names: int) -> str:
    return ngettext(
        "In the last 30 days %(count)s other name wrote from the same network.",
        "In the last 30 days %(count)s other names wrote from the same network.",
        names,
    ) % {"count": names}
