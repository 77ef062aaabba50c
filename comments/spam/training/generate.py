"""Makes spam of the kinds that programs write, from the grammars of `grammars.toml`.

    from comments.spam.training.generate import variants
    rows = list(variants(5_000, seed=1))

Pure: the same count and seed give the same rows, and a larger count begins with the rows of a
smaller one. The rows look like those of the files beside this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal, TypedDict

from comments.spam.training import noise
from comments.spam.training.grammar import Grammar

_NAMELESS, _WITHOUT_ADDRESS = 0.05, 0.15
"""Shares of rows in which the name or the domain of the address is not known."""
_KEYWORD_IN_HOST = 0.4


class Row(TypedDict):
    """One spam comment to learn from; what is not known is None."""

    text: str
    author: str | None
    email_domain: str | None
    url: str | None
    label: Literal[1]
    kind: str


@dataclass(frozen=True)
class Kind:
    """One kind of spam: templates of its text and author, and how its rows are made.

    `share` is how often it is drawn, in relation to the others; `link` how often the link field is
    filled, `slips` how often words are mistyped, `open` how many choices stay open: 0 to 1.
    `about` is a template of what is sold.
    """

    name: str
    share: float
    link: float
    slips: float
    author: str
    texts: tuple[str, ...]
    open: float = 0.0
    about: str = "$keyword"


def variants(count: int, seed: int) -> Iterator[Row]:
    """Yields `count` different rows; about 10,000 a second.

    Raises:
        ValueError: `count` is below 0.
    """
    if count < 0:
        raise ValueError(f"Cannot make {count} rows.")
    chance = Random(seed)  # noqa: S311 - samples to learn from, no secret
    seen: set[tuple[str, str | None, str | None]] = set()
    while len(seen) < count:
        row = _row(_drawn_kind(chance), chance)
        key = (row["text"], row["author"], row["url"])
        if key not in seen:
            seen.add(key)
            yield row


@cache
def kinds() -> tuple[Kind, ...]:
    """The kinds of the grammar file, in its order."""
    return tuple(
        Kind(name=name, **{**table, "texts": tuple(table["texts"])})
        for name, table in _file()["kinds"].items()
    )


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "grammars.toml").read_text("utf-8"))


@cache
def _grammar() -> Grammar:
    rules: dict[str, str] = _file()["rules"]
    praise = Grammar(rules, {})

    def scrambled_praise(chance: Random) -> str:
        return noise.scrambled(praise.filled("$short_praise", chance), chance)

    makers = {"mash": noise.mash, "salad": noise.salad, "scrambled": scrambled_praise}
    return Grammar(rules, makers)


def _drawn_kind(chance: Random) -> Kind:
    return chance.choices(kinds(), weights=[kind.share for kind in kinds()])[0]


def _row(kind: Kind, chance: Random) -> Row:
    keyword = _grammar().filled(kind.about, chance)
    host = _host(keyword, chance)
    url = f"{chance.choice(('https', 'https', 'http'))}://{host}"
    grammar = _grammar().bound(keyword=keyword, host=host, url=url)
    author = grammar.filled(kind.author, chance)
    return Row(
        text=_text(kind, grammar, chance),
        author=None if chance.random() < _NAMELESS else author,
        email_domain=None
        if chance.random() < _WITHOUT_ADDRESS
        else grammar.filled("$mail", chance),
        url=url + chance.choice(("", "/")) if chance.random() < kind.link else None,
        label=1,
        kind=kind.name,
    )


def _host(keyword: str, chance: Random) -> str:
    """Returns an invented host, which often names what is sold."""
    name = _grammar().filled("$site", chance)
    if keyword.isascii() and chance.random() < _KEYWORD_IN_HOST:
        name = f"{keyword}-{name.split('-')[-1]}"
    name = name.lower().replace(" ", chance.choice(("-", "")))
    return f"{name}.{_grammar().filled('$tld', chance)}"


def _text(kind: Kind, grammar: Grammar, chance: Random) -> str:
    template = chance.choice(kind.texts)
    if kind.open:
        return grammar.left_open(template, chance, kind.open)
    text = grammar.filled(template, chance).strip()
    return noise.slipped(text, chance) if chance.random() < kind.slips else text
