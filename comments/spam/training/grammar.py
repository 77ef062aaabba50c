"""Fills templates in the way spam programs do: `{one|other}` is a choice, `$name` a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

_CHOICE = re.compile(r"\{([^{}]*)\}")
_RULE = re.compile(r"\$([a-z_]+)")

Maker = Callable[[Random], str]
"""Makes one word or phrase from chance alone."""


class Grammar:
    """Rules by name: a template, or a function that makes the words."""

    def __init__(self, rules: Mapping[str, str], makers: Mapping[str, Maker]) -> None:
        self._rules = rules
        self._makers = makers

    def bound(self, **words: str) -> Grammar:
        """Returns a grammar in which these rules stand for exactly these words."""
        fixed = {name: (lambda _, word=word: word) for name, word in words.items()}
        return Grammar(self._rules, {**self._makers, **fixed})

    def filled(self, template: str, chance: Random) -> str:
        """Returns the template with every choice made and every rule applied.

        Raises:
            KeyError: the template or a rule of it names a rule that does not exist.
        """
        while _CHOICE.search(template):
            template = _CHOICE.sub(lambda found: self._chosen(found, chance), template)
        return self._applied(template, chance)

    def left_open(self, template: str, chance: Random, share: float) -> str:
        """Returns what a failing program posts: about this share of the choices is still open.

        At least one is, if the template has any; a field such as `{first_name}` always is.
        Raises what `filled` raises.
        """

        def perhaps(found: re.Match[str]) -> str:
            is_field = "|" not in found[1]
            return found[0] if is_field or chance.random() < share else self._chosen(found, chance)

        made = _CHOICE.sub(perhaps, template)
        return self._applied(made if _CHOICE.search(made) else template, chance)

    def _chosen(self, found: re.Match[str], chance: Random) -> str:
        """Applies its rules at once: `{$first}fx` is a name and two letters, not a rule `firstfx`."""
        return self._applied(chance.choice(found[1].split("|")), chance)

    def _applied(self, template: str, chance: Random) -> str:
        return _RULE.sub(lambda found: self._word(found[1], chance), template)

    def _word(self, name: str, chance: Random) -> str:
        if name in self._makers:
            return self._makers[name](chance)
        return self.filled(self._rules[name], chance)
