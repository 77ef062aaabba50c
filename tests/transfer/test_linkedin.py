"""What a member wrote on LinkedIn arrives under her name; her connections' eyes stay hers."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from blog.models import Post
from tests.transfer.files import everything, picture, pictures, refused, run, write, zipped
from transfer.items import Article, Item, Skipped
from transfer.linkedin import LinkedIn, title_of

HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
PROFILE = "\ufeffFirst Name,Last Name,Headline\nDana,Whitfield,Chief executive\n"
ARTICLE = """\
<html><head><title>Ignored</title></head><body>
<img src="river.png" alt="The river">
<h1><a href="https://www.linkedin.com/pulse/floor-dana">Why we raised the floor</a></h1>
<p class="created">Created on 2019-01-01 10:00</p>
<p class="published">Published on 2019-01-02 11:30</p>
<div><p>The river <div>rose</div>.</p><img src="https://media.licdn.com/x.png"></div>
</body></html>
"""


def share(
    text: str, *, link: str = "https://lnkd.example/1", shown: str = "", url: str = ""
) -> str:
    quoted = text.replace('"', '""')
    return f'2020-02-03 04:05:06,{link},"{quoted}",{url},,{shown}\n'


def items(folder: Path, files: dict[str, str | bytes]) -> list[Item]:
    """Return what is read of an archive."""
    source = LinkedIn(write(folder, files), pictures(folder))
    source.check()
    return list(source.items())


def test_a_post_is_titled_by_its_first_sentence(tmp_path: Path) -> None:
    text = 'We raised the floor. It "cost" 40 million.'
    (found,) = items(tmp_path, {"Shares.csv": HEADER + share(text), "Profile.csv": PROFILE})
    assert isinstance(found, Article)
    assert found.title == "We raised the floor"
    assert found.body == "<p>We raised the floor. It &quot;cost&quot; 40 million.</p>\n"
    assert (found.author.name, found.author.role) == ("Dana Whitfield", "Chief executive")
    assert found.at and found.at.isoformat() == "2020-02-03T04:05:06+00:00"
    assert found.is_public
    assert found.old_paths == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One line", "One line"),
        ("\n\n  Second line? Yes.", "Second line?"),
        ("Version 2.0 is here! Look.", "Version 2.0 is here!"),
        ("word " * 40, f"{('word ' * 15).strip()}…"),
        ("x" * 200, "x" * 79 + "…"),
        ("🎉 Done.", "🎉 Done"),
        ("...", ".."),
    ],
)
def test_a_title_has_at_most_eighty_characters(text: str, title: str) -> None:
    assert title_of(text) == title
    assert len(title_of(text)) <= 80


def test_the_picture_that_a_post_showed_is_a_link(tmp_path: Path) -> None:
    film, page = "https://media.licdn.example/film", "https://example.org/page"
    row = share("See.", url=page).replace(f"{page},,", f"{page},{film},")
    (found,) = items(tmp_path, {"Shares.csv": HEADER + row})
    assert isinstance(found, Article)
    assert found.body.count("<a ") == 2
    assert f'<a href="{page}">' in found.body
    assert f'<a href="{film}">{film}</a>' in found.body


def test_lines_that_the_archive_quotes_one_by_one_are_lines_again(tmp_path: Path) -> None:
    text = 'First."\n""\n"Second "quoted" word."\n"Third.'
    (found,) = items(tmp_path, {"Shares.csv": HEADER + share(text)})
    assert isinstance(found, Article)
    assert found.body == ("<p>First.</p>\n<p>Second &quot;quoted&quot; word.<br>\nThird.</p>\n")


def test_notes_before_the_header_and_a_byte_order_mark_are_no_harm(tmp_path: Path) -> None:
    text = '\ufeffNotes:\n"Some, words"\n\n' + HEADER + share("Hello there.")
    assert len(items(tmp_path, {"Shares.csv": text})) == 1


@pytest.mark.parametrize(
    ("shown", "is_public"),
    [("", True), ("PUBLIC", True), ("MEMBER_NETWORK", False), ("CONNECTIONS", False), ("X", False)],
)
def test_only_what_everybody_could_see_may_be_public(
    shown: str, is_public: bool, tmp_path: Path
) -> None:
    (found,) = items(tmp_path, {"Shares.csv": HEADER + share("Hello.", shown=shown)})
    assert isinstance(found, Article)
    assert found.is_public == is_public
    assert bool(found.why_not_public) != is_public


def test_a_shared_page_is_linked_unless_its_address_is_none(tmp_path: Path) -> None:
    rows = share("One.", link="a", url="https://example.org/x?a=1&b=2")
    rows += share("Two.", link="b", url="javascript:alert(1)")
    one, two = items(tmp_path, {"Shares.csv": HEADER + rows})
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert '<a href="https://example.org/x?a=1&amp;b=2">' in one.body
    assert "javascript" not in two.body


def test_empty_and_repeated_posts_are_told(tmp_path: Path) -> None:
    rows = share("Same.") + share("Same.") + share("", link="b") + "never,c,Words.,,,\n"
    found = items(tmp_path, {"Shares.csv": HEADER + rows})
    assert [item.why for item in found if isinstance(item, Skipped)] == [
        "it stands there twice",
        "it says nothing of its own",
        "it has no date",
    ]


@pytest.mark.django_db
def test_an_article_arrives_with_its_date_and_pictures(ceo: User, tmp_path: Path) -> None:
    files = {"Articles/Articles/floor.html": ARTICLE, "Profile.csv": PROFILE}
    write(tmp_path / "media", {"river.png": picture()})
    folder = write(tmp_path / "archive", files)
    run("import_linkedin", folder, "--media", tmp_path / "media", "--adopt-as", "dana")
    post = Post.objects.get()
    assert (post.title, post.state) == ("Why we raised the floor", "published")
    assert post.published_at and post.published_at.isoformat() == "2019-01-02T11:30:00+00:00"
    assert post.live_version
    assert post.live_version.author.user == ceo
    assert "The river <div>rose</div>." in post.live_version.body
    assert post.live_version.body.count("/media/images/") == 1


def test_an_article_that_was_never_published_is_a_draft(tmp_path: Path) -> None:
    text = ARTICLE.replace("Published on 2019-01-02 11:30", "")
    (found,) = items(tmp_path, {"Articles/Articles/floor.html": text})
    assert isinstance(found, Article)
    assert (found.is_public, found.why_not_public) == (False, "a draft")


def test_a_page_that_is_no_article_is_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "Articles/Articles/a.html": "<p>No",
        "Articles/Articles/b.html": "<h1>T</h1><div> </div>",
        "Articles/Articles/c.html": b"\xff\xfe",
        "Articles/Articles/d.html": "x" * 3_000_000,
        "Articles/Articles/e.html": "<div>" * 30_000,
    }
    found = items(tmp_path, files)
    assert [isinstance(item, Skipped) for item in found] == [True, True, True, True, False]


@pytest.mark.django_db
def test_a_second_import_adds_nothing(ceo: User, tmp_path: Path) -> None:
    path = zipped(tmp_path / "archive.zip", {"Shares.csv": HEADER + share("Hello.")})
    run("import_linkedin", path)
    before = everything()
    run("import_linkedin", path)
    assert everything() == before


REFUSALS: dict[str, tuple[dict[str, str | bytes], str]] = {
    "another folder": ({"a.md": "x"}, "no archive of LinkedIn"),
    "no header": ({"Shares.csv": "a,b\n1,2\n"}, "no column"),
    "bytes": ({"Shares.csv": b"\xff\xfe\0"}, "UTF-8"),
    "a NUL": ({"Shares.csv": HEADER + "\0"}, "no table"),
    "an endless field": ({"Shares.csv": HEADER + '"' + "x" * 3_000_000}, "no table"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_archive_gets_one_sentence(name: str, tmp_path: Path) -> None:
    files, says = REFUSALS[name]
    with refused(says):
        run("import_linkedin", write(tmp_path / "archive", files))
