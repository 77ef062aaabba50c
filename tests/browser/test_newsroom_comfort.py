"""Each kind of page in the newsroom, light and dark, on a narrow phone and at a desk: axe finds nothing,
nothing overflows, no control is too small for a finger, no row of a list is cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from blog import outbox, workflow
from blog.models import Approval, Author, Image, Post, Series, Topic, Version
from blog.old_addresses import remember
from comments.models import Comment
from comments.moderation import block
from ledger.models import Entry
from newsletter.models import Subscriber
from tests.browser.conftest import sign_in
from tests.browser.scene import make_scene
from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import PASSWORD, make_draft, make_user
from tests.imports import make_import
from tests.pictures import known

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]

SMALL = """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[aria-hidden=true]"))
  .filter((one) => !one.classList.contains("post-hint"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.min(box.width, box.height) < 24)
  .map(([one]) => one)
  .map((one) => one.outerHTML.slice(0, 120))"""

CUT = """() => [...document.querySelectorAll("#result_list :is(td, th), .breadcrumbs, #content > h1")]
  .filter((one) => one.checkVisibility())
  .filter((one) => one.scrollWidth > one.clientWidth + 1
    || one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def root(ceo: User, moderator: User, settings: Any) -> User:
    """An administrator, and one row of everything she can meet."""
    settings.REPLY_ADDRESS = "reply@blog.example.com"
    make_scene(ceo, moderator)
    root = make_user("Rita Root", is_superuser=True)
    draft = make_draft(ceo, title="Waiting", slug="waiting")
    workflow.add_note(draft, "Name the year, please, before it goes out.", by=ceo)
    workflow.submit(draft, by=ceo)
    known()
    make_import("waiting-import")
    block("word", "casino", by=root)
    remember("/2019/a-very-long-old-address-that-has-no-room/", post=draft, origin="newsroom")
    Subscriber.objects.create(email="mara@example.org")
    outbox.send("mara@example.org", "Hello", "Text")
    return root


def enter(visit: Visit, root: User, width: int, scheme: str) -> Page:
    page = visit("/admin/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, root.username, PASSWORD)
    page.get_by_role("heading", name="Newsroom").wait_for()
    return page


def wrong_with(page: Page) -> dict[str, Any]:
    """What is wrong with the page that is open; nothing, as it should be."""
    found = {
        "axe": faults(page),
        "too wide by": max(overflow(page), 0),
        "too small": page.evaluate(SMALL),
        "cut off": page.evaluate(CUT),
    }
    return {name: what for name, what in found.items() if what}


def look(page: Page, paths: list[str]) -> dict[str, dict[str, Any]]:
    """Open each page in its turn; what is wrong, by its path."""
    wrong = {}
    for path in paths:
        answer = page.goto(path)
        assert answer and answer.status == 200, path
        if found := wrong_with(page):
            wrong[path] = found
    return wrong


LISTS = """
    blog_post blog_image blog_topic blog_series blog_author blog_oldaddress blog_batch blog_outbox
    blog_version blog_rendering blog_review blog_approval blog_adoption comments_comment comments_block
    comments_noticechoice newsletter_subscriber auth_user ledger_entry
"""
ADDED = """
    blog_post blog_image blog_topic blog_series blog_author blog_oldaddress comments_block
    comments_noticechoice auth_user
"""


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_lists(visit: Visit, root: User, width: int, scheme: str) -> None:
    page = enter(visit, root, width, scheme)
    paths = [reverse(f"admin:{name}_changelist") for name in LISTS.split()]
    more = ["?state=public&kind=page", "?q=nothing-has-this", "?o=1", "?needs=you"]
    paths += [reverse("admin:blog_post_changelist") + query for query in more]
    paths += ["/admin/", "/admin/blog/", "/admin/comments/comment/?tab=questions"]
    assert look(page, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_forms_and_what_is_said_of_one_row(
    visit: Visit, root: User, width: int, scheme: str
) -> None:
    page = enter(visit, root, width, scheme)
    rows: list[Any] = [
        *(model.objects.order_by("pk")[0] for model in (Topic, Series, Author, Image, Version)),
        *(model.objects.order_by("pk")[0] for model in (Approval, Subscriber, Entry, Comment)),
        root,
    ]
    paths = [reverse(f"admin:{name}_add") for name in ADDED.split()]
    for row in rows:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        paths.append(reverse(f"{name}_change", args=[row.pk]))
    for row in rows[:3]:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        paths += [reverse(f"{name}_{what}", args=[row.pk]) for what in ("history", "delete")]
    paths += [
        f"{reverse('admin:blog_series_add')}?_popup=1",
        reverse("admin:auth_user_history", args=[root.pk]),
        reverse("admin:newsletter_newsletter_changelist"),
        reverse("admin:newsletter_newsletter_import"),
        reverse("admin:comments_comment_crisis"),
        reverse("admin:comments_comment_person"),
    ]
    assert look(page, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_of_a_post(visit: Visit, root: User, width: int, scheme: str) -> None:
    page = enter(visit, root, width, scheme)
    draft, public = Post.objects.get(slug="waiting"), Post.objects.get(slug="part-1")
    steps = ["change", "notes", "earlier", "sign"]
    paths = [reverse(f"admin:blog_post_{step}", args=[draft.pk]) for step in steps]
    steps = ["change", "share", "retract", "take_back", "earlier"]
    paths += [reverse(f"admin:blog_post_{step}", args=[public.pk]) for step in steps]
    paths += [reverse(f"admin:blog_post_{step}") for step in ("coming", "quiet", "by_mail")]
    assert look(page, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_settings_beside_their_view(visit: Visit, root: User, width: int, scheme: str) -> None:
    page = enter(visit, root, width, scheme)
    page.goto(reverse("admin:blog_site_change", args=[1]))
    page.get_by_label("Tagline").fill("A line that is typed")
    page.get_by_role("button", name="See the front page").click()
    frame = page.frame_locator("[data-look-frame]")
    expect(frame.get_by_role("heading", level=1)).to_have_text("A line that is typed")
    page.get_by_label("Accent").fill("#FFEE00")
    expect(page.get_by_text("Accent: This colour is too light")).to_be_visible()
    page.get_by_role("button", name="See a post").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Part 2 of the flood")
    assert wrong_with(page) == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_ways_in_and_out_questions_and_refusals(
    visit: Visit, root: User, width: int, scheme: str
) -> None:
    out = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    wrong = {"signing in": wrong_with(out)}
    sign_in(out, root.username, "not the password")
    out.locator(".errornote").wait_for()
    wrong["wrong password"] = wrong_with(out)
    wrong |= look(out, ["/admin/password_reset/", "/admin/password_reset/done/"])
    wrong |= look(out, ["/admin/reset/done/", "/admin/reset/MQ/x-y/"])

    page = enter(visit, root, width, scheme)
    page.goto("/admin/password_change/")
    for label in ("Old password:", "New password:", "New password confirmation:"):
        page.get_by_label(label, exact=True).fill("wrong")
    page.get_by_role("button", name="Change my password").click()
    page.locator(".errornote").wait_for()
    wrong["password refused"] = wrong_with(page)
    page.goto("/admin/blog/topic/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".errorlist").first.wait_for()
    wrong["form refused"] = wrong_with(page)
    wrong["delete many"] = asked_about(page, "/admin/blog/topic/", "delete_selected")
    wrong["publish many"] = asked_about(page, "/admin/blog/post/", "publish_all")
    page.goto("/admin/nowhere/")
    wrong["not found"] = wrong_with(page)
    page.goto("/admin/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    wrong["signed out"] = wrong_with(page)
    assert {name: what for name, what in wrong.items() if what} == {}


def asked_about(page: Page, path: str, action: str) -> dict[str, Any]:
    """Tick the first row of a list, choose an action, and look at the question that follows."""
    page.goto(path)
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(action)
    page.get_by_role("button", name="Go").click()
    page.get_by_role("heading", level=1).wait_for()
    assert page.locator("#result_list").count() == 0
    return wrong_with(page)


def test_rows_are_cards_on_a_phone_and_filters_closed_above_them(visit: Visit, root: User) -> None:
    page = enter(visit, root, 390, "light")
    page.goto("/admin/blog/post/")
    row = page.locator("#result_list tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    shown = row.locator("td[data-label]").evaluate_all(
        "cells => cells.map((cell) => getComputedStyle(cell, '::before').content)"
    )
    assert shown == ['"State: "', '"By: "', '"Date: "', '"Last change: "']
    search, filters = page.get_by_role("searchbox"), page.locator("details.filters")
    assert not filters.evaluate("details => details.open")
    tops = [one.bounding_box() for one in (search, filters, row)]
    heights = [box["y"] for box in tops if box]
    assert heights == sorted(heights)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_role("link", name="Pages", exact=True).click()
    expect(page.locator(".filters__chosen")).to_have_text("Pages")
    expect(page.get_by_text("1 page", exact=True)).to_be_visible()


def test_settings_are_seen_before_they_are_saved_without_a_script(visit: Visit, root: User) -> None:
    page = visit("/admin/", javascript=False, width=390)
    sign_in(page, root.username, PASSWORD)
    page.goto(reverse("admin:blog_site_change", args=[1]))
    page.get_by_label("Tagline").fill("Typed without a script")
    page.get_by_role("button", name="See the front page").click()
    frame = page.frame_locator("[data-look-frame]")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Typed without a script")
    expect(page.get_by_label("Tagline")).to_have_value("Typed without a script")
    page.reload()
    page.goto("/")
    expect(page.get_by_text("Typed without a script")).to_have_count(0)


def test_view_follows_the_typing_and_stays_where_it_was_scrolled_to(
    visit: Visit, root: User
) -> None:
    page = enter(visit, root, 1400, "light")
    page.goto(reverse("admin:blog_site_change", args=[1]))
    frame = page.frame_locator("[data-look-frame]")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    frame.locator("html").evaluate("page => page.scrollTo(0, 200)")
    page.get_by_label("Name:", exact=True).fill("A name as it is typed")
    expect(frame.locator(".site-header__brand")).to_have_text("A name as it is typed")
    assert frame.locator("html").evaluate("page => page.scrollTop") == 200
    page.get_by_label("Accent").fill("#7A1F4B")
    link = frame.locator(".intro a")
    expect(link).to_have_css("color", "rgb(122, 31, 75)")
