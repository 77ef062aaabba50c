"""Files that are no export, are damaged or mean harm get one sentence at once, and nothing changes."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from django.core.management import CommandError, call_command

from blog.models import Batch, Post
from comments.models import Comment
from ledger.models import Entry
from ledger.record import Actor
from tests.pace import seconds
from tests.transfer.wxr import AUTHOR, attachment, comment, export, item, written
from transfer.items import SourceError
from transfer.pictures import Pictures
from transfer.wordpress.export import WordPressExport

pytestmark = pytest.mark.django_db

AT_ONCE = 1.0
"""Seconds of this process, so that a busy machine makes no difference."""

LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY l0 "ha">{LOL}]>\n<rss><channel>&l11;</channel></rss>'
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    + export(item(1, "words")).partition("?>")[2].replace("<title>Old blog", "<title>&x;")
)
PARAMETER = '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "https://evil.example/x.dtd"><rss></rss>'
WHOLE = export(*(item(number, "word " * 50) for number in range(50)))
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
    "<item><title>One</title></item></channel></rss>"
)


def zipped(text: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("old.xml", text)
    return data.getvalue()


HOSTILE = {
    "bomb of entities": (BOMB, "entities"),
    "external entity": (OUTSIDE, "entities"),
    "external document type": (PARAMETER, "entities"),
    "cut short": (WHOLE[: len(WHOLE) // 2], "breaks off"),
    "cut in the first item": (WHOLE[:900], "breaks off"),
    "empty": ("", "empty"),
    "only NULs": (b"\0" * 10_000, "empty"),
    "web page": ("<!DOCTYPE html><html><body>Hello</body></html>", "web page"),
    "web page in capitals": ("<HTML><HEAD></HEAD></HTML>", "web page"),
    "JSON": ('{"db": [{"data": {"posts": []}}]}', "not written in XML"),
    "bytes": (bytes(range(256)) * 100, "not written in XML"),
    "words": ("Dear all, please find attached", "not written in XML"),
    "gzip": (gzip.compress(WHOLE.encode()), "Unpack it"),
    "zip": (zipped(WHOLE), "Unpack it"),
    "zip bomb": (zipped("a" * 50_000_000), "Unpack it"),
    "news feed": (FEED, "news feed"),
    "feed without items": ("<rss><channel><title>x</title></channel></rss>", "news feed"),
    "other XML": ("<?xml version='1.0'?><opml><body/></opml>", "another kind of XML"),
    "other XML with a like end": ("<feed></feed><!-- </rss> -->", "another kind of XML"),
    "newer version": (export(item(1), version="2.0"), "version “2.0”"),
    "version of words": (export(item(1), version="x" * 90_000), "version “xxx"),
    "not well-formed": (WHOLE.replace("<item>", "<item><b>", 1), "damaged in line"),
    "bare ampersand": (WHOLE.replace("<title>Old blog", "<title>A & B"), "damaged in line"),
    "entity of HTML": (WHOLE.replace("<title>Old blog", "<title>&nbsp;"), "damaged in line"),
    "unknown encoding": (WHOLE.replace("UTF-8", "klingon"), "“klingon”"),
    "encoding that is none": (WHOLE.replace("UTF-8", "rot13"), "“rot13”"),
    "endless tag": ("<rss " + "a" * 9_000_000 + "></rss>", "damaged"),
    "endless comment": ("<rss><!-- " + "a" * 9_000_000 + "--></rss>", "damaged"),
    "deep elements": (WHOLE.replace("<item>", "<a>" * 5000, 1), "too deep"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gets_one_sentence_and_changes_nothing(name, tmp_path, ceo):
    content, expected = HOSTILE[name]
    path = written(tmp_path, content)
    before = Entry.objects.count()
    refusals = []

    def bring_in() -> None:
        with pytest.raises(CommandError) as refusal:
            call_command("import_wordpress", path)
        refusals.append(str(refusal.value))

    assert seconds(bring_in, AT_ONCE) < AT_ONCE
    sentence = refusals[0]
    assert expected in sentence
    assert len(sentence) < 250 and "\n" not in sentence and sentence.endswith(".")
    assert not Post.objects.exists() and not Batch.objects.exists()
    assert Entry.objects.count() == before


def test_file_that_is_not_there_and_a_folder_are_told(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.xml"):
        with pytest.raises(CommandError, match="There is no file"):
            call_command("import_wordpress", path)


def read(path):
    """The articles of an export, and what is told of the file."""
    source = WordPressExport(path, Pictures(None, by=Actor.system("command")))
    return list(source.items()), source.facts()


def test_what_xml_forbids_is_dropped_and_counted(tmp_path):
    text = export(item(1, "a\x00b\x0bc\x1fd&#8;e\ufffff\ttab", title="T\x02wo"))
    (article, *_), facts = read(written(tmp_path, text))
    assert (article.title, article.body) == ("Two", "<p>abcdef\ttab</p>")
    assert facts == {"Of the file: control characters dropped": 6}


def test_bytes_that_are_no_text_are_replaced_and_counted(tmp_path):
    text = (
        export(item(1, "caf\ufffd é XX YY"))
        .encode()
        .replace(b"XX", b"\xe9")
        .replace(b"YY", b"\xff\xfe")
    )
    (article, *_), facts = read(written(tmp_path, text))
    assert article.body == "<p>caf\ufffd é \ufffd \ufffd\ufffd</p>"
    assert facts == {"Of the file: unreadable bytes replaced": 3}


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-8-sig", "UTF-8"),
        ("iso-8859-1", "ISO-8859-1"),
        ("windows-1252", "windows-1252"),
        ("utf-8", "UTF-16"),
    ],
)
def test_file_is_read_in_the_encoding_it_is_in(tmp_path, encoding, declared):
    text = export(item(1, "Größe: œuvre".replace("œ", "æ"))).replace("UTF-8", declared)
    (article, *_), facts = read(written(tmp_path, text.encode(encoding)))
    assert article.body == "<p>Größe: æuvre</p>"
    assert facts == {}


def test_blank_lines_before_and_notes_behind_an_export_do_no_harm(tmp_path):
    (article, *_), _ = read(
        written(tmp_path, "\n\n" + export(item(1)) + "<!-- served in 3 s -->\n")
    )
    assert article.title == "Post 1"


def test_a_character_parted_between_two_chunks_stays_whole(tmp_path):
    words = "ä漢🌊&amp;" * 40_000
    (article, *_), facts = read(written(tmp_path, export(item(1, words[:150_000]))))
    assert article.body == f"<p>{words[:150_000]}</p>"
    assert facts == {}


def test_huge_item_is_skipped_with_the_reason_and_the_next_comes_in(tmp_path):
    items, _ = read(written(tmp_path, export(item(1, "word " * 2_000_000), item(2))))
    assert (items[0].what, items[0].title) == ("post", "Post 1")
    assert "longer than 200,000 characters" in items[0].why
    assert items[1].title == "Post 2"


def test_text_just_too_long_is_skipped_too(tmp_path):
    items, _ = read(written(tmp_path, export(item(1, "x" * 200_000))))
    assert "split it there" in items[0].why


def test_item_with_more_comments_than_fit_is_skipped_whole(tmp_path):
    many = "".join(comment(number, "x" * 190_000) for number in range(140))
    items, _ = read(written(tmp_path, export(item(1, inside=many), item(2))))
    assert "larger than one item may be" in items[0].why
    assert items[1].title == "Post 2"


def test_reading_stops_where_the_damage_is_before_anything_is_stored(tmp_path, ceo):
    broken = WHOLE.replace("Post 49", "Post 49<")
    with pytest.raises(CommandError, match="damaged in line"):
        call_command(
            "import_wordpress", written(tmp_path, broken.replace("<![CDATA[Post 49<]]>", "<"))
        )
    assert not Post.objects.exists()


def test_constructor_refuses_before_anything_is_read(tmp_path):
    with pytest.raises(SourceError):
        read(written(tmp_path, "<html>"))


LONG = {
    "spaces": " " * 900_000 + "x",
    "spaces before a line end": (" " * 900_000 + "\n") + "x",
    "blank lines": "\n \t" * 300_000 + "x",
    "ends of blocks that never began": "<p>" * 100_000 + "</li>" * 100_000,
    "links that never end": "<a>" * 150_000 + "</pre>" * 80_000,
    "tags in one run": "<b>" * 250_000,
    "shortcodes with one end": "[x y=1]" * 120_000 + "[/x]",
    "captions with one end": "[caption]" * 100_000 + "[/caption]",
    "embeds with one end": "[embed]" * 120_000 + "[/embed]",
    "galleries": '[gallery ids="9"]' * 50_000,
    "galleries of many": "[gallery ids='" + "9," * 400_000 + "']",
    "brackets": "[" * 900_000,
    "comments of blocks": "<!-- wp:a " * 90_000,
    "shared blocks": '<!-- wp:block {"ref":8} /-->' * 30_000,
    "quotes": '<a "' * 200_000,
    "backgrounds": "".join(
        f"<p style='background:url(https://old.example/{n}.png)'>x</p>" for n in range(16_000)
    ),
    "addresses": "https://x.example/\n" * 40_000,
}


@pytest.mark.parametrize("name", LONG)
def test_hostile_text_costs_little_time(name, tmp_path):
    shared = item(8, '<!-- wp:block {"ref":8} /-->' + "x" * 150_000, type="wp_block")
    path = written(
        tmp_path, export(item(1, LONG[name]), shared, attachment(9, "https://x.example/9.png"))
    )
    assert len(read(path)[0]) >= 3
    assert seconds(lambda: read(path), 20) < 20


@pytest.mark.parametrize("name", ["Dana Whitfield", "dana whitfield", "Dána Whitfïeld"])
def test_writer_who_calls_herself_like_another_gets_no_badge(name, ceo, tmp_path):
    eve = AUTHOR.replace(">7<", ">9<").replace(">dana<", ">eve<").replace("Dana Whitfield", name)
    said = comment(1, "From her.", user_id=7) + comment(2, "From another.", user_id=9)
    path = written(tmp_path, export(item(1, inside=said), channel=AUTHOR + eve))
    call_command("import_wordpress", path, stdout=io.StringIO())
    assert [(one.author, one.badge) for one in Comment.objects.all()] == [(None, "")] * 2
