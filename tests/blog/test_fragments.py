"""Fragments: what is remembered is what would be rendered, and never more than fits."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.safestring import mark_safe

from blog import fragments
from blog.fragments import Memory, forget, fragment, inputs
from blog.models import Author, Post, Site, Topic
from tests.cast import make_post

AVATAR = "_parts/avatar.html"


@pytest.fixture(autouse=True)
def _empty_memory() -> None:
    forget()


def page_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.fixture
def post(ceo) -> Post:
    """A public post, beside an older one."""
    make_post(ceo, title="Older", slug="older")
    return make_post(ceo, title="Why we raised the floor", slug="floor")


def _rename_author(post: Post, ceo: Any) -> None:
    Author.objects.update(name="D. Whitfield", bio="She runs the works.")


def _rename_site(post: Post, ceo: Any) -> None:
    Site.objects.update(name="Letters", tagline="From the works", legal_line="© Whitfield")


def _move_clock(post: Post, ceo: Any) -> None:
    Site.objects.update(time_zone="Asia/Tokyo")


def _add_topic(post: Post, ceo: Any) -> None:
    post.topics.add(Topic.objects.create(name="Floods", slug="floods"))


def _add_menu(post: Post, ceo: Any) -> None:
    Site.objects.update(header_links=[{"label": "Shop", "url": "/shop/"}])


def _publish_newer(post: Post, ceo: Any) -> None:
    make_post(ceo, title="Newer", slug="newer")


def _take_older_away(post: Post, ceo: Any) -> None:
    Post.objects.filter(slug="older").update(state="retracted")


def _read_after(post: Post, ceo: Any) -> None:
    Post.objects.filter(pk=post.pk).update(published_at="2026-01-02T03:04:05Z")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        _rename_author,
        _rename_site,
        _move_clock,
        _add_topic,
        _add_menu,
        _publish_newer,
        _take_older_away,
        _read_after,
    ],
)
def test_what_changes_is_shown_as_on_a_page_that_remembers_nothing(change, post, ceo, client):
    address = post.get_absolute_url()
    before = without_stamp(page_of(client, address))
    change(post, ceo)
    remembered = without_stamp(page_of(client, address))
    forget()
    assert remembered == without_stamp(page_of(client, address))
    assert remembered != before


def without_stamp(page: str) -> str:
    """A page but for the stamp of its form, which is another each second."""
    before, _, rest = page.partition('name="stamp" value="')
    return before + rest.partition('"')[2]


@pytest.mark.django_db
def test_page_speaks_the_language_of_now(post, client):
    address = post.get_absolute_url()
    english = without_stamp(page_of(client, address))
    with translation.override("de"):
        german = without_stamp(page_of(client, address))
        forget()
        assert german == without_stamp(page_of(client, address))
    assert german != english
    assert without_stamp(page_of(client, address)) == english


@pytest.mark.django_db
def test_second_reader_is_shown_what_is_remembered(post, client, monkeypatch):
    first = without_stamp(page_of(client, post.get_absolute_url()))
    monkeypatch.setattr(fragments, "loader", None)
    assert without_stamp(page_of(client, post.get_absolute_url())) == first


@pytest.mark.django_db
def test_template_that_asks_the_database_is_rendered_each_time(ceo):
    def about() -> str:
        return fragment("blog/_about.html", {"author": Author.objects.only("name").get()})

    about()
    Author.objects.update(bio="She runs the works.")
    assert "She runs the works." in about()


@pytest.mark.django_db
def test_rows_that_differ_in_what_was_read_are_not_taken_for_each_other(post):
    first, again = (Post.objects.select_related("live_version").get(pk=post.pk) for _ in "ab")
    assert inputs(first) == inputs(again)
    assert first.live_version is not None
    first.live_version.title = "Another title"
    assert inputs(first) != inputs(again)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ("<b>", mark_safe("<b>")),
        ([1], (1,)),
        ({"a": "b"}, {"b": "a"}),
        (["a", ["b"]], ["a", "b"]),
        (None, ""),
    ],
)
def test_values_that_are_shown_otherwise_have_other_keys(one, other):
    assert inputs(one) != inputs(other)


@pytest.mark.parametrize("value", [object(), len, iter("ab")])
def test_what_cannot_be_told_apart_is_no_input(value):
    with pytest.raises(TypeError, match="is no input of a fragment"):
        fragment(AVATAR, {"initials": value})


def test_fragment_is_escaped_as_in_any_template():
    assert "&lt;b&gt;" in fragment(AVATAR, {"initials": "<b>", "hue": 1})


def kept(memory: Memory, count: int) -> list[str]:
    """Which of so many entries a memory still has, without asking for them as a page does."""
    return [key for number in range(count) if (key := f"k{number}") in memory]


def test_memory_stays_within_its_bytes():
    memory = Memory(100_000)
    for number in range(1_000):
        memory.keep(f"k{number}", mark_safe("x" * 1_000))
    assert memory.bytes <= 100_000
    assert 40 < len(kept(memory, 1_000)) < 100
    assert kept(memory, 1_000)[-1] == "k999"


def test_what_is_asked_for_stays():
    memory = Memory(100_000)
    for number in range(1_000):
        memory.keep(f"k{number}", mark_safe("x" * 1_000))
        assert memory.get("k0") == "x" * 1_000
    assert "k0" in memory


def test_what_is_too_large_is_not_kept_and_drives_nothing_out_for_good():
    memory = Memory(10_000)
    memory.keep("small", mark_safe("x"))
    memory.keep("large", mark_safe("x" * 6_000))
    assert memory.get("large") is None
    assert memory.get("small") == "x"


@pytest.mark.django_db
def test_account_is_no_input(ceo):
    with pytest.raises(TypeError, match="An account"):
        inputs(ceo)


@pytest.mark.django_db
def test_no_fragment_of_a_page_or_preview_knows_an_account(post, ceo, client):
    client.force_login(ceo)
    for address in (post.get_absolute_url(), f"/admin/blog/post/{post.pk}/preview/"):
        forget()
        assert client.get(address).status_code == 200
        kept = repr([*fragments.memory._young])
        assert post.title in kept
        assert ceo.password not in kept
