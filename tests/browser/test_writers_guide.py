"""Each step of the writer's guide, walked in a browser, with the pictures that the guide shows.

`KEEP_PICTURES=1` writes them into the guide's folder; otherwise the walk is made and they are compared
only by name, so that no step of the guide is without its pictures and no picture without its step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post
from tests.browser.conftest import sign_in
from tests.browser.guides import SCHEMES, Album, both, pictures_of
from tests.browser.test_paste import PASTE
from tests.browser.test_pictures import packed, send
from tests.cast import PASSWORD, edited, make_draft, make_post
from tests.pictures import photographed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = (
    *("draft", "byline", "kept", "look", "advice", "paste", "picture", "pictures", "ask"),
    *("came-back", "needs-you", "notes", "ready", "schedule", "coming", "others", "meanwhile"),
    *("typo", "no-typo", "correction"),
)
TITLE = "What the flood taught us"
BODY = """\
On the ninth of May the river rose two metres in a night. The hall stood under water, and forty of us \
carried pumps until morning.

Now the floor is a metre higher. It cost 12,500,000 euros, see  for details."""
COPIED = """\
<h2>What we saw</h2><p>The <b>river</b> rose <i>twice</i>, and <a href="https://example.org/gauge">the \
gauge</a> stood still.</p><ul><li>Pumps</li><li>Sandbags</li></ul>"""
NOTE = "Forty of us, or forty-two? Please ask Mo."

Visit = Callable[..., Page]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_step_of_the_guide(
    visit: Visit, ceo: Any, writer: Any, counsel: Any, tmp_path: Path, scheme: str
) -> None:
    album = Album("writer", scheme, tmp_path)
    desk = visit("/admin/", width=1180, color_scheme=scheme)
    sign_in(desk, writer.username, PASSWORD)
    desk.get_by_role("heading", name="Newsroom").wait_for()
    # Too narrow for the preview beside the text, and high enough that nothing stands over it.
    desk.set_viewport_size({"width": 900, "height": 4200})
    write(desk, album)
    post = Post.objects.get()
    sign_and_send_back(desk, album, post, {"ceo": ceo, "counsel": counsel, "writer": writer})
    among_colleagues(desk, album, ceo)
    change_what_is_public(desk, album, ceo)
    assert sorted(album.steps) == sorted(STEPS)


def write(page: Page, album: Album) -> None:
    """Draft, with all that helps."""
    page.get_by_role("link", name="Write a post").click()
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("Text", exact=True).fill(BODY)
    expect(page.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)
    album(page, "draft", ".post-field:has(#id_title)", ".post-buttons:has([value=ask])")
    album(page, "advice", ".aids")
    page.get_by_text("More", exact=True).click()
    page.locator("#id_authorship").select_option("with")
    page.locator("#id_authorship_detail").fill("Sam Ortiz, communications")
    by_whom = ".post-group:has(#id_authorship)"
    album(page, "byline", by_whom, height=430)
    expect(page.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)
    page.goto("/admin/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("These words were kept")).to_be_visible()
    album(page, "kept", ".writing-kept", ".post-field:has(#id_title)")
    page.get_by_role("button", name="Save draft").last.click()
    page.wait_for_url("**/change/")
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.wait_for_load_state()
    field = page.locator("#id_body")
    field.evaluate(PASTE, [COPIED, "words alone"])
    album(page, "paste", "[data-toolbar]", ".post-field:has(#id_body)", height=330)
    photograph = packed("IMG_0412.jpg", photographed((1200, 800)), "image/jpeg")
    send(page, "paste", photograph)
    shows = page.get_by_role("group", name="Picture: IMG_0412.jpg").get_by_label("What it shows")
    shows.fill("The hills behind the hall, on the morning after")
    album(page, "picture", ".picture-panel")
    with page.expect_navigation():  # the page says "Saved." already, of the time before
        page.get_by_role("button", name="Save draft").last.click()
    look_at_it(page, album)
    page.goto(reverse("admin:blog_post_change", args=[Post.objects.get().pk]))


def look_at_it(page: Page, album: Album) -> None:
    """See the words beside their preview."""
    page.set_viewport_size({"width": 1180, "height": 900})
    page.reload()  # beside the text it opens by itself, when the page does
    frame = page.frame_locator("[data-look-frame]")
    expect(frame.get_by_role("heading", name="What we saw")).to_be_visible()
    page.locator("[data-writing]").evaluate(
        "part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 20)"
    )
    album(page, "look", "[data-writing]", height=560)
    page.goto("/admin/blog/image/")
    album(page, "pictures", "#content > h1", "#changelist", height=340)
    page.set_viewport_size({"width": 900, "height": 4200})


def sign_and_send_back(page: Page, album: Album, post: Post, people: dict[str, Any]) -> None:
    """Ask for approval, get it back with a note, talk about it, ask again, and choose a day."""
    ceo, counsel, writer = (people[name] for name in ("ceo", "counsel", "writer"))
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for Dana Whitfield.").first).to_be_visible()
    album(page, "ask", ".breadcrumbs", ".post-standing")
    review = workflow.submit(post, by=writer)
    workflow.request_changes(review, by=ceo, note=NOTE)
    page.reload()
    album(page, "came-back", "#content > h1", ".post-standing")
    page.set_viewport_size({"width": 1180, "height": 900})
    page.goto("/admin/blog/post/?needs=you")
    album(page, "needs-you", "#content > h1", "#changelist", height=340)
    page.set_viewport_size({"width": 900, "height": 4200})
    workflow.add_note(post, "The gauge at the bridge is on page 12.", by=counsel)
    page.goto(reverse("admin:blog_post_notes", args=[post.pk]))
    page.get_by_label("A new note").fill("Thank you. Mo says forty-two.")
    album(page, "notes", "#content > h1", "form:has(#text-new)")
    page.goto(reverse("admin:blog_post_change", args=[post.pk]))
    field = page.get_by_label("Text", exact=True)
    field.fill(field.input_value().replace("forty", "forty-two"))
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for Dana Whitfield.").first).to_be_visible()
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    page.reload()
    album(page, "ready", "#content > h1", ".post-standing")
    page.get_by_text("More", exact=True).click()
    at = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0)
    page.get_by_label("Publish at").fill(at.strftime("%Y-%m-%dT%H:%M"))
    album(page, "schedule", ".post-group:has(#id_publish_at)")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_text("Goes public on").first).to_be_visible()
    workflow.plan_quiet(
        starts_at=at + timedelta(days=2),
        ends_at=at + timedelta(days=4),
        reason="Results of the year",
        by=ceo,
    )
    page.set_viewport_size({"width": 1180, "height": 1200})
    page.goto(f"{reverse('admin:blog_post_coming')}?month={at:%Y-%m}")
    album(page, "coming", "#content > h1", ".coming")


def among_colleagues(page: Page, album: Album, ceo: Any) -> None:
    """Two people in one text: each sees the other, and the second one to save loses nothing."""
    page.set_viewport_size({"width": 900, "height": 4200})
    post = make_draft(ceo, title="Two hands", slug="two-hands", body="The river rose two metres.")
    workflow.keep(
        {"title": ["Two hands"], "body": ["…"]}, by=ceo, post=post, draft_key=None, kind="post"
    )
    page.goto(reverse("admin:blog_post_change", args=[post.pk]))
    album(page, "others", "[data-others]", ".post-field:has(#id_title)")
    page.get_by_label("Text", exact=True).fill("The river rose two metres, and nobody slept.")
    version = post.versions.latest("number")
    workflow.save_version(
        post, edited(post, body="The river rose three metres."), by=ceo, seen=version.number
    )
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("alert")).to_contain_text("has saved another text here")
    album(page, "meanwhile", ".errornote", ".post-newer")


def change_what_is_public(page: Page, album: Album, ceo: Any) -> None:
    """Mend a typo, then correct a figure."""
    post = make_post(
        ceo, title="The gauge", slug="gauge", body="The rivr rose two metres at the bridge."
    )
    page.goto(reverse("admin:blog_post_change", args=[post.pk]))
    field = page.get_by_label("Text", exact=True)
    field.fill("The river rose two metres at the bridge.")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("It mends a typo: readers get no notice.")).to_be_visible()
    album(page, "typo", ".breadcrumbs", ".post-standing")
    field.fill("The river rose three metres at the bridge.")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("This changes a number (“two”).")).to_be_visible()
    page.get_by_label("What changed?").fill("The river rose three metres, not two.")
    album(page, "no-typo", ".errornote")
    album(page, "correction", ".post-field:has(#id_correction)", ".post-buttons:has([value=ask])")
    # Nothing is on its way any more when the tables are emptied.
    expect(page.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)


def test_guide_shows_every_step_in_light_and_dark() -> None:
    shown, kept = pictures_of("writer")
    assert shown == kept == both(STEPS)
