"""The desk by keys and by buttons: what the screen says is what the server holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from comments import moderation
from comments.models import Comment, Edit
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import PASSWORD, make_post
from tests.comments.conftest import make_comment, make_public

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = "/admin/comments/comment/"
STATES = {"a": "approved", "s": "spam"}
DONE = {"a": "is public now", "s": "is marked as spam"}


@pytest.fixture
def post(ceo: Any) -> Any:
    """A public post under the CEO's name."""
    return make_post(ceo)


@pytest.fixture
def open_desk(visit: Callable[..., Page], moderator: Any) -> Callable[..., Page]:
    """Open the desk as the moderator."""

    def opener(query: str = "", **options: Any) -> Page:
        page = visit(f"{DESK}{query}", **options)
        sign_in(page, moderator.username, PASSWORD)
        expect(page.get_by_role("heading", name="Comments", level=1)).to_be_visible()
        if options.get("javascript", True):
            page.locator("body[data-desk-keys]").wait_for()
        return page

    return opener


def wait_for(post: Any, count: int) -> list[Comment]:
    """Comments that wait, each of another person about something else."""
    return [
        make_comment(post, name=f"Reader {n}", body=f"Thought number {n} about the river.")
        for n in range(count)
    ]


def card(page: Page, comment: Comment) -> Locator:
    """The card of a comment."""
    return page.locator(f"[data-card='{comment.pk}']")


def has_card_focus(page: Page) -> bool:
    """Whether the focus is on a card."""
    return bool(page.evaluate("document.activeElement.matches('[data-card]')"))


def saved(page: Page) -> None:
    """Wait until nothing is on its way any more."""
    expect(page.locator("[data-state=saving]")).to_have_count(0, timeout=90_000)


def states() -> dict[int, str]:
    """Where each comment stands on the server."""
    return dict(Comment.objects.values_list("pk", "state"))


def test_fifty_comments_are_decided_with_fifty_keys(open_desk, post):
    waiting = wait_for(post, 50)
    page = open_desk()
    keys = ["as"[n % 3 == 0] for n in range(50)]
    for key in keys:
        page.keyboard.press(key)
        assert has_card_focus(page)
    saved(page)
    for comment, key in zip(waiting, keys, strict=True):
        expect(card(page, comment)).to_contain_text(DONE[key])
    page.reload()
    expect(page.get_by_text("Nothing here. Well done.")).to_be_visible()
    assert states() == {comment.pk: STATES[key] for comment, key in zip(waiting, keys, strict=True)}


def test_lost_network_is_told_on_each_card_and_is_true(open_desk, post):
    waiting = wait_for(post, 50)
    page = open_desk()
    for number in range(50):
        if number == 25:
            saved(page)
            page.context.set_offline(True)
        page.keyboard.press("a")
        assert has_card_focus(page)
    expect(page.locator("[data-card][data-state=unsaved]")).to_have_count(25)
    expect(page.locator("[data-status]")).to_have_text("25 decisions are not saved.")
    for comment in waiting:
        said = card(page, comment).inner_text()
        is_saved = states()[comment.pk] == "approved"
        assert ("Not saved" not in said) == is_saved
        assert (DONE["a"] in said) == is_saved
    page.context.set_offline(False)
    card(page, waiting[30]).get_by_role("button", name="Retry").click()
    expect(card(page, waiting[30])).to_contain_text(DONE["a"])
    expect(page.locator("[data-status]")).to_have_text("24 decisions are not saved.")
    assert states()[waiting[30].pk] == "approved"
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.locator("body[data-desk-keys]").wait_for()
    left = {pk for pk, state in states().items() if state == "pending"}
    assert left == {comment.pk for comment in waiting[25:]} - {waiting[30].pk}
    on_screen = page.locator("[data-card]").evaluate_all("all => all.map(one => one.dataset.card)")
    assert {int(pk) for pk in on_screen} == left


def test_answer_that_is_lost_on_its_way_does_not_decide_twice(open_desk, post):
    comment = make_comment(post)
    page = open_desk()

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/decide/", lose, times=1)
    page.keyboard.press("a")
    expect(card(page, comment)).to_contain_text("Not saved")
    card(page, comment).get_by_role("button", name="Retry").click()
    expect(card(page, comment)).to_contain_text(DONE["a"])
    page.keyboard.press("z")
    expect(card(page, comment).get_by_role("button", name="Approve")).to_be_visible()
    assert states() == {comment.pk: "pending"}


@pytest.mark.parametrize("key", ["z", "u"])
def test_a_key_undoes_one_after_the_other(open_desk, post, key):
    first, second = wait_for(post, 2)
    page = open_desk()
    page.keyboard.press("a")
    page.keyboard.press("s")
    page.keyboard.press(key)
    expect(card(page, second).get_by_role("button", name="Approve")).to_be_visible()
    expect(card(page, second)).to_be_focused()
    assert states() == {first.pk: "approved", second.pk: "pending"}
    page.keyboard.press(key)
    expect(card(page, first)).to_be_focused()
    expect(card(page, first).get_by_role("button", name="Approve")).to_be_visible()
    assert states() == {first.pk: "pending", second.pk: "pending"}
    page.keyboard.press("a")
    saved(page)
    assert states() == {first.pk: "approved", second.pk: "pending"}


def test_shift_decides_all_similar_ones_and_one_undo_takes_all_back(open_desk, post):
    other = make_comment(post, name="Mara", body="Something else altogether.")
    flood = [make_comment(post, name=f"Bot {n}", body="Cheap watches here") for n in range(4)]
    page = open_desk()
    page.keyboard.press("j")
    page.keyboard.press("Shift+S")
    assert has_card_focus(page)
    for comment in flood:
        expect(card(page, comment)).to_have_attribute("data-state", "decided")
    spam = {comment.pk: "spam" for comment in flood}
    assert states() == {other.pk: "pending", **spam}
    expect(page.locator("[data-count=spam]")).to_have_text("4")
    page.keyboard.press("z")
    expect(page.locator("[data-state]")).to_have_count(0)
    assert set(states().values()) == {"pending"}


def test_reason_is_chosen_by_a_digit(open_desk, post):
    first, second = wait_for(post, 2)
    page = open_desk()
    page.keyboard.press("r")
    assert has_card_focus(page)
    page.keyboard.press("2")
    expect(card(page, first)).to_contain_text("is not published")
    page.keyboard.press("r")
    page.keyboard.press("r")
    expect(card(page, second)).to_contain_text("is not published")
    saved(page)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.reason.startswith("It attacks a person.")
    assert (second.state, second.reason) == ("rejected", "")


def test_answer_is_written_in_place(open_desk, post):
    first, second = wait_for(post, 2)
    page = open_desk()
    page.keyboard.press("e")
    page.keyboard.type("as z? Thank you.")
    page.keyboard.press("Control+Enter")
    expect(card(page, first)).to_contain_text("Your answer to Reader 0 is public now.")
    expect(card(page, second)).to_be_focused()
    assert first.replies.get().body == "as z? Thank you."
    assert states()[first.pk] == "approved"
    page.keyboard.press("z")
    expect(
        card(page, first).get_by_role("button", name="Approve", exact=False).first
    ).to_be_visible()
    assert states() == {first.pk: "pending", second.pk: "pending"}


def test_faster_colleague_is_shown_in_place_with_what_is_different(open_desk, post, ceo):
    first, _ = wait_for(post, 2)
    page = open_desk()
    Edit.objects.create(
        comment=first,
        state=Edit.State.TAKEN,
        revision=2,
        before=first.body,
        body="Thought number 0 about the sea.",
        body_html="",
        sanitizer=1,
    )
    Comment.objects.filter(pk=first.pk).update(revision=2, body="Thought number 0 about the sea.")
    page.keyboard.press("a")
    shown = card(page, first)
    expect(shown).to_contain_text("Somebody was faster")
    expect(shown.locator("ins")).to_contain_text("sea")
    expect(shown.locator("del")).to_contain_text("river")
    expect(shown).to_be_focused()
    assert states()[first.pk] == "pending"
    page.keyboard.press("a")
    expect(shown).to_contain_text(DONE["a"])


def test_end_of_the_session_is_told(open_desk, post):
    comment = make_comment(post)
    page = open_desk()
    page.context.clear_cookies()
    page.keyboard.press("a")
    expect(card(page, comment)).to_contain_text("you are signed out")
    assert states() == {comment.pk: "pending"}


def test_keys_can_be_switched_off_for_good_and_never_fire_in_a_field(open_desk, post):
    comment = make_comment(post)
    page = open_desk()
    page.keyboard.press("/")
    page.keyboard.type("as")
    expect(page.locator("#searchbar")).to_have_value("as")
    page.get_by_role("button", name="Keys are on").click()
    page.reload()
    page.get_by_role("button", name="Keys are off").wait_for()
    for key in "asrz":
        page.keyboard.press(key)
    assert states() == {comment.pk: "pending"}
    card(page, comment).get_by_role("button", name="Approve").click()
    expect(card(page, comment)).to_contain_text(DONE["a"])


def test_caps_lock_is_no_shift(open_desk, post):
    twins = [make_comment(post, name=f"Twin {n}", body="The very same") for n in range(2)]
    page = open_desk()
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'S', bubbles: true}))"
    )
    saved(page)
    assert states() == {twins[0].pk: "spam", twins[1].pk: "pending"}


def test_help_names_the_keys(open_desk, post):
    make_comment(post)
    page = open_desk()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the desk")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert has_card_focus(page)
    assert set(states().values()) == {"pending"}


def test_every_button_works_without_a_script_and_can_be_undone(open_desk, post):
    first, second = wait_for(post, 2)
    page = open_desk(javascript=False)
    card(page, first).get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The comment of Reader 0 is public now.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert states() == {first.pk: "pending", second.pk: "pending"}
    card(page, first).get_by_text("with a reason").click()
    card(page, first).get_by_role("button", name="It attacks a person").click()
    expect(page.get_by_text("is not published")).to_be_visible()
    card(page, second).locator("summary", has_text="Answer").click()
    card(page, second).get_by_role("textbox", name="Under your name").fill("Thank you.")
    card(page, second).get_by_role("button", name="Approve and answer").click()
    expect(page.get_by_text("Your answer to Reader 1 is public now.")).to_be_visible()
    assert (states()[first.pk], states()[second.pk]) == ("rejected", "approved")


def make_scene(post: Any, moderator: Any) -> None:
    """Cards with everything on them."""
    parent = make_public(post, moderator, name="Ada Lund", body="The first word. " * 20)
    make_comment(
        post,
        name="Mara Quist",
        email="mara@example.org",
        parent=parent,
        body="Read https://xn--pple-43d.com/offer and https://example.org/a/very/long/address now",
    )
    for number in range(3):
        make_comment(post, name=f"Bot {number}", email="bot@example.net", body="Cheap watches here")
    edited = make_public(post, moderator, name="Bo Ek", body="The river rose two metres.")
    Edit.objects.create(
        comment=edited,
        state=Edit.State.WAITING,
        revision=edited.revision,
        before=edited.body,
        body="The river rose three metres, I think.",
        body_html="",
        sanitizer=1,
    )
    moderation.reject(make_comment(post, name="Ines", body="No."), by=moderator, seen=1)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_desk_is_accessible_and_fits(open_desk, post, moderator, width: int, scheme: str):
    make_scene(post, moderator)
    page = open_desk(width=width, color_scheme=scheme, bypass_csp=True)
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.keyboard.press("r")
    page.locator("[data-answer] summary").first.click()
    page.locator("[data-similar] summary").last.click()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    saved(page)
    page.context.set_offline(True)
    page.keyboard.press("s")
    page.locator("[data-card][data-state=unsaved]").wait_for()
    page.keyboard.press("?")
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.keyboard.press("Escape")
    page.context.set_offline(False)
    page.get_by_role("button", name="Retry").click()
    saved(page)
    page.goto(f"{DESK}?tab=edited")
    assert (faults(page), overflow(page) <= 0) == ([], True)
    for button in page.locator(".card button:visible, .desk-bar button:visible").all():
        box = button.bounding_box()
        assert box and box["height"] >= 44, button.inner_text()
