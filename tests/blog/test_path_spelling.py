"""Old addresses have one spelling each, and nothing that is no path of a site has any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models.old_address import LONGEST_PATH
from blog.path_spelling import is_own, normal


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("/2019/05/our-plan/", "/2019/05/our-plan"),
        ("/2019/05/our-plan", "/2019/05/our-plan"),
        ("/Our-Plan/", "/Our-Plan"),
        ("/2019/05/our-plan/?utm_source=x&fbclid=y#comments", "/2019/05/our-plan"),
        ("/?p=12", "/?p=12"),
        ("/?p=12&preview=true&utm_source=mail", "/?p=12"),
        ("/index.php?page_id=3", "/?page_id=3"),
        ("/?monthnum=5&year=2019", "/?monthnum=5&year=2019"),
        ("/?year=2019&monthnum=5", "/?monthnum=5&year=2019"),
        ("/?p=", "/"),
        ("/blog/?cat=3", "/blog?cat=3"),
        ("/caf%C3%A9/", "/café"),
        ("/cafe\u0301/", "/café"),
        ("/%E6%97%A5%E6%9C%AC/", "/日本"),
        ("/a%2520b/", "/a b"),
        ("/a%20/", "/a"),
        ("/why%3F/", "/why%3F"),
        ("/100%/", "/100%"),
        ("/latin-%E9/", "/latin-%E9"),
    ],
)
def test_an_address_has_one_spelling(address: str, spelled: str) -> None:
    assert normal(address) == spelled
    assert normal(spelled) == spelled


@pytest.mark.parametrize(
    "address",
    [
        "",
        "about",
        "https://example.com/about/",
        "//example.com/",
        "/%2Fexample.com/",
        "/%252Fexample.com/",
        "/\\example.com",
        "/%5Cexample.com",
        "/a%00b",
        "/a\r\nSet-Cookie: a=b",
        "/a%0D%0AX: y",
        "/\ud800",
        "/" + "a" * LONGEST_PATH,
        "/" + "%25" * 3000,
        "/%2525252525252525252541",
    ],
)
def test_what_is_no_path_of_a_site_has_none(address: str) -> None:
    assert normal(address) is None


@given(st.text(max_size=60).map(lambda text: f"/{text}"))
def test_spelling_it_again_changes_nothing(address: str) -> None:
    once = normal(address)
    if once is not None:
        assert normal(once) == once
        assert len(once) <= LONGEST_PATH
        assert not once.startswith("//")


@pytest.mark.parametrize("target", ["/", "/about/", "/topics/water/?page=2", "/posts/x/#notes"])
def test_a_path_of_this_site_can_be_sent_to_a_browser(target: str) -> None:
    assert is_own(target)


@pytest.mark.parametrize(
    "target",
    [
        *("", "about", "#notes", "https://example.com/", "//example.com/", "/\\example.com"),
        *("/\t/example.com", "/a b", "/a\r\nX: y", "/\0", "javascript:alert(1)", "/" + "a" * 500),
    ],
)
def test_nothing_else_can(target: str) -> None:
    assert not is_own(target)
