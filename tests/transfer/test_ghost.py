"""Posts and pages of a Ghost blog arrive as they stood there, and no file of another kind does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Author, Image, OldAddress, Post, Topic
from tests.transfer.files import as_json, everything, picture, pictures, refused, run, write
from transfer import json_pieces
from transfer.ghost import Ghost
from transfer.items import Article, SourceError

pytestmark = pytest.mark.django_db

POST: dict[str, Any] = {
    "id": "p1",
    "uuid": "0ab1",
    "title": "Why we  raised the floor",
    "slug": "why-we-raised-the-floor",
    "html": "<p>The river rose.</p>",
    "status": "published",
    "visibility": "public",
    "type": "post",
    "published_at": "2021-03-04T05:06:07.000Z",
    "custom_excerpt": "What it cost.",
}
TABLES: dict[str, Any] = {
    "posts": [POST],
    "tags": [
        {"id": "t1", "name": "Water", "slug": "water", "description": "Rivers."},
        {"id": "t2", "name": "#internal", "slug": "hash-internal"},
    ],
    "posts_tags": [
        {"post_id": "p1", "tag_id": "t2", "sort_order": 0},
        {"post_id": "p1", "tag_id": "t1", "sort_order": 1},
    ],
    "users": [
        {"id": "u1", "name": "Dana Whitfield", "slug": "dana", "bio": "Runs the shop."},
        {"id": "u2", "name": "Sam Ortiz", "slug": "sam"},
    ],
    "posts_authors": [{"post_id": "p1", "author_id": "u1", "sort_order": 0}],
}


def export(folder: Path, tables: Any = TABLES, **post: Any) -> Path:
    """Write an export in which the one post says something otherwise."""
    tables = {**tables, "posts": [{**POST, **post}]} if post else tables
    data = {"db": [{"meta": {"version": "5.82.1"}, "data": tables}]}
    write(folder, {"ghost.json": as_json(data)})
    return folder / "ghost.json"


def article(folder: Path, tables: Any = TABLES, **post: Any) -> Article:
    source = Ghost(export(folder, tables, **post), pictures())
    source.check()
    return next(item for item in source.items() if isinstance(item, Article))


def test_a_post_arrives_as_a_draft_with_all_that_belongs_to_it(ceo: User, tmp_path: Path) -> None:
    run("import_ghost", export(tmp_path))
    post = Post.objects.get()
    version = post.latest_version
    assert version
    assert (post.slug, post.state, post.kind) == ("why-we-raised-the-floor", "draft", "post")
    assert (version.title, version.markup) == ("Why we raised the floor", "html")
    assert version.standfirst == "What it cost."
    assert post.published_at and post.published_at.isoformat() == "2021-03-04T05:06:07+00:00"
    assert [topic.name for topic in post.topics.all()] == ["Water"]
    assert Topic.objects.get().description == "Rivers."
    assert version.author == Author.objects.get(name="Dana Whitfield")
    paths = set(OldAddress.objects.values_list("path", flat=True))
    assert {"/why-we-raised-the-floor", "/p/0ab1", "/tag/water"} <= paths


def test_it_is_public_once_it_is_adopted(client: Any, ceo: User, tmp_path: Path) -> None:
    run("import_ghost", export(tmp_path), "--adopt-as", "dana")
    assert b"The river rose." in client.get("/posts/why-we-raised-the-floor/").content
    assert client.get("/why-we-raised-the-floor/").status_code == 301
    assert client.get("/tag/water/").headers["Location"] == "/topics/water/"


def test_a_second_import_adds_nothing(ceo: User, tmp_path: Path) -> None:
    run("import_ghost", export(tmp_path))
    before = everything()
    run("import_ghost", export(tmp_path))
    assert everything() == before


@pytest.mark.parametrize(
    ("post", "why"),
    [
        ({"status": "draft"}, "a draft"),
        ({"status": "scheduled"}, "dated in the future"),
        ({"status": "sent"}, "sent by mail only"),
        ({"visibility": "members"}, "for members only"),
        ({"visibility": "paid"}, "for members only"),
        ({"visibility": "tiers"}, "for members only"),
    ],
)
def test_what_the_public_could_not_read_stays_a_draft(
    post: dict[str, str], why: str, tmp_path: Path
) -> None:
    found = article(tmp_path, **post)
    assert (found.is_public, found.why_not_public) == (False, why)


@pytest.mark.parametrize("page", [{"type": "page"}, {"type": None, "page": 1}, {"page": True}])
def test_a_page_is_a_page_in_every_version_of_ghost(page: dict[str, Any], tmp_path: Path) -> None:
    assert article(tmp_path, **page).kind == "page"


def test_pictures_that_come_along_are_kept_and_the_others_stay(ceo: User, tmp_path: Path) -> None:
    write(tmp_path / "images", {"2021/03/river.png": picture(), "2021/03/hall.png": picture("red")})
    body = (
        '<figure class="kg-card"><img src="__GHOST_URL__/content/images/2021/03/river.png" alt="A"'
        ' srcset="x 1w"></figure><img src="__GHOST_URL__/content/images/gone.png" alt="B">'
        '<a href="__GHOST_URL__/other/">other</a>'
    )
    lead = "__GHOST_URL__/content/images/2021/03/hall.png"
    meta = {
        "post_id": "p1",
        "feature_image_alt": "A hall",
        "feature_image_caption": "<b>At</b> noon",
    }
    tables = {**TABLES, "posts_meta": [meta]}
    path = export(tmp_path, tables, html=body, feature_image=lead)
    run("import_ghost", path, "--media", tmp_path / "images")
    version = Post.objects.get().latest_version
    assert version
    assert Image.objects.count() == 2
    assert version.images[0]["alt"] == "A hall"
    assert version.images[0]["caption"] == "At noon"
    assert version.body.count('<img src="/media/images/') == 1
    assert 'href="/other/"' in version.body
    assert "__GHOST_URL__" not in version.body


def test_several_authors_share_the_byline(tmp_path: Path) -> None:
    both = [
        {"post_id": "p1", "author_id": "u2", "sort_order": 1},
        {"post_id": "p1", "author_id": "u1", "sort_order": 0},
    ]
    found = article(tmp_path, {**TABLES, "posts_authors": both})
    assert (found.author.name, found.byline) == ("Dana Whitfield", "Dana Whitfield and Sam Ortiz")


def test_code_and_a_canonical_address_are_told(tmp_path: Path) -> None:
    notes = article(
        tmp_path, codeinjection_head="<script>1</script>", canonical_url="https://a.example/"
    )
    assert len(notes.notes) == 2
    assert "script" not in notes.body


def test_a_draft_without_html_has_the_text_of_the_editor(tmp_path: Path) -> None:
    children = [
        {"type": "extended-heading", "tag": "h3", "children": [{"type": "text", "text": "Why"}]},
        {"type": "paragraph", "children": [{"type": "text", "text": "A < B"}]},
        {"type": "list", "listType": "number", "children": [{"type": "listitem", "children": []}]},
        {"type": "image", "src": "/content/images/a.png", "alt": "A", "caption": "C"},
    ]
    lexical = as_json({"root": {"type": "root", "children": children}})
    body = article(tmp_path, html=None, lexical=lexical).body
    assert "<h3>Why</h3>" in body
    assert "<p>A &lt; B</p>" in body
    assert "<figcaption>C</figcaption>" in body
    mobiledoc = as_json(
        {
            "sections": [
                [1, "p", [[0, [], 0, "Some & more"]]],
                [3, "ul", [[[0, [], 0, "x"]]]],
                [10, 0],
            ],
            "cards": [["html", {"html": "<hr>"}]],
        }
    )
    body = article(tmp_path, html="", mobiledoc=mobiledoc).body
    assert "<p>Some &amp; more</p>" in body
    assert "<li>x</li>" in body
    assert "<hr>" in body


def test_no_word_of_a_card_is_left_out(tmp_path: Path) -> None:
    children = [
        {"type": "toggle", "heading": "Why so?", "content": "<p>Because.</p>"},
        {"type": "button", "buttonText": "Read on", "buttonUrl": "https://example.org/on"},
        {"type": "product", "productTitle": "A pump", "productDescription": "<p>It pumps.</p>"},
        {"type": "video", "src": "/content/media/v.mp4", "caption": "The flood"},
        {"type": "html", "html": "<p>Typed</p>"},
    ]
    lexical = as_json({"root": {"type": "root", "children": children}})
    body = article(tmp_path, html=None, lexical=lexical).body
    for word in ("Why so?", "Because.", "Read on", "A pump", "It pumps.", "The flood", "Typed"):
        assert body.count(word) == 1
    assert '<a href="https://example.org/on">' in body
    assert '<a href="/content/media/v.mp4">' in body


def test_words_in_many_quotes_are_not_left_out(tmp_path: Path) -> None:
    node: dict[str, Any] = {"type": "text", "text": "The innermost word"}
    for _ in range(28):
        node = {"type": "quote", "children": [node]}
    lexical = as_json({"root": {"type": "root", "children": [node]}})
    assert "The innermost word" in article(tmp_path, html=None, lexical=lexical).body


def test_a_text_that_no_reader_knows_is_told(tmp_path: Path) -> None:
    found = article(tmp_path, html=None, lexical="{broken")
    assert "No words were found" in found.notes[-1]


def test_the_first_versions_of_ghost_are_read_too(tmp_path: Path) -> None:
    tables = {
        "posts": [
            {
                "id": 1,
                "title": "Old",
                "slug": "old",
                "markdown": "*Old*",
                "status": "published",
                "published_at": 1400000000000,
                "author_id": 7,
            }
        ],
        "users": [{"id": 7, "name": "Dana", "slug": "dana"}],
    }
    write(tmp_path, {"old.json": "\ufeff" + as_json({"meta": {}, "data": tables})})
    source = Ghost(tmp_path / "old.json", pictures())
    assert source.check() == 1
    found = next(iter(source.items()))
    assert isinstance(found, Article)
    assert (found.markup, found.author.name) == ("markdown", "Dana")
    assert found.at and found.at.year == 2014


def test_a_lying_or_strange_row_is_no_harm(tmp_path: Path) -> None:
    found = article(tmp_path, title=None, slug=12, html={"a": 1}, published_at="yesterday", type=[])
    assert found.title == ""
    assert found.at is None


def test_ten_thousand_posts_are_read_one_at_a_time(tmp_path: Path) -> None:
    posts = ",".join(as_json({**POST, "id": str(n), "slug": f"p-{n}"}) for n in range(10_000))
    write(tmp_path, {"big.json": f'{{"db":[{{"data":{{"posts":[{posts}]}}}}]}}'})
    source = Ghost(tmp_path / "big.json", pictures())
    assert source.check() == 10_000
    assert sum(1 for _ in source.items()) == 10_000


REFUSALS = {
    "empty": ("", "is not complete"),
    "truncated": (json.dumps({"db": [{"data": {"posts": [POST]}}]})[:-20], "is not complete"),
    "a web page": ("<!doctype html><p>No</p>", "no valid JSON"),
    "another JSON": ('{"items": [1, 2]}', "no export of Ghost"),
    "a number": ("12", "no export of Ghost"),
    "rows that are none": ('{"data": {"posts": [1, 2]}}', "are no rows"),
    "deep lists": ("[" * 100_000, "nested more than 64"),
    "deep row": ('{"data": {"posts": [' + '{"a":' * 100_000, "nested more than 64"),
    "no text": (b"\xff\xfe\x00\x01".decode("latin-1"), "no valid JSON"),
    "a number beyond measure": (
        '{"data": {"posts": [{"id": ' + "9" * 10_000 + "}]}}",
        "no valid JSON",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_export_gets_one_sentence(name: str, tmp_path: Path) -> None:
    content, says = REFUSALS[name]
    write(tmp_path, {"ghost.json": content})
    with refused(says):
        run("import_ghost", tmp_path / "ghost.json")


def test_one_endless_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "LONGEST_VALUE", 1_000_000)
    write(tmp_path, {"ghost.json": '{"data": {"posts": [{"id": "' + "x" * 10_000_000})
    with pytest.raises(SourceError, match="one value of more than"):
        Ghost(tmp_path / "ghost.json", pictures()).check()


def test_one_endless_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "MOST_VALUES", 1000)
    row = as_json({f"n{number}": 1 for number in range(2000)})
    write(tmp_path, {"ghost.json": f'{{"data": {{"posts": [{row}]}}}}'})
    with pytest.raises(SourceError, match="more than 1,000 values"):
        Ghost(tmp_path / "ghost.json", pictures()).check()


def test_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    with refused("There is no file"):
        run("import_ghost", tmp_path / "nothing.json")


def test_what_became_of_the_pictures_is_told(ceo: User, tmp_path: Path) -> None:
    write(tmp_path / "images", {"a.png": picture(), "b.png": "<svg>"})
    body = '<img src="/content/images/a.png"><img src="/content/images/b.png"><img src="/c.png">'
    said = run("import_ghost", export(tmp_path, html=body), "--media", tmp_path / "images")
    assert "Files kept as pictures: 1" in said
    assert "b.png" in said
    assert "did not come along, shown as links: 1" in said


def test_a_lead_picture_that_did_not_come_along_is_a_link(ceo: User, tmp_path: Path) -> None:
    path = export(tmp_path, feature_image="https://images.example.org/river.jpg")
    run("import_ghost", path, "--adopt-as", "dana")
    post = Post.objects.select_related("live_rendering").get()
    assert post.live_rendering
    assert 'href="https://images.example.org/river.jpg"' in post.live_rendering.html
    assert "<img" not in post.live_rendering.html
