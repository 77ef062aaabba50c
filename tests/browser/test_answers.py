"""An answer, links elsewhere and three languages in a real browser, from the form to the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, look, overflow
from tests.cast import PASSWORD, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
ANSWER = {
    "answered_url": "https://ada.example/essays/on-raising-floors-and-other-things-that-cost-too-much",
    "answered_title": "On raising floors, and other things that cost too much",
    "answered_author": "Ada Guest",
    "answered_quote": "A floor is a promise to the water that you will not be there when it comes.",
    "elsewhere": (
        {
            "title": "Four hundred years of floods",
            "source": "The Gazette",
            "url": "https://g.example/",
        },
        {
            "title": "How high is high enough?",
            "source": "River almanac",
            "url": "https://r.example/",
        },
    ),
}
ARABIC = {
    "title": "لماذا رفعنا الأرضية",
    "standfirst": "ارتفع النهر مترين، وبقيت المصانع جافة.",
    "brief": ("رفعنا الأرضية أربعين سنتيمترا.", "لم يتوقف العمل يوما واحدا.", "دفعنا 749 يورو."),
    "body": "ارتفع النهر مترين (Ouse) في ليلة واحدة.\n\n## ما رأيناه\n\n- القاعة الأولى\n- القاعة الثانية\n\n"
    "> لم يفقد أحد حذاءه.\n\nثم عاد كل شيء كما كان.",
}


def scene(ceo: Any) -> None:
    """A post that answers another, with a German and an Arabic translation."""
    floor = make_post(ceo, slug="floor", brief=("It rose.", "It held."), **ANSWER)
    german = make_post(ceo, slug="boden", title="Warum wir den Boden angehoben haben")
    arabic = make_post(ceo, slug="ard", **ARABIC, **ANSWER)
    workflow.change_post(german, {"language": "de", "translation_of": floor}, by=ceo)
    workflow.change_post(arabic, {"language": "ar", "translation_of": floor}, by=ceo)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_of_all_three_are_for_everybody(visit: Visit, ceo, width: int, scheme: str):
    scene(ceo)
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    paths = {
        path: path for path in ("/", "/posts/floor/", "/posts/boden/", "/posts/ard/", "/archive/")
    }
    assert look(page, paths) == {}


def test_reader_goes_from_one_language_to_another_without_script(visit: Visit, ceo):
    scene(ceo)
    page = visit("/posts/floor/", javascript=False)
    page.get_by_role("link", name="العربيّة").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC["title"])
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why we raised the floor")


def test_words_from_right_to_left_begin_on_the_right(visit: Visit, ceo):
    scene(ceo)
    page = visit("/posts/ard/")
    column = page.locator(".post__head").bounding_box()
    assert column
    for part in (".post__title", ".post__by", ".editions", ".brief__title", ".answered__line"):
        ends = page.locator(part).evaluate(
            "e => { const r = document.createRange(); r.selectNodeContents(e);"
            " return r.getBoundingClientRect().right; }"
        )
        assert column["x"] + column["width"] - ends < 80, part


@pytest.mark.parametrize("width", [390, 1280])
def test_writer_types_all_of_it_and_sees_each_mistake(visit: Visit, ceo, width: int):
    make_post(ceo, slug="floor")
    page = visit("/admin/", width=width, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    page.goto("/admin/blog/post/add/")
    page.get_by_label("Title", exact=True).fill("Der Boden")
    page.get_by_label("Text", exact=True).fill("Er hielt.")
    page.locator(".post-more > summary").click()
    page.get_by_label("Language", exact=True).fill("Deutsch")
    page.get_by_label("It is a translation of").fill("/posts/floor/")
    page.get_by_text("Answers a post elsewhere", exact=True).click()
    page.get_by_label("Title of that post").fill("On floors")
    page.get_by_text("From elsewhere", exact=True).click()
    page.get_by_label("Links under the post").fill("Only a title")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator("#id_elsewhere_error, .errorlist").first).to_be_visible()
    expect(page.get_by_label("Links under the post")).to_have_value("Only a title")
    assert faults(page) == []
    assert overflow(page) <= 0
    page.get_by_label("Address of the post it answers").fill("https://ada.example/")
    page.get_by_label("Links under the post").fill("Floods | An almanac | https://almanac.example/")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    post = Post.objects.get(language="de")
    assert post.translation_of and post.translation_of.slug == "floor"
    assert post.latest_version and post.latest_version.answered
    assert post.latest_version.elsewhere[0]["source"] == "An almanac"
