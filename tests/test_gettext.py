"""How our code calls gettext: with what is written out, when it is shown, and for people alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CALLS = {
    *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
}


# A header by its name, or a style.
FOR_PROGRAMS = re.compile(r"class|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+")
STYLED = re.compile(
    r"""class="[^"]*\{%\s*(?:block)?trans.*|\{% block bodyclass %\}.*\{%\s*(?:block)?trans.*"""
)


def our_files() -> list[Path]:
    """Return the Python files of the site itself."""
    folders = ("audience", "blog", "comments", "config", "ledger", "newsletter", "transfer")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def test_a_message_is_written_out_where_it_is_translated():
    """A message that is put together first is in no catalogue."""
    wrong = []
    for path in our_files():
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id in CALLS:
                wrong += [
                    f"{path.relative_to(ROOT)}:{node.lineno}"
                    for argument in node.args[:2]
                    if isinstance(argument, (ast.JoinedStr, ast.BinOp))
                ]
    assert wrong == []


def test_what_programs_read_is_not_translated():
    """A header, or the name of a style, means the same in every language."""
    wrong = []
    for path in our_files():
        for key, value in named_values(ast.parse(path.read_text())):
            if FOR_PROGRAMS.fullmatch(key) and any(map(is_translating, ast.walk(value))):
                wrong.append(f"{path.relative_to(ROOT)}:{value.lineno}")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        wrong += [f"{path.relative_to(ROOT)}: {said}" for said in STYLED.findall(path.read_text())]
    assert wrong == []


def named_values(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield what stands under a key: in a dict that is written out, or set by `headers[…] = …`."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs += zip(node.keys, node.values, strict=True)
        elif isinstance(node, ast.Assign):
            places = [place for place in node.targets if isinstance(place, ast.Subscript)]
            pairs += [(place.slice, node.value) for place in places]
        for key, value in pairs:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def is_translating(node: ast.AST) -> bool:
    """Whether a node calls one of the functions that translate."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id in CALLS


@pytest.mark.parametrize(
    "line",
    [
        'answer.headers["Cache-Control"] = _("no-store")',
        'HttpResponse("", headers={"Retry-After": gettext("1")})',
        'TextInput(attrs={"class": _("wide")})',
    ],
)
def test_what_programs_read_would_be_found(line):
    found = list(named_values(ast.parse(line)))
    assert [key for key, _ in found if FOR_PROGRAMS.fullmatch(key)]
    assert any(is_translating(node) for _, value in found for node in ast.walk(value))


def test_what_is_read_once_at_the_start_is_translated_when_it_is_shown():
    """A call of `gettext` while a module is read would keep the language of that moment."""
    wrong = []
    for path in our_files():
        tree = ast.parse(path.read_text())
        names = eager_names(tree)
        for node in outside_of_functions(tree):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id in names:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def eager_names(tree: ast.Module) -> set[str]:
    """Return the names under which a module calls what translates at once."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
    }


def outside_of_functions(tree: ast.AST) -> list[ast.AST]:
    """Return the nodes that run when a module is read."""
    found: list[ast.AST] = []
    waiting = list(ast.iter_child_nodes(tree))
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += [*node.args.defaults, *getattr(node, "decorator_list", [])]
        else:
            waiting += ast.iter_child_nodes(node)
    return found
