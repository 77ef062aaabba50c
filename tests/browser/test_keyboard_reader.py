"""Reading, searching and answering by keyboard alone: each stop can be seen, and nothing lies over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from comments.models import Comment
from tests.cast import make_post
from tests.comments.conftest import make_public

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "\n\n".join(
    f"## {heading}\n\n" + "The river rose, and we carried pumps until morning. " * 12
    for heading in ("The night", "The morning", "What it cost", "What is next")
)
MOST_STOPS = 60

STOP = """() => {
  const part = document.activeElement;
  const box = part.getBoundingClientRect();
  const style = getComputedStyle(part);
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const there = document.elementFromPoint(x, y);
  const label = part.getAttribute("aria-label") || part.labels?.[0]?.textContent || part.value;
  return {
    name: (label || part.textContent).replace(/\\s+/g, " ").trim(),
    is_outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    is_seen: !!there && (part.contains(there) || there.contains(part)),
  };
}"""


def stop(page: Page) -> str:
    """Press Tab once, and return the name of what has the focus now, which a person must be able to see."""
    page.keyboard.press("Tab")
    found: Any = page.evaluate(STOP)
    assert found["is_outlined"], f"no sign of the focus at {found['name']!r}"
    assert found["is_seen"], f"something hides {found['name']!r}"
    return str(found["name"])


def walk(page: Page, name: str) -> None:
    """Press Tab until what is named so has the focus."""
    passed = []
    for _ in range(MOST_STOPS):
        passed.append(stop(page))
        if passed[-1].startswith(name):
            return
    pytest.fail(f"{name!r} cannot be reached; there were {passed}")


def follow(page: Page, name: str) -> None:
    """Go to a link or a button and press it."""
    walk(page, name)
    page.keyboard.press("Enter")


@pytest.fixture
def site(ceo: Any, moderator: Any) -> Post:
    """A post with contents and a comment, and a page in the menu."""
    about = make_post(ceo, title="About us", kind=Post.Kind.PAGE)
    Post.objects.filter(pk=about.pk).update(menu_place=Post.MenuPlace.HEADER)
    post = make_post(ceo, slug="floor", brief=("It is higher now.",), body=BODY)
    make_public(post, moderator, name="Ines Moor", body="Who paid for it?")
    return post


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
def test_from_the_front_page_to_an_answer(
    visit: Callable[..., Page], site: Post, width: int, javascript: bool
) -> None:
    page = visit("/", width=width, javascript=javascript, reduced_motion="reduce")
    assert stop(page) == "Skip to the text"
    follow(page, "About us")
    expect(page.get_by_role("heading", level=1)).to_have_text("About us")
    follow(page, "Search")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    walk(page, "Words to look for")
    page.keyboard.type("river")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="result")).to_be_visible()
    follow(page, site.title)
    expect(page.get_by_role("heading", level=1)).to_have_text(site.title)

    assert stop(page) == "Skip to the text"
    page.keyboard.press("Enter")
    assert stop(page) == "Dana Whitfield"
    if width == 390:
        follow(page, "Contents")
    follow(page, "What it cost")
    expect(page.get_by_role("heading", name="What it cost", exact=True)).to_be_in_viewport()

    follow(page, "Reply")
    expect(page.get_by_text("In reply to Ines Moor").first).to_be_visible()
    if not javascript:
        walk(page, "Your comment")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_focused()
    page.keyboard.type("The insurer, at last.")
    walk(page, "Name")
    page.keyboard.type("Mara Quist")
    walk(page, "Email")
    page.keyboard.type("mara@")
    follow(page, "Preview")
    refused_then_sent(page)

    comment = Comment.objects.get(name="Mara Quist")
    assert (comment.email, comment.parent and comment.parent.name) == (
        "mara@example.com",
        "Ines Moor",
    )
    follow(page, "Back to")
    expect(page.get_by_role("heading", level=1)).to_have_text(site.title)


def refused_then_sent(page: Page) -> None:
    """The address is wrong: its message leads to the field, with everything still there; then it goes."""
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    if not page.get_by_label("Email").evaluate("field => field === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("mara@example.com")
    follow(page, "Preview")
    expect(page.get_by_role("heading", level=1)).to_have_text("This is how it will look")
    follow(page, "Send")
    expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()


@pytest.mark.parametrize("path", ["/posts/floor/", "/", "/archive/", "/search/?q=river"])
def test_every_stop_of_a_page_can_be_seen(
    visit: Callable[..., Page], site: Post, path: str
) -> None:
    page = visit(path, width=390, reduced_motion="reduce")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        found = page.evaluate(STOP)
        assert (found["is_outlined"], found["is_seen"]) == (True, True), found["name"]
    else:
        pytest.fail("The page never ends.")
