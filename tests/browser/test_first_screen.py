"""The first screen of a telephone, and of a laptop, shows title, byline and the whole of In brief."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from blog.first_screen import SCREEN, lines_too_many
from blog.models import Post, Topic
from tests.blog.test_first_screen import FULL, POINT, TITLE
from tests.cast import make_ceo, make_post
from tests.pictures import drawn, kept, lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
WIDTH = 390
SCREENS = [(WIDTH, SCREEN), (1366, 768), (1280, 720)]
"""A common telephone, and two common laptops."""

SHAPES: dict[str, dict[str, Any]] = {
    "long": {"title": TITLE, "brief": FULL},
    "short": {"title": "One layer fewer", "brief": FULL},
    "title of two hundred signs": {
        "title": (TITLE + " ") * 2 + TITLE[:30],
        "brief": (POINT[:90],) * 3,
    },
    "byline of many words": {
        "title": TITLE[:50],
        "brief": (POINT[:140],) * 3,
        "authorship": "ai",
        "authorship_detail": "a model that sorted the letters, and four colleagues who read them all",
    },
    "more than fits": {"title": TITLE * 2, "brief": FULL},
}


def bottom_of_brief(page: Page) -> float:
    """Where In brief ends, once the letters are those that stay."""
    page.evaluate("document.fonts.ready.then(() => null)")
    box = page.locator(".brief").bounding_box()
    assert box
    return box["y"] + box["height"]


def tops(page: Page, *selectors: str) -> list[float]:
    """Where each of the named parts begins."""
    boxes = [page.locator(selector).first.bounding_box() for selector in selectors]
    return [box["y"] if box else -1 for box in boxes]


@pytest.fixture
def site_with_a_menu(transactional_db: None) -> Any:
    """The chief executive's site, with a page in the row of its menu."""
    ceo = make_ceo()
    about = make_post(ceo, title="About", kind=Post.Kind.PAGE)
    Post.objects.filter(pk=about.pk).update(menu_place=Post.MenuPlace.HEADER)
    return ceo


@pytest.mark.parametrize("has_font", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_said_to_fit_does(
    visit: Visit, site_with_a_menu: Any, shape: str, has_font: bool
) -> None:
    said = SHAPES[shape]
    post = make_post(site_with_a_menu, slug="first", **said)
    assert post.live_version
    page = visit("/healthz", width=WIDTH)
    if not has_font:
        page.route("**/*.woff2", lambda route: route.abort())
    page.goto("/posts/first/")
    page.reload()
    is_said_to_fit = not lines_too_many(said["title"], post.live_version.byline_line, said["brief"])
    assert is_said_to_fit == (shape != "more than fits")
    assert is_said_to_fit == (bottom_of_brief(page) <= SCREEN)


def test_everything_else_comes_below(visit: Visit, site_with_a_menu: Any) -> None:
    post = make_post(
        site_with_a_menu,
        slug="first",
        title=TITLE,
        standfirst="Ninety people, and a river.",
        brief=FULL,
        body="\n\n".join(f"## Part {number}\n\nWords." for number in range(5)),
        images=(lead(kept(drawn(size=(600, 400))).address),),
    )
    post.topics.add(Topic.objects.create(name="Water", slug="water"))
    page = visit("/posts/first/", width=WIDTH)
    found = tops(
        page,
        *(".post__title", ".post__by", ".brief", ".post__standfirst", ".kicker"),
        *(".contents", ".picture", ".share"),
    )
    assert found == sorted(found)
    assert min(found) > 0
    desk = visit("/posts/first/", width=1280)
    found = tops(desk, ".post__title", ".post__standfirst", ".post__by", ".brief", ".kicker")
    assert found == sorted(found)


def test_lead_of_the_front_page_shows_its_points(visit: Visit, site_with_a_menu: Any) -> None:
    make_post(
        site_with_a_menu,
        title=TITLE[:40],
        standfirst="Ninety people, and a river.",
        brief=(POINT[:130],) * 3,
    )
    page = visit("/", width=WIDTH)
    assert bottom_of_brief(page) <= SCREEN
    hidden = page.locator(".lead__standfirst, .lead .p-author")
    assert [part.is_visible() for part in hidden.all()] == [False, False]


def test_standfirst_below_a_brief_has_room(visit: Visit, site_with_a_menu: Any) -> None:
    make_post(site_with_a_menu, slug="first", standfirst="Ninety people.", brief=FULL)
    page = visit("/posts/first/", width=WIDTH)
    bottom, (top,) = bottom_of_brief(page), tops(page, ".post__standfirst")
    assert round(top - bottom) == 24


def test_every_post_of_the_demonstration(visit: Visit, transactional_db: None) -> None:
    call_command("demo", verbosity=0)
    page = visit("/", width=WIDTH)
    posts = list(Post.objects.published().posts())
    assert len(posts) > 10
    too_long = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for post in posts:
            page.goto(post.get_absolute_url())
            if (bottom := bottom_of_brief(page)) > height:
                too_long.append((width, height, post.slug, bottom))
    assert too_long == []
