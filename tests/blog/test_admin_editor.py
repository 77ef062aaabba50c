"""Writing a post in the newsroom: one form, and buttons that never lose a word."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import workflow
from blog.models import Approval, Author, Post, Series, Site, Topic, Version
from ledger.models import Entry
from tests.cast import edited, make_draft, make_post, make_user

ADD = "/admin/blog/post/add/"
TEXT = "We raised the floor by forty centimetres.\n\nIt held."


def change(post: Post) -> str:
    return reverse("admin:blog_post_change", args=[post.pk])


def first_match(pattern: str, text: str) -> str:
    """The first group of the first match."""
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


def newest(post: Post) -> Version:
    """The newest text."""
    return post.versions.latest("number")


def last_entry(post: Post) -> Entry:
    """The newest entry in the record about a post."""
    return Entry.objects.about(post).latest("sequence")


def typed(client: Client, address: str, **said: object) -> dict[str, object]:
    """What a browser sends from the form at `address` after somebody typed `said` into it."""
    page = client.get(address).content.decode()
    form = page[page.index('<form class="post-form"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, object] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_box = values.get("type") in {"checkbox", "radio"}
        if "name" in values and (not is_box or " checked" in tag):
            sent.setdefault(values["name"], unescape(values.get("value", "")))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\s?\n?(.*?)</textarea>', form, re.S):
        sent[name] = unescape(text)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent | said


@pytest.fixture
def desk(ceo, at_desk):
    """The CEO's browser; she works alone."""
    return at_desk(ceo)


@pytest.fixture
def team(ceo, counsel, writer, at_desk):
    """The writer's browser; the CEO and counsel can sign."""
    return at_desk(writer)


def test_first_post_is_live_with_title_text_and_publish(desk, client):
    page = desk.get(ADD).content.decode()
    assert page.index('id="id_title"') < page.index('id="id_body"') < page.index("Publish</button>")
    assert page.index("Publish</button>") < page.index("<summary>More")
    answer = desk.post(ADD, typed(desk, ADD, title="A new floor", body=TEXT, then="publish"))
    post = Post.objects.get()
    assert answer.url == change(post)
    assert "Published." in desk.get(answer.url).content.decode()
    public = client.get("/posts/a-new-floor/")
    assert public.status_code == 200
    assert "It held." in public.content.decode()


def test_plain_post_of_title_and_text_alone_is_enough(desk, ceo):
    desk.post(ADD, {"title": "A new floor", "body": TEXT, "then": "publish"})
    version = newest(Post.objects.published().get())
    assert version.byline == "Dana Whitfield"
    assert version.author == ceo.author


def test_working_alone_shows_no_controls_of_a_team(desk):
    page = desk.get(ADD).content.decode()
    assert "Ask for approval" not in page
    assert "Sign…" not in page
    for control in ('name="disclosure"', 'name="legend"', "Legal note"):
        assert control not in page


def test_what_a_team_agreed_on_stays_while_one_person_works_alone(desk, ceo, counsel):
    post = make_draft(ceo, disclosure="We own the quarry.", legend="Forward-looking.")
    counsel.is_active = False
    counsel.save()
    desk.post(change(post), typed(desk, change(post), body="Three metres.") | {"legend": "Mine."})
    version = newest(post)
    assert version.body == "Three metres."
    assert (version.disclosure, version.legend) == ("We own the quarry.", "Forward-looking.")


def test_team_has_its_controls_and_no_publish_before_the_signatures(team):
    page = team.get(ADD).content.decode()
    assert "Ask for approval" in page
    assert 'name="disclosure"' in page
    assert 'name="legend"' in page
    assert 'value="publish"' not in page


@pytest.mark.parametrize("word", ["version", "review", "hash", "ledger"])
def test_screens_speak_the_language_of_people(desk, ceo, word):
    post = make_post(ceo)
    for name in ("change", "earlier", "sign", "retract", "take_back"):
        page = desk.get(reverse(f"admin:blog_post_{name}", args=[post.pk])).content.decode()
        main = re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")])
        assert word not in re.findall(r"\w+", main.lower().replace("earlier versions", ""))


def test_draft_is_saved_and_is_nowhere_in_public(desk, client):
    desk.post(ADD, typed(desk, ADD, title="A new floor", body=TEXT, then="save"))
    assert Post.objects.get().state == Post.State.DRAFT
    assert client.get("/posts/a-new-floor/").status_code == 404


def test_enter_key_in_the_title_saves_and_does_not_publish(desk):
    page = desk.get(ADD).content.decode()
    form = page[page.index('<form class="post-form"') :]
    assert first_match(r'<button[^>]*value="(\w+)"', form) == "save"


def test_everything_of_more_is_kept(desk, ceo, counsel):
    floods = Topic.objects.create(name="Floods", slug="floods")
    series = Series.objects.create(name="Building", slug="building")
    said = {
        "standfirst": "What forty centimetres bought us.",
        "brief_1": "We raised the floor.",
        "brief_2": "It held.",
        "topics": [floods.pk],
        "series": series.pk,
        "series_part": "2",
        "slug": "the-floor",
        "authorship": "with",
        "authorship_detail": "Sam Ortiz",
        "disclosure": "We own the quarry.",
        "legend": "Forward-looking.",
        "comment_policy": "closed",
    }
    desk.post(ADD, typed(desk, ADD, title="A new floor", body=TEXT, then="save", **said))
    post = Post.objects.get()
    version = newest(post)
    assert (post.slug, post.series, post.series_part) == ("the-floor", series, 2)
    assert list(post.topics.all()) == [floods]
    assert post.comment_policy == "closed"
    assert version.brief == ["We raised the floor.", "It held."]
    assert version.standfirst == said["standfirst"]
    assert version.byline_line == "Dana Whitfield, drafted with Sam Ortiz"
    assert (version.disclosure, version.legend) == ("We own the quarry.", "Forward-looking.")


def test_topics_and_series_are_asked_for_once_there_are_any(desk):
    page = desk.get(ADD).content.decode()
    assert 'id="id_series"' not in page
    assert 'id="id_topics"' not in page
    Series.objects.create(name="Building", slug="building")
    Topic.objects.create(name="Floods", slug="floods")
    page = desk.get(ADD).content.decode()
    assert "Building" in page
    assert "Floods" in page


def test_saving_without_a_change_makes_nothing_new(desk, ceo):
    post = make_draft(ceo, brief=("One.",), standfirst="Short.")
    post.topics.add(Topic.objects.create(name="Floods", slug="floods"))
    before = Entry.objects.count()
    answer = desk.post(change(post), typed(desk, change(post), topics=post.topics.get().pk))
    assert answer.status_code == 302
    assert post.versions.count() == 1
    assert Entry.objects.count() == before


def test_saving_without_a_change_keeps_a_signature(desk, ceo):
    post = make_post(ceo)
    desk.post(change(post), typed(desk, change(post)))
    assert post.versions.get().reviews.get().is_complete


def test_renamed_byline_does_not_unsign_old_words(desk, ceo):
    post = make_post(ceo)
    Author.objects.update(name="Dana W. Whitfield")
    desk.post(change(post), typed(desk, change(post)))
    assert post.versions.count() == 1


def test_unsigned_fields_change_without_a_new_text_and_are_recorded(desk, ceo):
    post = make_post(ceo)
    desk.post(change(post), typed(desk, change(post), slug="the-floor", comment_policy="closed"))
    post = Post.objects.get()
    assert (post.slug, post.comment_policy) == ("the-floor", "closed")
    assert post.versions.count() == 1
    entry = last_entry(post)
    assert (entry.verb, entry.facts) == ("change_post", {"fields": ["slug", "comment_policy"]})


def test_days_after_which_comments_close_are_set_and_cleared(desk, ceo):
    post = make_post(ceo)
    for typed_days, kept in (("30", 30), ("0", 0), ("", None)):
        sent = typed(desk, change(post), comment_policy="open", close_comments_after=typed_days)
        desk.post(change(post), sent)
        post = Post.objects.get()
        assert (post.comment_policy, post.close_comments_after) == ("open", kept)
    refused = desk.post(change(post), typed(desk, change(post), close_comments_after="-1"))
    assert refused.status_code == 200
    assert Post.objects.get().close_comments_after is None


def test_what_another_person_filed_meanwhile_stays(desk, ceo):
    post = make_draft(ceo)
    sent = typed(desk, change(post), slug="the-floor")
    workflow.change_post(post, {"comment_policy": "closed"}, by=ceo)
    desk.post(change(post), sent)
    post = Post.objects.get()
    assert (post.slug, post.comment_policy) == ("the-floor", "closed")


def test_correcting_a_live_post_asks_what_changed_and_shows_it_to_readers(desk, ceo, client):
    post = make_post(ceo)
    assert "What changed? (readers see this)" in desk.get(change(post)).content.decode()
    said = {"body": "Three metres.", "correction": "It was three metres, not two."}
    desk.post(change(post), typed(desk, change(post), then="publish", **said))
    page = client.get(post.get_absolute_url()).content.decode()
    assert "Three metres." in page
    assert "It was three metres, not two." in page
    assert last_entry(post).verb == "correct"


def test_draft_does_not_ask_what_changed(desk, ceo):
    assert "What changed?" not in desk.get(change(make_draft(ceo))).content.decode()


def test_readers_see_the_old_text_while_a_newer_one_is_a_draft(desk, ceo, client):
    post = make_post(ceo)
    desk.post(change(post), typed(desk, change(post), body="Three metres.", then="save"))
    assert "Three metres." not in client.get(post.get_absolute_url()).content.decode()
    assert "a newer text is a draft" in desk.get(change(post)).content.decode()


def test_stale_save_changes_nothing_and_keeps_the_typed_text(ceo, writer, at_desk):
    post = make_draft(ceo)
    browser = at_desk(ceo)
    sent = typed(browser, change(post), body="Mine, typed for an hour.")
    workflow.save_version(post, edited(post, body="Three metres."), by=writer)
    answer = browser.post(change(post), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Sam Ortiz has saved another text here" in page
    assert "Mine, typed for an hour.</textarea>" in page
    assert "<ins>" in page
    assert "Three" in page
    assert post.versions.count() == 2


def test_text_saved_between_her_save_and_her_publish_is_not_signed(
    ceo, writer, at_desk, client, monkeypatch
):
    post = make_draft(ceo)
    browser = at_desk(ceo)
    sent = typed(browser, change(post), body="Mine.", then="publish")
    publish = workflow.publish

    def somebody_is_faster(*args, **options):
        workflow.save_version(post, edited(post, body="Theirs."), by=writer)
        return publish(*args, **options)

    monkeypatch.setattr(workflow, "publish", somebody_is_faster)
    answer = browser.post(change(post), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Sam Ortiz has saved another text here" in page
    assert "Your text is saved; the other one is newer." in page
    assert re.search(r"<ins>.*Theirs", page, re.DOTALL)
    assert client.get(post.get_absolute_url()).status_code == 404
    assert not Approval.objects.exists()


def test_second_save_after_the_warning_keeps_both_texts(ceo, writer, at_desk):
    post = make_draft(ceo)
    browser = at_desk(ceo)
    sent = typed(browser, change(post), body="Mine.")
    workflow.save_version(post, edited(post, body="Theirs."), by=writer)
    page = browser.post(change(post), sent).content.decode()
    seen = first_match(r'name="seen" value="(\d+)"', page)
    browser.post(change(post), sent | {"seen": seen})
    assert [v.body for v in post.versions.order_by("number")][1:] == ["Theirs.", "Mine."]


def test_error_elsewhere_does_not_hide_that_somebody_saved(ceo, writer, at_desk):
    post = make_draft(ceo)
    browser = at_desk(ceo)
    sent = typed(browser, change(post), title="", body="Mine.")
    workflow.save_version(post, edited(post, body="Theirs."), by=writer)
    page = browser.post(change(post), sent).content.decode()
    seen = first_match(r'name="seen" value="(\d+)"', page)
    answer = browser.post(change(post), sent | {"seen": seen, "title": "Back again"})
    assert answer.status_code == 409


def test_second_click_on_the_first_form_makes_no_second_post(desk):
    sent = typed(desk, ADD, title="A new floor", body=TEXT, then="save")
    assert desk.post(ADD, sent).url == desk.post(ADD, sent).url
    assert Post.objects.count() == Version.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_post(ceo, at_desk, run_together):
    browsers = [at_desk(ceo) for _ in range(4)]
    sent = typed(browsers[0], ADD, title="A new floor", body=TEXT, then="save")
    answers = run_together(4, lambda n: browsers[n].post(ADD, sent).status_code, reraise=True)
    assert answers == [302] * 4
    assert Post.objects.count() == Version.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "  "}, "Give it a title."),
        ({"body": " \n "}, "Write the text."),
        ({"body": "x" * 200_001}, "longer than 200,000 characters"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"brief_1": "x" * 281}, "at most 280 characters"),
        ({"slug": "not a slug"}, "Use only letters"),
        ({"slug": "taken"}, "Another post has this address already."),
        ({"series_part": "0"}, "greater than or equal to 1"),
        ({"publish_at": "soon"}, "Write the moment like"),
        ({"publish_at": "2001-05-31T09:00"}, "This moment has passed."),
        ({"publish_at": "9999-12-31T23:59"}, "Choose a year up to 2199."),
        ({"then": "schedule"}, "Choose the day and the time first."),
        ({"author": "99999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_saved_says_how_to_mend_it_and_keeps_the_text(desk, ceo, said, sentence):
    make_draft(ceo, slug="taken")
    Series.objects.create(name="Building", slug="building")
    sent = typed(desk, ADD, title="Kept title", body="Kept body.", then="save") | said
    answer = desk.post(ADD, sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in unescape(page)
    assert "title" in said or "Kept title" in page
    assert "body" in said or "Kept body." in page


def test_page_has_its_place_in_the_menu(desk, client):
    add = f"{ADD}?kind=page"
    said = {"title": "About", "body": TEXT, "menu_place": "header", "then": "publish"}
    desk.post(add, typed(desk, add, **said))
    assert Post.objects.get().kind == Post.Kind.PAGE
    assert client.get("/about/").status_code == 200
    assert 'href="/about/"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    "slug", ["posts", "admin", "search", "archive", "static", "media", "setup"]
)
def test_page_cannot_take_an_address_of_the_site_itself(desk, slug):
    add = f"{ADD}?kind=page"
    answer = desk.post(add, typed(desk, add, title="Mine", body=TEXT, slug=slug))
    assert "used by the site itself" in answer.content.decode()
    assert not Post.objects.exists()


def test_address_made_from_the_title_is_free(desk, ceo):
    make_draft(ceo, slug="a-new-floor")
    desk.post(ADD, typed(desk, ADD, title="A new floor", body=TEXT))
    add = f"{ADD}?kind=page"
    desk.post(add, typed(desk, add, title="Search", body=TEXT))
    desk.post(ADD, typed(desk, ADD, title="床を上げた", body=TEXT))
    slugs = set(Post.objects.values_list("slug", flat=True))
    assert slugs == {"a-new-floor", "a-new-floor-2", "search-2", f"post-{timezone.localdate()}"}


def test_schedule_is_read_in_the_time_zone_of_the_site(desk, client):
    Site.objects.update(time_zone="America/New_York")
    said = {"title": "Soon", "body": TEXT, "publish_at": "2040-07-01T09:00", "then": "schedule"}
    answer = desk.post(ADD, typed(desk, ADD, **said))
    post = Post.objects.get()
    assert post.state == Post.State.SCHEDULED
    assert post.published_at == datetime(2040, 7, 1, 13, tzinfo=UTC)
    page = desk.get(answer.url).content.decode()
    assert "Goes public on 1 July 2040, 09:00" in page
    assert 'value="2040-07-01T09:00"' in page
    assert client.get("/posts/soon/").status_code == 404


def test_publish_with_a_moment_ahead_asks_which_of_the_two(desk):
    said = {"title": "Soon", "body": TEXT, "publish_at": "2040-07-01T09:00", "then": "publish"}
    page = desk.post(ADD, typed(desk, ADD, **said)).content.decode()
    assert Post.objects.get().state == Post.State.DRAFT
    assert "Under “Schedule” stands 1 July 2040, 09:00. Press one of the two: then, or now." in page
    assert "Schedule for 1 July 2040, 09:00" in page
    change = reverse("admin:blog_post_change", args=[Post.objects.get().pk])
    desk.post(change, typed(desk, change, publish_at="2040-07-01T09:00", then="publish_now"))
    assert Post.objects.get().is_published


def test_scheduled_post_says_on_its_buttons_what_each_does(desk, ceo):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.schedule(post, by=ceo, at=datetime(2040, 7, 1, 9, tzinfo=UTC))
    page = desk.get(reverse("admin:blog_post_change", args=[post.pk])).content.decode()
    assert "Schedule for 1 July 2040, 09:00" in page
    assert "Publish now" in page
    assert 'name="then" value="publish"' not in page


def test_earlier_text_is_used_again(desk, ceo):
    post = make_draft(ceo, body="The first words.")
    workflow.save_version(post, edited(post, body="Other words."), by=ceo)
    change = reverse("admin:blog_post_change", args=[post.pk])
    assert (
        f"{change}?from=1"
        in desk.get(reverse("admin:blog_post_earlier", args=[post.pk])).content.decode()
    )
    page = desk.get(f"{change}?from=1").content.decode()
    assert "The first words." in page
    assert "These are the words of 1. Save them to use them again." in page
    assert post.versions.count() == 2
    for odd in ("9", "x", "9" * 30, "-1"):
        assert "Other words." in desk.get(f"{change}?from={odd}").content.decode()


def test_earlier_text_that_was_blanked_does_not_come_back(desk, ceo):
    post = make_draft(ceo, body="A secret.")
    workflow.save_version(post, edited(post, body="Other words."), by=ceo)
    workflow.redact(post.versions.get(number=1), by=ceo, reason="A court.")
    page = desk.get(f"{reverse('admin:blog_post_change', args=[post.pk])}?from=1").content.decode()
    assert "Other words." in page


def test_who_begins_a_text_for_somebody_else_is_named_on_it(ceo, writer, at_desk):
    page = at_desk(writer).get(ADD).content.decode()
    assert re.search(r'value="with"[^>]*selected', page)
    assert 'value="Sam Ortiz"' in page
    mine = at_desk(ceo).get(ADD).content.decode()
    assert not re.search(r'value="with"[^>]*selected', mine)


def test_moment_that_the_clocks_skip_is_refused(desk):
    Site.objects.update(time_zone="Europe/Berlin")
    said = {"title": "Soon", "body": TEXT, "publish_at": "2040-03-25T02:30", "then": "schedule"}
    answer = desk.post(ADD, typed(desk, ADD, **said))
    assert answer.status_code == 200
    assert not Post.objects.exists()


def test_preview_is_the_public_page_of_the_newest_text_and_is_never_kept(desk, ceo, client):
    post = make_post(ceo)
    answer = desk.post(
        change(post), typed(desk, change(post), body="Three metres.", then="preview")
    )
    page = desk.get(answer.url)
    assert "Three metres." in page.content.decode()
    assert "Preview, not public" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "Three metres." not in client.get(post.get_absolute_url()).content.decode()


def test_preview_of_a_draft_writes_nothing(desk, ceo):
    post = make_draft(ceo)
    before = Entry.objects.count(), Post.objects.values().get()
    assert desk.get(reverse("admin:blog_post_preview", args=[post.pk])).status_code == 200
    assert before == (Entry.objects.count(), Post.objects.values().get())


def test_refused_publish_says_whose_signature_is_missing_and_saves_the_text(team, ceo, writer):
    post = make_draft(writer, author=ceo.author)
    workflow.submit(post, by=writer)
    sent = typed(team, change(post), body="Three metres.", then="publish")
    page = unescape(team.post(change(post), sent).content.decode())
    assert "Your text is saved. Nobody has signed this text yet." in page
    assert "Three metres.</textarea>" in page
    assert post.versions.count() == 2


def test_asking_for_approval_says_whom_it_waits_for(team, ceo, writer):
    post = make_draft(writer, author=ceo.author)
    answer = team.post(change(post), typed(team, change(post), then="ask"))
    assert "Waiting for Dana Whitfield" in team.get(answer.url).content.decode()


def test_get_changes_nothing_even_with_a_button_in_the_address(desk, ceo):
    post = make_draft(ceo)
    desk.get(change(post), {"then": "publish", "title": "x", "body": "y"})
    assert Post.objects.get().state == Post.State.DRAFT
    assert post.versions.count() == 1


def test_form_without_its_token_is_refused(ceo):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ceo)
    assert browser.post(ADD, {"title": "x", "body": "y", "then": "publish"}).status_code == 403
    assert not Post.objects.exists()


def test_person_who_may_not_write_reads_only(ceo, moderator, at_desk):
    post = make_draft(ceo)
    browser = at_desk(moderator)
    assert '<form class="post-form"' not in browser.get(change(post)).content.decode()
    assert browser.post(change(post), {"title": "x", "body": "y"}).status_code == 403
    assert browser.get(ADD).status_code == 403
    assert browser.post(ADD, {"title": "x", "body": "y"}).status_code == 403
    assert post.versions.count() == 1


def test_account_without_any_right_sees_no_draft(ceo, at_desk):
    post = make_draft(ceo)
    browser = at_desk(make_user("Nils Nobody"))
    for name in ("change", "preview", "earlier", "sign", "take_back", "retract"):
        assert browser.get(reverse(f"admin:blog_post_{name}", args=[post.pk])).status_code == 403


def test_stranger_is_sent_to_sign_in(client, ceo):
    post = make_draft(ceo)
    for name in ("change", "preview", "earlier", "sign", "take_back", "retract"):
        answer = client.get(reverse(f"admin:blog_post_{name}", args=[post.pk]))
        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/")


def test_without_any_byline_the_form_says_what_is_missing(desk):
    Author.objects.update(user=None)
    Author.objects.all().delete()
    answer = desk.post(ADD, typed(desk, ADD, title="Kept title", body=TEXT))
    assert "There is no byline yet." in answer.content.decode()
    assert "Kept title" in answer.content.decode()


def test_default_byline_of_a_writer_is_the_ceos(team, ceo):
    team.post(ADD, typed(team, ADD, title="For Dana", body=TEXT))
    assert Version.objects.get().author == ceo.author


def test_invisible_characters_are_dropped(desk):
    desk.post(ADD, typed(desk, ADD, title="A\x01 new\u202e\x0bfloor", body=TEXT + "\x00\x1f"))
    version = Version.objects.get()
    assert version.title == "A new floor"
    assert version.body == TEXT


def test_deleting_is_refused_and_explained(desk, ceo):
    post = make_post(ceo)
    delete = reverse("admin:blog_post_delete", args=[post.pk])
    answer = desk.post(delete, {"post": "yes"}, follow=True)
    assert "Posts are not deleted." in answer.content.decode()
    assert Post.objects.filter(pk=post.pk).exists()


def test_unknown_post_is_not_found(desk):
    for number in ("7", "99999999999999999999999"):
        assert desk.get(f"/admin/blog/post/{number}/change/").status_code == 404
        assert desk.get(f"/admin/blog/post/{number}/sign/").status_code == 404


def test_scheduled_post_goes_public_by_the_clock(desk, ceo, client):
    post = make_draft(ceo)
    workflow.schedule(post, by=ceo, seen=1, at=timezone.now() + timedelta(hours=1))
    Post.objects.update(published_at=timezone.now() - timedelta(seconds=1))
    assert client.get(post.get_absolute_url()).status_code == 200
    assert "Public since" in desk.get(change(post)).content.decode()
