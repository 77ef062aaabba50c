"""The HTML of every page type parses without a single error, and says one thing once."""

from __future__ import annotations

from collections import Counter

import html5lib
import pytest

from tests.browser.scene import make_scene

pytestmark = pytest.mark.django_db


def test_every_page_parses_without_an_error(client, ceo, moderator):
    for name, path in make_scene(ceo, moderator).items():
        parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
        tree = parser.parse(client.get(path).content.decode())
        assert parser.errors == [], name
        ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
        assert [value for value, count in ids.items() if count > 1] == [], name
        assert len(tree.findall(".//h1")) == 1, name
        assert len(tree.findall(".//main")) == 1, name


def test_500_page_stands_alone(client):
    from django.template.loader import render_to_string

    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(render_to_string("500.html"))
    assert parser.errors == []


def test_a_fault_shows_a_plain_page_and_nothing_else(client, ceo, monkeypatch):
    def broken(*args: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("blog.views.reading.paged", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "a secret of ours" not in response.content.decode()
    assert "Traceback" not in response.content.decode()
