"""Links: how many, where they lead, how they are written, and whether anything else is said.

By log-likelihood ratio over the shared training files, rounded towards caution: a label with a
commercial word had 7 of 100 of spam and 0.1 of 100 genuine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.spam.addresses import MOST_LINKS, SHORTENERS, Link, find_links, selling_words
from comments.spam.evidence import Evidence
from comments.spam.lexicon import vocabulary
from comments.spam.tokens import quoted, words_of

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_WEIGHT_OF_COUNT = ((1, 0.4), (2, 0.6), (3, 1.0), (5, 1.4), (MOST_LINKS, 2.2))
HARDLY_ANY_WORDS = 16
"""Bytes of words beside a link; bytes, so that a Chinese sentence is not a short one."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields what the links in text, name and link field tell."""
    del history
    yield from _in_fields(submission)
    yield from _shortened(submission)
    links = submission.links
    if links:
        yield from _count(links)
        yield from _misleading(links)
        yield from _markup(links)
        yield from _selling(links)
        yield from _bareness(submission)


def _in_fields(submission: Submission) -> Iterator[Evidence]:
    named = [link.target for link in find_links(submission.shown_name)]
    if named:
        yield Evidence(
            "links", 2.0, _("A link stands in the name: %(words)s.") % {"words": quoted(named)}
        )
    if submission.host:
        reason = _("The link field is filled: %(words)s.") % {"words": quoted([submission.host])}
        yield Evidence("links", 0.4, reason)
        yield from _sold_in_field(submission.host)


def _sold_in_field(host: str) -> Iterator[Evidence]:
    """What the link field sells holds by itself and weighs with all else that was learned of links.

    Who lives from a trade may call her site after it.
    """
    sold = sorted(selling_words(host) - vocabulary("trades"))
    if sold:
        said = {"host": quoted([host]), "words": quoted(sold)}
        reason = _("The link field leads to a place that sells, %(host)s: %(words)s.") % said
        yield Evidence("links", 0.0, reason, holds=True)


def _count(links: tuple[Link, ...]) -> Iterator[Evidence]:
    hosts = quoted(link.host for link in links)
    weight = next(weight for most, weight in _WEIGHT_OF_COUNT if len(links) <= most)
    if len(links) == MOST_LINKS:
        sentence = _("%(count)s links or more in the text: %(hosts)s.")
    else:
        sentence = ngettext(
            "One link in the text: %(hosts)s.",
            "%(count)s links in the text: %(hosts)s.",
            len(links),
        )
    yield Evidence("links", weight, sentence % {"count": len(links), "hosts": hosts})


def _shortened(submission: Submission) -> Iterator[Evidence]:
    hosts = [submission.host, *(link.host for link in submission.links)]
    short = [host for host in hosts if host in SHORTENERS]
    if short:
        yield Evidence(
            "links",
            1.2,
            _("A short address hides where it leads: %(words)s.") % {"words": quoted(short)},
        )


def _misleading(links: tuple[Link, ...]) -> Iterator[Evidence]:
    misleading = [f"{link.label.strip()} → {link.host}" for link in links if link.is_misleading]
    if misleading:
        reason = _("A link shows one address and leads to another: %(words)s.") % {
            "words": quoted(misleading)
        }
        yield Evidence("links", 2.0, reason)


def _markup(links: tuple[Link, ...]) -> Iterator[Evidence]:
    forum = [link.host for link in links if link.form == "bbcode"]
    if forum:
        yield Evidence(
            "links",
            1.2,
            _("A link in forum code, unknown here, to %(words)s.") % {"words": quoted(forum)},
        )
    page = [link.host for link in links if link.form == "html"]
    if page:
        yield Evidence(
            "links", 0.6, _("A link in raw HTML to %(words)s.") % {"words": quoted(page)}
        )


def _selling(links: tuple[Link, ...]) -> Iterator[Evidence]:
    words = [word for link in links for word in words_of(link.label)]
    selling = [word for word in dict.fromkeys(words) if word in vocabulary("commercial_names")]
    if selling:
        reason = _("The words of a link sell: %(words)s.") % {"words": quoted(selling)}
        yield Evidence("links", 1.4, reason)


def _bareness(submission: Submission) -> Iterator[Evidence]:
    labels = (link.label for link in submission.links if not link.is_misleading)
    words = " ".join((*submission.words, *labels)).strip()
    if len(words.encode("utf-8", "ignore")) < HARDLY_ANY_WORDS:
        said = quoted([words]) if words else _("no word at all")
        yield Evidence(
            "links", 1.8, _("Hardly anything is said beside the link: %(said)s.") % {"said": said}
        )
