"""The pictures of every page type and state that `docs/pages.md` shows.

`KEEP_PICTURES=1` writes them into `docs/img/pages`; otherwise each picture is taken all the same, and
the names are compared, so that the page shows what there is and nothing else.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from django.template.loader import render_to_string
from PIL import Image as Pillow
from playwright.sync_api import Page

from tests.browser.guides import DOCS
from tests.browser.scene import make_scene
from tests.browser.states import make_states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOLDER = DOCS / "img" / "pages"
MOST_BYTES = 60_000
MOST_IN_ALL = 3_000_000
PHONE = (390, 844)
DESK = (1280, 800)
Visit = Callable[..., Page]


@dataclass(frozen=True)
class Shot:
    """One picture: of which page, in what window, from which part of the page on."""

    name: str
    page: str
    size: tuple[int, int] = PHONE
    scheme: str = "light"
    part: str = ""
    media: Literal["screen", "print"] = "screen"
    options: dict[str, Any] = field(default_factory=dict)


STATES = (
    Shot("index-phone", "index"),
    Shot("index-desk", "index", DESK),
    Shot("index-dark", "index", DESK, "dark"),
    Shot("index-very-wide", "index", (2560, 1300)),
    Shot("post-phone", "full"),
    Shot("post-phone-dark", "full", scheme="dark"),
    Shot("post-desk", "full", DESK),
    Shot("post-desk-dark", "full", DESK, "dark"),
    Shot("post-words", "full", (1280, 1000), part="#h-what-we-saw"),
    Shot("post-words-phone", "full", part="#h-what-we-saw"),
    Shot("post-zoomed", "full", (640, 450), options={"device_scale_factor": 2}),
    Shot("post-forced-colours", "full", options={"forced_colors": "active"}),
    Shot("post-print", "full", (700, 990), media="print"),
    Shot("index-print", "index", (700, 990), media="print"),
    Shot("post-plain", "plain"),
    Shot("one-comment", "plain", part="#comments"),
    Shot("many-comments", "crowded", DESK, part="#comments"),
    Shot("right-to-left", "right"),
    Shot("long-words", "words", (320, 700)),
    Shot("archive-phone", "archive"),
    Shot("archive-desk", "archive", DESK),
    Shot("topic", "topic", DESK),
    Shot("series", "series", DESK),
    Shot("author", "author", DESK),
    Shot("author-phone-dark", "author", scheme="dark"),
    Shot("search", "search", DESK),
    Shot("search-nothing", "nothing"),
    Shot("not-found", "lost", DESK),
)
OTHERS = (
    Shot("page", "page"),
    Shot("retracted", "retracted"),
    Shot("history", "history", DESK),
    Shot("corrections", "corrections", DESK),
    Shot("answered-comments", "post", part="#comments"),
    Shot("reply", "reply", part="#comment-form"),
    Shot("report", "report"),
    Shot("waiting", "waiting"),
    Shot("private-answer", "answered"),
)
ERRORS = ("400", "403", "403_csrf", "500")
FORMS = ("form-refused", "form-preview", "index-empty")


def names() -> set[str]:
    """Return the names of all pictures."""
    errors = {f"error-{name.replace('_', '-')}" for name in ERRORS}
    return {shot.name for shot in STATES + OTHERS} | errors | set(FORMS)


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[str, Page], None]:
    """Take a picture of the window of a page and write it, small."""
    folder = FOLDER if os.environ.get("KEEP_PICTURES") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str, page: Page) -> None:
        page.evaluate("document.fonts.ready.then(() => null)")
        taken = page.screenshot(animations="disabled", caret="hide")
        path = folder / f"{name}.webp"
        with Pillow.open(io.BytesIO(taken)) as picture:
            picture.thumbnail((1280, 1280))
            picture.save(path, "WEBP", quality=60, method=6)
        assert path.stat().st_size <= MOST_BYTES, name

    return take


def take_all(
    visit: Visit, keep: Callable[[str, Page], None], shots: tuple[Shot, ...], paths: dict[str, str]
) -> None:
    """Open the page of each shot in its window and keep its picture."""
    for shot in shots:
        width, height = shot.size
        page = visit(
            "/healthz",
            width=width,
            color_scheme=shot.scheme,
            reduced_motion="reduce",
            **shot.options,
        )
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media=shot.media)
        page.goto(paths[shot.page])
        for picture in page.locator("main img").all():
            picture.evaluate("image => { image.loading = 'eager'; return image.decode(); }")
        if shot.part:
            page.locator(shot.part).evaluate("part => part.scrollIntoView()")
        keep(shot.name, page)
        page.context.close()


def test_pictures_of_the_hard_states(visit: Visit, keep: Any, ceo: Any, moderator: Any) -> None:
    take_all(visit, keep, STATES, make_states(ceo, moderator))


def test_pictures_of_the_other_pages(visit: Visit, keep: Any, ceo: Any, moderator: Any) -> None:
    take_all(visit, keep, OTHERS, make_scene(ceo, moderator))


def test_pictures_of_forms_and_of_nothing_yet(
    visit: Visit, keep: Any, ceo: Any, moderator: Any
) -> None:
    keep("index-empty", visit("/", width=390))
    page = visit(make_scene(ceo, moderator)["post"], width=390)
    page.get_by_role("textbox", name="Your comment").fill("What did the *insurer* say?")
    page.get_by_label("Name", exact=True).fill("Mara Quist")
    page.get_by_label("Email").fill("mara@")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("alert").wait_for()
    keep("form-refused", page)
    page.get_by_label("Email").fill("")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="This is how it will look").wait_for()
    keep("form-preview", page)


def test_pictures_of_errors(visit: Visit, keep: Any, ceo: Any) -> None:
    page = visit("/healthz", width=390)
    page.set_viewport_size({"width": 390, "height": 420})
    for name in ERRORS:
        show(page, render_to_string(f"{name}.html"))
        keep(f"error-{name.replace('_', '-')}", page)


def show(page: Page, html: str) -> None:
    """Let a page of the site be this HTML, which its address then answers with."""
    page.unroute("**/broken/")
    page.route("**/broken/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/broken/")


def test_page_shows_every_picture_and_no_other() -> None:
    shown = re.findall(r"img/pages/([a-z0-9-]+)\.webp", (DOCS / "pages.md").read_text("utf-8"))
    files = list(FOLDER.iterdir())
    assert sorted(shown) == sorted(names()) == sorted(path.stem for path in files)
    assert all(path.suffix == ".webp" and path.stat().st_size <= MOST_BYTES for path in files)
    assert sum(path.stat().st_size for path in files) <= MOST_IN_ALL
