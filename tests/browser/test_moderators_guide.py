"""Each step of the moderator's guide, walked in a browser, with the pictures that the guide shows.

`KEEP_PICTURES=1` writes them into the guide's folder; otherwise the walk is made and they are compared
only by name, so that no step of the guide is without its pictures and no picture without its step.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments import moderation
from comments.mail_links import link_for
from comments.models import Block, Comment, Report
from tests.browser.conftest import sign_in
from tests.browser.guides import DOCS, SCHEMES, both, pictures_of
from tests.browser.test_spam_report_page import decide_some
from tests.cast import PASSWORD, make_post, make_user
from tests.comments.conftest import make_comment, make_public

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = DOCS / "img" / "moderator"
DESK = "/admin/comments/comment/"
STEPS = (
    *("desk", "reasons", "undo", "similar", "answer", "keys"),
    *("edited", "reported", "appeal", "sample", "conflict", "phone", "mail", "crisis"),
    *("release", "block", "person", "evidence", "report"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures of this run go."""
    return PICTURES if os.environ.get("KEEP_PICTURES") == "1" else tmp_path


@pytest.fixture
def scene(ceo: Any, moderator: Any) -> dict[str, Any]:
    """A post with something in each tab, and a second moderator, so that there are deadlines."""
    make_user("Una Olsen", "Moderator")
    post = make_post(ceo, title="Why we raised the floor")
    parent = make_public(post, moderator, name="Ada Lund", body="What does it cost?")
    said: dict[str, Any] = {
        "first": make_comment(
            post,
            name="Mara Quist",
            email="mara@example.org",
            parent=parent,
            body="We raised ours in 2014. The pumps were the dear part, not the concrete.",
        ),
        "second": make_comment(
            post, name="Tom Abara", body="And who pays when it floods all the same?"
        ),
    }
    for number in range(3):
        said["deals"] = make_comment(
            post, name=f"Nils {number}", body="Have a look at this: https://xn--pple-43d.com/deal"
        )
    edited = make_public(post, moderator, name="Bo Ek", body="The river rose two metres.")
    moderation.edit(edited, "The river rose three metres, at the bridge.")
    reported = make_public(post, moderator, name="Ivo Rask", body="Your neighbour is to blame.")
    Report.objects.create(
        comment=reported, reader="r", reason="private", note="It means one family."
    )
    refused = make_comment(post, name="Ines Duarte", body="Nonsense, all of it.")
    per = make_user("Per Holm", "Moderator")
    moderation.reject(refused, by=per, seen=1, reason="Please say what you think is wrong.")
    moderation.appeal(refused, "I was angry. May I say it in other words?")
    _make_the_rest(post, per)
    return {"post": post, "moderator": moderator, **said}


def _make_the_rest(post: Any, per: Any) -> None:
    """A draft for her to release, something for the spam sample, and lines of the blocklist."""
    asked = make_comment(post, name="Lena Moor", body="Did the insurer pay in the end?")
    moderation.draft_answer(asked, "They paid a third. The rest was ours.", by=per, seen=1)
    yesterday = timezone.now() - timedelta(days=1)
    for name, body in (
        ("Best SEO Team", "Dear admin, we bring your site to page one. https://rank.example/offer"),
        ("Ola", "Great post. The second photograph shows our own gate in 1954!"),
    ):
        caught = make_comment(post, name=name, body=body)
        Comment.objects.filter(pk=caught.pk).update(state="spam", created_at=yesterday)
    lines = (
        ("domain", "rank.example", 41),
        ("network", "203.0.113.0/24", 6),
        ("word", "guest post", 12),
    )
    for kind, value, hits in lines:
        rule = moderation.block(kind, value, by=per)
        Block.objects.filter(pk=rule.pk).update(hits=hits, last_hit_at=yesterday)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_step_of_the_guide(
    visit: Callable[..., Page], ceo: Any, scene: dict[str, Any], folder: Path, scheme: str
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    moderator = scene["moderator"]

    def picture(page: Page, step: str, selector: str = "#content") -> None:
        page.locator(selector).first.screenshot(
            path=folder / f"{step}-{scheme}.png", animations="disabled"
        )

    page = visit(DESK, color_scheme=scheme)
    sign_in(page, moderator.username, PASSWORD)
    page.locator("body[data-desk-keys]").wait_for()
    page.screenshot(path=folder / f"desk-{scheme}.png", animations="disabled")

    # High enough that nothing has to be scrolled under the line that says what happened.
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.keyboard.press("r")
    expect(page.get_by_text("It attacks a person.").first).to_be_visible()
    picture(page, "reasons", f"[data-card='{scene['first'].pk}']")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_text("is public now").first).to_be_visible()
    picture(page, "undo", f"[data-card='{scene['first'].pk}']")
    page.keyboard.press("z")
    first = page.locator(f"[data-card='{scene['first'].pk}']")
    expect(first.get_by_role("button", name="Approve").first).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.type("Thank you. The pumps were ours too.")
    picture(page, "answer", f"[data-card='{scene['first'].pk}']")
    page.keyboard.press("Escape")
    deals = f"[data-card='{scene['deals'].pk}']"
    page.locator(f"{deals} [data-similar] summary").click()
    picture(page, "similar", deals)
    page.reload()
    page.locator("body[data-desk-keys]").wait_for()
    page.keyboard.press("?")
    picture(page, "keys", "dialog[open]")
    page.keyboard.press("Escape")

    _colleague_lets_it_change(scene["second"])
    page.locator(f"[data-card='{scene['second'].pk}']").get_by_role(
        "button", name="Approve"
    ).first.click()
    expect(page.get_by_text("Somebody was faster").first).to_be_visible()
    picture(page, "conflict", f"[data-card='{scene['second'].pk}']")

    for step, tab, count in (
        *(("edited", "edited", 1), ("reported", "reported", 1), ("appeal", "appeals", 1)),
        *(("sample", "sample", 2), ("release", "release", 1)),
    ):
        page.goto(f"{DESK}?tab={tab}")
        expect(page.locator("[data-card]")).to_have_count(count)
        picture(page, step, "[data-card]" if count == 1 else "#result_list, .results, #content")
    page.goto(f"{DESK}?tab=sample")
    page.locator("[data-card] details.evidence summary").first.click()
    page.wait_for_function("() => CSS.highlights.get('counted-for')?.size")
    picture(page, "evidence", "[data-card]")
    page.goto(f"{DESK}crisis/")
    picture(page, "crisis")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/admin/comments/block/")
    picture(page, "block")
    page.goto(f"{DESK}person/?comment={scene['first'].pk}")
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("button", name="Erase it for ever")).to_be_visible()
    picture(page, "person")

    phone = visit(DESK, width=360, color_scheme=scheme)
    sign_in(phone, moderator.username, PASSWORD)
    phone.locator("[data-card]").first.wait_for()
    phone.screenshot(path=folder / f"phone-{scheme}.png", animations="disabled")

    scene["first"].refresh_from_db()
    link = link_for(scene["first"], moderator, ("approve", "reject", "mark_spam"))
    mail = visit(link.path, width=760, color_scheme=scheme)
    expect(mail.get_by_role("button", name="Approve")).to_be_visible()
    picture(mail, "mail", "main")

    decide_some(ceo, moderator)
    page.goto(DESK)
    page.get_by_role("link", name="Spam report").click()
    expect(page.get_by_label("From relaxed (1) to strict (7)")).to_be_visible()
    picture(page, "report")

    made = {path.stem.removesuffix(f"-{scheme}") for path in folder.glob(f"*-{scheme}.png")}
    assert made == set(STEPS)


def _colleague_lets_it_change(comment: Any) -> None:
    """The writer changes her words while a moderator looks at the old ones."""
    moderation.edit(comment, "And who pays when it floods all the same, in ten years?")


def test_guide_shows_every_step_in_light_and_dark() -> None:
    shown, kept = pictures_of("moderator")
    assert shown == kept == both(STEPS)
