"""The demo's posts, pages and scene keep the format their loader reads, and the house rules."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.config.demo_files import (
    CLICHES,
    PAGES,
    POSTS,
    PUBLISHED,
    SCENE,
    Text,
    hosts,
    hours_live,
    is_reserved,
)

REQUIRED = {
    "slug",
    "title",
    "standfirst",
    "brief",
    "topics",
    "author",
    "authorship",
    "authorship_detail",
    "published",
}
CORRECTED = {"first_said", "says_now", "correction"}
OPTIONAL = {"lead", "series", "disclosure", *CORRECTED}
PAGE_KEYS = {"slug", "title", "standfirst", "menu", "menu_order"}
BRIEF_WORDS_IN_A_MINUTE = 238

each_post = pytest.mark.parametrize("slug", POSTS)
each_text = pytest.mark.parametrize(
    ("name", "text"), [*POSTS.items(), *PAGES.items()], ids=[*POSTS, *PAGES]
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours as WCAG 2.2 defines it (1 to 21)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@each_post
def test_post_has_the_keys_that_the_loader_reads(slug: str) -> None:
    keys = set(POSTS[slug].front)
    assert keys >= REQUIRED
    assert keys <= REQUIRED | OPTIONAL


@each_post
def test_post_refers_only_to_what_the_scene_holds(slug: str) -> None:
    post = POSTS[slug]
    assert post.front["author"] in SCENE["authors"]
    assert post.front["authorship"] in {"by", "with", "guest", "ai"}
    assert 1 <= len(post.items("topics")) <= 3
    assert set(post.items("topics")) <= {topic["name"] for topic in SCENE["topics"]}


@each_post
def test_brief_is_read_in_a_minute(slug: str) -> None:
    points = POSTS[slug].items("brief")
    assert 1 <= len(points) <= 3
    assert all(len(point.split()) <= 30 for point in points)
    assert sum(len(point.split()) for point in points) <= BRIEF_WORDS_IN_A_MINUTE


@each_post
def test_post_begins_with_a_paragraph_and_has_a_fit_length(slug: str) -> None:
    body = POSTS[slug].body
    assert re.match(r"[“A-Z]", body), "the first block carries the point, in words"
    assert 220 <= len(body.split()) <= 1_700


@each_post
def test_headings_start_at_level_two_and_sources_come_last(slug: str) -> None:
    prose = re.sub(r"^```.*?^```", "", POSTS[slug].body, flags=re.M | re.S)
    headings = re.findall(r"^(#+) (.+)$", prose, flags=re.M)
    assert {marks for marks, _ in headings} <= {"##", "###"}
    titles = [title for _, title in headings]
    assert len(titles) == len(set(titles))
    assert "Sources" not in titles[:-1]


@each_post
def test_footnotes_are_defined_and_used_once(slug: str) -> None:
    body = POSTS[slug].body
    defined = re.findall(r"^\[\^(\w+)\]: ", body, flags=re.M)
    used = re.findall(r"\[\^(\w+)\](?!: )", body)
    assert sorted(defined) == sorted(used)


@each_post
def test_code_fences_are_closed(slug: str) -> None:
    assert len(re.findall(r"^```", POSTS[slug].body, flags=re.M)) % 2 == 0


def test_slugs_are_unique_and_name_their_files() -> None:
    texts = POSTS | PAGES
    assert len(texts) == len(POSTS) + len(PAGES)
    assert all(text.front["slug"] == name for name, text in texts.items())
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in texts)


def test_posts_are_published_scheduled_and_drafted() -> None:
    moments = [post.front["published"] for post in POSTS.values()]
    assert moments.count("draft") == 1
    dated = [PUBLISHED.fullmatch(moment) for moment in moments if moment != "draft"]
    days = sorted(int(moment["days"]) for moment in dated if moment)
    assert len(days) == len(moments) - 1
    assert len([day for day in days if day < 0]) >= 9
    assert [day for day in days if day >= 0] == [2]
    assert days[0] >= -430


def test_series_parts_are_three_in_order_of_publication() -> None:
    parts = [(int(p.items("series")[1]), s) for s, p in POSTS.items() if p.items("series")]
    names = {post.items("series")[0] for post in POSTS.values() if post.items("series")}
    assert names == {series["name"] for series in SCENE["series"]}
    assert [number for number, _ in sorted(parts)] == [1, 2, 3]
    ages = [hours_live(slug) for _, slug in sorted(parts)]
    assert ages == sorted(ages, reverse=True)


def test_posts_between_them_show_what_a_post_can_hold() -> None:
    bodies = [post.body for post in POSTS.values()]
    assert any(re.search(r"^\|[-:| ]+\|$", body, flags=re.M) for body in bodies), "table"
    assert any(re.search(r"^\[\^1\]: ", body, flags=re.M) for body in bodies), "footnote"
    assert any(re.search(r"^> ", body, flags=re.M) and "\n```" in body for body in bodies)
    assert any(len(re.findall(r"^## ", body, flags=re.M)) >= 5 for body in bodies)
    assert sum("\n## Sources\n" in body for body in bodies) > len(bodies) / 2
    assert {"by", "with", "guest"} <= {post.front["authorship"] for post in POSTS.values()}
    assert any("disclosure" in post.front for post in POSTS.values())


def test_pages_are_about_and_contact_with_a_place_in_a_menu() -> None:
    assert set(PAGES) == {"about", "contact"}
    for page in PAGES.values():
        assert set(page.front) == PAGE_KEYS
        assert page.front["menu"] in {"header", "footer", "none"}
        assert page.front["menu_order"].isdecimal()


@each_text
def test_links_lead_only_to_reserved_hosts(name: str, text: Text) -> None:
    assert [host for host in hosts(text.body) if not is_reserved(host)] == [], name


@each_text
def test_no_cliche_is_printed(name: str, text: Text) -> None:
    words = " ".join([*text.front.values(), text.body]).lower()
    assert [cliche for cliche in CLICHES if cliche in words] == [], name


@each_text
def test_spelling_of_signs_is_the_same_everywhere(name: str, text: Text) -> None:
    shown = re.sub(r"\]\([^)]*\)", "]", text.body)
    assert not re.search(r"[\"'\t\u00a0]| $", shown, flags=re.M), name


# The scene


def test_scene_has_a_user_with_each_role() -> None:
    users = SCENE["users"]
    assert 6 <= len(users) <= 7
    assert {u["role"] for u in users} == {"CEO", "Writer", "Counsel", "Moderator", "Auditor"}
    assert len({user["username"] for user in users}) == len(users)
    assert all(user["email"].endswith("@example.com") for user in users)
    owned = Counter(user["author"] for user in users if user["author"])
    assert owned == Counter(SCENE["authors"].keys())


def test_scene_holds_what_the_site_shows() -> None:
    site = SCENE["site"]
    assert site["name"] and site["tagline"] and site["legal_line"] and site["footer_text"]
    assert site["contact_email"].endswith("@example.com")
    assert "fictional" in site["legal_line"]
    people = [site, *SCENE["authors"].values()]
    urls = " ".join(link["url"] for person in people for link in person["profile_links"])
    assert urls
    assert all(is_reserved(host) for host in hosts(urls))


@pytest.mark.parametrize("paper", ["#FBFAF7", "#FFFFFF", "#F3F0E9"])
def test_accent_is_legible_on_each_light_ground(paper: str) -> None:
    assert contrast(SCENE["site"]["accent"], paper) >= 4.5


def test_topics_and_authors_are_described_and_used() -> None:
    used = {topic for post in POSTS.values() for topic in post.items("topics")}
    assert used == {topic["name"] for topic in SCENE["topics"]}
    for entry in [*SCENE["topics"], *SCENE["series"]]:
        assert re.fullmatch(r"[a-z0-9-]+", entry["slug"])
        assert entry["description"].endswith(".")
    assert {p.front["author"] for p in POSTS.values()} == set(SCENE["authors"])


def test_one_post_was_corrected_and_its_head_says_what_it_said_first():
    corrected = [text for text in POSTS.values() if text.front.keys() & CORRECTED]
    assert len(corrected) == 1
    (text,) = corrected
    assert text.front.keys() >= CORRECTED
    assert text.body.count(text.front["says_now"]) == 1
    assert text.front["first_said"] not in text.body
