"""A post as Markdown: what readers see, in a form that says the same when it is read again."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from blog import markup, workflow
from blog.as_markdown import escaped, from_html
from tests.cast import edited, make_draft, make_post
from tests.surface import SITE

LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]))
SOURCE = """## Why *so*

A line with \\*stars\\*, `co_de`, a [link](/about/) and a note.[^1]

[hidden]: https://secret.example/

- One
  - Inside
- Two

| A | B |
|---|---|
| 1 | x \\| y |

> Said *she*.

```py
x = "<b>"
```

[^1]: The *foot* of it.
"""


def words(html: str) -> list[str]:
    return markup.plain_text(html).split()


def test_post_says_in_markdown_what_its_page_says(client, ceo):
    make_post(
        ceo,
        slug="floor",
        title="Why *we* raised it",
        standfirst="Higher now.",
        brief=("One.", "Two."),
        body=SOURCE,
        disclosure="We own the river.",
        legend="No advice.",
    )
    answer = client.get("/posts/floor.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Link"] == f'<{SITE}/posts/floor/>; rel="canonical"'
    text = answer.content.decode()
    assert text.startswith("# Why \\*we\\* raised it\n\nHigher now.\n\nWritten by Dana Whitfield, ")
    for part in (
        "- One.\n- Two.",
        "## Why *so*",
        f"[link]({SITE}/about/)",
        "note.[^1]",
        "[^1]: The foot of it.",
        "- One\n  - Inside\n- Two",
        "| 1 | x \\| y |",
        "> Said *she*.",
        '```py\nx = "<b>"\n```',
        "**Disclosure.** We own the river.",
        "**Legal note.** No advice.",
    ):
        assert part in text, part


def test_what_no_page_shows_is_not_there_either(client, ceo):
    make_post(ceo, slug="floor", body=SOURCE)
    text = client.get("/posts/floor.md").content.decode()
    assert "secret" not in text


def test_read_again_it_has_the_same_words_and_shape():
    html = markup.to_html(SOURCE)
    again = markup.to_html(from_html(html))
    assert words(again) == [word for word in words(html) if word]
    for tag in ("h2", "em", "code", "li", "td", "blockquote", "pre", "a"):
        assert len(re.findall(f"<{tag}[ >]", again)) <= len(re.findall(f"<{tag}[ >]", html)), tag


@given(LINE)
def test_plain_text_is_shown_as_it_is(text):
    shown = markup.to_html(f"A{escaped(text)}Z")
    assert words(shown) == unicodedata.normalize("NFC", f"A{text}Z").split()


def test_correction_stands_below(client, ceo):
    post = make_post(ceo, slug="floor", body="It rose.")
    workflow.save_version(post, edited(post, body="It fell.", correction="It *fell*."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    assert "**Correction.** It \\*fell\\*." in client.get("/posts/floor.md").content.decode()


@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted"])
def test_what_nobody_can_read_has_none(client, ceo, state):
    post = make_draft(ceo, slug="floor")
    if state == "scheduled":
        workflow.schedule(post, by=ceo, seen=1, at=timezone.now() + timedelta(hours=1))
    elif state == "retracted":
        workflow.publish(post, by=ceo, seen=1)
        workflow.retract(post, by=ceo, notice="Wrong.")
    assert client.get("/posts/floor.md").status_code == 404


def test_page_and_header_name_it_and_the_feeds(client, ceo):
    make_post(ceo, slug="floor")
    answer = client.get("/posts/floor/")
    assert 'type="text/markdown" href="/posts/floor.md"' in answer.content.decode()
    links = re.findall(r'<([^>]+)>; rel="(\w+)"; type="([^"]+)"', answer["Link"])
    assert (f"{SITE}/posts/floor/", "canonical", "text/html") in links
    for address, _, kind in links:
        found = client.get(address.removeprefix(SITE))
        assert found.status_code == 200
        assert found["Content-Type"].startswith(kind)


def test_unchanged_one_is_not_sent_again(client, ceo):
    make_post(ceo, slug="floor")
    first = client.get("/posts/floor.md")
    assert (
        client.get("/posts/floor.md", headers={"If-None-Match": first["ETag"]}).status_code == 304
    )
