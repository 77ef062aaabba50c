"""From a site that was set up a minute ago to a first post with a photograph, on a phone, in four taps."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from playwright.sync_api import Locator, Page, expect

from blog.models import Post
from tests.browser.conftest import FOUNDERS_PASSWORD, sign_in
from tests.browser.test_accessible import faults, overflow
from tests.browser.test_pictures import packed, send
from tests.pictures import photographed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {"width": 390, "has_touch": True, "is_mobile": True, "bypass_csp": True}
TITLE = "Why we raised the floor"
WORDS = "\n\n".join("The river rose in May and our floor stood dry. " * 6 for _ in range(5)).strip()
SHOWN = "The hills behind the hall, on the morning after"
# Every tap and click that a person makes, in whichever page, before anything on the page hears of it.
COUNT = """addEventListener("click", (event) => {
  if (event.isTrusted) tapped(event.target.innerText || event.target.id);
}, { capture: true });"""

Visit = Callable[..., Page]


def signed_in(visit: Visit, **options: Any) -> tuple[Page, list[str]]:
    """Sign in on a phone, and return the page with the list of what is tapped from then on."""
    page = visit("/", **PHONE, **options)
    page.goto("/admin/")
    sign_in(page, "edda", FOUNDERS_PASSWORD)
    page.get_by_role("heading", name="Newsroom").wait_for()
    taps: list[str] = []
    # A method of C has no room for what Playwright notes on a function.
    page.expose_function("tapped", lambda what: taps.append(what))
    page.add_init_script(COUNT)
    page.reload()
    return page, taps


def paste(page: Page, words: str) -> None:
    """Paste words that were copied in another app, as the keyboard of a phone does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("words => navigator.clipboard.writeText(words)", words)
    page.keyboard.press("Control+V")


def see(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of the page, which fits a phone and in which axe finds nothing."""
    page.screenshot(path=folder / f"{name}.png", animations="disabled")
    assert (name, faults(page), overflow(page) <= 0) == (name, [], True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_300_words_and_a_photograph_are_live_in_four_taps(
    visit: Visit, founded: None, tmp_path: Path, scheme: str
) -> None:
    page, taps = signed_in(visit, color_scheme=scheme)
    see(page, tmp_path, "newsroom")

    page.get_by_role("link", name="Write a post").tap()
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type(TITLE)
    page.locator("#id_body").tap()
    paste(page, WORDS)
    send(page, "paste", packed("IMG_0412.jpg", photographed(), "image/jpeg"))
    shows = page.get_by_role("group", name="Picture: IMG_0412.jpg").get_by_label("What it shows")
    expect(shows).to_be_visible(timeout=30_000)
    # The question about it stands below what a phone shows: the line at its edge says so.
    expect(page.get_by_text("IMG_0412.jpg is here.")).to_be_in_viewport()
    see(page, tmp_path, "written")
    expect(page.get_by_text("Worth a look")).to_have_count(0)
    shows.tap()
    page.keyboard.type(SHOWN)
    see(page, tmp_path, "described")
    page.get_by_role("button", name="Publish").tap()
    expect(page.get_by_text("Published.")).to_be_visible()
    see(page, tmp_path, "published")
    assert [tap.split("\n")[0] for tap in taps] == [
        "Write a post",
        "id_body",
        "picture-1-alt",
        "Publish",
    ]

    read_by_a_stranger(visit, tmp_path, scheme)


def test_photograph_chosen_by_its_button_takes_no_more(
    visit: Visit, founded: None, tmp_path: Path
) -> None:
    photograph = tmp_path / "IMG_0412.jpg"
    photograph.write_bytes(photographed())
    page, taps = signed_in(visit)
    page.get_by_role("link", name="Write a post").tap()
    page.locator("[data-toolbar]:not([hidden])").wait_for()
    page.keyboard.type(TITLE)
    page.keyboard.press("Enter")
    paste(page, WORDS)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture", exact=True).tap()
    chooser.value.set_files(photograph)
    shows = page.get_by_role("group", name="Picture: IMG_0412.jpg").get_by_label("What it shows")
    expect(shows).to_be_focused(timeout=30_000)
    page.keyboard.type(SHOWN)
    page.get_by_role("button", name="Publish").tap()
    expect(page.get_by_text("Published.")).to_be_visible()
    assert taps == ["Write a post", "Picture", "Publish"]
    read_by_a_stranger(visit, tmp_path)


def test_without_script_it_takes_more_taps_and_works(
    visit: Visit, founded: None, tmp_path: Path
) -> None:
    photograph = tmp_path / "IMG_0412.jpg"
    photograph.write_bytes(photographed())
    page = visit("/admin/", javascript=False, width=390, has_touch=True, is_mobile=True)
    sign_in(page, "edda", FOUNDERS_PASSWORD)
    page.get_by_role("link", name="Write a post").tap()
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("Text", exact=True).fill(WORDS)
    page.get_by_text("Add a picture", exact=True).tap()
    page.locator("#id_picture-file").set_input_files(photograph)
    page.locator("#id_picture-alt").fill(SHOWN)
    page.screenshot(path=tmp_path / "without-script.png")
    page.get_by_role("button", name="Add the picture and save").tap()
    page.get_by_text("Saved, with the picture at the end of the text").wait_for()
    assert not Post.objects.published().posts().exists()
    page.get_by_role("button", name="Publish").tap()
    page.get_by_text("Published.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    read_by_a_stranger(visit, tmp_path)


def read_by_a_stranger(visit: Visit, folder: Path, scheme: str = "light") -> None:
    """Open the post as somebody who is not signed in, on a phone: words and photograph are there."""
    page = visit("/", **PHONE, color_scheme=scheme)
    page.get_by_role("link", name=TITLE).first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    article = page.locator("article.post")
    assert len(re.findall(r"\w+", article.locator(".prose").inner_text())) >= 300
    picture = article.get_by_role("img", name=SHOWN)
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    assert [picture.get_attribute(side) for side in ("width", "height")] == ["1600", "2400"]
    see(page, folder, "read")
    for file in shown_files(page, picture):
        assert dict(file.getexif()) == {}
        assert file.height == round(file.width * 1.5), "it stands upright"
        assert not {"exif", "xmp", "comment"} & set(file.info)


def shown_files(page: Page, picture: Locator) -> list[Pillow.Image]:
    """Every file that a reader's browser may choose for a picture."""
    addresses = picture.evaluate(
        "image => [image, ...image.closest('picture').querySelectorAll('source')]"
        ".flatMap((one) => one.srcset.split(',').map((said) => said.trim().split(' ')[0]))"
        ".concat(image.getAttribute('src')).filter(Boolean)"
    )
    assert len(addresses) >= 3
    return [Pillow.open(io.BytesIO(page.request.get(address).body())) for address in addresses]
