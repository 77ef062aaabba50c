"""Ready texts for other networks: within each limit, with the link, and only of what readers can see."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from blog import workflow
from blog.models import Version
from blog.sharing import NETWORKS, ready_texts
from tests.cast import edited, make_draft, make_post, make_user

LINK = "http://testserver/posts/why-we-raised-the-floor/"
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=280)


def texts(link: str = LINK, **said: object) -> dict[str, str]:
    """The text for each network by its name."""
    return {ready.network.name: ready.text for ready in ready_texts(Version(**said), link)}


def page_of(client, post) -> str:
    return str(client.get(reverse("admin:blog_post_share", args=[post.pk])).content.decode())


def test_title_points_and_link_in_this_order():
    made = texts(
        title="Why we raised the floor", brief=["It is higher now.", "It cost 40 million."]
    )
    assert made["LinkedIn"] == (
        "Why we raised the floor\n\n– It is higher now.\n– It cost 40 million.\n\n" + LINK
    )
    assert len(set(made.values())) == 1


def test_without_points_the_sentence_under_the_title_speaks():
    made = texts(title="The floor", standfirst="What the river taught us.")
    assert made["Bluesky"] == f"The floor\n\nWhat the river taught us.\n\n{LINK}"


def test_points_that_do_not_fit_are_left_out_whole():
    points = ["a" * 150, "b" * 150, "c" * 150]
    made = texts(title="The floor", brief=points)
    assert all(point in made["LinkedIn"] for point in points)
    assert points[0] in made["X"]
    assert points[1] not in made["X"]


def test_title_that_is_too_long_is_cut_between_words():
    title = " ".join(["pumping"] * 60)
    made = texts(title=title[:400])["X"]
    said, _, link = made.rpartition("\n\n")
    assert link == LINK
    assert set(said.removesuffix("…").split()) == {"pumping"}


@pytest.mark.parametrize("network", ["X", "Mastodon"])
def test_a_long_link_counts_what_the_network_says(network):
    long = f"http://testserver/posts/{'x' * 400}/"
    (ready,) = [one for one in ready_texts(Version(title="T"), long) if one.network.name == network]
    assert (ready.length, ready.text) == (1 + 2 + 23, f"T\n\n{long}")


def test_signs_that_count_twice_on_x_do_so():
    assert len(texts(title="洪" * 200)["X"].partition("…")[0]) == (280 - 25 - 2) // 2
    assert texts(title="洪" * 200)["Bluesky"].startswith("洪" * 200)


@given(
    title=LINES,
    points=st.lists(LINES, max_size=3),
    slug=st.from_regex(r"[a-z-]{1,60}", fullmatch=True),
)
def test_any_words_fit_everywhere_and_end_with_the_link(title, points, slug):
    link = f"http://testserver/posts/{slug}/"
    for ready in ready_texts(Version(title=title, brief=points), link):
        assert ready.length <= ready.network.limit
        assert ready.text.endswith(f"\n\n{link}")
        assert title.startswith(ready.text.split("…")[0].split("\n\n")[0][: len(title)].rstrip())


def test_page_shows_each_text_and_where_it_opens(ceo, at_desk):
    post = make_post(ceo, title="Tea & “cake”", slug="tea", brief=("Two points.",))
    page = page_of(at_desk(ceo), post)
    for network in NETWORKS:
        assert f">Open {network.name}<" in page
    assert "– Two points.\n\nhttp://testserver/posts/tea/" in page
    (x,) = [one for one in ready_texts(post.live_version, LINK) if one.network.name == "X"]
    assert parse_qs(urlsplit(x.opens).query)["text"] == [x.text]
    (mastodon,) = [
        one for one in ready_texts(post.live_version, LINK) if one.network.name == "Mastodon"
    ]
    assert unquote(urlsplit(mastodon.opens).fragment) == f"text={mastodon.text}"


@pytest.mark.parametrize("state", ["draft", "taken back", "retracted"])
def test_what_nobody_can_read_is_not_told_of(ceo, at_desk, state):
    post = make_draft(ceo) if state == "draft" else make_post(ceo)
    if state == "taken back":
        workflow.unpublish(post, by=ceo)
    elif state == "retracted":
        workflow.retract(post, by=ceo, notice="It was wrong.")
    answer = at_desk(ceo).get(reverse("admin:blog_post_share", args=[post.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:blog_post_change", args=[post.pk])
    assert "nothing to tell" in answer.content.decode()


def test_newer_words_that_nobody_signed_are_not_in_it(ceo, at_desk):
    post = make_post(ceo, title="The floor")
    workflow.save_version(post, edited(post, title="CANARY"), by=ceo)
    page = page_of(at_desk(ceo), post)
    assert "The floor\n\n" in page
    assert "CANARY\n\n" not in page


def test_who_may_not_see_posts_may_not_see_this(ceo, at_desk):
    post = make_post(ceo)
    client = at_desk(make_user("Pia Plain"))
    assert client.get(reverse("admin:blog_post_share", args=[post.pk])).status_code == 403


def test_published_post_offers_it(ceo, at_desk):
    post = make_post(ceo)
    change = at_desk(ceo).get(reverse("admin:blog_post_change", args=[post.pk])).content.decode()
    assert reverse("admin:blog_post_share", args=[post.pk]) in change
