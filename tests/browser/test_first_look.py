"""What a person sees of the public site at the first look: a header in its place, code that scrolls."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from blog.models import Post
from tests.cast import make_ceo, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writer_of_it_all(transactional_db: None) -> User:
    """The chief executive, whose site has no menu yet."""
    return make_ceo()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("with_menu", [False, True])
def test_search_and_theme_stand_at_the_far_edge(visit, writer_of_it_all, width, with_menu):
    if with_menu:
        page_in_menu = make_post(writer_of_it_all, title="About", kind=Post.Kind.PAGE)
        Post.objects.filter(pk=page_in_menu.pk).update(menu_place=Post.MenuPlace.HEADER)
    page = visit("/", width=width)
    row = page.locator(".site-header__row").bounding_box()
    tools = page.locator(".site-header__tools").bounding_box()
    assert abs(row["x"] + row["width"] - tools["x"] - tools["width"]) < 40


def test_code_wider_than_a_phone_has_a_shade_at_its_edge(visit, writer_of_it_all):
    post = make_post(writer_of_it_all, body="    " + "long_name = " * 20)
    block = visit(post.get_absolute_url(), width=390).locator(".prose pre")
    assert block.evaluate("block => block.scrollWidth > block.clientWidth")
    attachments = block.evaluate("block => getComputedStyle(block).backgroundAttachment")
    assert attachments.split(", ")[:4] == ["local", "local", "scroll", "scroll"]
    assert "gradient" in block.evaluate("block => getComputedStyle(block).backgroundImage")
