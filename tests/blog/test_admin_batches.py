"""Imports in the newsroom: one page says what came, and one button adopts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from blog import roles, workflow
from blog.admin import import_summary
from blog.models import Adoption, Batch, OldAddress, Post
from blog.models.version import Markup
from ledger.models import Entry
from tests.cast import edited, make_user
from tests.imports import BY, DAY, adopt, begin, bring, brought, make_import
from tests.pseudo import speak

LIST = "/admin/blog/batch/"
Desk = Callable[[Any], Client]


def page_of(browser: Client, batch: Batch, query: str = "") -> str:
    answer = browser.get(f"{LIST}{batch.pk}/change/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def press(browser: Client, batch: Batch, **fields: str) -> Any:
    """Tick, and press the button, with the list that the page shows now."""
    seen = seen_on(page_of(browser, batch))
    said = {"seen": seen, "looked": "on"} | fields
    return browser.post(f"{LIST}{batch.pk}/change/", said, follow=True)


@pytest.fixture
def browser(ceo: User, counsel: User, at_desk: Callable[[User], Client]) -> Client:
    """The CEO's, in a team."""
    return at_desk(ceo)


# What the pages say


def test_list_says_where_each_import_stands(browser, ceo):
    adopt(make_import("one", file_name="adopted.xml")[0], ceo)
    make_import("two", "three", file_name="waiting.xml")
    bring(begin(file_name="broken.xml"), brought("four"))
    workflow.finish_batch(begin(file_name="empty.xml"), {})
    page = browser.get(LIST).content.decode()
    for said in (
        "Adopted by Dana Whitfield on",
        "2 posts wait to be adopted",
        "Not finished",
        "Nothing to adopt",
        "The command line",
    ):
        assert said in page
    assert page.index("empty.xml") < page.index("adopted.xml")


def test_page_lists_what_came(browser):
    batch, (river, _) = make_import("river", "floor")
    OldAddress.objects.create(path="/2018/river/", post=river)
    page = page_of(browser, batch)
    assert "Import of old-blog.xml" in page
    assert "What waits to be adopted (2)" in page
    assert f'href="/admin/blog/post/{river.pk}/preview/"' in page
    assert "/2018/river/" in page
    assert river.get_absolute_url() in page
    assert "Dana Whitfield" in page
    assert "Adopt these 2 posts" in page
    assert "Published before this record began" in page
    assert "I have looked at this list" in page
    preview = browser.get(f"/admin/blog/post/{river.pk}/preview/").content.decode()
    assert "The river rose" in preview
    assert "Published before this record began" in preview


def test_page_tells_the_summary(browser):
    batch = begin()
    bring(batch, brought("river"))
    summary = {
        "Posts": 12345,
        "Title of the blog": "Old letters",
        "Control characters dropped": 3,
        "Kept as drafts": [{"title": "Plan <b>", "why": "behind a password"}],
        "Notes": ["A gallery is shown as text.", "and 7 more"],
        "Skipped": [],
    }
    page = page_of(browser, workflow.finish_batch(batch, summary))
    assert "<dt>Posts</dt><dd>12,345</dd>" in page
    assert "<dd>Old letters</dd>" in page
    assert "Kept as drafts (1)" in page
    assert "Plan &lt;b&gt;" in page
    assert "behind a password" in page
    assert "and 7 more" in page
    assert "Skipped" not in page


def test_long_lists_come_a_hundred_at_a_time(browser):
    batch = begin()
    bring(batch, *(brought(f"p-{n}", title=f"Post number {n:03}") for n in range(205)))
    lines = [{"title": f"Item {number:03}", "why": "a menu item"} for number in range(250)]
    workflow.finish_batch(batch, {"Skipped": lines, "Notes": ["One."]})
    page = page_of(browser, batch)
    assert "Post number 099" in page
    assert "Post number 100" not in page
    assert "Item 099" in page
    assert "Item 100" not in page
    assert "Adopt these 205 posts" in page
    page = page_of(browser, batch, "?page=3")
    assert "Post number 204" in page
    assert "201–205 of 205" in page
    assert 'start="201"' in page
    page = page_of(browser, batch, "?s1=3")
    assert "Item 249" in page
    assert '<details class="post-more" id="s1" open>' in page
    assert '<details class="post-more" id="s0">' in page


def test_things_with_one_reason_are_told_once_with_their_names(browser):
    menus = [{"what": "menu item", "title": title, "why": "menus are made anew"}
             for title in ("menu item: Home", "menu item", "menu item: About")]  # fmt: skip
    alone = {"what": "file", "title": "file: plan.pdf", "why": "menus are made anew"}
    drafts = [{"title": "Plan", "why": "a draft"}, {"title": "Idea", "why": "a draft"}]
    read = import_summary.read({"Skipped": [*menus, alone], "Kept as drafts": drafts}, {})
    shown = {section.label: (section.count, list(section.page)) for section in read.sections}
    assert shown == {
        "Skipped": (
            4,
            [
                import_summary.Line("3 menu items", "menus are made anew", ("Home", "About")),
                import_summary.Line("file: plan.pdf", "menus are made anew"),
            ],
        ),
        "Kept as drafts": (
            2,
            [import_summary.Line("Plan", "a draft"), import_summary.Line("Idea", "a draft")],
        ),
    }
    batch = begin()
    bring(batch, brought("river"))
    page = page_of(browser, workflow.finish_batch(batch, {"Skipped": menus}))
    assert "Skipped (3)" in page
    assert page.count("menus are made anew") == 1
    assert '<li dir="auto">About</li>' in page


def test_summary_tells_first_what_came_and_last_what_did_not():
    told = {"Bylines made": 1, "Pages imported": 2, "Posts imported": 3, "Skipped: file": 4}
    assert [fact.title for fact in import_summary.read(told, {}).facts] == [
        "Posts imported", "Pages imported", "Bylines made", "Skipped: file"
    ]  # fmt: skip


def test_reason_follows_the_language_and_words_of_the_source_stay(settings, monkeypatch):
    speak("xx", settings=settings, monkeypatch=monkeypatch)
    why = "Its title was shortened. The whole of it:"
    with override("xx"):
        told = import_summary.read({"Notes": [{"title": "A", "why": why, "more": "A and B"}]}, {})
    assert [line.why for line in told.sections[0].page] == [f"⟦{why}⟧ A and B"]


def test_import_is_called_by_the_name_of_its_format(browser):
    batch = workflow.begin_batch(source="linkedin", file_name="archive", file_hash="e" * 64, by=BY)
    assert "(LinkedIn)" in page_of(browser, batch)
    page = browser.get(LIST).content.decode()
    assert "LinkedIn" in page
    assert "The command line" in page


def test_missing_tick_is_told_at_the_top_of_the_long_page(browser):
    batch = begin()
    bring(batch, brought("river"))
    workflow.finish_batch(batch, {})
    page = browser.post(f"{LIST}{batch.pk}/change/", {"seen": "x"}).content.decode()
    note = page.index("Nothing is adopted yet.")
    assert page.index('role="alert"') < note < page.index("What waits to be adopted")
    assert 'href="#id_looked"' in page


@pytest.mark.parametrize("query", ["?page=x", "?page=0", "?page=-1", "?page=99999999999999999999",
                                   "?s0=x", "?s0=²", "?s0=999", "?s9=1", "?left=²", "?page=%00"])  # fmt: skip
def test_crooked_pages_show_the_nearest(browser, query):
    batch = begin()
    bring(batch, brought("river"))
    workflow.finish_batch(batch, {"Notes": ["One."]})
    assert "Import of old-blog.xml" in page_of(browser, batch, query)


@pytest.mark.parametrize(
    "summary",
    [
        [],
        "text",
        7,
        {"a": None, "b": True, "c": 1.5, "d": [1, None, [2], {"x": [3]}], "e": {"f": {"g": 1}}},
        {"a": [{"title": None, "why": 3}, {"title": ""}], "": ""},
    ],
)
def test_any_summary_can_be_shown(browser, summary):
    batch = begin()
    bring(batch, brought("river"))
    Batch.objects.filter(pk=batch.pk).update(summary=summary, finished_at=timezone.now())
    assert "Import of" in page_of(browser, batch)


def test_summary_says_values_in_words():
    read = import_summary.read({"a": None, "b": True, "c": {"d": 1}, "e": [{"title": "x"}]}, {})
    assert [(fact.title, fact.why) for fact in read.facts] == [("a", "–"), ("b", "yes")]
    shown = [(section.label, list(section.page)) for section in read.sections]
    assert shown == [
        ("c", [import_summary.Line("d", "1")]),
        ("e", [import_summary.Line("x", "")]),
    ]


def test_page_costs_few_queries_whatever_came(browser, django_assert_max_num_queries):
    batch, _ = make_import(*(f"post-{number}" for number in range(120)))
    with django_assert_max_num_queries(30):
        page_of(browser, batch)


# Adopting


def test_button_adopts(browser, ceo, client):
    batch, (river, _) = make_import("river", "floor")
    page = press(browser, batch).content.decode()
    assert "Adopted: 2 posts are taken over" in page
    assert "Adopted by Dana Whitfield on" in page
    assert "The adopted posts (2)" in page
    assert "Adopt these" not in page
    assert Adoption.objects.get().by == ceo.pk
    assert client.get(river.get_absolute_url()).status_code == 200


def test_one_post_is_adopted_with_the_one_date_it_had(browser):
    batch, _ = make_import("river")
    page = press(browser, batch).content.decode()
    assert "Adopted: 1 post is taken over, with the date it had." in page


def test_tick_is_needed(browser):
    batch, _ = make_import("river")
    page = press(browser, batch, looked="").content.decode()
    assert "Look at the list, and tick that you have." in page
    assert not Adoption.objects.exists()


def test_second_click_is_answered_kindly(browser):
    batch, _ = make_import("river")
    said = {"seen": seen_on(page_of(browser, batch)), "looked": "on"}
    browser.post(f"{LIST}{batch.pk}/change/", said)
    page = browser.post(f"{LIST}{batch.pk}/change/", said).content.decode()
    assert "Dana Whitfield adopted this import on" in page
    assert "There is nothing left to do" in page
    assert Adoption.objects.count() == 1


def test_list_that_changed_is_shown_again(browser, writer):
    batch, (river, _) = make_import("river", "floor")
    said = {"seen": seen_on(page_of(browser, batch)), "looked": "on"}
    workflow.save_version(river, edited(river, body="Three metres."), by=writer)
    answer = browser.post(f"{LIST}{batch.pk}/change/", said)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The list has changed since you opened it." in page
    assert "Adopt this post" in page
    assert seen_on(page) != said["seen"]
    assert "checked" not in page
    assert "Left as they are (1)" in page
    assert "It was edited here" in page
    assert not Adoption.objects.exists()


@pytest.mark.parametrize("seen", ["", "x" * 64, "x" * 100_000, "\0"])
def test_crooked_list_is_not_signed(browser, seen):
    batch, _ = make_import("river")
    answer = browser.post(f"{LIST}{batch.pk}/change/", {"seen": seen, "looked": "on"})
    assert answer.status_code in {200, 409}
    assert not Adoption.objects.exists()


def test_unfinished_import_says_what_to_do(browser):
    batch = begin()
    bring(batch, brought("river"))
    page = page_of(browser, batch)
    assert "This import is not finished" in page
    assert "Adopt this post" not in page
    answer = browser.post(f"{LIST}{batch.pk}/change/", {"seen": "", "looked": "on"})
    assert "not finished yet" in answer.content.decode()


def test_import_of_drafts_alone_has_nothing_to_sign(browser):
    batch = begin()
    bring(batch, brought("hidden", is_public=False))
    page = page_of(browser, workflow.finish_batch(batch, {"Kept as drafts": 1}))
    assert "Nothing in this import was public where it came from." in page
    assert "<button" not in page.partition('id="content"')[2]


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (roles.WRITER, 200),
        (roles.COUNSEL, 200),
        (roles.AUDITOR, 200),
        (roles.MODERATOR, 403),
        (None, 403),
    ],
)
def test_others_read_and_cannot_sign(ceo, at_desk, role, opens):
    batch, _ = make_import("river")
    browser = at_desk(make_user("Kim Other", *filter(None, [role])))
    assert browser.get(LIST).status_code == opens
    answer = browser.get(f"{LIST}{batch.pk}/change/")
    assert answer.status_code == opens
    if opens == 200:
        assert "Only the chief executive adopts an import" in answer.content.decode()
        assert 'name="seen"' not in answer.content.decode()
    before = Entry.objects.count()
    said = {"seen": "", "looked": "on"}
    assert browser.post(f"{LIST}{batch.pk}/change/", said).status_code == 403
    assert Entry.objects.count() == before


def test_superuser_without_the_role_is_told_whose_it_is(ceo, at_desk):
    batch, _ = make_import("river")
    browser = at_desk(make_user("Root", is_superuser=True))
    said = {"seen": "", "looked": "on"}
    page = browser.post(f"{LIST}{batch.pk}/change/", said).content.decode()
    assert "Only the chief executive adopts an import" in page
    assert not Adoption.objects.exists()


def test_nothing_else_can_be_done_here(browser):
    batch, _ = make_import("river")
    assert browser.get(f"{LIST}add/").status_code == 403
    assert browser.post(f"{LIST}{batch.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get(f"{LIST}{batch.pk + 99}/change/").status_code == 404
    assert browser.get(f"{LIST}x/change/").status_code == 404
    history = browser.get(f"{LIST}{batch.pk}/history/")
    assert history["Location"] == f"{LIST}{batch.pk}/change/"


# Elsewhere in the newsroom


def test_front_page_tells_the_ceo_what_waits(browser, ceo, writer, at_desk):
    batch, _ = make_import("river")
    link = f'href="{LIST}{batch.pk}/change/"'
    assert link in browser.get("/admin/").content.decode()
    assert link not in at_desk(writer).get("/admin/").content.decode()
    adopt(batch, ceo)
    assert link not in browser.get("/admin/").content.decode()


def test_list_of_posts_says_what_waits(browser, ceo, writer):
    batch, (river, floor, _) = make_import("river", "floor", "hill")
    workflow.save_version(floor, edited(floor, body="Three metres."), by=writer)
    page = browser.get("/admin/blog/post/").content.decode()
    assert page.count("Imported, waiting to be adopted") == 2
    assert page.count(">Draft</td>") == 1
    adopt(batch, ceo)
    page = browser.get("/admin/blog/post/").content.decode()
    assert "waiting to be adopted" not in page
    assert page.count("Public since") == 2
    workflow.unpublish(river, by=ceo)
    page = browser.get("/admin/blog/post/").content.decode()
    assert page.count(">Draft</td>") == 2


def test_hidden_draft_of_an_import_is_a_draft_like_any_other(browser):
    batch = begin()
    bring(batch, brought("hidden", is_public=False))
    bring(batch, brought("ahead", published_at=timezone.now() + DAY))
    assert browser.get("/admin/blog/post/").content.decode().count(">Draft</td>") == 2


def test_earlier_versions_say_where_words_came_from(browser, ceo):
    batch, (river,) = make_import("river")
    address = f"/admin/blog/post/{river.pk}/earlier/"
    assert "not adopted yet" in browser.get(address).content.decode()
    adopt(batch, ceo)
    page = browser.get(address).content.decode()
    assert f'href="{LIST}{batch.pk}/change/"' in page
    assert "adopted by Dana Whitfield" in page
    assert "Readers see this one." in page


def test_who_signs_imported_words_is_told(browser, ceo):
    _, (river,) = make_import("river")
    workflow.submit(river, by=ceo)
    page = browser.get(f"/admin/blog/post/{river.pk}/sign/").content.decode()
    assert "These words were imported. They were public elsewhere since" in page


def test_changed_date_of_an_import_is_no_correction(ceo, client):
    batch = begin()
    (river,) = bring(batch, brought("river", updated_at=timezone.now() - DAY))
    adopt(workflow.finish_batch(batch, {}), ceo)
    page = client.get(river.get_absolute_url()).content.decode()
    assert "last changed" in page
    assert "corrected" not in page
    assert 'id="notes"' in page


def test_whoever_works_alone_may_publish_one_by_itself(ceo, at_desk, client):
    _, (river,) = make_import("river")
    words = {"title": "River", "body": river.versions.get().body, "then": "publish", "seen": "1"}
    at_desk(ceo).post(f"/admin/blog/post/{river.pk}/change/", words, follow=True)
    assert Post.objects.get(pk=river.pk).published_at == river.published_at
    assert client.get(river.get_absolute_url()).status_code == 200


# Texts in HTML


@pytest.fixture
def in_html(ceo) -> Post:
    """A post that came as HTML."""
    batch = begin()
    body = (
        '<h2>High water</h2>\n<p>Two <em>metres</em> &amp; more.</p>\n<script>alert("x")</script>'
    )
    (post,) = bring(batch, brought("river", body=body, markup=Markup.HTML))
    workflow.finish_batch(batch, {})
    return post


def test_editor_shows_the_source_of_html_and_says_so(in_html, ceo, at_desk):
    page = at_desk(ceo).get(f"/admin/blog/post/{in_html.pk}/change/").content.decode()
    assert ">Text (HTML)</label>" in page
    assert "It came from another site as HTML" in page
    assert "&lt;em&gt;metres&lt;/em&gt; &amp;amp; more." in page
    assert ">Text (HTML)</label>" not in at_desk(ceo).get("/admin/blog/post/add/").content.decode()


def test_html_stays_html_when_it_is_edited(in_html, ceo, at_desk, client):
    browser = at_desk(ceo)
    words = {"title": "River", "body": "<p>Three <strong>metres</strong>.</p>", "seen": "1"}
    browser.post(f"/admin/blog/post/{in_html.pk}/change/", words | {"then": "save"}, follow=True)
    assert in_html.versions.latest("number").markup == "html"
    preview = browser.get(f"/admin/blog/post/{in_html.pk}/preview/").content.decode()
    assert "<p>Three <strong>metres</strong>.</p>" in preview
    words |= {"body": "<p>Four <em>metres</em>.</p>", "seen": "2", "then": "publish"}
    browser.post(f"/admin/blog/post/{in_html.pk}/change/", words, follow=True)
    assert "<p>Four <em>metres</em>.</p>" in client.get("/posts/river/").content.decode()


def test_html_of_an_import_is_sanitised_like_any_other(in_html, ceo, client):
    adopt(Batch.objects.get(), ceo)
    page = client.get("/posts/river/").content.decode()
    assert "<em>metres</em> &amp; more." in page
    assert "alert(" not in page.partition("</header>")[2].partition("<footer")[0]
