"""Posts in several languages: each says its own, names the others, and only those that readers see."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from blog import languages, translations, workflow
from blog.models import Post
from blog.refusal import Refused
from ledger.models import Entry
from tests.blog.test_admin_editor import ADD, change, typed
from tests.blog.test_linked_data import data_of
from tests.cast import make_draft, make_post
from tests.surface import SITE

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
HREFLANG = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')


@pytest.fixture
def browser(ceo: User) -> Client:
    """The browser of the chief executive, signed in."""
    client = Client()
    client.force_login(ceo)
    return client


def filed(post: Post, by: User, **said: Any) -> Post:
    return workflow.change_post(post, said, by=by)


def three(ceo: User) -> list[Post]:
    """A post, its German translation, and its Arabic one, all public."""
    original = make_post(ceo, slug="floor", title="The floor")
    german = make_post(ceo, slug="boden", title="Der Boden", brief=("Er hielt.",))
    arabic = make_post(ceo, slug="ard", title="الأرض", standfirst="صمدت.")
    filed(german, ceo, language="de", translation_of=original)
    filed(arabic, ceo, language="ar", translation_of=original)
    return [original, german, arabic]


def links(client: Client, path: str) -> dict[str, str]:
    """Where a page says its languages are."""
    return dict(HREFLANG.findall(client.get(path).content.decode()))


ALL = {
    "en-GB": f"{SITE}/posts/floor/",
    "de": f"{SITE}/posts/boden/",
    "ar": f"{SITE}/posts/ard/",
    "x-default": f"{SITE}/posts/floor/",
}


# Codes


@pytest.mark.parametrize(
    ("typed_in", "code"),
    [
        ("", ""),
        (" de ", "de"),
        ("DE", "de"),
        ("Deutsch", "de"),
        ("german", "de"),
        ("pt_br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("rm", "rm"),
    ],
)
def test_language_is_read_as_people_write_it(typed_in, code):
    assert languages.read(typed_in) == code


@pytest.mark.parametrize("typed_in", ["Klingonisch", "d", "de-", "de--at", "ⅾe", "x" * 36, "de<b>"])
def test_what_is_no_language_is_refused_in_a_sentence(typed_in):
    with pytest.raises(ValueError, match="Write its code"):
        languages.read(typed_in)


@given(st.text(max_size=40))
def test_any_text_is_refused_or_read_to_what_reads_as_itself(text):
    try:
        code = languages.read(text)
    except ValueError:
        return
    assert languages.read(code) == code
    assert len(code) <= languages.LENGTH


@pytest.mark.parametrize(
    ("code", "is_rtl"),
    [
        ("ar", True),
        ("he-IL", True),
        ("ur", True),
        ("az-Arab", True),
        ("ar-Latn", False),
        ("de", False),
    ],
)
def test_direction_follows_the_script(code, is_rtl):
    assert languages.is_rtl(code) is is_rtl


def test_every_language_offered_has_a_name_of_its_own():
    names = [name for _, name in languages.common()]
    assert len(set(names)) == len(names) > 30
    assert all(languages.read(code) == code for code, _ in languages.common())
    assert languages.name_of("de-AT") == "Deutsch"
    assert languages.name_of("en-GB") == "English"
    assert languages.name_of("xx") == "xx"


# What readers get


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["floor", "boden", "ard"])
def test_each_page_names_all_of_its_languages_for_programs(client, ceo, slug):
    three(ceo)
    assert links(client, f"/posts/{slug}/") == ALL
    header = client.get(f"/posts/{slug}/")["Link"]
    assert f'<{SITE}/posts/boden/>; rel="alternate"; hreflang="de"' in header


@pytest.mark.django_db
def test_reader_is_offered_the_others_in_their_own_names(client, ceo):
    three(ceo)
    page = client.get("/posts/floor/").content.decode()
    offered = re.findall(r'rel="alternate" hreflang="(\w+)" lang="\w+" dir="(\w+)">([^<]+)<', page)
    assert offered == [("de", "ltr", "Deutsch"), ("ar", "rtl", "العربيّة")]
    assert ">English</a>" in client.get("/posts/boden/").content.decode()


@pytest.mark.django_db
def test_words_say_their_language_and_ours_around_them_say_ours(client, ceo):
    three(ceo)
    page = client.get("/posts/ard/").content.decode()
    assert '<html lang="en-gb" dir="ltr">' in page
    assert '<article class="post h-entry" lang="ar" dir="rtl">' in page
    assert '<h1 class="post__title p-name" lang="ar" dir="rtl">' in page
    assert 'e-content" lang="ar" dir="rtl">' in page
    assert '<footer class="column" lang="en-gb" dir="ltr">' in page
    plain = client.get("/posts/floor/").content.decode()
    assert '<article class="post h-entry">' in plain
    assert '<h1 class="post__title p-name" dir="auto">' in plain


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/archive/", "/search/?q=الأرض", "/authors/dana-whitfield/"])
def test_lists_say_the_language_of_each_title(client, ceo, path):
    three(ceo)
    page = client.get(path).content.decode()
    title = page.index(">الأرض</a>")
    assert page.rindex('lang="ar" dir="rtl"', 0, title) > title - 100


@pytest.mark.django_db
def test_feeds_and_markdown_say_the_language_of_an_entry(client, ceo):
    three(ceo)
    entries = fromstring(client.get("/feed.atom").content).findall(f"{ATOM}entry")
    said = {entry.findtext(f"{ATOM}title"): entry.get(f"{XML}lang") for entry in entries}
    assert said == {"The floor": None, "Der Boden": "de", "الأرض": "ar"}
    items = json.loads(client.get("/feed.json").content)["items"]
    assert {one["title"]: one.get("language") for one in items} == said
    assert client.get("/posts/boden.md")["Content-Language"] == "de"
    assert client.get("/posts/floor.md")["Content-Language"] == "en-GB"


@pytest.mark.django_db
def test_data_for_programs_names_language_and_translations(client, ceo):
    three(ceo)
    said = data_of(client, "/posts/floor/")
    assert said["inLanguage"] == "en-GB"
    found = {one["inLanguage"]: one["url"] for one in said["workTranslation"]}
    assert found == {"de": ALL["de"], "ar": ALL["ar"]}
    german = data_of(client, "/posts/boden/")
    assert german["inLanguage"] == "de"
    assert [one["url"] for one in german["translationOfWork"]] == [ALL["en-GB"]]
    assert "workTranslation" not in german


@pytest.mark.django_db
def test_map_of_the_site_names_them_all_at_each(client, ceo):
    three(ceo)
    make_post(ceo, slug="alone")
    found = {}
    for url in fromstring(client.get("/sitemap.xml").content):
        alternates = url.findall("{http://www.w3.org/1999/xhtml}link")
        found[url[0].text] = {one.get("hreflang"): one.get("href") for one in alternates}
    assert {found[address] == ALL for address in ALL.values()} == {True}
    assert found[f"{SITE}/posts/alone/"] == {}


@pytest.mark.django_db
def test_what_is_not_public_is_named_nowhere(client, ceo):
    original, _, arabic = three(ceo)
    workflow.retract(arabic, by=ceo, notice="It was wrong.")
    draft = make_draft(ceo, slug="sol", title="Le sol")
    filed(draft, ceo, language="fr", translation_of=original)
    assert links(client, "/posts/floor/").keys() == {"en-GB", "de", "x-default"}
    workflow.unpublish(original, by=ceo)
    assert links(client, "/posts/boden/") == {}
    for path in ("/posts/boden/", "/sitemap.xml", "/feed.atom"):
        page = client.get(path).content.decode()
        assert "/posts/floor/" not in page
        assert "/posts/sol/" not in page
    assert data_of(client, "/posts/boden/").get("translationOfWork") is None


@pytest.mark.django_db
def test_scheduled_translation_is_named_from_its_moment_on_and_no_second_before(client, ceo):
    original = make_post(ceo, slug="floor")
    german = make_draft(ceo, slug="boden", title="Der Boden")
    filed(german, ceo, language="de", translation_of=original)
    workflow.approve(workflow.submit(german, by=ceo), by=ceo)
    at = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    workflow.schedule(german, by=ceo, at=at)
    for moment, is_named in ((at - timedelta(seconds=1), False), (at, True)):
        with time_machine.travel(moment, tick=False):
            assert ("de" in links(client, "/posts/floor/")) is is_named
            assert ("/posts/boden/" in client.get("/posts/floor/").content.decode()) is is_named
            assert (b"hreflang" in client.get("/sitemap.xml").content) is is_named


@pytest.mark.django_db
def test_translations_know_each_other_while_their_original_is_hidden(client, ceo):
    original, *_ = three(ceo)
    workflow.unpublish(original, by=ceo)
    expected = {"de": ALL["de"], "ar": ALL["ar"], "x-default": ALL["ar"]}
    assert links(client, "/posts/boden/") == links(client, "/posts/ard/") == expected


@pytest.mark.django_db
def test_page_of_the_site_has_its_languages_too(client, ceo):
    about = make_post(ceo, kind="page", slug="about", title="About")
    uber = make_post(ceo, kind="page", slug="ueber", title="Über uns")
    filed(uber, ceo, language="de", translation_of=about)
    assert links(client, "/about/")["de"] == f"{SITE}/ueber/"
    assert '<h1 class="post__title" lang="de" dir="ltr">' in client.get("/ueber/").content.decode()


# The verb


@pytest.mark.django_db
def test_both_are_filed_and_recorded_and_void_no_signature(ceo):
    original, german, _ = three(ceo)
    entry = Entry.objects.about(f"blog.post:{german.pk}").latest("sequence")
    assert entry.verb == "change_post"
    assert entry.facts["fields"] == ["language", "translation_of"]
    assert Post.objects.get(pk=german.pk).is_published
    filed(german, ceo, language="", translation_of=None)
    assert Post.objects.get(pk=german.pk).translation_of is None
    assert original.translations.count() == 1


@pytest.mark.django_db
def test_place_that_cannot_be_is_refused(ceo):
    original, german, arabic = three(ceo)
    page = make_draft(ceo, kind="page", slug="about")
    other = make_draft(ceo, slug="other", title="Another")
    refusals: list[tuple[Post, dict[str, Any], str]] = [
        (other, {"translation_of": other}, "no translation of itself"),
        (
            other,
            {"translation_of": german, "language": "fr"},
            "is itself a translation of “The floor”",
        ),
        (original, {"translation_of": other, "language": "fr"}, "name this one as their original"),
        (page, {"translation_of": original, "language": "fr"}, "A post translates a post"),
        (other, {"translation_of": original, "language": "de"}, "“Der Boden” is the Deutsch text"),
        (other, {"translation_of": original}, "“The floor” is the English text already"),
        (arabic, {"language": "de"}, "“Der Boden” is the Deutsch text already"),
        (original, {"language": "ar"}, "“الأرض” is the العربيّة text already"),
    ]
    for post, said, sentence in refusals:
        with pytest.raises(Refused, match=sentence):
            filed(Post.objects.get(pk=post.pk), ceo, **said)
    assert Post.objects.filter(translation_of=original).count() == 2


@pytest.mark.django_db
def test_original_that_is_gone_meanwhile_is_refused(ceo):
    draft, original = make_draft(ceo, slug="boden"), Post(pk=10_000, slug="floor")
    with pytest.raises(Refused, match="The original of this translation is gone"):
        filed(draft, ceo, language="de", translation_of=original)
    assert Post.objects.get(pk=draft.pk).language == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_in_one_language_one_is_refused(ceo, run_together):
    original = make_post(ceo, slug="floor")
    drafts = [make_draft(ceo, slug=f"boden-{n}", title=f"Boden {n}") for n in range(2)]
    said = {"language": "de", "translation_of": original}
    results = run_together(2, lambda n: workflow.change_post(drafts[n], said, by=ceo))
    assert sorted(type(one).__name__ for one in results) == ["Post", "Refused"], results
    assert Post.objects.filter(translation_of=original).count() == 1


@pytest.mark.django_db
def test_database_keeps_one_of_a_language_and_none_of_itself(ceo):
    original, german, arabic = three(ceo)
    for pk, values in (
        (arabic.pk, {"language": "de"}),
        (original.pk, {"translation_of": original}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.filter(pk=pk).update(**values)
    assert german.translation_of is None  # the row in hand is as it was


@pytest.mark.django_db
def test_a_new_post_without_number_has_no_translations(ceo):
    make_post(ceo, slug="floor")
    assert list(translations.problems(Post())) == []
    assert translations.editions(Post(pk=0)).others == []


# The newsroom


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["/posts/floor/", f"{SITE}/posts/floor/", "floor"])
def test_writer_names_language_and_original(ceo, browser, named):
    original = make_post(ceo, slug="floor")
    assert '<option value="/posts/floor/">' in browser.get(ADD).content.decode()
    said = typed(
        browser, ADD, title="Der Boden", body="B", language="Deutsch", translation_of=named
    )
    browser.post(ADD, said)
    german = Post.objects.latest("pk")
    assert (german.language, german.translation_of) == ("de", original)
    page = browser.get(change(german)).content.decode()
    assert 'value="de"' in page
    assert 'value="/posts/floor/"' in page
    count = Entry.objects.count()
    browser.post(change(german), typed(browser, change(german)))
    assert Entry.objects.count() == count


@pytest.mark.django_db
def test_mistakes_are_said_and_nothing_is_lost(ceo, browser):
    make_post(ceo, slug="floor", title="The floor")
    said = typed(
        browser, ADD, title="T", body="B", language="Klingonisch", translation_of="/posts/no/"
    )
    page = unescape(browser.post(ADD, said).content.decode())
    assert "We know no language by that name." in page
    assert "No post of this site has this address." in page
    assert 'value="Klingonisch"' in page
    assert 'value="/posts/no/"' in page
    said = typed(browser, ADD, title="T", body="B", translation_of="floor")
    page = unescape(browser.post(ADD, said).content.decode())
    assert "“The floor” is the English text already." in page
    for odd in ("http://[", "x" * 3000, "\x00"):
        said = typed(browser, ADD, title="T", body="B", translation_of=odd)
        assert browser.post(ADD, said).status_code == 200 or Post.objects.count() == 2
    assert Post.objects.count() <= 2


@pytest.mark.django_db
def test_preview_is_in_the_language_that_was_typed(ceo, browser):
    make_post(ceo, slug="floor")
    said = typed(browser, ADD, title="الأرض", body="B", language="ar", translation_of="floor")
    page = browser.post(f"{ADD[:-4]}look/", said).content.decode()
    assert '<article class="post h-entry" lang="ar" dir="rtl">' in page
    assert ">English</a>" in page
