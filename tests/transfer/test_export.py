"""An export holds all there is, the same twice; what was changed in it afterwards does not come in."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage

from audience.models import Reads
from blog import workflow
from blog.models import Image, Post
from comments.models import Comment
from tests.cast import edited, make_post
from tests.transfer.files import refused, run, write, zipped
from tests.transfer.whole_site import make_whole_site
from transfer import exporting, folders, front_matter

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the export of this module lies, once a test has made it."""
    return tmp_path_factory.mktemp("kept") / "site"


@pytest.fixture
def exported(kept: Path, ceo: User, moderator: User, tmp_path: Path) -> Path:
    """An export of a whole site to do with as one likes; that site may be gone by now."""
    if not kept.exists():
        make_whole_site(ceo, moderator)
        run("export_site", kept)
    shutil.copytree(kept, tmp_path / "exported")
    return tmp_path / "exported"


@pytest.fixture
def site(ceo: User, moderator: User, tmp_path: Path) -> Path:
    """The export of a whole site that is still there."""
    make_whole_site(ceo, moderator)
    run("export_site", tmp_path / "site")
    return tmp_path / "site"


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def head(path: Path) -> dict[str, Any]:
    return front_matter.split_written(path.read_text())[0]


def comments(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "comments.jsonl").read_text().splitlines()]


def test_every_post_and_page_is_a_file_with_its_words(exported: Path) -> None:
    assert len(list(exported.glob("posts/*.md"))) + len(list(exported.glob("posts/*.html"))) == 11
    found = head(exported / "posts" / "part-1.md")
    assert found["title"] == "Part 1 of the flood"
    assert found["brief"] == ["The floor is higher.", "Nobody was hurt."]
    assert (found["series"], found["series_part"]) == ("The flood", 1)
    assert (found["comments"], found["close_comments_after"]) == ("open", 0)
    assert found["topics"] == ["Water"]
    assert found["disclosure"] == "We sell pumps."
    assert found["legend"] == "Figures: the works council."
    assert found["aliases"] == ["/2019/05/part-1", "/?p=12"]
    assert found["image"]["caption"] == "At noon"
    assert "draft" not in found


def test_nobody_else_on_the_machine_may_read_what_is_private(site: Path) -> None:
    assert site.stat().st_mode & 0o777 == 0o700
    private = [path for path in site.rglob("*") if path.is_file() and "public" not in path.parts]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_a_page_keeps_its_place_in_the_menu(exported: Path) -> None:
    found = head(exported / "pages" / "about.md")
    assert (found["kind"], found["menu"], found["menu_order"]) == ("page", "header", 7)


def test_readers_words_leave_as_they_see_them(exported: Path) -> None:
    found = head(exported / "posts" / "wrong-figure.md")
    assert found["title"] == "Right figure"
    assert found["correction"] == "It was 3, not 2."
    assert head(exported / "posts" / "two-wrong-figures.md")["retraction"]


@pytest.mark.parametrize("name", ["not-yet", "tomorrow"])
def test_what_nobody_has_read_is_a_draft(name: str, exported: Path) -> None:
    assert head(exported / "posts" / f"{name}.md")["draft"] is True


def test_pictures_leave_as_they_came_with_what_is_said_of_them(site: Path) -> None:
    rows = [json.loads(line) for line in (site / "media/pictures.jsonl").read_text().splitlines()]
    assert {row["name"] for row in rows} == {"navy.png", "maroon.png"}
    for row in rows:
        data = (site / "media" / row["file"]).read_bytes()
        image = Image.objects.get(key=hashlib.sha256(data).hexdigest()[:32])
        assert row["focus_x"] == image.focus_x
        assert row["alt"] == image.alt
    assert "](../media/" in (site / "posts" / "part-1.md").read_text()


def test_a_picture_that_no_text_shows_stays(ceo: User, moderator: User, tmp_path: Path) -> None:
    make_whole_site(ceo, moderator)
    Post.objects.filter(slug="part-1").update(live_version=None, state="draft")
    post = Post.objects.get(slug="part-1")
    words = edited(post, body="No picture.", images=())
    workflow.save_version(post, words, by=ceo)
    run("export_site", tmp_path / "site")
    assert (tmp_path / "site/media/pictures.jsonl").read_text() == ""


def test_comments_leave_with_everything_a_moderator_sees(site: Path) -> None:
    rows = comments(site)
    assert [row["number"] for row in rows] == list(range(1, Comment.objects.count() + 1))
    states = {row["state"] for row in rows}
    assert states == {"approved", "pending", "rejected", "spam", "removed", "withdrawn"}
    note = next(row for row in rows if row["name"] == "Private")
    assert (note["visibility"], note["answer"]) == ("private", "I read it.")
    reply = next(row for row in rows if row["name"] == "Ilya")
    parent = next(row for row in rows if row["number"] == reply["parent"])
    assert (parent["name"], parent["email"]) == ("Mara Quist", "mara@example.com")
    assert next(row for row in rows if row.get("author") == "dana-whitfield")["badge"]
    assert next(row for row in rows if row["kind"] == "mention")["url"]
    assert "network" not in rows[0]


def test_reads_leave_as_counts(ceo: User, tmp_path: Path) -> None:
    post = make_post(ceo, slug="floor")
    for day, source, count in ((7, "news.example", 3), (6, "", 2)):
        Reads.objects.create(post=post, day=date(2030, 5, day), source=source, count=count)
    run("export_site", tmp_path / "out", "--without-copy")
    lines = (tmp_path / "out" / "reads.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"day": "2030-05-06", "post": "floor", "source": "", "reads": 2},
        {"day": "2030-05-07", "post": "floor", "source": "news.example", "reads": 3},
    ]


def test_two_exports_are_the_same_to_the_byte(site: Path, tmp_path: Path) -> None:
    run("export_site", tmp_path / "again")
    one, other = (
        {f.name: f.path.read_bytes() for f in folders.files(folder)}
        for folder in (site, tmp_path / "again")
    )
    assert one == other


def test_the_list_names_every_file_with_its_sum(exported: Path) -> None:
    listed = manifest(exported)["files"]
    found = {file.name: folders.hash_of(file.path) for file in folders.files(exported)}
    del found["manifest.json"]
    assert listed == found
    assert manifest(exported)["counts"]["posts"] == 11


def test_the_public_copy_shows_no_more_than_readers_see(exported: Path) -> None:
    text = "".join(path.read_text() for path in (exported / "public").rglob("*.html"))
    assert "Right figure" in text
    for hidden in ("Not yet: a plan", "Tomorrow", "An even newer one", "Only for you", "mara@"):
        assert hidden not in text


def test_what_stays_behind_is_told(ceo: User, moderator: User, tmp_path: Path) -> None:
    make_whole_site(ceo, moderator)
    Comment.objects.filter(name="Spam").update(body="", name="")
    said = run("export_site", tmp_path / "site")
    assert "1 comments are blanked spam" in said or "1 comment" in said
    assert "newer text" in said
    assert "private data" in said


def test_a_text_that_was_blanked_leaves_without_its_words(ceo: User, tmp_path: Path) -> None:
    post = make_post(ceo, title="A secret", slug="a-secret")
    workflow.redact(post.versions.get(), by=ceo, reason="A court said so.")
    run("export_site", tmp_path / "site")
    text = (tmp_path / "site/posts/a-secret.md").read_text()
    assert "A court said so." in text
    assert "A secret" not in text


def test_a_folder_that_is_not_empty_is_refused(ceo: User, tmp_path: Path) -> None:
    folder = write(tmp_path / "site", {"mine.txt": "x"})
    with refused("is not empty"):
        run("export_site", folder)
    assert [path.name for path in tmp_path.iterdir() if path.name != "media"] == ["site"]
    with refused("is no folder"):
        run("export_site", folder / "mine.txt")


def test_an_empty_folder_is_filled(ceo: User, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    run("export_site", tmp_path / "site")
    assert (tmp_path / "site" / "manifest.json").exists()


def test_an_export_that_fails_leaves_nothing(ceo: User, moderator: User, tmp_path: Path) -> None:
    make_whole_site(ceo, moderator)
    default_storage.delete(str(Image.objects.all()[0].original))
    with refused("is missing"):
        run("export_site", tmp_path / "site")
    assert not [path for path in tmp_path.iterdir() if "site" in path.name]


@pytest.mark.parametrize("top", ["", "my-site/"])
def test_its_archive_comes_in_as_well(top: str, exported: Path, tmp_path: Path) -> None:
    files = {f"{top}{found.name}": found.path.read_bytes() for found in folders.files(exported)}
    said = run("import_markdown", zipped(tmp_path / "site.zip", dict(files)), "--dry-run")
    assert "Settings" not in said
    assert "Comments" in said
    assert "nothing was written" in said


def changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what changes a file, and its sum in the list, as somebody would who means harm."""

    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        listed = manifest(folder)
        if name in listed["files"]:
            listed["files"][name] = folders.hash_of(path)
            (folder / "manifest.json").write_text(json.dumps(listed))

    return change


def rewritten(folder: Path) -> None:
    (folder / "posts/part-1.md").write_text("---\n---\n")


def truncated(folder: Path) -> None:
    path = folder / "comments.jsonl"
    path.write_bytes(path.read_bytes()[:-20])


def a_long_line(folder: Path) -> None:
    changed("comments.jsonl", '"body": "', '"body": "' + "x" * 10_000_000)(folder)


def evidence(*found: Any) -> Callable[[Path], None]:
    """Give the first comment something that the filter has found."""

    def harm(folder: Path) -> None:
        line = (folder / "comments.jsonl").read_text().partition("\n")[0]
        other = json.dumps(json.loads(line) | {"evidence": found})
        changed("comments.jsonl", line, other)(folder)

    return harm


def links(of: str, value: Any) -> Callable[[Path], None]:
    """Give the site, or the first byline, other links."""

    def harm(folder: Path) -> None:
        text = (folder / "site.json").read_text()
        facts = json.loads(text)
        (facts["site"] if of == "site" else facts["authors"][0])["profile_links"] = value
        changed("site.json", text, json.dumps(facts))(folder)

    return harm


ASTRAY = "site.json is not as an export of this program writes it"
NO_EVIDENCE = "Line 1 of comments.jsonl is not as an export writes it"

HARM: dict[str, tuple[Callable[[Path], None], str]] = {
    "a changed text": (rewritten, "posts/part-1.md is not what was exported"),
    "a missing text": (lambda folder: (folder / "posts/part-1.md").unlink(), "is missing"),
    "a truncated file": (truncated, "comments.jsonl is not what was exported"),
    "missing comments": (lambda folder: (folder / "comments.jsonl").unlink(), "is missing"),
    "missing settings": (lambda folder: (folder / "site.json").unlink(), "is missing"),
    "missing pictures": (lambda folder: (folder / "media/pictures.jsonl").unlink(), "is missing"),
    "a later format": (changed("manifest.json", '"format": 1', '"format": 2'), "the format 2"),
    "a list that is none": (
        changed("manifest.json", '"items": [', '"items": [1, '),
        "manifest.json",
    ),
    "no front matter": (changed("posts/part-1.md", "---\n", ""), "posts/part-1.md is not as"),
    "a title that is none": (
        changed("posts/part-1.md", 'title: "', 'title: [] #"'),
        "posts/part-1.md is not as",
    ),
    "a kind nobody knows": (
        changed("posts/part-1.md", 'kind: "post"', 'kind: "banana"'),
        "posts/part-1.md is not as",
    ),
    "an address that is none": (
        changed("posts/part-1.md", 'slug: "part-1"', 'slug: "../part"'),
        "posts/part-1.md is not as",
    ),
    "a lead picture from elsewhere": (
        changed("posts/part-1.md", '"address": "../media/', '"address": "https://a.example/'),
        "posts/part-1.md is not as",
    ),
    "an alias in front matter": (
        changed("posts/part-1.md", 'title: "', 'title: *a #"'),
        "posts/part-1.md is not as",
    ),
    "deep front matter": (
        changed("posts/part-1.md", 'title: "', f'title: {"[" * 50_000}"'),
        "posts/part-1.md is not as",
    ),
    "a comment that is none": (
        changed("comments.jsonl", "{", "[1]\n{"),
        "Line 1 of comments.jsonl",
    ),
    "a deep comment": (
        changed("comments.jsonl", "{", "[" * 50_000 + "\n{"),
        "Line 1 of comments.jsonl",
    ),
    "a state nobody knows": (
        changed("comments.jsonl", '"state": "approved"', '"state": "loved"'),
        "of comments.jsonl is not as",
    ),
    "a long line": (a_long_line, "longer than 1 MB"),
    "a comment on nothing": (
        changed("comments.jsonl", '"post": "', '"post": "nowhere-'),
        "comments on a post that is not in it",
    ),
    "settings that are none": (
        changed("site.json", '"site": {', '"site": {"pk": 2, '),
        "site.json",
    ),
    "a finding that is none": (evidence("spam"), NO_EVIDENCE),
    "a finding without a weight": (evidence({"check": "a", "reason": "b"}), NO_EVIDENCE),
    "a weight that is no number": (
        evidence({"check": "a", "reason": "b", "weight": float("nan")}),
        NO_EVIDENCE,
    ),
    "a link to a program": (
        links("site", [{"label": "x", "url": "javascript:alert(1)"}]),
        ASTRAY,
    ),
    "a link without a label": (links("author", [{"url": "/"}]), ASTRAY),
    "links that are none": (links("author", {"x": 1}), ASTRAY),
    "a colour that is none": (changed("site.json", "#0F5563", "red"), "site.json"),
    "a logo outside": (changed("site.json", "site/", "../site/"), "site.json"),
    "another folder's picture": (
        changed("media/pictures.jsonl", '"file": "', '"file": "../../'),
        "media/pictures.jsonl",
    ),
}


@pytest.mark.parametrize("name", HARM)
def test_what_was_changed_afterwards_gets_one_sentence(name: str, exported: Path) -> None:
    harm, says = HARM[name]
    harm(exported)
    with refused(says):
        run("import_markdown", exported)


def test_a_list_of_another_program_is_none_of_ours(ceo: User, tmp_path: Path) -> None:
    """A folder with the manifest of a web app is a folder of Markdown like others."""
    files = {
        "manifest.json": '{"name": "App"}',
        "a.md": "---\ntitle: A\ndate: 2020-01-01\n---\nText.",
    }
    run("import_markdown", write(tmp_path / "site", files))
    assert Post.objects.get().slug == "a"
    assert exporting.PROGRAM == "plainspoken"
