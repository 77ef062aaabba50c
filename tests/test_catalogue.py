"""The catalogue that translators begin with has every message of ours, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    *("audience", "blog", "comments", "config", "ledger", "newsletter"),
    *("templates", "transfer"),
)
CATALOGUE = ROOT / "locale" / "django.pot"
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
SEVERAL = {"ngettext", "ngettext_lazy"}
# What templatize writes for a tag: gettext(u'…') or ngettext(u'…', u'…', count).
_STRING = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\"\"\"(?:.|\n)*?\"\"\")"
_CALL = re.compile(rf"\b(?:_|gettext)\(\s*{_STRING}\s*\)|\bngettext\(\s*{_STRING}\s*,\s*{_STRING}")
_ENTRY = re.compile(r'^(?:msgid|msgid_plural) ((?:"(?:[^"\\]|\\.)*"\n)+)', re.MULTILINE)


def files(*endings: str) -> Iterator[Path]:
    """Yield the files of the site with one of these endings."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and "migrations" not in path.parts:
                yield path


# Code that was meant for an f-string.
_CODE = re.compile(r"\{[^{}]*[^\w{}][^{}]*\}")


def in_code() -> Iterator[str]:
    """Yield the messages of the Python files."""
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                count = 1 if node.func.id in SINGLE else 2 if node.func.id in SEVERAL else 0
                for argument in node.args[:count]:
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value)


def in_templates() -> Iterator[str]:
    """Yield the messages of the templates, of pages and of mail."""
    for path in files(".html", ".txt", ".xml"):
        if path.parent.name != "data":
            for found in _CALL.finditer(templatize(path.read_text(), origin=str(path))):
                yield from (ast.literal_eval(text) for text in found.groups() if text)


def catalogued() -> set[str]:
    """Return the messages of the catalogue."""
    found = _ENTRY.findall(CATALOGUE.read_text())
    return {ast.literal_eval(f"({text})") for text in found} - {""}


def test_catalogue_has_every_message_of_the_code_and_of_the_templates():
    missing = ({*in_code(), *in_templates()}) - catalogued()
    assert sorted(missing) == [], "Run: make messages"


def test_catalogue_has_no_message_that_nobody_says():
    said = {*in_code(), *in_templates()}
    assert len(said) > 1000
    assert sorted(catalogued() - said) == [], "Run: make messages"


def test_no_message_holds_code_or_a_name_for_programs():
    """`{name()}` is filled by nobody, and a style is no word."""
    assert [said for said in catalogued() if _CODE.search(said)] == []
    names = {said for said in catalogued() if re.fullmatch(r"[a-z]+(-[a-z]+)+", said)}
    assert names <= {"e-mail"}
