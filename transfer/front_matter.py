"""The lines at the head of a text file that say what it is: YAML between `---`, TOML between `+++`.

What is written here is YAML whose values are JSON, which every reader of YAML takes and which has one
spelling for one value. What is read may come from anybody: nothing but plain values is built, and
aliases, by which ten lines mean a thousand million, are refused.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml

from transfer.items import SourceError

LONGEST = 64 * 1024
"""Characters of front matter."""

DEEPEST = 12
"""Levels of lists and mappings in one another."""

_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<head>.*?)(?<=\n)(?P=fence)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
# What YAML does not let stand in a file as it is; JSON's escapes mean the same in both.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class _PlainLoader(yaml.SafeLoader):
    """Builds plain values only, without aliases, and not too deep."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise SourceError("Its front matter repeats a part of itself by an alias (*).")
        if self.depth >= DEEPEST:
            raise SourceError(f"Its front matter is nested more than {DEEPEST} levels deep.")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _integer(loader: _PlainLoader, node: yaml.ScalarNode) -> int:
    """Build a whole number, unless it has so many digits that nothing can print it."""
    value = loader.construct_yaml_int(node)
    if abs(value) >= 2**63:
        raise ValueError("a number beyond all measure")
    return value


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _integer)


def split(text: str) -> tuple[dict[str, Any], str] | None:
    """Return the values at the head of a text and what stands below, or `None` if it has no head.

    Raises:
        SourceError: the head is not what its fence promises, too long, or made to do harm.
    """
    match = _FENCED.match(text[: LONGEST + 16])
    if match is None:
        if text.startswith(("---\n", "---\r\n", "+++\n", "+++\r\n")):
            raise SourceError("Its front matter does not end, or is longer than 64 kB.")
        return None
    return _read(match["head"], is_yaml=match["fence"] == "---"), text[match.end() :]


def written(values: Mapping[str, Any]) -> str:
    """Return values, each of a kind that JSON has, as front matter with its fences."""
    lines = (f"{name}: {_json(value)}\n" for name, value in values.items())
    return f"---\n{''.join(lines)}---\n"


def split_written(text: str) -> tuple[dict[str, Any], str]:
    """Return the values and the text of a file whose head is exactly as `written` writes it.

    Raises:
        SourceError: it is not.
    """
    match = _FENCED.match(text)
    if match is None or match["fence"] != "---":
        raise SourceError("Its front matter is missing.")
    values: dict[str, Any] = {}
    try:
        for line in match["head"].splitlines():
            name, _, value = line.partition(": ")
            values[name] = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise SourceError("Its front matter is not as this program writes it.") from error
    return values, text[match.end() :]


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _read(head: str, *, is_yaml: bool) -> dict[str, Any]:
    name = "YAML" if is_yaml else "TOML"
    try:
        values = _yaml(head) if is_yaml else tomllib.loads(head.replace("\r\n", "\n"))
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise SourceError(f"Its front matter is no valid {name}.") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise SourceError(f"Its front matter is {name}, but no list of names and values.")
    return {str(key): value for key, value in values.items()}


def _yaml(head: str) -> object:
    loader = _PlainLoader(head)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
