"""The sites that a post links to, listed once under its words."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from blog.markup import render
from blog.sources import Source, sources_of
from tests.cast import make_post
from tests.pace import seconds

SITE = "https://ceo.example"


def found(source: str, markup: str = "markdown") -> list[Source]:
    made = render(source, markup)
    headings = [{"text": heading.text} for heading in made.headings]
    return sources_of(made.html, headings, SITE)


def test_links_to_other_sites_are_listed_once_in_the_order_they_are_read():
    assert found(
        "[Piles & *wood*](https://www.a.example/piles?a=1&b=2), https://b.example/x/, "
        "[again](https://www.a.example/piles?a=1&b=2), [home](https://ceo.example/about/), "
        "[about](/about/), [mail](mailto:dana@a.example).[^1]\n\n[^1]: [A note](https://c.example)."
    ) == [
        Source("Piles & wood", "https://www.a.example/piles?a=1&b=2", "a.example"),
        Source("b.example/x/", "https://b.example/x/", ""),
        Source("A note", "https://c.example", "c.example"),
    ]


def test_card_is_listed_by_its_title_and_a_picture_elsewhere_is_no_source():
    film = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    source = f"[The flood]({film})\n\n[x](https://a.example) ![y](https://b.example/y.png)"
    assert [one.title for one in found(source)] == ["The flood", "x"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "[One](https://a.example) is its own list.",
        "[One](https://a.example), [twice](https://a.example)",
        "[One](https://a.example)\n\n## Sources\n\n- [Two](https://b.example)",
        "[One](https://a.example)\n\n## References\n\n- [Two](https://b.example)",
    ],
)
def test_nothing_is_listed_that_says_nothing_new(source):
    assert found(source) == []


def test_html_of_imports_is_listed_alike():
    html = (
        "<p><a href='https://a.example' title='x>y'><b>A</b></a> <a href='https://b.example'>B</a>"
    )
    assert [one.title for one in found(html, "html")] == ["A", "B"]


def test_many_links_take_no_time():
    html = "".join(f'<p><a href="https://a.example/{n}">a &lt; b</a></p>' for n in range(5000))
    assert len(sources_of(html, [], SITE)) == 5000
    assert seconds(lambda: sources_of(html, [], SITE), 1) < 1
    assert sources_of("<a " * 20_000, [], SITE) == []
    assert seconds(lambda: sources_of("<a " * 20_000, [], SITE), 1) < 1


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "SOURCES:",
            "Quellen",
            "Literatur",
            "Fuentes",
            "Bibliografi\u0301a",
            "Références",
            "Fonti",
        ),
        *("Källor", "Bronnen", "Zum Weiterlesen", "出典", "Источники", "Πηγές"),
    ],
)
def test_own_list_is_known_in_other_languages(heading):
    links = "[One](https://a.example), [two](https://b.example)"
    assert found(f"{links}\n\n## {heading}\n\n- [Three](https://c.example)") == []


def test_own_list_is_known_by_the_word_of_the_site(monkeypatch):
    monkeypatch.setattr("blog.sources.gettext", {"Sources": "Heimildir"}.__getitem__)
    links = "[One](https://a.example), [two](https://b.example)"
    assert found(f"{links}\n\n## Heimildir") == []


@pytest.mark.django_db
def test_page_does_not_list_again_what_it_answers_and_what_stands_elsewhere(ceo):
    names = "abcd"
    body = ", ".join(f"[{name}](https://{name}.example/)" for name in names)
    answer = {"answered_url": "https://a.example/", "answered_title": "A"}
    rows = [{"title": "B", "source": "B", "url": "https://b.example"}]
    pages = [
        Client().get(make_post(ceo, body=text, elsewhere=rows, **answer).get_absolute_url())
        for text in (body, body.rpartition(",")[0])
    ]
    listed, alone = (page.content.decode().partition('id="sources"')[2] for page in pages)
    urls = re.findall(r'href="([^"]*)"', listed.partition("</section>")[0])
    assert urls == ["https://c.example/", "https://d.example/"]
    assert alone == ""


@pytest.mark.django_db
def test_page_lists_the_sources_of_a_post(ceo):
    body = "[Piles <i>](https://a.example/piles) and [paint](https://b.example/?a=1&b=2)."
    page = Client().get(make_post(ceo, body=body).get_absolute_url()).content.decode()
    listed = page.partition('id="sources"')[2].partition("</section>")[0]
    assert re.findall(r'href="([^"]*)"', listed) == [
        "https://a.example/piles",
        "https://b.example/?a=1&amp;b=2",
    ]
    assert "Piles &lt;i&gt;" in listed
    plain = make_post(ceo, title="Plain", body="No links.")
    assert 'id="sources"' not in Client().get(plain.get_absolute_url()).content.decode()
