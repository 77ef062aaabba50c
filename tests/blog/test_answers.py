"""What a post answers, and where else it points: typed, signed, shown, and never fetched."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog import cited, workflow
from blog.differences import changes
from blog.models import Author, Post, Version
from blog.refusal import Refused
from blog.typos import why_no_typo
from blog.words import words_of
from ledger.canonical import digest
from tests.blog.test_admin_editor import ADD, change, typed
from tests.blog.test_linked_data import data_of
from tests.cast import edited, make_draft, make_post, make_words
from tests.pseudo import speak

pytestmark = pytest.mark.django_db

ANSWER = {
    "answered_url": "https://ada.example/why?x=1&y=2",
    "answered_title": "Why <we> do *not* raise floors",
    "answered_author": "Ada Guest",
    "answered_quote": "Water finds its way.",
}
LINKS = (
    {
        "title": "The river | a life",
        "source": "The Gazette",
        "url": "https://gazette.example/river",
    },
    {"title": "Floods", "source": "An almanac", "url": "http://almanac.example/"},
)
LINES = (
    "The river | a life | The Gazette | https://gazette.example/river\n"
    "\n Floods|An almanac |http://almanac.example/ "
)


@pytest.fixture
def author(ceo: User) -> Author:
    """The byline of the chief executive."""
    return Author.objects.get(user=ceo)


@pytest.fixture
def browser(ceo: User) -> Client:
    """Her browser, signed in."""
    client = Client()
    client.force_login(ceo)
    return client


def answering(**said: Any) -> dict[str, Any]:
    return {**ANSWER, "elsewhere": LINKS, **said}


# The words


def test_words_without_them_have_the_hash_that_was_signed_before_there_were_any(author):
    words = make_words(author)
    signed_then = {
        "format": 1,
        "title": words.title,
        "standfirst": "",
        "brief": [],
        "body": words.body,
        "images": [],
        "author": author.pk,
        "byline": "Dana Whitfield",
        "authorship": "by",
        "authorship_detail": "",
        "disclosure": "",
        "legend": "",
        "correction": "",
    }
    assert words.content_hash == digest(signed_then)


@pytest.mark.parametrize("part", [*ANSWER, "elsewhere"])
def test_every_part_is_in_the_hash_and_comes_back_from_the_database(ceo, part):
    post = make_draft(ceo, **answering())
    words = words_of(post.latest_version)
    assert words.content_hash == post.latest_version.content_hash
    other = {"elsewhere": LINKS[:1]} if part == "elsewhere" else {part: ANSWER[part] + "x"}
    assert edited(post, **other).content_hash != words.content_hash


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"answered_title": ""}, "What is the post that you answer called?"),
        ({"answered_url": ""}, "Where is the post that you answer?"),
        ({"answered_url": "javascript:alert(1)"}, cited.ADDRESS),
        ({"answered_url": "https://me:secret@ada.example/"}, cited.ADDRESS),
        ({"answered_url": "mailto:ada@example.com"}, cited.ADDRESS),
        ({"answered_url": "//ada.example/"}, cited.ADDRESS),
        ({"answered_url": "https://a.example/" + "x" * 2048}, cited.ADDRESS),
        ({"answered_title": "x" * 201}, "title of the post that you answer has at most 200"),
        ({"answered_author": "x" * 101}, "author of the post that you answer has at most 100"),
        ({"answered_quote": "x" * 301}, "quote of the post that you answer has at most 300"),
        ({"elsewhere": LINKS * 6}, "at most 10 links"),
        ({"elsewhere": ({**LINKS[0], "url": "ftp://x.example/"},)}, cited.ADDRESS),
        ({"elsewhere": ({**LINKS[0], "url": "https://x.example/|"},)}, cited.ADDRESS),
        ({"elsewhere": ({**LINKS[0], "source": ""},)}, "needs a title and the name of its source"),
        ({"elsewhere": ({**LINKS[0], "source": "a|b"},)}, "a source has no bar"),
        ({"elsewhere": ({**LINKS[0], "title": "x" * 201},)}, "A title has at most 200"),
        ({"elsewhere": ({},)}, "needs a title"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(ceo, said, sentence):
    with pytest.raises(Refused) as refusal:
        make_draft(ceo, **answering(**said))
    assert str(sentence) in str(refusal.value)
    assert not Post.objects.exists()


def test_lines_come_back_as_they_were_read():
    rows, sentences = cited.parse_lines(LINES)
    assert (tuple(rows), sentences) == (LINKS, [])
    assert cited.parse_lines(cited.to_lines(rows)) == (rows, [])


def test_a_change_of_it_is_told_and_is_no_typo(author):
    old = make_words(author, **answering())
    for said in ({"answered_url": "https://ada.example/other"}, {"answered_author": "Bob Guest"}):
        new = make_words(author, **answering(**said))
        assert [change.label for change in changes(old, new)] == ["In answer to"]
        assert why_no_typo(old, new)
    new = make_words(author, **answering(elsewhere=LINKS[:1]))
    assert [change.label for change in changes(old, new)] == ["From elsewhere"]
    assert why_no_typo(old, new) == "This changes what you say of somebody else’s page."


def test_blanking_takes_them_with_the_other_words(ceo):
    post = make_post(ceo, **answering())
    version = workflow.redact(post.live_version, by=ceo, reason="A court said so.")
    assert version.answered is None
    assert [getattr(version, name) for name in (*ANSWER, "elsewhere")] == ["", "", "", "", []]


# What readers and programs get


def test_page_shows_what_it_answers_above_and_the_links_below(client, ceo):
    make_post(ceo, slug="floor", **answering())
    page = client.get("/posts/floor/").content.decode()
    assert '<div class="answered u-in-reply-to h-cite">' in page
    link = '<a class="u-url p-name" href="https://ada.example/why?x=1&amp;y=2" rel="noopener">'
    assert f"{link}<bdi>Why &lt;we&gt; do *not* raise floors</bdi></a>" in page
    assert '<bdi class="p-author">Ada Guest</bdi>' in page
    shown = page.partition("<main")[2]
    places = [shown.index(said) for said in ("Water finds", "The river rose", LINKS[0]["url"])]
    assert places == sorted(places)


def test_page_without_them_says_nothing_of_them(client, ceo):
    make_post(ceo, slug="floor")
    page = client.get("/posts/floor/").content.decode()
    assert "In answer to" not in page
    assert "From elsewhere" not in page


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json", "/posts/floor.md"])
def test_programs_get_both(client, ceo, path):
    make_post(ceo, slug="floor", **answering())
    text = unescape(unescape(client.get(path).content.decode()))
    for said in ("In answer to", "Ada Guest", "Water finds its way.", "From elsewhere"):
        assert said in text
    for address in (ANSWER["answered_url"], LINKS[0]["url"], LINKS[1]["url"]):
        assert address in text


def test_markdown_shows_a_title_with_signs_as_it_is(client, ceo):
    make_post(ceo, slug="floor", **answering())
    text = client.get("/posts/floor.md").content.decode()
    title = r"[Why \<we\> do \*not\* raise floors](<https://ada.example/why?x=1&y=2>) by Ada Guest"
    assert f"In answer to {title}\n\n> Water finds its way." in text
    assert r"- [The river \| a life](<https://gazette.example/river>), The Gazette" in text


@pytest.mark.parametrize("path", ["/posts/floor/", "/feed.atom", "/posts/floor.md"])
def test_what_it_answers_is_one_sentence_in_every_language(
    client, ceo, path, settings, monkeypatch
):
    make_post(ceo, slug="floor", **answering())
    speak("xx", settings=settings, monkeypatch=monkeypatch)
    text = client.get(path).content.decode()
    assert "⟦In answer to ⟧" in text
    assert "⟦ by ⟧" in text and "⟦by⟧" not in text


def test_data_for_programs_names_them(client, ceo):
    make_post(ceo, slug="floor", **answering())
    said = data_of(client, "/posts/floor/")
    assert said["citation"] == {
        "@type": "CreativeWork",
        "name": ANSWER["answered_title"],
        "url": ANSWER["answered_url"],
        "author": {"@type": "Person", "name": "Ada Guest"},
        "abstract": "Water finds its way.",
    }
    assert [one["url"] for one in said["mentions"]] == [link["url"] for link in LINKS]


def test_retracted_post_shows_neither(client, ceo):
    post = make_post(ceo, slug="floor", **answering())
    workflow.retract(post, by=ceo, notice="It was wrong.")
    for path in ("/posts/floor/", "/feed.atom", "/feed.json"):
        assert "ada.example" not in client.get(path).content.decode()


def test_history_tells_a_correction_of_it(client, ceo):
    post = make_post(ceo, slug="floor", **answering())
    workflow.save_version(post, edited(post, answered_author="Bob Guest"), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    page = client.get("/posts/floor/history/").content.decode()
    assert "In answer to" in page
    assert "Bob" in page


# The newsroom


def written(browser: Client, path: str = ADD, **said: str) -> Any:
    """Send the form of a post with these fields changed."""
    return browser.post(path, typed(browser, path, **said), follow=True)


def test_writer_types_both_and_finds_them_again(browser):
    written(browser, title="On floors", body="They are high.", **ANSWER, elsewhere=LINES)
    version = Version.objects.get()
    assert {name: getattr(version, name) for name in ANSWER} == ANSWER
    assert tuple(version.elsewhere) == LINKS
    page = browser.get(change(version.post)).content.decode()
    assert "The river | a life | The Gazette | https://gazette.example/river" in page
    assert page.count('post-group--closed" open') == 2
    written(browser, change(version.post))
    assert Version.objects.count() == 1


def test_both_are_closed_when_empty(browser):
    page = browser.get(ADD).content.decode()
    assert page.count("post-group--closed") == 2
    assert 'post-group--closed" open' not in page


def test_each_mistake_is_said_and_nothing_is_lost(browser):
    lines = "Only a title\nA | B | javascript:x\nFine | Source | https://fine.example/"
    said = {"answered_url": "not an address", "answered_author": "Ada", "elsewhere": lines}
    page = unescape(written(browser, title="T", body="B", **said).content.decode())
    assert str(cited.ADDRESS) in page
    assert "What is the post that you answer called? Write its title." in page
    assert "This one has too few parts: Only a title" in page
    assert "It is about this line: A | B | javascript:x" in page
    assert lines in page.replace("\r\n", "\n")
    assert 'value="not an address"' in page
    assert not Post.objects.exists()


def test_too_many_links_are_counted(browser):
    lines = "\n".join(f"T{n} | S | https://x.example/{n}" for n in range(11))
    page = written(browser, title="T", body="B", elsewhere=lines).content.decode()
    assert "At most 10 links. Here are 11." in page


def test_live_preview_links_no_address_that_is_not_finished(browser):
    said = typed(
        browser, ADD, title="T", body="B", answered_title="Half", answered_url="javascript:x"
    )
    page = browser.post(f"{ADD[:-4]}look/", said).content.decode()
    assert "In answer to" in page
    assert "javascript:" not in page


def test_signer_and_preview_see_them(ceo, browser):
    post = make_draft(ceo, **answering())
    workflow.submit(post, by=ceo)
    for path in (f"/admin/blog/post/{post.pk}/sign/", f"/admin/blog/post/{post.pk}/preview/"):
        page = browser.get(path).content.decode()
        assert "Water finds its way." in page
        assert "https://gazette.example/river" in page


def test_page_has_no_such_fields_and_keeps_what_it_has(ceo, browser):
    page = make_draft(ceo, kind="page", slug="about", **answering())
    shown = browser.get(change(page)).content.decode()
    assert "answered_url" not in shown
    written(browser, change(page), title="Another title")
    assert words_of(Version.objects.latest("number")).answered.author == "Ada Guest"


def test_words_are_shown_to_copy_when_the_session_has_ended(browser):
    said = typed(browser, ADD, title="T", body="B", **ANSWER, elsewhere=LINES)
    browser.logout()
    page = unescape(browser.post(ADD, said).content.decode())
    assert ANSWER["answered_quote"] in page
    assert "The Gazette" in page


def test_an_address_alone_is_called_by_its_host():
    typed = "https://www.gazette.example/floods\nThe floods | https://gazette.example/"
    rows, sentences = cited.parse_lines(typed)
    assert sentences == []
    assert [(row["title"], row["source"]) for row in rows] == [
        ("gazette.example", "gazette.example"),
        ("The floods", "gazette.example"),
    ]
    assert cited.parse_lines(cited.to_lines(rows)) == (rows, [])
