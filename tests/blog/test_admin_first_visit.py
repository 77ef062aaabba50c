"""What a person meets who writes, signs and corrects in the newsroom for the first time."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from blog import workflow
from blog.models import Post, Topic
from tests.blog.test_admin_editor import ADD, TEXT, change, typed
from tests.cast import edited, make_draft, make_post


@pytest.fixture
def desk(ceo, at_desk):
    """The CEO's browser; she works alone."""
    return at_desk(ceo)


def after_an_error(browser, sent: dict[str, object], **mended: object) -> dict[str, object]:
    """What the browser sends after the form came back with an error and was mended."""
    page = browser.post(ADD, sent)
    assert page.status_code == 200
    first = page.context["form"]["topics"].as_hidden(only_initial=True).split(">")
    kept = [row.partition('value="')[2].partition('"')[0] for row in first if 'value="' in row]
    return sent | {"initial-topics": kept} | mended


def test_topic_ticked_before_an_error_is_kept(desk, ceo):
    make_draft(ceo, slug="taken")
    topic = Topic.objects.create(name="Building", slug="building")
    said = {"title": "A new floor", "body": TEXT, "topics": [topic.pk], "slug": "taken"}
    sent = typed(desk, ADD, **said, then="save")
    assert desk.post(ADD, after_an_error(desk, sent, slug="free")).status_code == 302
    assert list(Post.objects.get(slug="free").topics.all()) == [topic]


def test_topic_unticked_after_an_error_is_not_filed(desk, ceo):
    make_draft(ceo, slug="taken")
    topic = Topic.objects.create(name="Building", slug="building")
    said = {"title": "A new floor", "body": TEXT, "topics": [topic.pk], "slug": "taken"}
    sent = typed(desk, ADD, **said, then="save")
    desk.post(ADD, after_an_error(desk, sent, slug="free", topics=[]))
    assert not Post.objects.get(slug="free").topics.exists()


def test_ceo_corrects_a_live_post_and_signs_in_one_press(ceo, counsel, at_desk):
    post = make_post(ceo)
    browser = at_desk(ceo)
    page = browser.get(change(post)).content.decode()
    assert 'value="sign">Sign…</button>' in page
    sent = typed(browser, change(post), body="Three metres.", correction="A figure.", then="sign")
    answer = browser.post(change(post), sent, follow=True)
    assert "Three" in answer.content.decode()
    assert 'value="sign_publish"' in answer.content.decode()


def test_signing_again_what_readers_see_is_refused_in_words(ceo, counsel, at_desk):
    post = make_post(ceo)
    browser = at_desk(ceo)
    answer = browser.post(change(post), typed(browser, change(post), then="sign"))
    assert "the text that was signed already" in answer.content.decode()


def test_writer_of_a_live_post_is_not_offered_to_sign(ceo, counsel, writer, at_desk):
    page = at_desk(writer).get(change(make_post(ceo))).content.decode()
    assert 'value="sign"' not in page


def test_front_page_says_that_a_text_waits_and_leads_to_it(ceo, counsel, writer, at_desk):
    make_draft(writer, author=ceo.author, title="Only a draft")
    workflow.submit(make_draft(writer, author=ceo.author, title="For you"), by=writer)
    page = at_desk(ceo).get("/admin/").content.decode()
    line = '<b class="waiting__count">1</b> <span dir="auto">text waits for you to sign</span>'
    assert f'<a href="/admin/blog/post/?needs=you">{line}</a>' in page
    listed = at_desk(ceo).get("/admin/blog/post/?needs=you").content.decode()
    assert "For you" in listed
    assert "Only a draft" not in listed


def test_front_page_says_nothing_of_texts_that_wait_for_others(ceo, counsel, writer, at_desk):
    workflow.submit(make_draft(writer, author=ceo.author), by=writer)
    assert "for you to sign" not in at_desk(writer).get("/admin/").content.decode()


@pytest.mark.parametrize("kind", Post.Kind.values)
def test_preview_leads_back_to_the_editor(desk, ceo, client, kind):
    said = {"title": "A new floor", "body": TEXT, "kind": kind}
    answer = desk.post(ADD, typed(desk, f"{ADD}?kind={kind}", **said, then="preview"))
    back = f'<a href="{change(Post.objects.get())}">Back to the editor</a>'
    assert back in desk.get(answer.url).content.decode()


def test_readers_find_no_way_to_the_editor(ceo, client):
    post = make_post(ceo)
    assert "Back to the editor" not in client.get(post.get_absolute_url()).content.decode()


def test_retracted_post_says_when_it_was_retracted(ceo, client):
    post = make_post(ceo)
    workflow.retract(post, by=ceo, notice="Two of its figures were wrong.")
    today = timezone.localdate()
    page = client.get(post.get_absolute_url()).content.decode()
    day = f'<time datetime="{today:%Y-%m-%d}">{today.day} {today:%B %Y}</time>'
    assert f"Retracted on {day}" in page
    assert f"First published on {day}" in page


def test_publish_is_not_the_main_button_of_a_retracted_post(desk, ceo):
    post = make_post(ceo)
    main = 'class="post-button post-button--main" name="then" value="publish"'
    assert main in desk.get(change(post)).content.decode()
    workflow.retract(post, by=ceo, notice="Two of its figures were wrong.")
    page = desk.get(change(post)).content.decode()
    assert main not in page
    assert 'name="then" value="publish"' in page


def test_site_that_is_not_set_up_names_both_ways_to_begin(client, db):
    page = client.get("/").content.decode()
    assert "python manage.py setup" in page
    assert "python manage.py serve" in page


def test_form_says_how_to_format_the_text(desk):
    page = unescape(desk.get(ADD).content.decode())
    assert "## Heading, **bold**, [link](https://…), > quote, - list" in page
    assert 'aria-describedby="id_body_helptext"' in page


def test_list_is_in_the_order_of_the_dates_it_shows(desk, ceo):
    now = timezone.now()
    old, imported, scheduled = (make_draft(ceo, title=title) for title in ("A", "B", "C"))
    for post, days in ((imported, -900), (scheduled, 9)):
        workflow.approve(workflow.submit(post, by=ceo), by=ceo)
        workflow.publish(post, by=ceo, at=now + timedelta(days=days))
    workflow.save_version(old, edited(old, body="Saved last."), by=ceo, seen=1)
    rows = [row.pk for row in desk.get("/admin/blog/post/").context["cl"].result_list]
    assert rows == [scheduled.pk, old.pk, imported.pk]
    turned = [row.pk for row in desk.get("/admin/blog/post/?o=4").context["cl"].result_list]
    assert turned == [imported.pk, old.pk, scheduled.pk]


def scheduled(browser, post: Post, **said: object) -> str:
    """The page after somebody pressed Schedule for the day after tomorrow."""
    moment = f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    sent = typed(browser, change(post), **{"publish_at": moment, "then": "schedule", **said})
    return unescape(browser.post(change(post), sent, follow=True).content.decode())


def test_scheduling_what_she_could_sign_says_sign_it_first(ceo, counsel, writer, at_desk):
    post = make_draft(ceo)
    assert "Nobody has signed this text yet. Sign it first." in scheduled(at_desk(ceo), post)
    assert "Ask for approval first." in scheduled(at_desk(writer), post)
    assert Post.objects.get().state == Post.State.DRAFT


def test_working_alone_scheduling_signs(desk, ceo):
    assert "Readers see it from" in scheduled(desk, make_draft(ceo))


@pytest.mark.parametrize("publish_at", ["", "2001-05-31T09:00"])
def test_refused_schedule_leaves_its_field_in_sight(desk, ceo, publish_at):
    page = scheduled(desk, make_draft(ceo), publish_at=publish_at)
    assert '<details class="post-more" open>' in page


def test_form_that_is_opened_keeps_the_rest_folded(desk, ceo):
    page = desk.get(change(make_draft(ceo))).content.decode()
    assert '<details class="post-more">' in page
