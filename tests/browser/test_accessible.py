"""Every page type in a real browser: axe finds nothing and nothing overflows, in four views."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from blog import workflow
from tests.browser.conftest import sign_in
from tests.browser.scene import make_scene
from tests.cast import PASSWORD, edited, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passed is a large tree, which takes longer to hand over than the whole page takes to check.
WRONG = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
}"""
VIEWS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]


def faults(page: Page) -> list[str]:
    """What axe finds wrong on a page, one line each."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(WRONG, RULES)
    return found


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def look(page: Page, paths: dict[str, str]) -> dict[str, object]:
    """Open each page in its turn and return what is wrong, by name."""
    wrong: dict[str, object] = {}
    for name, path in paths.items():
        page.goto(path)
        found = faults(page)
        if found:
            wrong[name] = found
        if overflow(page) > 0:
            wrong[f"{name}, too wide"] = overflow(page)
    return wrong


def test_faults_are_seen(visit: Callable[..., Page], ceo):
    page = visit("/", bypass_csp=True)
    page.evaluate(
        "document.querySelector('main').innerHTML +="
        " `<button></button><p style='color: #ccc; background: #fff'>pale</p>`"
    )
    assert [fault.partition(":")[0] for fault in faults(page)] == ["button-name", "color-contrast"]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_public_pages(visit: Callable[..., Page], ceo, moderator, width: int, scheme: str):
    paths = make_scene(ceo, moderator)
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    assert look(page, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_refused_comment(visit: Callable[..., Page], ceo, moderator, width: int, scheme: str):
    paths = make_scene(ceo, moderator)
    page = visit(paths["post"], width=width, color_scheme=scheme, bypass_csp=True)
    page.get_by_label("Email").fill("mara@")
    page.locator("#comment-form").evaluate("form => form.submit()")
    page.get_by_role("alert").wait_for()
    assert faults(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_preview_and_report(visit: Callable[..., Page], ceo, moderator, width: int, scheme: str):
    paths = make_scene(ceo, moderator)
    page = visit(paths["post"], width=width, color_scheme=scheme, bypass_csp=True)
    page.get_by_role("textbox", name="Your comment").fill("A *word* about the pump.")
    page.get_by_label("Name", exact=True).fill("Mara Quist")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="This is how it will look").wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.goto(paths["report"])
    page.locator("#report-form").evaluate("form => form.submit()")
    page.get_by_text("Choose what is wrong with it.").first.wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.get_by_label("It attacks somebody").check()
    page.get_by_role("button", name="Report it").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_corrected_post(visit: Callable[..., Page], ceo, width: int, scheme: str):
    post = make_post(ceo, slug="river")
    words = edited(post, body="It rained, and then it poured.", correction="A sentence was added.")
    workflow.save_version(post, words, by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    page = visit("/posts/river/", width=width, color_scheme=scheme, bypass_csp=True)
    page.get_by_role("link", name="corrected").wait_for()
    byline = page.locator(".post__by a[rel=author]").bounding_box()
    assert byline and byline["height"] >= 24
    assert (faults(page), overflow(page) <= 0) == ([], True)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_newsroom(visit: Callable[..., Page], ceo, moderator, width: int, scheme: str):
    make_scene(ceo, moderator)
    page = visit("/admin/", width=width, color_scheme=scheme, bypass_csp=True)
    signing_in = faults(page)
    sign_in(page, ceo.username, PASSWORD)
    paths = {
        "start": "/admin/",
        "posts": "/admin/blog/post/",
        "write": "/admin/blog/post/add/",
        "desk": "/admin/comments/comment/",
        "desk, public": "/admin/comments/comment/?tab=public",
    }
    assert (signing_in, look(page, paths)) == ([], {})
