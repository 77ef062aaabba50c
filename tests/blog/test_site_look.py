"""The settings of the site beside what they do: seen before they are saved, and never saved by looking."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blog.models import Site
from ledger.models import Entry
from tests.blog.test_admin_site import SITE, picture, said
from tests.cast import make_draft, make_post, make_user
from tests.surface import body_of

pytestmark = pytest.mark.django_db
THEME = "/admin/blog/site/theme.css"


@pytest.fixture
def desk(ceo, at_desk) -> Client:
    """The CEO's browser."""
    browser: Client = at_desk(ceo)
    return browser


def see(client: Client, part: str = "index", **changes: object) -> str:
    """The page after a press of “See …”, with `changes` typed into the form."""
    answer = client.post(SITE, said(**changes) | {"_look": part})
    assert answer.status_code == 200
    return answer.content.decode()


def framed(page: str) -> str:
    """The page for readers that stands in the frame."""
    found = re.search(r'srcdoc="([^"]*)"', page)
    assert found
    return unescape(found[1])


def problems(page: str) -> list[str]:
    """What is said beside the view."""
    found = re.search(r"data-look-problems>(.*?)</ul>", page, re.DOTALL)
    assert found
    return [unescape(line) for line in re.findall(r"<li[^>]*>(.*?)</li>", found[1], re.DOTALL)]


def test_front_page_and_post_are_shown_as_typed_and_nothing_is_saved(desk, ceo):
    make_post(ceo, title="Why we raised the floor")
    before = Site.objects.values().get()
    entries = Entry.objects.count()
    typed = {
        "name": "The <b>new</b> name",
        "tagline": "A typed line",
        "accent": "#7A1F4B",
        "header_links": "Shop | https://shop.example",
        "footer_text": "Made in Gent",
    }
    page = see(desk, **typed)
    shown = framed(page)
    for words in (
        "The &lt;b&gt;new&lt;/b&gt; name",
        "A typed line",
        "https://shop.example",
        "Made in Gent",
    ):
        assert words in shown
    assert f"{THEME}?accent=7A1F4B" in shown
    assert 'value="A typed line"' in page
    post = framed(see(desk, "post", **typed))
    assert "Why we raised the floor" in post
    assert "The &lt;b&gt;new&lt;/b&gt; name" in post
    assert Site.objects.values().get() == before
    assert Entry.objects.count() == entries


def test_what_is_seen_is_what_is_saved_afterwards(desk, client, ceo):
    make_post(ceo)
    seen = framed(see(desk, tagline="A typed line"))
    desk.post(SITE, said(tagline="A typed line"))
    main = re.compile(r"<main.*?</main>", re.DOTALL)
    (looked,), (public,) = (main.findall(text) for text in (seen, body_of(client.get("/"))))
    assert looked == public


@pytest.mark.parametrize(
    ("accent", "sentence"),
    [
        ("#FFFFF0", "Accent: This colour is too light to read on the page"),
        ("blue", "Accent: Write the colour as # and six digits"),
    ],
)
def test_bad_colour_gets_its_sentence_and_the_saved_one_is_shown(desk, ceo, accent, sentence):
    Site.objects.update(accent="#0F5563")
    page = see(desk, accent=accent, tagline="Typed all the same")
    (said_of,) = problems(page)
    assert said_of.startswith(sentence)
    assert f'value="{accent}"' in page
    shown = framed(page)
    assert "Typed all the same" in shown
    assert "accent=0F5563" in shown


def test_empty_name_and_unreadable_link_are_told_and_shown_as_saved(desk):
    page = see(desk, name="", header_links="Shop")
    assert len(problems(page)) == 2
    assert "Letters from the shop floor" in framed(page)
    assert "Shop</textarea>" in page


def test_picture_is_shown_before_it_is_stored(desk, ceo, tmp_path):
    page = see(desk, logo=picture(), portrait=picture(300, 300))
    shown = framed(page)
    assert '<img class="site-header__logo" src="data:image/webp;base64,' in shown
    (again,) = problems(page)
    assert again.startswith("Choose the picture again before you save")
    assert not any((settings.MEDIA_ROOT / "site").glob("*"))
    assert Site.current().logo_url == ""


def test_bad_picture_gets_its_sentence(desk):
    broken = SimpleUploadedFile("logo.png", b"no picture")
    assert "Logo: This file is no picture" in problems(see(desk, logo=broken))[0]


def test_picture_that_is_to_go_is_gone_in_the_view(desk):
    desk.post(SITE, said(logo=picture()))
    assert "site-header__logo" in framed(see(desk))
    assert "site-header__logo" not in framed(see(desk, **{"logo-clear": "on"}))
    assert Site.current().logo_url


def test_without_a_post_the_view_says_so(desk, ceo):
    make_draft(ceo)
    page = see(desk, "post")
    assert problems(page) == ["Nothing is published yet, so there is no post to show."]
    assert "<iframe" not in page


def test_frame_runs_no_script_and_links_open_beside_it(desk, ceo):
    make_post(ceo)
    page = see(desk, "post")
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in page
    shown = framed(page)
    assert '<base target="_blank">' in shown
    assert "<script src" not in shown


def test_words_cannot_break_out_of_the_frame(desk):
    page = see(desk, tagline='"></iframe><img src=x>')
    assert "</iframe><img src=x>" not in page.replace("</iframe>\n", "")


def test_looking_is_for_those_who_may_save(ceo, writer, auditor, at_desk, client):
    for person in (writer, auditor):
        assert at_desk(person).post(SITE, said() | {"_look": "index"}).status_code == 403
        assert at_desk(person).get(f"{THEME}?accent=0F5563").status_code == 403
    assert client.post(SITE, said() | {"_look": "index"}).status_code == 302
    assert client.get(f"{THEME}?accent=0F5563").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ceo)
    assert strict.post(SITE, said() | {"_look": "index"}).status_code == 403


def test_button_that_is_none_saves_as_usual(desk):
    answer = desk.post(SITE, said(tagline="Saved") | {"_look": "nothing"})
    assert answer.status_code == 302
    assert Site.current().tagline == "Saved"


def test_view_is_kept_by_nobody(desk):
    answer = desk.post(SITE, said() | {"_look": "index"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_sheet_of_a_tried_colour_is_the_one_it_will_have(desk, client):
    tried = desk.get(f"{THEME}?accent=7A1F4B")
    assert tried["Content-Type"] == "text/css; charset=utf-8"
    Site.objects.update(accent="#7A1F4B")
    assert tried.content == client.get("/theme.css").content


@pytest.mark.parametrize("accent", ["", "x", "FFFFFF", "0F5563;}", "%00", "١٢٣٤٥٦"])
def test_sheet_of_no_colour_is_refused(desk, accent):
    assert desk.get(THEME, {"accent": accent}).status_code == 400


def test_administrator_before_the_first_setup_sees_it_too(db, at_desk):
    root: Any = make_user("Root", is_superuser=True)
    answer = at_desk(root).post(
        "/admin/blog/site/add/", said(name="A first name") | {"_look": "index"}
    )
    assert "A first name" in framed(answer.content.decode())
    assert not Site.objects.exists()
