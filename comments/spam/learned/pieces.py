"""The pieces of a comment that become features: words, runs of letters, names, hosts.

All are bounded, so that no input is slow, and lower case, in the script they were written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from comments.spam.addresses import registered
from comments.spam.tokens import JUDGED_CHARACTERS, LETTERS, plain, words_of

if TYPE_CHECKING:
    from comments.spam.facts import Submission

READ_CHARACTERS = 1_500
"""A text no longer than this is read word by word; of a longer one the parts named here."""
_HEAD, _TAIL = 500, 400
_AROUND, _LINKS_READ = 40, 5
"""Characters read on each side of a link in the middle, and of how many links."""
_LONGEST_WORD = 24
"""Letters of a word that count; `desk-words.js` cuts at the same to find it again."""
LINK_MARK = "linkmark"
"""Stands in the words where a link stood."""
_TAG = re.compile(r"<[^<>]{0,300}+>")
_TOKEN = re.compile(rf"{LETTERS}(?:'{LETTERS})*|\d+|[!?]")
_RUNS = (3, 4, 5)
_HOST_PARTS = re.compile(r"[^a-z0-9]+")


def readable(submission: Submission) -> str:
    """Returns the text as a reader sees it: tags gone, a link as its label and a mark.

    Of a long text its beginning, its end, and what stands around links: what sells may stand last.
    """
    text = submission.text[:JUDGED_CHARACTERS]
    for link in reversed(submission.links):
        start, end = link.span
        text = f"{text[:start]} {link.label} {LINK_MARK} {text[end:]}"
    text = _TAG.sub(" ", unescape(text)[:JUDGED_CHARACTERS])
    return plain(text if len(text) <= READ_CHARACTERS else " ".join(_parts(text)))


def _parts(text: str) -> Iterator[str]:
    yield text[:_HEAD]
    middle = text[_HEAD:-_TAIL]
    for mark in islice(re.finditer(LINK_MARK, middle), _LINKS_READ):
        yield middle[max(0, mark.start() - _AROUND) : mark.end() + _AROUND]
    yield text[-_TAIL:]


def words_in(text: str) -> tuple[str, ...]:
    """Returns words, numbers (only how long they are) and loud signs, in order."""
    found = _TOKEN.findall(text.lower().replace("’", "'"))
    return tuple(
        f"#{min(len(one), 6)}" if one[0].isdigit() else one[:_LONGEST_WORD] for one in found
    )


def letters_of(word: str) -> Iterator[str]:
    """Yields the runs of three to five letters of a word, its edges marked by spaces."""
    run = f" {word} "
    for size in _RUNS:
        for at in range(len(run) - size + 1):
            yield run[at : at + size]


def name_tokens(submission: Submission) -> Iterator[str]:
    """Yields the words of the name, up to eight, and their runs of letters."""
    for word in words_of(submission.shown_name)[:8]:
        yield f"={word[:_LONGEST_WORD]}"
        yield from letters_of(word[:_LONGEST_WORD])


def link_tokens(submission: Submission) -> Iterator[str]:
    """Yields what the link field, the address and the first ten links in the text lead to."""
    if submission.host:
        yield from _of_host("u", submission.host[:80])
        path = submission.url[:300].lower().partition(submission.host)[2]
        yield from (f"p={part}" for part in _HOST_PARTS.split(path)[:12] if part)
    domain = submission.email_domain[:80].lower()
    if domain:
        yield f"m={domain}"
        yield f"m.{domain.rpartition('.')[2]}"
    for link in submission.links[:10]:
        yield from _of_host("t", link.host[:80])


def _of_host(field: str, host: str) -> Iterator[str]:
    own = registered(host)
    yield f"{field}={own}"
    yield f"{field}.{host.rpartition('.')[2]}"
    for part in _HOST_PARTS.split(host.rpartition(".")[0]):
        yield from letters_of(part)
