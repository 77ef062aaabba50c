"""The shape of the house, proved by reading the code: imports run one way, HTML has two sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("config", "transfer", "newsletter", "audience", "comments", "blog", "ledger")
"""From top to bottom; a layer imports only itself and those after it."""

SIBLINGS = {"newsletter", "audience"}
"""They stand side by side, and neither knows of the other."""

SANITISED = re.compile(
    r"\{\{ (\w+\.)*(rendering\.html|live_rendering\.html|body_html|text_html)\|safe \}\}"
)
"""What `comments.sanitize` and `blog.markup` have made, as templates print it."""

PRINTS_HTML = {
    "admin/blog/post/sign.html",
    "blog/page_detail.html",
    "blog/_post_article.html",
    "comments/_comment.html",
    "comments/confirm.html",
    "comments/mine.html",
    "comments/preview.html",
    "comments/report.html",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "misc", "base", "tools", "shared"}

CODE = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(path: Path) -> Iterator[str]:
    """Yield the full name of each module that a file imports, wherever in the file it does."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            before = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*before, *([node.module] if node.module else [])])


def first(module: str) -> str:
    return module.partition(".")[0]


def test_there_is_code_to_read() -> None:
    assert len(CODE) > 80
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_layers_below_it(layer: str) -> None:
    above = set(LAYERS[: LAYERS.index(layer)])
    upward = {
        (name_of(path), module)
        for path in CODE
        if path.relative_to(ROOT).parts[0] == layer
        for module in imports_of(path)
        if first(module) in above
    }
    assert not upward


def test_siblings_do_not_import_each_other() -> None:
    found = {
        (name_of(path), module)
        for path in CODE
        for module in imports_of(path)
        if (layer := path.relative_to(ROOT).parts[0]) in SIBLINGS
        if first(module) in SIBLINGS - {layer}
    }
    assert not found


def test_code_never_imports_tests_or_benchmarks() -> None:
    found = {
        name_of(path)
        for path in CODE
        for module in imports_of(path)
        if first(module) in {"tests", "bench"}
    }
    assert not found


def test_apps_meet_only_in_config_and_templates() -> None:
    """No layer is named in the strings of one below it, as an app label or a dotted path would be."""
    found = {
        (name_of(path), layer)
        for path in CODE
        for layer in LAYERS[: LAYERS.index(path.relative_to(ROOT).parts[0])]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(rf"{layer}(\.[a-zA-Z_]+)+", node.value)
    }
    assert not found


def test_only_the_sanitiser_of_comments_imports_bleach() -> None:
    users = {
        name_of(path) for path in CODE for module in imports_of(path) if first(module) == "bleach"
    }
    assert users == {"comments/sanitize.py"}


def test_code_never_calls_text_safe() -> None:
    """`format_html` escapes what it is given; these would not."""
    trusting = re.compile(r"\b(mark_safe|SafeString|SafeText|SafeData|__html__)\b")
    found = {name_of(path) for path in CODE if trusting.search(path.read_text(encoding="utf-8"))}
    assert not found


def test_templates_print_html_only_where_it_is_sanitised() -> None:
    prints = {}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        count = len(re.findall(r"\|\s*safe(seq)?\b", text))
        if count:
            prints[str(path.relative_to(ROOT / "templates"))] = count
            assert len(SANITISED.findall(text)) == count, path
    assert prints.keys() == PRINTS_HTML


def test_pages_never_switch_escaping_off() -> None:
    found = {
        name_of(path) for path in TEMPLATES if "autoescape off" in path.read_text(encoding="utf-8")
    }
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_nothing_inline(path: Path) -> None:
    text = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert not re.search(r"<style\b", text, re.IGNORECASE)
    assert not re.search(r"\s(style|on[a-z]+)\s*=", text, re.IGNORECASE)
    assert not re.search(r"(href|src|action)\s*=\s*[\"']?\s*javascript:", text, re.IGNORECASE)
    for tag in re.findall(r"<script\b[^>]*>", text, re.IGNORECASE):
        assert re.search(r"\ssrc=|type=\"application/", tag), tag


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"<(script|link|img|iframe|source)\b[^>]*(src|href)=[\"'](https?:)?//", text
    )


def test_modules_are_named_after_their_subject() -> None:
    found = {
        name_of(path)
        for path in CODE
        if path.stem in VAGUE or VAGUE & set(path.relative_to(ROOT).parts[:-1])
    }
    assert not found


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"://|--(extra-)?index-url|--find-links", text), lock
