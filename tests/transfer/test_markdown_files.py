"""Folders of Jekyll, Hugo and of nobody in particular arrive; what hides harm in them does not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Batch, Image, OldAddress, Post
from tests.transfer.files import everything, picture, pictures, refused, run, write, zipped
from transfer.items import Article, Item, Skipped
from transfer.markdown_files import MarkdownFiles

HUGO = """\
---
title: "Why we raised the floor"
date: 2021-03-04T05:06:07+02:00
lastmod: 2021-04-01
slug: the-floor
tags: [Water, Steel]
categories: ["Plants", water]
series: ["The flood"]
aliases: ["/2021/03/floor.html", "/old/"]
authors: [Dana Whitfield, Sam Ortiz]
summary: What it   cost.
---

The river rose.
"""


def items(folder: Path, files: dict[str, str | bytes]) -> list[Item]:
    """Return what is read of some files."""
    write(folder, files)
    return list(MarkdownFiles(folder, pictures()).items())


def article(folder: Path, text: str, name: str = "posts/a-post.md") -> Article:
    """Return the one article of a file."""
    (found,) = items(folder, {name: text})
    assert isinstance(found, Article), found
    return found


def skipped(folder: Path, text: str | bytes, name: str = "posts/a-post.md") -> Skipped:
    """Return why a file is none."""
    (found,) = items(folder, {name: text})
    assert isinstance(found, Skipped), found
    return found


def test_a_post_of_hugo_arrives_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    found = article(tmp_path, HUGO)
    assert (found.title, found.slug, found.kind) == ("Why we raised the floor", "the-floor", "post")
    assert (found.body, found.markup) == ("The river rose.", "markdown")
    assert found.at and found.at.isoformat() == "2021-03-04T03:06:07+00:00"
    assert found.updated_at and found.updated_at.year == 2021
    assert [topic.name for topic in found.topics] == ["Plants", "water", "Steel"]
    assert found.series and found.series.name == "The flood"
    assert found.old_paths == ("/2021/03/floor.html", "/old/")
    assert (found.author.name, found.byline) == ("Dana Whitfield", "Dana Whitfield and Sam Ortiz")
    assert found.standfirst == "What it cost."
    assert found.is_public


def test_a_post_of_jekyll_has_the_date_in_its_name(tmp_path: Path) -> None:
    text = (
        "---\nlayout: post\ntitle: A plan\ncategories: Plants\n---\nText {% raw %}x{% endraw %}\n"
    )
    found = article(tmp_path, text, "_posts/2019-05-01-our-plan.md")
    assert found.at and found.at.isoformat() == "2019-05-01T00:00:00+00:00"
    assert found.slug == "our-plan"
    assert found.old_paths == ("/plants/2019/05/01/our-plan.html",)
    assert "{% raw %}" in found.body
    assert any("{% raw %}" in note for note in found.notes)


def test_toml_is_read_too(tmp_path: Path) -> None:
    text = '+++\ntitle = "A plan"\ndate = 2020-02-03T04:05:06Z\ndraft = true\n+++\nText.\n'
    found = article(tmp_path, text)
    assert found.title == "A plan"
    assert (found.is_public, found.why_not_public) == (False, "a draft")


def test_a_plain_text_is_named_by_its_heading_or_its_file(tmp_path: Path) -> None:
    (one, two) = items(
        tmp_path, {"2019-05-01-one.md": "# The heading #\n\nText.\n", "our-plan.md": "Text."}
    )
    assert isinstance(one, Article)
    assert (one.title, one.body) == ("The heading", "Text.")
    assert isinstance(two, Article)
    assert (two.title, two.slug, two.why_not_public) == ("Our plan", "our-plan", "without a date")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("draft: true\ndate: 2020-01-01", "a draft"),
        ("published: false\ndate: 2020-01-01", "a draft"),
        ("status: draft\ndate: 2020-01-01", "a draft"),
        ("date: 2099-01-01", "dated in the future"),
        ("hidden: true\ndate: 2020-01-01", "hidden at the source"),
        ("title: x", "without a date"),
    ],
)
def test_what_the_public_could_not_read_stays_a_draft(head: str, why: str, tmp_path: Path) -> None:
    found = article(tmp_path, f"---\n{head}\n---\nText.\n")
    assert (found.is_public, found.why_not_public) == (False, why)


@pytest.mark.parametrize("name", ["_drafts/a.md", "pages/a.md"])
def test_a_folder_says_what_its_files_are(name: str, tmp_path: Path) -> None:
    found = article(tmp_path, "---\ndate: 2020-01-01\n---\nText.\n", name)
    assert found.kind == ("page" if "pages" in name else "post")
    assert found.is_public == ("pages" in name)


def test_html_with_front_matter_stays_html(tmp_path: Path) -> None:
    found = article(tmp_path, "---\ntitle: A\n---\n<p>One</p>\n", "posts/a.html")
    assert (found.markup, found.body) == ("html", "<p>One</p>")


def test_html_in_markdown_is_told(tmp_path: Path) -> None:
    found = article(tmp_path, "---\ntitle: A\n---\n<div>One</div> {{< tweet 1 >}}\n")
    assert len(found.notes) == 2


@pytest.mark.django_db
def test_pictures_are_found_from_the_place_of_the_text(ceo: User, tmp_path: Path) -> None:
    body = (
        "---\ntitle: A\ndate: 2020-01-01\ncover: {image: cover.png, alt: C}\n---\n"
        '![One](img/one.png "T") ![Two](/images/two.png) ![Three][3]\n\n'
        '<img src="../up.png" alt="Up [1]">\n\n[3]: <img/three.png>\n\n'
        "```\n![One](img/one.png)\n```\n\n![Gone](gone.png)\n"
    )
    colours = ("red", "green", "blue", "black", "white")
    beside = ("posts/a/img/one.png", "posts/a/img/three.png", "posts/a/cover.png")
    names = (*beside, "static/images/two.png", "posts/up.png")
    files = {name: picture(colour) for name, colour in zip(names, colours, strict=True)}
    run("import_markdown", write(tmp_path, {"posts/a/index.md": body, **files}))
    version = Post.objects.get(slug="a").latest_version
    assert version
    assert Image.objects.count() == 5
    assert version.body.count("/media/images/") == 4
    assert "```\n![One](img/one.png)\n```" in version.body
    assert "![Up 1](/media/images/" in version.body
    assert "![Gone](gone.png)" in version.body
    assert version.images[0]["alt"] == "C"


@pytest.mark.django_db
def test_a_folder_and_its_archive_bring_the_same(client: Any, ceo: User, tmp_path: Path) -> None:
    files = {"posts/the-floor.md": HUGO}
    run("import_markdown", zipped(tmp_path / "site.zip", files), "--adopt-as", "dana")
    assert b"The river rose." in client.get("/posts/the-floor/").content
    assert OldAddress.objects.filter(path="/2021/03/floor.html").exists()
    before = everything()
    run("import_markdown", tmp_path / "site.zip")
    assert everything() == before
    run("import_markdown", write(tmp_path / "site", dict(files)))
    assert everything() == before


HARM: dict[str, tuple[str | bytes, str]] = {
    "aliases of YAML": ("---\na: &a [x, x]\nb: [*a, *a]\n---\n", "alias"),
    "deep YAML": (f"---\na: {'[' * 5000}\n---\n", "levels deep"),
    "broken YAML": ("---\na: b: c\n---\n", "no valid YAML"),
    "an object of Python": ("---\na: !!python/object/apply:os.getcwd []\n---\n", "no valid YAML"),
    "a list": ("---\n- a\n---\n", "no list of names and values"),
    "broken TOML": ("+++\na = \n+++\n", "no valid TOML"),
    "deep TOML": (f"+++\na = {'[' * 20_000}\n+++\n", "no valid TOML"),
    "no end": ("---\ntitle: A\n", "does not end"),
    "endless": (f"---\n{'a: b' * 100_000}\n---\n", "longer than 64 kB"),
    "no text": (b"\xff\xfe\xfa", "UTF-8"),
    "a huge number": (f"---\na: {'9' * 6000}\n---\n", "no valid YAML"),
    "an impossible date": ("---\ndate: 2020-13-45\n---\n", "no valid YAML"),
}


@pytest.mark.parametrize("name", HARM)
def test_harm_in_front_matter_skips_that_file_and_says_why(name: str, tmp_path: Path) -> None:
    text, why = HARM[name]
    assert why in skipped(tmp_path, text).why


def test_a_long_file_is_skipped(tmp_path: Path) -> None:
    assert "larger than" in skipped(tmp_path, "x" * 3_000_000).why


@pytest.mark.parametrize("value", ["[[1]]", "{a: b}", "12", "~", "true", "2020-01-01", "''", "1.5"])
@pytest.mark.parametrize(
    "name", ["title", "slug", "date", "tags", "author", "image", "aliases", "url"]
)
def test_no_value_of_any_field_is_an_error(name: str, value: str, tmp_path: Path) -> None:
    (found,) = items(tmp_path, {"posts/a.md": f"---\n{name}: {value}\n---\nText.\n"})
    assert isinstance(found, Article)


@pytest.mark.parametrize(
    "text", ["![" * 50_000, "![a](" * 30_000, "<img " * 30_000, '<img "' * 30_000, "[a]: " * 30_000]
)
def test_endless_openings_of_pictures_end_soon(text: str, tmp_path: Path) -> None:
    assert article(tmp_path, f"---\ntitle: A\n---\n{text}").body


@pytest.mark.django_db
def test_names_that_are_no_text_are_no_harm(ceo: User, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    names = {name: os.fsdecode(name) for name in (b"t\xeat\xe9.md", b"caf\xe9.png")}
    text = "---\ntitle: A\ndate: 2020-01-01\n---\n![One](caf%E9.png)\n"
    write(folder, {names[b"t\xeat\xe9.md"]: text, names[b"caf\xe9.png"]: b"no picture"})
    assert "Posts imported: 1" in run("import_markdown", folder)
    assert "Here already from an earlier import: 1" in run("import_markdown", folder)
    assert Batch.objects.get().file_name == "caf"


def test_other_files_are_none(tmp_path: Path) -> None:
    files = {"README.md": "x", "themes/a.md": "x", "a.html": "<p>", "b.txt": "x", ".x/c.md": "x"}
    assert {item.title for item in items(tmp_path, dict(files))} == {  # type: ignore[union-attr]
        *("README.md", "a.html"),
        *("b.txt", "themes/a.md"),
    }


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("posts/a.rst", "not written in Markdown"),
        ("notes.TXT", "not written in Markdown"),
        ("public/posts/a.md", "folder that generators keep"),
    ],
)
def test_text_that_cannot_come_in_is_told(name: str, why: str, tmp_path: Path) -> None:
    assert why in skipped(tmp_path, "Words.", name).why


def test_files_of_themes_and_pictures_are_passed_over_without_a_word(tmp_path: Path) -> None:
    files = ("public/a.html", "layouts/x.html", "static/robots.txt", "themes/t/theme.toml", "a.png")
    assert items(tmp_path, dict.fromkeys(files, "x")) == []


@pytest.mark.django_db
def test_a_folder_without_texts_gets_one_sentence(tmp_path: Path) -> None:
    with refused("holds no text files"):
        run("import_markdown", write(tmp_path, {"a.txt": "x"}))


@pytest.mark.django_db
def test_hostile_archives_get_one_sentence(tmp_path: Path) -> None:
    with refused("leads elsewhere"):
        run("import_markdown", zipped(tmp_path / "a.zip", {"../a.md": "x"}))
    with refused("far more than it should"):
        run("import_markdown", zipped(tmp_path / "b.zip", {"a.md": "x" * 30_000_000}))
    with refused("neither a folder nor"):
        run("import_markdown", write(tmp_path, {"c.zip": "x"}) / "c.zip")
    with refused("no archive of that name"):
        run("import_markdown", tmp_path / "nothing")
