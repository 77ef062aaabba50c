"""A mail as the draft of a post: its title, its text in Markdown, and the pictures that go into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.incoming.contents import MARK, Contents, Sent, contents_of
from blog.incoming.letter import Letter
from blog.incoming.words import own_words
from blog.refusal import Refused
from blog.snippets import put_at_end

TITLE_LENGTH = 200
UNTITLED = gettext_lazy("Without a title")
QUOTED = gettext_lazy("What was quoted below your words.")
_FIRST_WORDS = 60
_SENTENCE = re.compile(r"(.{1,80}?)[.!?…](?=\s|$)")
_LAST_MARK = re.compile("\ufffc(\\d+)\ufffc\\Z")


@dataclass(frozen=True)
class Draft:
    """What a mail says.

    Attributes:
        text: the words, with a mark where a picture stands; see `body`.
        pictures: what goes into the text, by the number of its mark; those without one come last.
        left_out: what of the mail is not in the draft: file names, and a sentence on a quotation.
        is_titled: whether the mail had a subject; else the first words make the title.
    """

    title: str
    text: str
    pictures: Mapping[int, Sent]
    left_out: tuple[str, ...]
    is_titled: bool

    def body(self, shown: Mapping[int, str]) -> str:
        """Return the text with each picture as `shown` says, by number; one that is missing is left out.

        Raises:
            Refused: nothing would be left.
        """
        placed = {int(number) for number in MARK.findall(self.text)}
        body = MARK.sub(lambda found: shown.get(int(found[1]), ""), self.text)
        body = re.sub(r"\n{3,}", "\n\n", body).strip("\n")
        for number in self.pictures:
            if number in shown and number not in placed:
                body = put_at_end(body, shown[number])
        if body.strip():
            return body
        if self.is_titled:
            return self.title
        raise Refused(_("This mail has no words."))


def draft_of(letter: Letter) -> Draft:
    """Read a mail as a draft.

    Raises:
        Refused: it cannot be read.
    """
    contents = contents_of(letter)
    text, is_quoting = own_words(_without_attachments(contents))
    placed = {int(number) for number in MARK.findall(text)}
    title, text = _titled(letter.subject, text)
    return Draft(
        title=title,
        text=text,
        # A picture that only a signature or a quotation showed is none of the text.
        pictures={n: p for n, p in enumerate(contents.pictures) if n in placed or not p.in_text},
        left_out=(*contents.others, *([str(QUOTED)] if is_quoting else [])),
        is_titled=bool(letter.subject),
    )


def _without_attachments(contents: Contents) -> str:
    """Return the text without the marks of pictures that only follow it: a quotation may end before."""
    text = contents.text.rstrip()
    while (last := _LAST_MARK.search(text)) and not contents.pictures[int(last[1])].in_text:
        text = text[: last.start()].rstrip()
    return text


def _titled(subject: str, text: str) -> tuple[str, str]:
    """Return title and text. A subject that is too long for a title stands above the text, whole."""
    if len(subject) > TITLE_LENGTH:
        return _shortened(subject, TITLE_LENGTH), f"{subject}\n\n{text}".strip()
    return subject or _first_words(text.splitlines()) or str(UNTITLED), text


def _first_words(lines: Iterable[str]) -> str:
    words = (re.sub(r"^[#>*\-\s]+", "", MARK.sub("", line)).strip() for line in lines)
    first = next(filter(None, words), "")
    sentence = _SENTENCE.match(first)
    return sentence[1] if sentence else _shortened(first, _FIRST_WORDS)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return f"{(cut.rpartition(' ')[0] or cut).rstrip(' ,;:')}…"
