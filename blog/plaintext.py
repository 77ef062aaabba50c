"""Text as it comes from a person: what is dropped from it before anyone reads or stores it."""

from __future__ import annotations

import re
import unicodedata
from html import escape

from django.utils.formats import number_format
from django.utils.translation import gettext

# What a word processor, a browser or another system may use to end a line.
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
# Bidi controls are Unicode's property of that name: they can show words in an order other than
# the one stored. The last range holds annotation marks and the byte order mark.
_UNWANTED = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x9f"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u206a-\u206f"
    f"\ud800-\udfff\ufeff\ufff9-\ufffb{_NONCHARACTERS}]"
    # Tag characters spell invisible ASCII, except as the tail of a flag such as Scotland's.
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)


class TextTooLong(ValueError):
    """The text has more characters than are accepted; it is refused whole, never cut."""

    def __init__(self, length: int, limit: int) -> None:
        """Say how long the text is and how long it may be, both in characters."""
        super().__init__(
            gettext("The text has %(count)s characters; at most %(most)s are accepted.")
            % {
                "count": number_format(length, force_grouping=True),
                "most": number_format(limit, force_grouping=True),
            }
        )
        self.length = length
        self.limit = limit


def refuse_longer(text: str, limit: int) -> None:
    """Check the length of a text before any work is spent on it.

    Raises:
        TextTooLong: it has more than `limit` characters.
    """
    if len(text) > limit:
        raise TextTooLong(len(text), limit)


def normalise(raw: str) -> str:
    """Return text in Unicode NFC with LF line ends, without what no reader can see and none meant.

    Dropped are NUL and the other control characters but LF and TAB, lone surrogates, bidi controls,
    noncharacters, byte order marks and invisible tags. Spaces and words stay as they are. Applying
    it twice changes nothing more.
    """
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_END.sub("\n", raw)))


def as_paragraphs(text: str) -> str:
    """Return text as HTML that shows it character for character: blank lines part paragraphs."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    lines = (escape(part).replace("\n", "<br>\n") for part in paragraphs if part.strip())
    return "".join(f"<p>{part}</p>\n" for part in lines)
