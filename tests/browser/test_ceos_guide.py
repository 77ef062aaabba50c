"""Each step of the chief executive's guide, walked in a browser, with the pictures that the guide shows.

`KEEP_PICTURES=1` writes them into the guide's folder; otherwise the walk is made and they are compared
only by name, so that no step of the guide is without its pictures and no picture without its step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog import outbox, roles, workflow
from blog.models import Post
from blog.workflow.telling import TOGETHER
from comments import moderation
from comments.mail_links import link_for
from comments.models import Comment
from tests.browser.conftest import sign_in
from tests.browser.guides import SCHEMES, Album, both, pictures_of
from tests.browser.test_pictures import packed, send
from tests.cast import PASSWORD, edited, make_draft, make_user
from tests.comments.conftest import make_comment, make_public
from tests.imports import make_import
from tests.pictures import photographed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = (
    *("newsroom", "write", "preview", "undo", "mail", "waiting", "sign", "changes", "schedule"),
    *("coming", "quiet", "correct", "readers", "history", "retract", "earlier", "tell"),
    *("release", "adopt", "site"),
)
PHONE: dict[str, Any] = {"width": 390, "has_touch": True, "is_mobile": True}
BODY = (
    "On the ninth of May the river rose two metres in a night. The hall stood under water, and forty of us "
    "carried pumps until morning.\n\nNow the floor is a metre higher."
)
SAID = "The river rose three metres, not two. We had read the gauge from the wrong side."

Visit = Callable[..., Page]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_step_of_the_guide(
    visit: Visit, ceo: Any, settings: Any, tmp_path: Path, scheme: str
) -> None:
    album = Album("ceo", scheme, tmp_path)
    settings.SITE_URL = "https://letters.example.com"
    phone, desk = (visit("/admin/", color_scheme=scheme, **how) for how in (PHONE, {"width": 1180}))
    for page in (phone, desk):
        sign_in(page, ceo.username, PASSWORD)
        page.get_by_role("heading", name="Newsroom").wait_for()
        page.set_viewport_size({"width": 390 if page is phone else 1180, "height": 2200})
    alone(phone, desk, album)
    post = with_a_team(phone, desk, album, ceo)
    afterwards(visit, phone, desk, album, ceo, post, scheme)
    what_else(visit, desk, album, ceo, post, scheme)
    assert sorted(album.steps) == sorted(STEPS)


def alone(phone: Page, desk: Page, album: Album) -> None:
    """From the first page to a public post, on a phone, and the preview at a desk."""
    album(phone, "newsroom", "#header", "#content", height=300)
    phone.get_by_role("link", name="Write a post").tap()
    phone.get_by_label("Title", exact=True).fill("Why we raised the floor")
    phone.get_by_label("Text", exact=True).fill(BODY)
    send(phone, "paste", packed("IMG_0412.jpg", photographed((1200, 800)), "image/jpeg"))
    shows = phone.get_by_role("group", name="Picture: IMG_0412.jpg").get_by_label("What it shows")
    shows.fill("The hills behind the hall, on the morning after")
    expect(phone.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)
    album(phone, "write", ".post-field:has(#id_title)", "[data-pictures-list]")
    phone.get_by_role("button", name="Publish").tap()
    expect(phone.get_by_text("Published a moment ago.")).to_be_visible()
    album(phone, "undo", "#content > h1", ".post-standing")

    desk.goto(phone.url)
    frame = desk.frame_locator("[data-look-frame]")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    frame.locator("article img").first.evaluate("image => image.decode()")
    desk.set_viewport_size({"width": 1180, "height": 900})
    desk.locator("[data-writing]").evaluate(
        "part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 20)"
    )
    album(desk, "preview", "[data-writing]", height=640)
    desk.set_viewport_size({"width": 1180, "height": 2200})


def with_a_team(phone: Page, desk: Page, album: Album, ceo: Any) -> Post:
    """What waits for her, signing it, sending it back, and the days to come."""
    writer = make_user("Sam Ortiz", roles.WRITER)
    make_user("Ruth Amari", roles.COUNSEL)
    post = make_draft(
        writer, author=ceo.author, title="What the flood taught us", slug="taught", body=BODY
    )
    workflow.submit(post, by=writer)
    outbox.send_due(now=timezone.now() + TOGETHER)
    show_mail(desk, album)
    phone.goto("/admin/")
    album(phone, "waiting", "#content > h1", ".waiting")
    phone.goto(reverse("admin:blog_post_sign", args=[post.pk]))
    album(phone, "sign", "#content > h1", ".post-buttons")
    phone.get_by_label("A note to the writer").fill("Forty of us, or forty-two? Please ask Mo.")
    album(phone, "changes", "form .post-field", ".post-buttons")
    phone.get_by_label("A note to the writer").fill("")
    phone.get_by_role("button", name="Sign", exact=True).tap()
    expect(phone.get_by_text("Signed: it is complete.")).to_be_visible()

    phone.get_by_text("More", exact=True).tap()
    at = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0)
    phone.get_by_label("Publish at").fill(at.strftime("%Y-%m-%dT%H:%M"))
    schedule = ".post-group:has(#id_publish_at)"
    album(phone, "schedule", schedule)
    phone.get_by_role("button", name="Schedule").tap()
    expect(phone.get_by_text("Goes public on").first).to_be_visible()
    workflow.plan_quiet(
        starts_at=at + timedelta(days=2),
        ends_at=at + timedelta(days=4),
        reason="Results of the year",
        by=ceo,
    )
    desk.goto(f"{reverse('admin:blog_post_coming')}?month={at:%Y-%m}")
    album(desk, "coming", "#content > h1", ".coming")
    phone.goto(reverse("admin:blog_post_quiet"))
    album(phone, "quiet", "#content > h1", "[aria-labelledby=plan-title]")
    return post


def show_mail(page: Page, album: Album) -> None:
    """Show the newest mail as a program for mail would."""
    letter: Any = mail.outbox[-1]
    page.set_content(str(letter.alternatives[0][0]))
    page.set_viewport_size({"width": 560, "height": 600})
    album(page, "mail", "body")
    page.set_viewport_size({"width": 1180, "height": 2200})


def afterwards(
    visit: Visit, phone: Page, desk: Page, album: Album, ceo: Any, post: Post, scheme: str
) -> None:
    """Correct in public, and what a reader sees of it; retract; earlier versions; tell others."""
    workflow.unpublish(Post.objects.get(pk=post.pk), by=ceo)
    workflow.publish(post, by=ceo)
    comment = make_public(post, ceo, name="Mara Quist", body="Two metres? At our gate it was more.")
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(days=1))
    phone.goto(reverse("admin:blog_post_change", args=[post.pk]))
    phone.get_by_label("Text", exact=True).fill(BODY.replace("two", "three"))
    phone.get_by_label("What changed?").fill(SAID)
    album(phone, "correct", ".post-field:has(#id_correction)", ".post-buttons")
    workflow.save_version(
        post, edited(post, body=BODY.replace("two", "three"), correction=SAID), by=ceo
    )
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)

    reader = visit(post.get_absolute_url(), color_scheme=scheme, **PHONE)
    reader.set_viewport_size({"width": 390, "height": 2600})
    album(reader, "readers", ".prose", "article.comment")
    reader.goto(f"{post.get_absolute_url()}history/")
    album(reader, "history", "main .kicker", "main .changes-link")

    phone.goto(reverse("admin:blog_post_retract", args=[post.pk]))
    phone.get_by_label("The notice that readers find").fill(
        "Both of its figures were wrong. We are sorry."
    )
    album(phone, "retract", "#content > h1", ".post-buttons")
    desk.goto(reverse("admin:blog_post_earlier", args=[post.pk]))
    album(desk, "earlier", "#content > h1", ".post-difference")
    phone.goto(reverse("admin:blog_post_share", args=[post.pk]))
    album(phone, "tell", "#content > h1", ".post-group")


def what_else(visit: Visit, desk: Page, album: Album, ceo: Any, post: Post, scheme: str) -> None:
    """An answer that a colleague drafted, a blog she brings along, and her site."""
    mo = make_user("Mo Lindqvist", roles.MODERATOR)
    asked = make_comment(post, name="Lena Moor", body="Did the insurer pay in the end?")
    draft = moderation.draft_answer(asked, "They paid a third. The rest was ours.", by=mo, seen=1)
    link = link_for(asked, ceo, ["release", "drop"], draft=draft)
    letter = visit(link.path, width=700, color_scheme=scheme)
    letter.set_viewport_size({"width": 700, "height": 1200})
    album(letter, "release", "main h1", ".decide")
    batch, _ = make_import("welcome", "floods", "apprentices", file_name="old-blog.xml")
    desk.goto(reverse("admin:blog_batch_change", args=[batch.pk]))
    album(desk, "adopt", "#content > h1", "[aria-labelledby=adopt-title]")
    desk.goto(reverse("admin:blog_site_change", args=[1]))
    album(desk, "site", "#content > h1", "fieldset:nth-of-type(2)")


def test_guide_shows_every_step_in_light_and_dark() -> None:
    shown, kept = pictures_of("ceo")
    assert shown == kept == both(STEPS)
