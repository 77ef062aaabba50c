"""Pictures come into a text as people do it: pasted, dropped, chosen, and without any script."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.models import Image, Post, Version
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import PASSWORD, make_draft, make_post
from tests.pictures import drawn, kept, lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRITE = "/admin/blog/post/add/"
TEXT = "The river rose.\n\nIt fell again."

# A browser lets no test fill the clipboard with a file, so the events carry one made in the page.
SEND_EVENT = """([kind, files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  const field = document.querySelector("#id_body");
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  field.dispatchEvent(event);
}"""

Visit = Callable[..., Page]


def packed(name: str, data: bytes | None = None, kind: str = "image/png") -> list[str]:
    """A file for `SEND_EVENT`."""
    return [name, kind, base64.b64encode(drawn() if data is None else data).decode()]


def send(page: Page, kind: str, *files: list[str]) -> None:
    """Paste or drop files into the text, once somebody listens for them."""
    page.locator("[data-pictures-script]:not([hidden])").wait_for(state="attached")
    page.evaluate(SEND_EVENT, [kind, list(files)])


@pytest.fixture
def desk(visit: Visit, ceo) -> Callable[..., Page]:
    """Open the form of a post, signed in, with a title and a text typed into it."""

    def open_form(path: str = WRITE, **options: object) -> Page:
        page = visit("/admin/", **options)
        sign_in(page, ceo.username, PASSWORD)
        page.goto(path)
        if path == WRITE:
            page.locator("#id_title").fill("A flood")
            page.locator("#id_body").fill(TEXT)
        return page

    return open_form


def body(page: Page) -> str:
    """The text as it stands in the form."""
    return page.locator("#id_body").input_value()


def river(page: Page) -> Locator:
    """What is asked about the picture `river.png`."""
    return page.get_by_role("group", name="Picture: river.png")


def save(page: Page) -> Version:
    """Save the draft and return the text that was stored."""
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_text("Saved.").wait_for()
    return Version.objects.latest("pk")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_picture_lands_where_the_writing_was(desk, way):
    page = desk()
    page.locator("#id_body").evaluate("field => field.setSelectionRange(15, 15)")
    send(page, way, packed("river.png"))
    panel = page.get_by_role("group", name="Picture: river.png")
    panel.get_by_label("What it shows").fill("The river")
    panel.get_by_label("Caption").fill("In May")
    panel.get_by_role("button", name="Put it into the text").click()
    expect(panel).to_have_count(0)
    url = Image.objects.get().address.url
    assert body(page) == f'The river rose.\n\n![The river]({url} "In May")\n\nIt fell again.'
    assert save(page).body == body(page)


def test_several_chosen_pictures_come_at_once_while_the_writing_goes_on(desk, tmp_path):
    files = [tmp_path / f"{number}.png" for number in range(3)]
    for number, path in enumerate(files):
        path.write_bytes(drawn(size=(20 + number, 10)))
    page = desk()
    page.get_by_text("Add a picture", exact=True).click()
    page.locator("#id_picture-file").set_input_files([str(path) for path in files])
    field = page.locator("#id_body")
    field.press("Control+End")
    field.press_sequentially(" And rose.")
    for number in range(3):
        panel = page.get_by_role("group", name=f"Picture: {number}.png")
        panel.get_by_label("What it shows").fill(f"Picture {number}")
        panel.get_by_label("What it shows").press("Enter")
        expect(panel).to_have_count(0)
    text = save(page).body
    assert text.startswith("The river rose.\n\nIt fell again.")
    assert [f"![Picture {n}](" in text for n in range(3)] == [True] * 3
    assert "is coming" not in text and " And rose." in text


def test_picture_without_words_is_asked_for_them_until_it_is_decorative(desk):
    page = desk()
    send(page, "paste", packed("river.png"))
    panel = page.get_by_role("group", name="Picture: river.png")
    panel.get_by_role("button", name="Put it into the text").click()
    expect(panel.get_by_text("Say in one sentence what the picture shows")).to_be_visible()
    expect(panel.get_by_label("What it shows")).to_be_focused()
    panel.get_by_label("Decorative").check()
    panel.get_by_role("button", name="Put it into the text").click()
    expect(panel).to_have_count(0)
    assert f"![]({Image.objects.get().address.url})" in body(page)


def test_refused_file_says_why_and_leaves_no_trace(desk):
    page = desk()
    before = body(page)
    send(page, "drop", packed("drawing.svg", b"<svg xmlns='x'/>", "image/svg+xml"))
    panel = page.get_by_role("group", name="Picture: drawing.svg")
    expect(panel.get_by_text("An SVG is a drawing that can hold programs.")).to_be_visible()
    expect(page.locator("[data-pictures-status]")).to_contain_text("An SVG is a drawing")
    assert body(page).strip() == TEXT
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    assert body(page) == before
    assert save(page).body.strip() == TEXT


def test_refused_file_keeps_nobody_from_saving(desk):
    page = desk()
    send(page, "drop", packed("drawing.svg", b"<svg xmlns='x'/>", "image/svg+xml"))
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_visible()
    assert save(page).body.strip() == TEXT


def test_one_press_puts_a_described_picture_into_the_text_and_publishes(desk):
    page = desk()
    send(page, "paste", packed("river.png"))
    river(page).get_by_label("What it shows").fill("The river")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    url = Image.objects.get().address.url
    assert Version.objects.get().body.rstrip() == f"{TEXT}\n\n![The river]({url})"
    assert Post.objects.get().is_published


def test_who_presses_before_the_picture_has_come_waits_and_presses_once(desk):
    page = desk()
    page.route("**/image/send/", lambda route: (page.wait_for_timeout(800), route.continue_()))
    send(page, "paste", packed("river.png"), packed("second.png", drawn(size=(30, 20))))
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("When it is here, this goes on by itself.").first).to_be_visible()
    for name in ("river.png", "second.png"):
        panel = page.get_by_role("group", name=f"Picture: {name}")
        expect(panel.get_by_text("Say in one sentence what the picture shows")).to_be_visible()
        panel.get_by_label("What it shows").fill(name)
        page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert [f"![{name}](" in Version.objects.get().body for name in ("river.png", "second.png")]
    assert Version.objects.get().body.count("![") == 2


def test_description_is_asked_for_once_and_can_wait(desk):
    page = desk()
    send(page, "paste", packed("river.png"))
    publish = page.get_by_role("button", name="Publish")
    publish.click()
    asked = "tick “Decorative”. Or press “Publish” again, and say it later."
    expect(river(page).get_by_text(asked)).to_be_visible()
    expect(river(page).get_by_label("What it shows")).to_be_focused()
    assert not Post.objects.exists()
    publish.click()
    expect(page.get_by_text("Published.")).to_be_visible()
    expect(page.get_by_role("link", name="Say what this picture shows")).to_be_visible()
    image = Image.objects.get()
    assert (image.alt, image.is_decorative) == ("", False)


def test_file_refused_on_the_way_stops_what_was_pressed(desk):
    page = desk()
    page.route("**/image/send/", lambda route: (page.wait_for_timeout(800), route.continue_()))
    send(page, "drop", packed("drawing.svg", b"<svg xmlns='x'/>", "image/svg+xml"))
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("An SVG is a drawing that can hold programs.").first).to_be_visible()
    page.wait_for_timeout(300)
    assert not Post.objects.exists()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()


def test_who_chose_a_picture_by_its_button_is_asked_at_once(desk):
    page = desk()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture", exact=True).click()
    chooser.value.set_files([{"name": "river.png", "mimeType": "image/png", "buffer": drawn()}])
    expect(river(page).get_by_label("What it shows")).to_be_focused()


def test_mark_that_was_left_behind_is_not_taken_for_the_new_one(desk, ceo):
    left = "[picture 1 is coming]\n\nIt rose."
    page = desk(f"/admin/blog/post/{make_draft(ceo, body='It rose.').pk}/change/")
    page.locator("#id_body").fill(left)
    page.locator("#id_body").press("Control+End")
    send(page, "paste", packed("river.png"))
    assert body(page).rstrip() == f"{left}\n\n[picture 2 is coming]"
    expect(river(page).get_by_label("What it shows")).to_be_visible()


def test_who_writes_on_is_not_taken_away_from_the_text(desk):
    page = desk()
    page.locator("#id_body").focus()
    send(page, "paste", packed("river.png"))
    expect(river(page).get_by_label("What it shows")).to_be_visible()
    expect(page.locator("#id_body")).to_be_focused()


def test_words_are_pasted_as_ever(desk):
    page = desk()
    field = page.locator("#id_body")
    field.press("Control+A")
    field.press("Control+C")
    field.press("Control+End")
    field.press("Control+V")
    assert body(page) == TEXT + TEXT


def test_lead_picture_and_its_focal_point_are_chosen_with_a_click(desk, tmp_path):
    path = tmp_path / "river.png"
    path.write_bytes(drawn(size=(400, 200)))
    page = desk()
    page.get_by_text("More", exact=True).click()
    page.locator("#id_lead-file").set_input_files(str(path))
    image = page.locator("[data-lead-image]")
    expect(image).to_be_visible()
    expect(page.locator("#id_lead-address")).not_to_have_value("")
    said = page.locator("[data-lead-status]")
    expect(said).to_have_text("The picture is here. Say below what it shows; then save.")
    expect(said).not_to_have_class(re.compile("problem"))
    image.evaluate("image => image.decode()")
    box = image.bounding_box()
    assert box
    image.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.2})
    page.locator("#id_lead-alt").fill("The river")
    assert save(page).images == [
        lead(Image.objects.get().address, alt="The river", focus="90% 20%")
    ]


def test_without_script_a_picture_is_chosen_in_the_form(desk, tmp_path):
    path = tmp_path / "river.png"
    path.write_bytes(drawn(size=(400, 200)))
    page = desk(javascript=False)
    page.get_by_text("Add a picture", exact=True).click()
    page.locator("#id_picture-file").set_input_files(str(path))
    page.locator("#id_picture-alt").fill("The river")
    page.get_by_role("button", name="Add the picture and save").click()
    page.get_by_text("Saved, with the picture at the end of the text").wait_for()
    assert body(page) == f"{TEXT}\n\n![The river]({Image.objects.get().address.url})\n"


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_form_and_library_are_usable_by_all(desk, ceo, tmp_path: Path, width: int, scheme: str):
    image = kept(drawn(size=(400, 200)), name=f"{'a-long-name-' * 9}.png", alt="The river")
    post = make_draft(ceo, images=(lead(image.address),))
    edit = f"/admin/blog/post/{post.pk}/change/"
    page = desk(edit, width=width, color_scheme=scheme, bypass_csp=True)
    page.get_by_text("Add a picture", exact=True).click()
    page.get_by_text("More", exact=True).click()
    send(page, "paste", packed("river.png"), packed("drawing.svg", b"<svg/>", "image/svg+xml"))
    expect(page.get_by_role("button", name="Put it into the text")).to_be_visible()
    expect(page.locator("[data-problem]").get_by_text("An SVG is a drawing")).to_be_visible()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.on("dialog", lambda dialog: dialog.accept())
    for path in ("", "add/", f"{image.pk}/change/"):
        page.goto(f"/admin/blog/image/{path}")
        assert (path, faults(page)) == (path, [])


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_post_with_pictures_keeps_still_and_fits(visit: Visit, ceo, width: int, scheme: str):
    wide = kept(drawn(size=(1700, 900)))
    tall = kept(drawn(size=(300, 1500)))
    post = make_post(
        ceo,
        images=(lead(tall.address, caption="A tall one"),),
        body=f'Words.\n\n![Wide]({wide.address.url} "A wide one")\n\n' + "More words.\n\n" * 20,
    )
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(post.get_absolute_url())
    page.locator(".picture__image").evaluate("image => image.decode()")
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.02
    assert (faults(page), overflow(page) <= 0) == ([], True)
    chosen = page.locator(".picture__image").evaluate("image => image.currentSrc")
    assert chosen.endswith(".avif")
