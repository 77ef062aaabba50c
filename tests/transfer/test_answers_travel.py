"""What a post answers, where else it points, its language and its translations come in as they were."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog import workflow
from blog.models import Batch, Post, Version
from tests.cast import make_post
from tests.test_catalogue import catalogued
from tests.transfer.files import refused, run
from tests.transfer.sources import BY, Given, make_article
from tests.transfer.test_export import changed, head
from tests.transfer.test_markdown_files import article
from tests.transfer.whole_site import make_whole_site
from transfer.items import Article, Translation
from transfer.known import digest_of
from transfer.storing import bring

pytestmark = pytest.mark.django_db

ANSWERED = {"url": "https://ada.example/", "title": "Why not", "author": "Ada", "quote": "No."}
LINK = {"title": "Floods", "source": "An almanac", "url": "https://almanac.example/"}
LATER = ("answered", "elsewhere", "language")


def told(*items: Any, **more: Any) -> dict[str, Any]:
    """What an import of some items tells."""
    return bring(Given(*items, **more), by=BY).as_json()


def test_they_stand_at_the_head_of_a_text(ceo, moderator, tmp_path: Path) -> None:
    make_whole_site(ceo, moderator)
    run("export_site", tmp_path / "site")
    found = head(tmp_path / "site/posts/part-1.md")
    assert found["in_reply_to"] == {
        "author": "Ada Guest",
        "quote": "Water finds\nits way.",
        "title": "Why “we” do: not",
        "url": "https://ada.example/why?x=1&y=2",
    }
    assert [link["source"] for link in found["elsewhere"]] == ["The Gazette", "An almanac"]
    german = head(tmp_path / "site/posts/teil-1.md")
    assert (german["language"], german["translation_of"]) == ("de", "part-1")
    assert "language" not in found


def test_they_come_in(ceo) -> None:
    told(make_article(answered=ANSWERED, elsewhere=(LINK,), language="pt-BR"))
    version = Version.objects.get()
    assert version.answered and version.answered.line == "Why not by Ada"
    assert (version.answered_url, version.answered_quote) == ("https://ada.example/", "No.")
    assert version.elsewhere == [LINK]
    assert version.post.language == "pt-BR"


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (
            {"answered": {**ANSWERED, "url": "javascript:x"}},
            "What it answers could not be kept: java",
        ),
        (
            {"answered": {**ANSWERED, "title": " "}},
            "What it answers could not be kept: https://ada",
        ),
        (
            {"answered": {**ANSWERED, "quote": "long " * 100}},
            "What it quotes was shortened. The whole",
        ),
        (
            {"elsewhere": ({**LINK, "url": "data:x"},)},
            "A link to elsewhere could not be kept: Floods",
        ),
        ({"elsewhere": ({**LINK, "source": "a|b"},)}, "A link to elsewhere could not be kept"),
        ({"elsewhere": (LINK,) * 11}, "A link to elsewhere could not be kept"),
    ],
)
def test_what_does_not_fit_is_told_and_the_post_comes_in(ceo, said, note) -> None:
    lines = told(make_article(**said))["Notes"]
    notes = [f"{line['why']} {line.get('more', '')}" for line in lines]
    assert any(sentence.startswith(note) for sentence in notes), notes
    assert {line["why"] for line in lines} <= catalogued()
    version = Version.objects.get()
    assert len(version.answered_quote) <= 300
    assert len(version.elsewhere) in {0, 10}
    assert "javascript" not in version.answered_url


def test_translations_are_filed_once_all_are_in(ceo) -> None:
    told(
        make_article(key="b", title="Boden", slug="boden", language="de"),
        make_article(key="a", title="Floor", slug="floor"),
        Translation(key="b", original="a"),
    )
    assert Post.objects.get(slug="boden").translation_of == Post.objects.get(slug="floor")


def test_translation_that_cannot_be_is_told(ceo) -> None:
    notes = told(
        make_article(key="a", title="Floor", slug="floor"),
        make_article(key="b", title="Boden", slug="boden"),
        Translation(key="b", original="a"),
        Translation(key="b", original="nobody"),
    )["Notes"]
    assert [line["title"] for line in notes] == ["Boden"]
    assert notes[0]["why"].startswith("It is not kept as a translation: its language has a text")
    assert notes[0]["more"] == "Floor"
    assert notes[0]["why"] in catalogued()
    assert Post.objects.get(slug="boden").translation_of is None


def test_second_import_links_nothing_that_somebody_has_parted(ceo) -> None:
    items = (
        make_article(key="a", title="Floor", slug="floor"),
        make_article(key="b", title="Boden", slug="boden", language="de"),
        Translation(key="b", original="a"),
    )
    told(*items)
    german = Post.objects.get(slug="boden")
    workflow.change_post(german, {"translation_of": None}, by=ceo)
    told(*items)
    assert Post.objects.get(slug="boden").translation_of is None
    assert Batch.objects.count() == 1


def test_article_without_them_is_what_it_was_to_an_earlier_import() -> None:
    found = make_article()
    left_out = {*LATER, "remarks", "notes", "old_paths", "aftermath", "close_comments_after"}
    before = {f.name: getattr(found, f.name) for f in fields(Article) if f.name not in left_out}
    before["author"] = {f.name: getattr(found.author, f.name) for f in fields(found.author)}
    assert found.at
    before["at"] = found.at.isoformat()
    spelt = json.dumps(before, sort_keys=True)
    assert digest_of(found) == hashlib.sha256(spelt.encode()).hexdigest()
    assert digest_of(make_article(language="de")) != digest_of(found)


@pytest.mark.parametrize(
    ("line", "code"), [("lang: de", "de"), ("language: pt_br", "pt-BR"), ("lang: '???'", "")]
)
def test_markdown_of_others_says_its_language(tmp_path: Path, line: str, code: str) -> None:
    assert article(tmp_path, f"---\ntitle: T\n{line}\n---\nB\n").language == code


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('in_reply_to: {"author"', 'in_reply_to: {"writer"'),
        ('elsewhere: [{"source"', 'elsewhere: [{"sauce"'),
        ('language: "de"', 'language: "?"'),
    ],
)
def test_head_that_somebody_has_changed_is_refused(ceo, tmp_path: Path, old, new) -> None:
    make_post(
        ceo, slug="floor", elsewhere=(LINK,), **{f"answered_{k}": v for k, v in ANSWERED.items()}
    )
    workflow.change_post(Post.objects.get(), {"language": "de"}, by=ceo)
    folder = tmp_path / "site"
    run("export_site", folder)
    changed("posts/floor.md", old, new)(folder)
    with refused("posts/floor.md is not as this program writes it."):
        run("import_markdown", folder)


def test_a_translation_is_filed_with_both_posts_locked_in_the_order_of_their_keys(ceo) -> None:
    with CaptureQueriesContext(connection) as asked:
        told(
            make_article(key="b", title="Boden", slug="boden", language="de"),
            make_article(key="a", title="Floor", slug="floor"),
            Translation(key="b", original="a"),
        )
    selected = [query["sql"] for query in asked if '"blog_post"."id" IN' in query["sql"]]
    numbers = sorted(Post.objects.values_list("pk", flat=True))
    (locking,) = [sql for sql in selected if f"({numbers[0]}, {numbers[1]})" in sql]
    assert 'ORDER BY "blog_post"."id" ASC' in locking
    if connection.features.has_select_for_no_key_update:
        assert "FOR NO KEY UPDATE" in locking
