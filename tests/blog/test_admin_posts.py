"""The list of posts in the newsroom: what it says, finds and does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import markup, roles, workflow
from blog.models import Approval, Author, Post, Site, Topic
from blog.standing import posts_that_need
from tests.cast import PASSWORD, edited, make_draft, make_post, make_user

MADE = markup.render("Made once, before anything is replaced.")
LIST = "/admin/blog/post/"


def listed(browser, query: str = "") -> str:
    page = browser.get(LIST + query, follow=True)
    assert page.status_code == 200
    text: str = page.content.decode()
    return text[text.index('id="changelist-form"') :].partition("changelist-filter")[0]


def act(browser, action: str, *posts: Post) -> str:
    return press(browser, action, posts, shown(browser))


def shown(browser) -> dict[str, str]:
    """What the list sends along with the ticked rows: which text each of them showed."""
    return dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', listed(browser)))


def press(browser, action: str, posts: Iterable[Post], seen: dict[str, str]) -> str:
    ticked = [post.pk for post in posts]
    said = {"action": action, "_selected_action": ticked, "confirmed": "yes", **seen}
    page: str = browser.post(LIST, said, follow=True).content.decode()
    return page


@pytest.fixture
def desk(ceo, at_desk):
    """The CEO's browser."""
    return at_desk(ceo)


def test_list_says_title_state_byline_and_date(desk, ceo):
    make_post(ceo, title="The river")
    row = listed(desk)
    today = timezone.localdate()
    assert "The river" in row
    assert f"Public since {today.day} {today:%B %Y}" in row
    assert "Dana Whitfield" in row


def test_list_says_whom_a_newer_text_waits_for(ceo, counsel, writer, at_desk):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, title="The river again"), by=writer)
    workflow.submit(post, by=writer)
    row = listed(at_desk(writer))
    assert "; a newer text waits for Dana Whitfield" in row
    assert "The river again" in row


def test_list_asks_as_many_questions_for_twelve_posts_as_for_two(ceo, counsel, at_desk):
    browser = at_desk(ceo)

    def questions(rows: int) -> int:
        for number in range(rows // 2):
            make_post(ceo, title=f"Post {number}")
            workflow.submit(make_draft(ceo, title=f"Draft {number}"), by=ceo)
        with CaptureQueriesContext(connection) as captured:
            listed(browser)
        return len(captured)

    questions(2)  # fills what is remembered for good, such as content types
    assert questions(2) == questions(12) <= 25


@pytest.fixture
def scene(ceo, counsel, writer):
    """A post in each state, a page, and one that waits for the CEO."""
    make_post(ceo, title="Public one")
    make_draft(ceo, title="Draft one")
    workflow.submit(make_draft(writer, title="Waiting one", author=ceo.author), by=writer)
    soon = make_draft(ceo, title="Scheduled one")
    workflow.approve(workflow.submit(soon, by=ceo), by=ceo)
    workflow.schedule(soon, by=ceo, at=timezone.now() + timedelta(days=1))
    workflow.retract(make_post(ceo, title="Retracted one"), by=ceo, notice="Wrong figures.")
    make_post(ceo, title="Page one", kind="page")
    return {
        title.split()[0].lower()
        for title in ("Public", "Draft", "Waiting", "Scheduled", "Retracted", "Page")
    }


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"public", "draft", "waiting", "scheduled", "retracted", "page"}),
        ("?state=public", {"public", "page"}),
        ("?state=draft", {"draft", "waiting"}),
        ("?state=waiting", {"waiting"}),
        ("?state=scheduled", {"scheduled"}),
        ("?state=retracted", {"retracted"}),
        ("?kind=page", {"page"}),
        ("?kind=post&state=public", {"public"}),
        ("?needs=you", {"waiting"}),
        ("?q=Waiting", {"waiting"}),
        ("?q=river+rose", {"public", "draft", "waiting", "scheduled", "retracted", "page"}),
        ("?author=dana-whitfield&state=public", {"public", "page"}),
        (
            "?author=nobody&state=nothing&kind=none",
            {"public", "draft", "waiting", "scheduled", "retracted", "page"},
        ),
    ],
)
def test_filters_and_search_find(scene, desk, query, titles):
    row = listed(desk, query)
    assert {name for name in scene if f"{name.title()} one" in row} == titles


def test_topic_and_author_filters_find(desk, ceo):
    guest = Author.objects.create(name="Guest", slug="guest")
    river = Topic.objects.create(name="Rivers", slug="rivers")
    make_draft(ceo, title="About rivers").topics.add(river)
    make_draft(ceo, title="By a guest", author=guest)
    assert "About rivers" in listed(desk, "?topic=rivers")
    assert "By a guest" not in listed(desk, "?topic=rivers")
    assert "By a guest" in listed(desk, "?author=guest")
    assert "About rivers" not in listed(desk, "?author=guest")


def test_needs_you_asks_as_many_questions_for_many_posts_as_for_few(
    ceo, counsel, writer, at_desk, django_assert_num_queries
):
    Site.objects.update(needs_counsel=True)

    def ask(posts: int) -> None:
        for number in range(posts):
            workflow.submit(make_draft(writer, author=ceo.author, title=f"T{number}"), by=writer)

    ask(2)
    assert counsel.has_perm("blog.view_post")  # asked once for each account, and kept with it
    with CaptureQueriesContext(connection) as few:
        assert len(posts_that_need(counsel)) == 2
    ask(6)
    with django_assert_num_queries(len(few)):
        assert len(posts_that_need(counsel)) == 8


def test_what_came_back_for_changes_needs_its_writer(ceo, counsel, writer, at_desk):
    post = make_draft(writer, author=ceo.author)
    review = workflow.submit(post, by=writer)
    workflow.request_changes(review, by=ceo, note="Shorter, please.")
    assert "Why we raised" in listed(at_desk(writer), "?needs=you")
    assert "Why we raised" not in listed(at_desk(ceo), "?needs=you")
    assert "Changes requested by Dana Whitfield" in listed(at_desk(writer))


@pytest.mark.parametrize(
    "query",
    [
        "?slug__contains=%00",
        "?versions__body__regex=(",
        "?state=%00",
        "?topic=%00",
        "?q=%00",
        "?p=99999999999999999999",
        "?o=99.-1",
        "?kind__exact=post",
        "?live_version__saved_by__exact=1",
    ],
)
def test_odd_address_lines_are_never_an_error_of_the_server(desk, ceo, query):
    make_post(ceo)
    assert desk.get(LIST + query).status_code in {200, 302, 400}


def test_action_publishes_each_and_counts(desk, ceo):
    one, two = make_draft(ceo, title="One"), make_draft(ceo, title="Two")
    public = make_post(ceo, title="Three")
    page = act(desk, "publish_all", one, two, public)
    assert "2 posts published." in page
    assert "Three: Readers see exactly these words already." in page
    assert Post.objects.published().count() == 3


def test_action_signs_only_the_text_that_the_row_showed(desk, ceo, writer):
    post = make_draft(ceo)
    seen = shown(desk)
    assert seen == {f"seen-{post.pk}": "1"}
    workflow.save_version(post, edited(post, body="Words she never saw."), by=writer)
    assert "Sam Ortiz has saved another text" in press(desk, "publish_all", [post], seen)
    for odd in ({}, {f"seen-{post.pk}": "x"}, {f"seen-{post.pk}": "9" * 30}):
        assert "Open it and publish it there." in press(desk, "publish_all", [post], odd)
    assert not Approval.objects.exists()
    assert not Post.objects.published().exists()


def test_action_publishes_what_is_signed_whatever_page_it_was_on(desk, ceo):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    assert "1 post published." in press(desk, "publish_all", [post], {})


def test_action_does_not_go_around_a_missing_signature(ceo, counsel, writer, at_desk):
    post = make_draft(writer, author=ceo.author)
    page = act(at_desk(writer), "publish_all", post)
    assert "Nobody has signed this text yet." in page
    assert not Post.objects.published().exists()


def test_action_asks_first_and_names_each_post(desk, ceo):
    one, two = make_draft(ceo, title="One"), make_draft(ceo, title="Two <b>")
    seen = shown(desk)
    said = {"action": "publish_all", "_selected_action": [one.pk, two.pk], **seen}
    page = desk.post(LIST, said).content.decode()
    assert not Post.objects.published().exists()
    assert "Two &lt;b&gt;" in page
    assert "Publish 2 posts" in page
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    again: dict[str, list[str]] = {}
    for name, value in fields:
        again.setdefault(name, []).append(value)
    assert "2 posts published." in desk.post(LIST, again, follow=True).content.decode()
    assert Post.objects.published().count() == 2


def test_action_leaves_out_what_was_retracted(desk, ceo, client):
    post = workflow.retract(make_post(ceo), by=ceo, notice="We named a customer.")
    page = act(desk, "publish_all", post)
    assert "It was retracted. Open it if readers shall see it again." in page
    assert "We named a customer." in client.get(post.get_absolute_url()).content.decode()


def test_action_takes_no_more_than_a_person_can_read(desk, ceo, monkeypatch):
    monkeypatch.setattr("blog.admin.posts.MOST_AT_ONCE", 1)
    one, two = make_draft(ceo, title="One"), make_draft(ceo, title="Two")
    assert "Choose at most 1 at a time." in act(desk, "publish_all", one, two)
    assert not Post.objects.published().exists()


def test_action_takes_back(desk, ceo):
    post, draft = make_post(ceo), make_draft(ceo, title="Draft")
    page = act(desk, "take_back_all", post, draft)
    assert "1 post taken back." in page
    assert "Draft: This post is not public and not scheduled." in page
    assert Post.objects.get(pk=post.pk).state == Post.State.DRAFT


def test_nobody_deletes_posts_from_the_list(ceo, at_desk):
    make_user("Root", is_superuser=True)
    browser = at_desk(make_user("Rita", is_superuser=True))
    post = make_draft(ceo)
    act(browser, "delete_selected", post)
    assert Post.objects.filter(pk=post.pk).exists()
    assert "delete_selected" not in listed(browser)


def test_readers_of_the_list_get_no_actions(ceo, auditor, at_desk):
    post = make_post(ceo)
    browser = at_desk(auditor)
    act(browser, "take_back_all", post)
    assert Post.objects.get().is_published
    assert 'name="action"' not in listed(browser)


def test_four_clicks_from_sign_in_to_a_live_post(client, ceo):
    """Sign in · Write a post · Publish; the words are typed in between."""
    login = {"username": "dana", "password": PASSWORD, "next": "/admin/"}
    front = client.post("/admin/login/", login, follow=True).content.decode()
    assert reverse("admin:blog_post_add") in front
    form = client.get(reverse("admin:blog_post_add")).content.decode()
    assert 'value="publish"' in form
    said = {"title": "A new floor", "body": "It held.", "then": "publish"}
    client.post(reverse("admin:blog_post_add"), said)
    assert client.get("/posts/a-new-floor/").status_code == 200


def test_solo_is_inferred_from_the_accounts_that_can_sign(ceo, writer):
    assert roles.is_solo(ceo)
    assert not roles.is_solo(writer)
    other = make_user("Vera Vice")
    assert roles.is_solo(ceo)
    byline = Author.objects.create(name="Vera Vice", slug="vera-vice", user=other)
    assert not roles.is_solo(ceo)
    other.is_active = False
    other.save()
    assert roles.is_solo(ceo)
    byline.delete()
    make_user("Ruth Amari", roles.COUNSEL)
    assert not roles.is_solo(ceo)


def test_time_zone_of_the_site_dates_the_list(desk, ceo):
    Site.objects.update(time_zone="Pacific/Kiritimati")
    make_post(ceo)
    Post.objects.update(published_at="2026-01-31T23:00:00Z")
    assert "Public since 1 February 2026" in listed(desk)


def test_signed_text_no_longer_waits_for_a_signature(ceo, counsel, writer, desk):
    post = make_draft(writer, author=ceo.author, title="Signed one")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    assert "Signed one" not in listed(desk, "?state=waiting")
    assert "Signed one" not in listed(desk, "?needs=you")
    assert "Signed, ready to publish" in listed(desk)


def test_new_html_for_live_words_waits_for_its_signer(ceo, counsel, desk, monkeypatch):
    post = make_post(ceo, title="The river")
    assert "The river" not in listed(desk, "?needs=you")
    monkeypatch.setattr(markup, "VERSION", markup.VERSION + 1)
    monkeypatch.setattr(markup, "render", lambda text, kind: replace(MADE, html="<p>Anew.</p>"))
    assert workflow.propose_rendering(Post.objects.get(pk=post.pk))
    assert "; a newer text waits for Dana Whitfield" in listed(desk, "?needs=you")
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    assert "The river" not in listed(desk, "?needs=you")
    assert "a newer text" not in listed(desk)


def test_pages_and_posts_are_counted_apart(scene, desk):
    page = desk.get(LIST).content.decode()
    assert "<span>5 posts and 1 page</span>" in page
    assert "<span>1 page</span>" in desk.get(f"{LIST}?kind=page").content.decode()
    assert "<span>5 posts</span>" in desk.get(f"{LIST}?kind=post").content.decode()
    assert "<span>Nothing is here.</span>" in desk.get(f"{LIST}?q=zebra").content.decode()


def test_rows_say_who_changed_it_last_and_name_their_parts_for_a_phone(ceo, writer, at_desk):
    Site.objects.update(time_zone="UTC")
    with time_machine.travel("2026-03-04 15:30Z", tick=False):
        make_draft(writer, author=ceo.author)
    row = listed(at_desk(ceo))
    assert '<td data-label="Last change" class="field-changed">4 Mar 2026, 15:30, Sam Ortiz' in row
    assert 'data-label="State"' in row
    assert 'data-label="Title"' not in row


def test_what_comes_next_stands_first(ceo, desk):
    for days in (2, 1, 3):
        post = make_draft(ceo, title=f"In {days} days")
        workflow.approve(workflow.submit(post, by=ceo), by=ceo)
        workflow.schedule(post, by=ceo, at=timezone.now() + timedelta(days=days))
    row = listed(desk, "?state=scheduled")
    assert row.index("In 1 days") < row.index("In 2 days") < row.index("In 3 days")


def test_filters_stand_closed_before_the_rows_and_say_what_is_chosen(scene, desk):
    page = desk.get(f"{LIST}?kind=page&state=public").content.decode()
    assert page.index('<details class="filters">') < page.index('id="changelist-form"')
    assert '<span class="filters__chosen">Pages</span>' in page
    assert re.search(r'<a href="[^"]*" aria-current="page">Public</a>', page)
    assert '<a href="?">Show all</a>' in page
    assert "filters__chosen" not in desk.get(f"{LIST}?state=public").content.decode()


def test_way_back_names_nothing_twice(ceo, desk):
    page = desk.get(LIST).content.decode()
    trail = page.split('class="breadcrumbs">')[1].split("</div>")[0]
    assert " ".join(re.sub(r"<[^>]+>", "", trail).split()) == "Home &rsaquo; Posts and pages"


def test_you_saved_it_last_finds_ones_own(ceo, writer, at_desk):
    make_draft(writer, author=ceo.author, title="Sam's")
    mine = make_draft(ceo, title="Dana's")
    workflow.save_version(mine, edited(mine, title="Dana's, and Sam's now"), by=writer)
    assert "2 posts" in at_desk(writer).get(f"{LIST}?needs=yours").content.decode()
    assert "Nothing is here." in at_desk(ceo).get(f"{LIST}?needs=yours").content.decode()
