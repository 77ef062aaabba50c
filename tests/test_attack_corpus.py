"""The public attack corpus through both ways from text to HTML, judged by a standard parser.

The rules here are written out a second time on purpose: a mistake in a module's own list must not
hide itself.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import html5lib
import pytest

from blog import markup
from blog.allowed import ALLOWED
from blog.plaintext import TextTooLong
from comments import sanitize
from tests.pace import seconds

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "data" / "attacks" / "xss_public.jsonl"
EXPECTED = 9_868
QUICK = 0.3
"""Seconds of processor time that no payload may take."""

COMMENT = {
    **{name: set() for name in ("blockquote", "br", "code", "em", "li", "p")},
    **{name: set() for name in ("pre", "strong", "ul")},
    "a": {"href", "rel"},
    "ol": {"start"},
}
ALIGNED = {"class"}
POST = {
    **COMMENT,
    **{
        name: set()
        for name in ("caption", "cite", "dd", "del", "details", "dl", "dt", "figcaption")
    },
    **{name: set() for name in ("hr", "ins", "kbd", "mark", "picture", "q", "s", "samp")},
    **{name: set() for name in ("small", "sub", "summary", "table", "tbody", "tfoot", "thead")},
    **{name: set() for name in ("tr", "var")},
    **{f"h{level}": {"id", *ALIGNED} for level in range(2, 7)},
    "a": {"href", "title", "rel", "id", "class", "role", "aria-label"},
    "abbr": {"title"},
    "code": {"class"},
    "figure": {"class"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "img": {"src", "alt", "title", "loading", "decoding", "width", "height", "srcset", "sizes"},
    "li": {"id"},
    "ol": {"start", "type"},
    "p": ALIGNED,
    "pre": {"tabindex"},
    "section": {"class", "role", "aria-label"},
    "source": {"type", "srcset", "sizes"},
    "span": {"id"},
    "sup": {"class"},
    "td": {"colspan", "rowspan", *ALIGNED},
    "th": {"scope", "colspan", "rowspan", *ALIGNED},
}


def html_of_html(source: str) -> str:
    """Return the HTML of a post whose source is HTML."""
    return markup.to_html(source, "html")


WAYS: dict[str, tuple[Callable[[str], str], dict[str, set[str]]]] = {
    "comment": (sanitize.to_html, COMMENT),
    "post": (markup.to_html, POST),
    "post in HTML": (html_of_html, POST),
    # Markdown shows typed HTML as text, so that the cleaners are hardly tried. Here they are alone.
    "comment, bleach alone": (sanitize._bleached, COMMENT),
    "post, nh3 alone": (ALLOWED.cleaned, POST),
}
pytestmark = pytest.mark.corpus


@cache
def payloads() -> tuple[str, ...]:
    """Return the payloads; without the file this fails, or skips where NO_SHARED=1 says so."""
    if not CORPUS.exists():
        if os.environ.get("NO_SHARED") == "1":
            pytest.skip("the attack corpus is not here, and NO_SHARED=1")
        pytest.fail(f"The attack corpus is missing: {CORPUS.name}. NO_SHARED=1 skips these tests.")
    with CORPUS.open(encoding="utf-8") as lines:
        return tuple(json.loads(line)["payload"] for line in lines)


def outputs(way: str) -> Iterator[tuple[str, str]]:
    """Yield each payload that is accepted, and the HTML it becomes."""
    to_html, _ = WAYS[way]
    for payload in payloads():
        if len(payload) <= sanitize.MAX_LENGTH:
            yield payload, to_html(payload)


def foreign(html: str, allowed: dict[str, set[str]]) -> list[str]:
    """Return what `html` holds, once parsed inside a page, that it may not."""
    page = html5lib.parse(
        f"<!DOCTYPE html><article><div>{html}<input></div></article><footer></footer>",
        namespaceHTMLElements=False,
    )
    head, body = page
    containers = body.findall("article") + body.findall("article/div") + body.findall("footer")
    end = body.find("article/div/input")
    found = [str(name) for node in (page, body, *containers) for name in node.attrib]
    if len(head) or len(body) != 2 or len(containers) != 3 or containers[1][-1] is not end:
        found.append("the containers do not hold")
    for node in set(body.iter()) - {body, *containers, end}:
        if node.tag not in allowed:
            found.append(f"<{node.tag}>")
        else:
            found += (f"{node.tag} {name}" for name in set(node.attrib) - allowed[node.tag])
            found += _bad_addresses(node, is_post=allowed is POST)
    return found


def _bad_addresses(node, *, is_post: bool) -> list[str]:
    href, src = node.get("href"), node.get("src")
    local = r"|/(?![/\\])|#" if is_post else ""
    bad = []
    if href is not None and not re.match(rf"(?i)https?://[^/\s]|mailto:[^\s@]+@{local}", href):
        bad.append(f"href {href!r}")
    if src is not None and (not src.startswith("/media/") or ".." in src):
        bad.append(f"src {src!r}")
    file = r"/media/images/[0-9a-f]{32}-[0-9x-]+\.(avif|webp|jpg) \d+w"
    parts = node.get("srcset", "").split(", ")
    bad += [f"srcset {part!r}" for part in parts if part and not re.fullmatch(file, part)]
    return bad


def test_corpus_is_whole():
    assert len(payloads()) == EXPECTED


def test_missing_corpus_fails_unless_that_is_asked_for(monkeypatch):
    monkeypatch.setattr("tests.test_attack_corpus.CORPUS", ROOT / "nowhere.jsonl")
    monkeypatch.delenv("NO_SHARED", raising=False)
    with pytest.raises(pytest.fail.Exception, match="missing"):
        payloads.__wrapped__()
    monkeypatch.setenv("NO_SHARED", "1")
    with pytest.raises(pytest.skip.Exception, match="not here"):
        payloads.__wrapped__()


@pytest.mark.parametrize("way", WAYS)
def test_no_payload_leaves_a_foreign_element_attribute_or_address(way, capsys, record_property):
    _, allowed = WAYS[way]
    found = {}
    elements: Counter[str] = Counter()
    count = 0
    for payload, html in outputs(way):
        count += 1
        elements.update(re.findall("<([a-z0-9]+)", html))
        if problems := foreign(html, allowed):
            found[payload] = problems
    record_property("payloads", count)
    with capsys.disabled():
        print(
            f"\nattack corpus, {way}: {count:,} of {EXPECTED:,} payloads, {len(found)} with faults"
        )
    assert found == {}
    assert count == EXPECTED - 1
    assert elements["p"] > 0


@pytest.mark.parametrize("way", ["comment", "post", "post in HTML"])
def test_no_payload_takes_long(way, capsys, record_property):
    to_html, _ = WAYS[way]
    slowest = max(
        seconds(partial(to_html, payload), QUICK)
        for payload in payloads()
        if len(payload) <= sanitize.MAX_LENGTH
    )
    record_property("slowest", slowest)
    with capsys.disabled():
        print(f"\nattack corpus, {way}: the slowest payload took {slowest * 1000:.0f} ms")
    assert slowest < QUICK


@pytest.mark.parametrize(
    "render", [sanitize.render, markup.render, lambda source: markup.render(source, "html")]
)
def test_locks_agree_on_every_payload(render):
    suspects = [text for text in payloads() if len(text) <= 5000 and render(text).is_suspect]
    assert suspects == []


@pytest.mark.parametrize(
    ("to_html", "limit"),
    [
        (sanitize.to_html, sanitize.MAX_LENGTH),
        (markup.to_html, markup.MAX_LENGTH),
        (html_of_html, markup.MAX_LENGTH),
    ],
)
def test_payloads_over_the_limit_are_refused(to_html, limit):
    too_long = [payload for payload in payloads() if len(payload) > limit]
    assert len(too_long) == 1
    for payload in too_long:
        with pytest.raises(TextTooLong):
            to_html(payload)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>1</script>", "<script>"),
        ("<p onclick=x>y</p>", "p onclick"),
        ('<a href="javascript:1">x</a>', "href 'javascript:1'"),
        ('<a href="//a.com">x</a>', "href '//a.com'"),
        ('<img src="https://a.com/a.png">', "src 'https://a.com/a.png'"),
        ('<img srcset="https://a.com/a.png 1x">', "srcset 'https://a.com/a.png 1x'"),
        ("</div></article>", "the containers do not hold"),
        ("<body onload=x>", "onload"),
        ("<p><em>", "the containers do not hold"),
        ("<!-- ", "the containers do not hold"),
        ("<svg></svg>", "<{http://www.w3.org/2000/svg}svg>"),
    ],
)
def test_judge_sees_what_is_wrong(html, fault):
    assert fault in foreign(html, POST)
    assert foreign("<p>fine</p>", POST) == []
