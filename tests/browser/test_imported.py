"""Two blogs moved here from WordPress, page by page: each is readable, and none is wider than a phone."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from blog.models import Post
from tests import shared
from tests.cast import make_ceo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTH = 320
LISTS = ["/", "/page/2/", "/archive/", "/search/?q=the", "/topics/block/", "/topics/software/"]

# What a page shows that can go wrong: how wide it is, what it takes from elsewhere, and its words.
LOOK = """() => ({
  width: document.documentElement.scrollWidth,
  foreign: [...document.querySelectorAll('[src]')].map(e => e.src)
    .filter(src => !src.startsWith(location.origin) && !src.startsWith('data:')),
  words: document.querySelector('main').innerText.trim().length,
  heading: document.querySelector('h1').innerText.trim(),
})"""


@pytest.mark.parametrize(("name", "count"), [("themeunittestdata", 76), ("cc-labs", 224)])
def test_every_imported_page_fits_a_phone_and_asks_nobody_else(visit, name, count):
    make_ceo()
    path = shared.file(f"wordpress/{name}.wordpress.xml")
    call_command("import_wordpress", path, "--adopt-as", "dana", verbosity=0)
    addresses = [post.get_absolute_url() for post in Post.objects.published()]
    assert len(addresses) == count
    page: Page = visit("/", width=WIDTH)
    faults = {address: wrong for address in [*addresses, *LISTS] if (wrong := _look(page, address))}
    absent = "/topics/software/" if name.startswith("theme") else "/topics/block/"
    assert faults.pop(absent) == ["status 404"]
    assert faults == {}


def _look(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page, in words; `visit` watches what it asks for."""
    answer = page.goto(address)
    seen = page.evaluate(LOOK)
    wrong = [f"status {answer.status}"] if answer and answer.status != 200 else []
    wrong += [f"{seen['width']} pixels wide"] if seen["width"] > WIDTH else []
    wrong += [f"shows {source}" for source in seen["foreign"]]
    wrong += [] if seen["heading"] and seen["words"] > 20 else ["nothing to read"]
    return wrong
