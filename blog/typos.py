"""Whether a change is no more than a typo, told from the words alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext, gettext_lazy

from blog.differences import MOST_WORDS, blocks, common, compared, parts
from blog.words import Words

MOST_CHARACTERS = 20

_EDGES = ".,;:!?…()[]{}<>\"'“”‘’«»„*_`~#|/\\"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*$")
_NEGATION = re.compile(
    r"not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|\w+n['’]t|hardly|barely"
)
_TARGET = re.compile(r"\]\([^\s()]*|https?://[^\s<>\"'()\[\]]+|href=[\"'][^\"'<>]*")
_NUMBER = re.compile(
    r"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?"
    r"|hundreds?|thousands?|[mb]illions?|trillions?|dozens?|half|halves|thirds?|quarters?"
    r"|twice|double|triple|first|second"
)
_NEVER_A_TYPO = {
    "byline": gettext_lazy("This changes whose name stands under the title."),
    "authorship": gettext_lazy("This changes what readers are told about who wrote it."),
    "answered": gettext_lazy("This changes what you say of somebody else’s post."),
    "elsewhere": gettext_lazy("This changes what you say of somebody else’s page."),
}
_OPPOSITES = re.compile(r"(?:un|in|im|ir|il|dis|non-?)(?=\w{3})")


def why_no_typo(old: Words, new: Words, *, language: str = "en") -> str:
    """Return a sentence that says why readers must be told of a change, or nothing for a typo.

    A typo leaves who wrote it, every number, every name and every “not” as they were, and at most
    `MOST_CHARACTERS` characters differ. A word that is added or lost counts as changed, and no word
    moves. In doubt it is no typo: so it is in every other language, whose numbers and whose “not” we do not
    know, and so is what is said of other people's pages.

    Args:
        language: the code of the language that the words are in.
    """
    if language.partition("-")[0] != "en":
        return gettext("We tell a typo from a correction in English alone.")
    before, after = parts(old), parts(new)
    changed = [name for name in after if before[name] != after[name]]
    for name in changed:
        if name in _NEVER_A_TYPO:
            return str(_NEVER_A_TYPO[name])
    texts = [(before[name], after[name]) for name in changed if name != "correction"]
    if any(_targets(one) != _targets(other) for one, other in texts):
        return gettext("This changes where a link leads.")
    for one, other in texts:
        found = _telling_word(one, other)
        if found:
            return found
    if sum(_characters(one, other) for one, other in texts) > MOST_CHARACTERS:
        return gettext("More than %(count)s characters differ from what readers see.") % {
            "count": MOST_CHARACTERS
        }
    return ""


def _targets(text: str) -> list[str]:
    """Return the addresses in a text, in their order: those of its links, and those that are written out."""
    return _TARGET.findall(text)


def _characters(old: str, new: str) -> int:
    """Return how many characters differ, rather too many than too few."""
    count, gone = 0, ""
    for piece in [*compared(old, new), None]:
        if piece and piece.kind == "gone":
            gone = piece.text
        elif piece and piece.kind == "new":
            count, gone = count + _between(gone, piece.text), ""
        else:
            count, gone = count + len(gone), ""
    return count


def _between(old: str, new: str) -> int:
    """Return the length of what is left between the letters both begin with and both end with."""
    start = common(old, new)
    old, new = old[start:], new[start:]
    end = common(old[::-1], new[::-1])
    return max(len(old), len(new)) - end


def _telling_word(old: str, new: str) -> str:
    """Return the sentence about the first number, name or “not” that changed, or nothing."""
    names = _names(old) | _names(new)
    lost, got = list[str](), list[str]()
    for gone, come in _replaced(old, new):
        for word in (*gone, *come):
            said = _what_it_is(word, names)
            if said:
                return said % {"word": word}
        lost, got = lost + gone, got + come
    turned, moved = _turned(lost, got), _moved(lost, got)
    if turned:
        return gettext("This turns a word into its opposite (“%(turned)s”).") % {"turned": turned}
    return gettext("This moves a word (“%(moved)s”).") % {"moved": moved} if moved else ""


def _replaced(old: str, new: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the words that went and those that came in their place; capitals make no difference."""
    left, right = ([f"{word}\n" for word, _ in _read(text)] for text in (old, new))
    for is_same, was, now in blocks(left, right, MOST_WORDS):
        if not is_same and was.casefold() != now.casefold():
            yield was.split(), now.split()


def _what_it_is(word: str, names: set[str]) -> str:
    plain = word.casefold()
    if _NUMBER.fullmatch(plain) or any(character.isnumeric() for character in word):
        return gettext("This changes a number (“%(word)s”).")
    if _NEGATION.fullmatch(plain):
        return gettext("This changes a “not” (“%(word)s”).")
    return gettext("This changes a name (“%(word)s”).") if word in names else ""


def _turned(gone: Iterable[str], come: Iterable[str]) -> str:
    """Return a word that lost or got “un-” or the like, or nothing."""
    old, new = ({word.casefold() for word in words} for words in (gone, come))
    for word in sorted(old | new):
        bare = _OPPOSITES.sub("", word, count=1)
        if bare != word and (bare in new if word in old else bare in old):
            return word
    return ""


def _moved(gone: Iterable[str], come: Iterable[str]) -> str:
    """Return a word that went in one place and came in another: a “not” beside it now means another."""
    old, new = ({word.casefold() for word in words} for words in (gone, come))
    return min(old & new, default="")


def _names(text: str) -> set[str]:
    """Return the capitalised words of a text that do not begin a sentence; “I” is none."""
    return {word for word, is_first in _read(text) if not is_first and _is_capitalised(word)}


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and not re.fullmatch(r"I(?:['’]\w+)?", word)


def _read(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each word without the marks around it, and whether a sentence begins with it."""
    for line in text.splitlines():
        is_first = True
        for chunk in line.split():
            word = chunk.strip(_EDGES)
            if word:
                yield word, is_first
                is_first = False
            if _SENTENCE_END.search(chunk):
                is_first = True
