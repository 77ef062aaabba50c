"""Old addresses lead to where things are now, never out of the site, in a circle, or to a draft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog import workflow
from blog.live_addresses import Found, at
from blog.models import Author, OldAddress, Post, Series, Topic
from blog.old_addresses import Former, NotRemembered, find, remember, remember_all
from tests.cast import make_draft, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post at /posts/floor/ that had other addresses on another site."""
    post = make_post(ceo, slug="floor")
    remember_all(
        [
            Former(path="/2019/05/raising-the-floor/", post=post, origin="wordpress"),
            Former(path="/?p=12", post=post, origin="wordpress"),
            Former(path="/%E6%B0%B4/", post=post, origin="wordpress"),
        ]
    )
    return post


@pytest.fixture
def topic(ceo: User, post: Post) -> Topic:
    """A topic with a public post, which was a category."""
    topic = Topic.objects.create(name="Water", slug="water")
    workflow.change_post(post, {"topics": [topic]}, by=ceo)
    remember("/category/floods/", target="/topics/water/", origin="wordpress")
    return topic


def leads_to(client: Client, address: str) -> str | None:
    """Where a browser ends up that asks for an address: the path of a page, or `None` for a 404."""
    response: Any = client.get(address)
    for _ in range(5):
        if response.status_code == 404:
            return None
        if response.status_code == 200:
            return str(response.wsgi_request.get_full_path())
        assert response.status_code == 301
        assert response["Location"].startswith("/")
        assert not response["Location"].startswith("//")
        response = client.get(response["Location"])
    raise AssertionError(f"{address} leads on and on")


@pytest.mark.parametrize(
    "address",
    [
        "/2019/05/raising-the-floor/",
        "/2019/05/raising-the-floor",
        "/2019/05/raising-the-floor/?utm_source=letter",
        "/?p=12",
        "/?p=12&preview=true",
        "/index.php?p=12",
        "/%E6%B0%B4/",
    ],
)
def test_old_address_leads_to_the_post_for_good(client, post, address):
    response = client.get(address)
    assert response.status_code == 301
    assert response["Location"] == "/posts/floor/"
    assert client.head(address).status_code == 301


def test_answer_may_be_kept_by_caches_and_is_asked_about_again(client, post):
    response = client.get("/2019/05/raising-the-floor/")
    assert response["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_query_that_names_the_page_counts(client, post, ceo):
    other = make_post(ceo, slug="roof", title="The roof")
    remember("/?p=13", post=other, origin="wordpress")
    assert leads_to(client, "/?p=13") == "/posts/roof/"
    assert leads_to(client, "/?p=14") == "/?p=14"


def test_path_is_found_without_a_query_nobody_remembered(client, post):
    assert leads_to(client, "/2019/05/raising-the-floor/?m=1") == "/posts/floor/"


def test_form_sent_to_an_old_address_is_not_led_anywhere(client, post):
    assert client.post("/2019/05/raising-the-floor/").status_code == 404


def test_case_of_a_path_counts(client, post):
    assert leads_to(client, "/2019/05/Raising-The-Floor/") is None


@pytest.mark.parametrize("path", ["/", "/posts/floor/", "/archive/", "/feed.atom"])
def test_page_that_answers_costs_no_query_more(client, post, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert not [query for query in queries if "oldaddress" in query["sql"]]


def test_real_page_wins_over_an_old_address(client, post, ceo):
    remember("/about/", post=post, origin="wordpress")
    assert leads_to(client, "/about/") == "/posts/floor/"
    page = make_post(ceo, slug="about", title="About", kind=Post.Kind.PAGE)
    assert leads_to(client, "/about/") == "/about/"
    workflow.unpublish(page, by=ceo)
    assert leads_to(client, "/about/") == "/posts/floor/"


@pytest.mark.parametrize("state", ["draft", "scheduled", "taken back"])
def test_old_address_says_nothing_of_a_post_that_is_not_public(client, ceo, state):
    hidden = make_draft(ceo, slug="merger", title="Merger")
    if state == "scheduled":
        workflow.approve(workflow.submit(hidden, by=ceo), by=ceo)
        hidden = workflow.schedule(hidden, by=ceo, at=timezone.now() + timedelta(days=1))
    elif state == "taken back":
        workflow.approve(workflow.submit(hidden, by=ceo), by=ceo)
        hidden = workflow.unpublish(workflow.publish(hidden, by=ceo), by=ceo)
    remember("/2019/merger/", post=hidden, origin="wordpress")
    response, unknown = client.get("/2019/merger/"), client.get("/2019/nothing/")
    assert response.status_code == 404
    assert "posts/merger" not in response.content.decode()
    assert response.content.decode().replace("merger", "nothing") == unknown.content.decode()


def test_old_address_of_a_retracted_post_leads_to_its_notice(client, post, ceo):
    workflow.retract(post, by=ceo, notice="Wrong.")
    assert leads_to(client, "/?p=12") == "/posts/floor/"


def test_old_address_of_a_list_that_is_not_public_leads_nowhere(client, topic, post, ceo):
    assert leads_to(client, "/category/floods/") == "/topics/water/"
    workflow.unpublish(post, by=ceo)
    assert client.get("/category/floods/").status_code == 404


def test_rows_that_exist_are_kept_and_named(post, ceo):
    other = make_post(ceo, slug="roof", title="The roof")
    kept = remember_all(
        [
            Former(path="/?p=12", post=other, origin="ghost"),
            Former(path="/2019/05/raising-the-floor", post=post, origin="ghost"),
            Former(path="/new/", post=other, origin="ghost"),
            Former(path="/new", post=post, origin="ghost"),
        ]
    )
    assert {row.path for row in kept} == {"/?p=12", "/new"}
    assert OldAddress.objects.get(path="/?p=12").post == post
    assert OldAddress.objects.get(path="/new").post == other


@pytest.mark.parametrize(
    ("path", "target"),
    [
        *(("//example.com/", "/"), ("/", "/about/"), ("/a\0", "/"), ("/" + "a" * 501, "/")),
        *(("/a", "//example.com/"), ("/a", "https://example.com/"), ("/a", "/\\example.com")),
        *(("/a", ""), ("/a", "about")),
    ],
)
def test_what_cannot_be_an_old_address_is_refused_in_words(path, target):
    refused = remember(path, target=target, origin="wordpress")
    assert refused is not None
    assert refused.path == path
    assert refused.why
    assert not OldAddress.objects.exists()


def test_own_address_of_today_is_passed_over(post):
    assert remember("/posts/floor/", post=post, origin="wordpress") is None
    assert OldAddress.objects.count() == 3


def test_many_are_kept_in_few_queries(post):
    rows = [Former(path=f"/archives/{number}", post=post, origin="x") for number in range(3000)]
    with CaptureQueriesContext(connection) as queries:
        assert remember_all(rows) == []
    assert OldAddress.objects.count() == 3003
    assert len(queries) <= 30
    assert [type(row) for row in remember_all(rows)] == []
    assert isinstance(remember("/archives/7", target="/about/", origin="x"), NotRemembered)


@pytest.mark.parametrize(
    "address",
    [
        "//example.com/",
        "//example.com/2019/05/raising-the-floor/",
        "/%2F%2Fexample.com/",
        "/%5Cexample.com/",
        "/%00",
        "/2019/%00/",
        "/%0D%0ASet-Cookie:%20a=b",
        "/%FF%FE/",
        "/" + "a" * 10_000,
        "/?p=" + "1" * 10_000,
        "/?p=%00",
        "/?p=%FF",
        "/?p=12%0D%0AX:%20y",
        "/?feed=%ED%A0%80",
        "/" + "%25" * 3000,
    ],
)
def test_hostile_address_is_answered_and_leads_nowhere_else(client, post, address):
    response = client.get(address)
    assert response.status_code in {200, 301, 404}
    assert response.get("Location", "/").startswith("/")
    assert not response.get("Location", "/").startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)"]
)
def test_foreign_target_in_the_database_is_never_sent(client, target):
    OldAddress.objects.create(path="/old", target=target)
    assert client.get("/old/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/feed/",
            "/feed",
            "/feed/atom/",
            "/feed/rss2/",
            "/rss",
            "/rss/",
            "/rss.xml",
            "/atom.xml",
        ),
        *("/index.xml", "/?feed=rss2", "/?feed=atom", "/feeds/posts/default"),
    ],
)
def test_feed_of_another_blog_leads_to_ours(client, post, address):
    assert leads_to(client, address) == "/feed.atom"


def test_page_named_feed_wins(client, ceo):
    make_post(ceo, slug="feed", title="What we feed", kind=Post.Kind.PAGE)
    assert leads_to(client, "/feed/") == "/feed/"


@pytest.mark.parametrize("end", ["feed/", "feed", "feed/atom/", "rss/"])
def test_feed_of_a_category_leads_to_that_of_its_topic(client, topic, end):
    assert leads_to(client, f"/category/floods/{end}") == "/topics/water/feed.atom"
    assert leads_to(client, f"/topics/water/{end}") == "/topics/water/feed.atom"
    assert leads_to(client, f"/category/unknown/{end}") is None


@pytest.mark.parametrize("end", ["feed/", "feed", "feed/atom/", "rss/"])
@pytest.mark.parametrize(
    "start", ["/2013/04/floor/", "/posts/floor/", "/author/dana/", "/archive/"]
)
def test_feed_of_anything_else_that_is_here_leads_to_ours(client, post, start, end):
    remember("/2013/04/floor/", post=post, origin="import")
    remember("/author/dana/", target="/authors/dana-whitfield/", origin="import")
    assert leads_to(client, start + end) == "/feed.atom"


def test_feed_of_a_hidden_post_tells_nothing(client, ceo):
    hidden = make_draft(ceo, slug="merger")
    remember("/2013/04/merger/", post=hidden, origin="import")
    assert leads_to(client, "/2013/04/merger/feed/") is None
    assert leads_to(client, "/posts/merger/feed/") is None


def test_changed_address_of_a_post_keeps_leading_to_it(client, post, ceo):
    for slug in ("raised-floor", "higher-floor"):
        workflow.change_post(Post.objects.get(), {"slug": slug}, by=ceo)
    assert leads_to(client, "/posts/floor/") == "/posts/higher-floor/"
    assert leads_to(client, "/posts/raised-floor/") == "/posts/higher-floor/"
    assert leads_to(client, "/?p=12") == "/posts/higher-floor/"


def test_changing_it_back_works(client, post, ceo):
    workflow.change_post(post, {"slug": "raised-floor"}, by=ceo)
    workflow.change_post(Post.objects.get(), {"slug": "floor"}, by=ceo)
    assert leads_to(client, "/posts/floor/") == "/posts/floor/"
    assert leads_to(client, "/posts/raised-floor/") == "/posts/floor/"


def test_new_post_at_a_former_address_wins(client, post, ceo):
    workflow.change_post(post, {"slug": "raised-floor"}, by=ceo)
    make_post(ceo, slug="floor", title="Another floor")
    assert leads_to(client, "/posts/floor/") == "/posts/floor/"


def test_address_that_was_never_public_is_not_remembered(ceo):
    draft = make_draft(ceo, slug="merger")
    workflow.change_post(draft, {"slug": "plans"}, by=ceo)
    assert not OldAddress.objects.exists()


@pytest.mark.parametrize("verb", ["unpublish", "retract"])
def test_address_that_was_public_once_is_remembered(ceo, post, verb):
    said = {"notice": "Wrong."} if verb == "retract" else {}
    getattr(workflow, verb)(post, by=ceo, **said)
    workflow.change_post(post, {"slug": "plans"}, by=ceo)
    assert OldAddress.objects.filter(path="/posts/floor", post=post).exists()


@pytest.fixture
def newsroom(ceo: User) -> Client:
    """A browser whose owner may change topics, series and bylines."""
    client = Client()
    ceo.is_superuser = True
    ceo.save()
    client.force_login(ceo)
    return client


@pytest.mark.parametrize("model", [Topic, Series, Author])
def test_changed_address_of_a_list_keeps_leading_to_it(newsroom, client, ceo, post, model):
    row = Author.objects.get() if model is Author else model.objects.create(name="W", slug="w")
    if model is not Author:
        filed = {"topics": [row]} if model is Topic else {"series": row, "series_part": 1}
        workflow.change_post(post, filed, by=ceo)
    first = row.get_absolute_url()
    form = f"/admin/blog/{model._meta.model_name}/{row.pk}/change/"
    for slug in ("second", "third"):
        data = {"name": row.name, "slug": slug, "user": ceo.pk}
        assert newsroom.post(form, data).status_code == 302
    now = model.objects.get(pk=row.pk).get_absolute_url()
    assert now.endswith("/third/")
    assert leads_to(client, first) == now
    response = client.get(first)
    assert response["Location"] == now, "in one step"
    newsroom.post(form, {"name": row.name, "slug": row.slug, "user": ceo.pk})
    assert leads_to(client, first) == first
    assert leads_to(client, now) == first


def test_name_of_a_list_without_public_posts_is_not_told(newsroom, client):
    topic = Topic.objects.create(name="W", slug="w")
    form = f"/admin/blog/topic/{topic.pk}/change/"
    newsroom.post(form, {"name": "Merger", "slug": "merger"})
    assert client.get("/topics/w/").status_code == 404


@pytest.mark.parametrize(
    "rows",
    [
        {"/a": "/a/"},
        {"/a": "/b", "/b": "/a"},
        {"/a": "/b", "/b": "/c", "/c": "/b"},
        {"/?p=1": "/?p=2", "/?p=2": "/?p=1"},
        {"/a": "/comments/5/", "/comments/5": "/a"},
        {"/a": "/?p=1", "/?p=1": "/a"},
    ],
)
def test_rows_that_go_in_a_circle_end_somewhere(client, rows):
    for path, target in rows.items():
        OldAddress.objects.create(path=path, target=target)
    for path in rows:
        leads_to(client, path)


PATHS = ("/a", "/b", "/c", "/?p=1", "/posts/x", "/posts/y", "/topics/t", "/x", "/archive")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    targets=st.dictionaries(st.sampled_from(PATHS), st.sampled_from(PATHS), max_size=9),
    renames=st.lists(st.sampled_from(["x", "y", "z"]), max_size=6),
)
def test_no_rows_and_no_renames_ever_make_a_circle(client, post, ceo, targets, renames):
    OldAddress.objects.all().delete()
    OldAddress.objects.bulk_create(
        OldAddress(path=path, target=target) for path, target in targets.items()
    )
    for slug in renames:
        workflow.change_post(Post.objects.get(), {"slug": slug}, by=ceo)
    for path in {*PATHS, "/posts/z", "/posts/floor"}:
        leads_to(client, path)
    now = Post.objects.get().get_absolute_url()
    for slug in renames:
        assert leads_to(client, f"/posts/{slug}/") == now


def test_chain_of_rows_ends_where_something_answers(client, post):
    remember("/a", target="/b/", origin="x")
    remember("/b", target="/c/", origin="x")
    remember("/c", post=post, origin="x")
    assert find("/a/") == "/posts/floor/"


def paths_to_ask(post: Post) -> Iterable[str]:
    yield from ("/", "/archive/", "/feed.atom", "/posts/floor/", "/floor/", "/posts/no/", "/no/")
    yield from ("/topics/water/", "/topics/empty/", "/topics/water/feed.atom", "/nothing/at/all/")
    yield from ("/topics/empty/feed.atom", "/series/works/", "/series/no/", "/authors/nobody/")
    yield "/authors/dana-whitfield/"


@pytest.mark.parametrize("state", ["public", "retracted", "taken back"])
def test_what_is_told_without_the_page_is_what_the_page_says(client, topic, post, ceo, state):
    series = Series.objects.create(name="Works", slug="works")
    Topic.objects.create(name="Empty", slug="empty")
    Author.objects.create(name="Nobody", slug="nobody")
    workflow.change_post(post, {"series": series}, by=ceo)
    if state == "retracted":
        workflow.retract(post, by=ceo, notice="Wrong.")
    elif state == "taken back":
        workflow.unpublish(post, by=ceo)
    OldAddress.objects.all().delete()
    for path in paths_to_ask(post):
        answers = client.get(path).status_code == 200
        assert at(path) is (Found.PAGE if answers else Found.NOTHING), path
