"""What readers open: lists, posts, pages, feeds, and what is not there."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.markup import plain_text
from blog.menu import MOST_TOPICS
from blog.models import Post, Series, Site, Topic
from tests.cast import edited, make_draft, make_post
from tests.pictures import kept, lead

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def text(client: Client, path: str, status: int = 200) -> str:
    """The page at `path`, which must answer with `status`."""
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_site_without_a_name_says_how_to_begin(client, db):
    assert "manage.py setup" in text(client, "/")


def test_empty_site_says_so(client, ceo):
    assert "Nothing is published here yet" in text(client, "/")
    assert text(client, "/archive/")
    assert "<entry>" not in text(client, "/feed.atom")


def test_post_is_shown_with_byline_brief_and_words(client, ceo):
    post = make_post(ceo, brief=("One point.", "Another point."), standfirst="In one sentence.")
    page = text(client, post.get_absolute_url())
    for words in (
        "Why we raised the floor",
        "Written by Dana Whitfield",
        "One point.",
        "In one sentence.",
    ):
        assert words in page
    assert page.index("One point.") < page.index("The river rose two metres.")


def test_newest_post_leads_the_index(client, ceo):
    make_post(ceo, title="The older one", slug="older")
    make_post(ceo, title="The newer one", slug="newer", brief=("Its point.",))
    page = text(client, "/")
    assert page.index("The newer one") < page.index("The older one")
    assert "Its point." in page


def test_index_has_pages_of_twenty(client, ceo):
    for number in range(21):
        make_post(ceo, title=f"Number {number:02}", slug=f"number-{number}")
    assert "Number 00" not in text(client, "/")
    assert "Number 00" in text(client, "/page/2/")
    assert 'href="/page/2/"' in text(client, "/")
    assert 'href="/"' in text(client, "/page/2/")


@pytest.mark.parametrize(
    "path", ["/page/0/", "/page/2/", "/page/99999/", "/page/x/", "/page/999999/"]
)
def test_page_that_is_not_there_is_not_found(client, ceo, path):
    make_post(ceo)
    text(client, path, 404)


@pytest.mark.parametrize("number", ["0", "-1", "2", "x", "1e3", "9" * 40, "٢", " 1", "%00"])
def test_odd_page_of_a_topic_is_not_found(client, ceo, number):
    topic = Topic.objects.create(name="Water", slug="water")
    make_post(ceo).topics.add(topic)
    text(client, f"/topics/water/?page={number}", 404)


def test_topic_series_author_and_archive_lead_to_the_post(client, ceo):
    post = make_post(ceo)
    post.topics.add(
        Topic.objects.create(name="Water", slug="water", description="Rivers and rain.")
    )
    series = Series.objects.create(name="The flood", slug="the-flood")
    Post.objects.filter(pk=post.pk).update(series=series, series_part=1)
    for path in (
        "/topics/water/",
        "/series/the-flood/",
        "/authors/dana-whitfield/",
        "/archive/",
        "/",
    ):
        assert f'href="{post.get_absolute_url()}"' in text(client, path)
    assert "Rivers and rain." in text(client, "/topics/water/")
    assert "Water" in text(client, "/")


def test_front_page_names_the_most_used_topics_and_the_archive_all(client, ceo):
    posts = [make_post(ceo, title=f"Part {part}", slug=f"part-{part}") for part in (1, 2)]
    for number in range(MOST_TOPICS + 1):
        posts[0].topics.add(Topic.objects.create(name=f"Topic {number:02}", slug=f"t-{number:02}"))
    posts[1].topics.add(Topic.objects.get(slug=f"t-{MOST_TOPICS:02}"))
    front, archive = text(client, "/"), text(client, "/archive/")
    assert front.count('<li><a href="/topics/') == MOST_TOPICS
    assert f"/topics/t-{MOST_TOPICS:02}/" in front
    assert f"/topics/t-{MOST_TOPICS - 1:02}/" not in front
    assert "/archive/#topics" in front
    assert archive.count('<li><a href="/topics/') == MOST_TOPICS + 1
    assert f'Topic {MOST_TOPICS:02} <span class="ways__count">2</span>' in archive


def test_series_is_counted_over_what_readers_see(client, ceo):
    series = Series.objects.create(name="The flood", slug="the-flood")
    posts = [make_post(ceo, title=f"Part {part}", slug=f"part-{part}") for part in (1, 2, 3)]
    for part, post in enumerate(posts, start=1):
        Post.objects.filter(pk=post.pk).update(series=series, series_part=part)
    workflow.unpublish(posts[0], by=ceo)
    page = " ".join(text(client, posts[1].get_absolute_url()).split())
    assert "1 of 2" in page
    assert 'href="/posts/part-3/"' in page
    assert "/posts/part-1/" not in page


def test_scheduled_post_appears_at_its_second_without_any_timer(client, ceo):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    at = timezone.now() + timedelta(hours=1)
    workflow.schedule(post, by=ceo, at=at)
    paths = [
        post.get_absolute_url(),
        "/",
        "/feed.atom",
        "/sitemap.xml",
        "/archive/",
        "/search/?q=river",
    ]
    with time_machine.travel(at - timedelta(seconds=1), tick=False):
        text(client, paths[0], 404)
        assert all("raised the floor" not in text(client, path) for path in paths[1:5])
    with time_machine.travel(at + timedelta(seconds=1), tick=False):
        assert all("raise" in text(client, path) for path in paths)
        assert workflow.publish_due() == 1
        assert workflow.publish_due() == 0


def test_taken_back_post_is_as_if_it_never_was(client, ceo):
    post = make_post(ceo)
    workflow.unpublish(post, by=ceo)
    gone = client.get(post.get_absolute_url())
    never = client.get("/posts/never-was-here-at-all/")
    assert gone.status_code == never.status_code == 404
    assert "raised the floor" not in gone.content.decode()


def test_retracted_post_answers_with_its_notice(client, ceo):
    post = make_post(ceo)
    workflow.retract(post, by=ceo, notice="Two of its figures were wrong.")
    page = text(client, post.get_absolute_url())
    assert "Two of its figures were wrong." in page
    assert "The river rose" not in page
    assert "/posts/" not in text(client, "/archive/")


def test_newer_words_wait_for_their_signature(client, ceo, writer):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, title="CANARY title"), by=writer)
    assert "CANARY" not in text(client, post.get_absolute_url())


def test_correction_moves_updated_and_not_published(client, ceo):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="The river rose three metres."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    corrected = workflow.publish(post, by=ceo)
    assert corrected.published_at == post.published_at
    assert corrected.updated_at > corrected.published_at
    entry = ElementTree.fromstring(text(client, "/feed.atom")).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated") != entry.findtext(f"{ATOM}published")


def test_page_has_its_own_address_and_place_in_the_menu(client, ceo):
    page = make_post(ceo, kind="page", slug="about", title="About us")
    Post.objects.filter(pk=page.pk).update(menu_place="header")
    assert "The river rose" in text(client, "/about/")
    assert '<a href="/about/">About us</a>' in text(client, "/")
    assert "archive__post" not in text(client, "/archive/")
    assert 'id="comment-form"' not in text(client, "/about/")
    workflow.unpublish(page, by=ceo)
    assert "About us" not in text(client, "/")


def test_owners_links_stand_in_the_menu(client, ceo):
    site = Site.current()
    site.header_links = [{"label": "Shop", "url": "https://shop.example.com"}]
    site.footer_links = [{"label": "Imprint", "url": "/imprint/"}]
    site.save()
    page = text(client, "/")
    assert "https://shop.example.com" in page
    assert "/imprint/" in page


def test_feed_holds_the_whole_text_and_absolute_addresses(client, ceo):
    post = make_post(
        ceo, body="Read [this](/about/).\n\n## Water\n\nAll of it.", brief=("The point.",)
    )
    feed = ElementTree.fromstring(text(client, "/feed.atom"))
    entry = feed.find(f"{ATOM}entry")
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert "Written by Dana Whitfield" in content.text
    assert 'href="http://testserver/about/"' in content.text
    assert entry.findtext(f"{ATOM}summary") == "The point."
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver{post.get_absolute_url()}"
    assert entry.findtext(f"{ATOM}id").startswith("tag:testserver,")


def test_feed_changes_addresses_and_no_signed_word(client, ceo):
    words = 'Write `href="/about/"` and `href="#top"`, or\n\n```\n<a href="/about/">x</a>\n```\n\n'
    linked = (
        "[About](/about/), [there](#h-water)[^1]\n\n## Water\n\n![A](/media/a.webp)\n\n[^1]: N."
    )
    post = make_post(ceo, body=words + linked)
    feed = ElementTree.fromstring(text(client, "/feed.atom"))
    content = feed.findtext(f"{ATOM}entry/{ATOM}content")
    signed = post.versions.get().renderings.get().html
    assert plain_text(content).removeprefix("Written by Dana Whitfield\n") == plain_text(signed)
    assert content.count('href="/about/"') == 2
    here = f"http://testserver{post.get_absolute_url()}"
    for address in ("http://testserver/about/", f"{here}#h-water", f"{here}#fn-1"):
        assert f'href="{address}"' in content
    assert 'src="http://testserver/media/a.webp"' in content


def test_feed_of_a_topic_holds_only_its_posts(client, ceo):
    make_post(ceo, title="About rain", slug="rain").topics.add(
        Topic.objects.create(name="Water", slug="water")
    )
    make_post(ceo, title="About fire", slug="fire")
    feed = text(client, "/topics/water/feed.atom")
    assert "About rain" in feed
    assert "About fire" not in feed
    text(client, "/topics/none/feed.atom", 404)


def test_sitemap_names_what_is_public_under_the_sites_own_address(client, ceo):
    post = make_post(ceo)
    make_draft(ceo, slug="a-draft")
    sitemap = text(client, "/sitemap.xml")
    assert f"<loc>http://testserver{post.get_absolute_url()}</loc>" in sitemap
    assert "http://testserver/authors/dana-whitfield/" in sitemap
    for path in ("/", "/archive/"):
        assert f"<loc>http://testserver{path}</loc>" in sitemap
    assert "a-draft" not in sitemap


def test_sitemap_of_a_site_without_posts_names_its_front_page_only(client, ceo):
    make_draft(ceo)
    found = ElementTree.fromstring(text(client, "/sitemap.xml"))
    assert [url.text for url in found.iter() if url.tag.endswith("loc")] == ["http://testserver/"]


def test_robots_points_to_the_sitemap(client, db):
    assert "Sitemap: http://testserver/sitemap.xml" in text(client, "/robots.txt")


def test_search_finds_every_word_in_any_order(client, ceo):
    make_post(ceo)
    for query in ("river", "RIVER metres", "metres+river", "floor"):
        assert "Why we raised the floor" in text(client, f"/search/?q={query}")
    for query in ("", "ocean", "river ocean", "%25", "_", "'; DROP TABLE blog_post; --"):
        assert "Why we raised the floor" not in text(client, f"/search/?q={query}")


def test_not_found_offers_search_and_the_latest_posts(client, ceo):
    make_post(ceo)
    page = text(client, "/nowhere/", 404)
    assert 'name="q"' in page
    assert "Why we raised the floor" in page


@pytest.mark.parametrize(
    "path", ["/", "/archive/", "/feed.atom", "/sitemap.xml", "/search/", "/robots.txt", "/healthz"]
)
def test_pages_are_read_and_not_written(client, ceo, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_theme_sheet_is_readable_on_both_pages(client, ceo):
    site = Site.current()
    site.accent = "#7A1F3D"
    site.save()
    sheet = text(client, "/theme.css")
    assert "light-dark(#7A1F3D," in sheet
    assert site.theme_url in text(client, "/")


def test_health_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert text(client, "/healthz") == "ok\n"


def test_ready_means_migrated_and_guarded(client, db):
    from ledger import guards

    assert client.get("/readyz").json() == {"ready": True}
    guards.drop()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problem"] == "guards are missing"


def test_dates_are_shown_in_the_sites_time_zone(client, ceo):
    site = Site.current()
    site.time_zone = "Pacific/Auckland"
    site.save()
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    from datetime import UTC, datetime

    workflow.publish(post, by=ceo, at=datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    assert "1 April 2026" in text(client, post.get_absolute_url())


def test_row_without_a_standfirst_shows_the_first_point(client, ceo):
    make_post(ceo, slug="older", brief=("The point of it.", "And another."))
    make_post(ceo, slug="newer")
    page = text(client, "/")
    assert '<p class="rows__standfirst p-summary" dir="auto">The point of it.</p>' in page
    assert "And another." not in page


def test_lead_shows_its_picture_after_its_brief(client, ceo):
    picture = lead(kept().address)
    make_post(ceo, slug="newer", brief=("The point of it.",), images=(picture,))
    page = text(client, "/")
    assert page.index("The point of it.") < page.index(picture["address"])
    assert 'sizes="(max-width: 62rem) 100vw, 27rem"' in page


def test_archive_counts_each_year_and_names_each_month(client, ceo):
    for slug, day in (("one", "2024-05-03"), ("two", "2025-01-31"), ("three", "2025-12-01")):
        with time_machine.travel(f"{day} 12:00", tick=False):
            make_post(ceo, slug=slug)
    page = text(client, "/archive/")
    for year, count, months in (("2025", 2, ("2025-01", "2025-12")), ("2024", 1, ("2024-05",))):
        assert f'href="#y{year}">{year} <span class="ways__count">{count}</span>' in page
        assert f'id="y{year}"' in page
        assert all(f'id="y{month}"' in page for month in months)
    assert "2 posts</span></h2>" in page
    assert "1 post</span></h2>" in page


def test_profiles_of_an_author_say_whose_site_they_lead_to(client, ceo):
    make_post(ceo)
    ceo.author.profile_links = [
        {"label": "Talks", "url": "https://www.talks.example/dana"},
        {"label": "dana.example", "url": "https://dana.example/"},
        {"label": "Write", "url": "mailto:dana@example.com"},
    ]
    ceo.author.save()
    page = text(client, "/authors/dana-whitfield/")
    assert page.count('rel="me"') >= 3
    assert '>Talks</a> <span class="about__host">talks.example</span>' in page
    assert page.count("about__host") == 1
