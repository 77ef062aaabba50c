"""Words that are typed and not saved yet: kept for their writer, on any device, and for nobody else."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import workflow
from blog.models import Author, Post, Series, Topic, Unsaved, Version
from blog.refusal import Refused
from config.jobs import JOBS
from ledger.models import Entry
from tests.blog.test_admin_editor import ADD, TEXT, change, first_match, typed
from tests.cast import edited, make_draft, make_post, make_user
from tests.pictures import known, lead

KEEP = "/admin/blog/post/keep/"


def keep(client: Client, post: Post | None = None, **said: object) -> Any:
    """What the server answers when the form is kept after somebody typed `said` into it."""
    page = change(post) if post else ADD
    address = reverse("admin:blog_post_keep", args=[post.pk]) if post else KEEP
    return client.post(address, typed(client, page, **said))


def shown(client: Client, address: str) -> str:
    """A page of the newsroom, entities resolved."""
    return unescape(client.get(address).content.decode())


def offered(client: Client) -> str:
    """Where the form of a new post is that the newsroom offers."""
    return first_match(r'<a href="([^"]*add/[^"]*draft=[^"]*)">', shown(client, "/admin/"))


@pytest.fixture
def desk(ceo, at_desk) -> Client:
    """The CEO's browser."""
    browser: Client = at_desk(ceo)
    return browser


def test_words_in_a_post_are_there_on_another_device(desk, ceo, at_desk):
    post = make_draft(ceo, standfirst="Short.")
    answer = keep(desk, post, body="The river ro", standfirst="Shorter.")
    assert answer.status_code == 200
    assert answer.json()["kept"] == timezone.localtime().strftime("%H:%M")
    page = shown(at_desk(ceo), change(post))
    assert "The river ro</textarea>" in page
    assert 'value="Shorter."' in page
    assert "These words were kept at" in page
    assert "Go back to the saved text" in page


def test_words_in_a_new_post_are_there_on_another_device(desk, ceo, at_desk):
    with time_machine.travel(timezone.now() - timedelta(minutes=4)):
        keep(desk, title="A flo")
    page = shown(at_desk(ceo), ADD)
    assert 'value="A flo"' in page
    assert "Write the text." not in page
    assert "Begin with an empty form" in page
    assert "These words were kept" not in shown(desk, f"{ADD}?kind=page")


def test_another_day_is_named(desk, ceo):
    post = make_draft(ceo)
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        keep(desk, post, body="The river ro")
        day = timezone.localdate()
    assert f"These words were kept on {day.day} {day:%B}, " in shown(desk, change(post))


def test_keeping_makes_no_version_and_no_entry_and_nothing_public(desk, ceo, client):
    post = make_post(ceo)
    with time_machine.travel(timezone.now(), tick=False):
        before = Entry.objects.count(), client.get(post.get_absolute_url()).content
        keep(desk, post, body="zqcanary")
        assert before == (Entry.objects.count(), client.get(post.get_absolute_url()).content)
    assert Version.objects.count() == 1


def test_newer_words_take_the_place_of_older_ones(desk, ceo):
    post = make_draft(ceo)
    for body in ("The", "The river", "The river rose"):
        keep(desk, post, body=body)
    assert [row.values["body"] for row in Unsaved.objects.all()] == [["The river rose"]]


@pytest.mark.parametrize("field", ["title", "body", "brief_2", "slug", "authorship"])
def test_any_field_is_kept(desk, ceo, field):
    post = make_draft(ceo)
    keep(desk, post, **{field: "guest" if field == "authorship" else "another"})
    assert Unsaved.objects.get().values[field] in (["guest"], ["another"])
    assert "These words were kept" in shown(desk, change(post))


def test_choices_of_rows_are_kept_and_saved_as_hers(desk, ceo):
    series = Series.objects.create(name="Building", slug="building")
    topics = [Topic.objects.create(name=name, slug=name.lower()) for name in ("Floods", "Floors")]
    post = make_draft(ceo)
    keep(desk, post, topics=[topic.pk for topic in topics], series=series.pk, series_part="2")
    sent = typed(desk, change(post), topics=[topic.pk for topic in topics])
    assert sent["series"] == str(series.pk)
    assert shown(desk, change(post)).count("checked") >= 2
    desk.post(change(post), sent)
    post = Post.objects.get()
    assert (post.series, post.series_part) == (series, 2)
    assert set(post.topics.all()) == set(topics)


def test_what_is_as_it_was_saved_is_not_kept(desk, ceo):
    image = known()
    post = make_draft(ceo, images=(lead(image.address, alt="A dam", focus="30% 70%"),))
    keep(desk, post, body="Changed.")
    keep(desk, post, body=typed(desk, change(make_draft(ceo, slug="same")))["body"])
    assert not Unsaved.objects.exists()
    assert "These words were kept" not in shown(desk, change(post))


@pytest.mark.parametrize("kind", ["post", "page"])
@pytest.mark.parametrize("who", ["ceo", "writer"])
def test_blank_form_is_not_kept(request, ceo, at_desk, who, kind):
    browser = at_desk(request.getfixturevalue(who))
    sent = typed(browser, f"{ADD}?kind={kind}")
    browser.post(KEEP, sent)
    assert not Unsaved.objects.exists()
    browser.post(KEEP, sent | {"title": "A flo"})
    assert Unsaved.objects.exists()
    browser.post(KEEP, sent)
    assert not Unsaved.objects.exists()
    assert "not saved" not in shown(browser, "/admin/")


def test_saving_ends_the_keeping(desk, ceo):
    post = make_draft(ceo)
    keep(desk, post, body="The river rose.")
    sent = typed(desk, change(post))
    assert desk.post(change(post), sent).status_code == 302
    assert not Unsaved.objects.exists()
    assert post.versions.latest("number").body == "The river rose."
    assert "These words were kept" not in shown(desk, change(post))


def test_saving_a_new_post_ends_the_keeping(desk):
    keep(desk, title="A floor", body=TEXT)
    desk.post(ADD, typed(desk, offered(desk), then="save"))
    assert Post.objects.get().title == "A floor"
    assert not Unsaved.objects.exists()


def test_refused_save_keeps_the_words(desk, ceo):
    post = make_draft(ceo)
    keep(desk, post, body="The river rose.")
    assert desk.post(change(post), typed(desk, change(post), title="")).status_code == 200
    assert Unsaved.objects.count() == 1


def test_going_back_to_the_saved_text_forgets_them(desk, ceo):
    post = make_draft(ceo, body="It held.")
    keep(desk, post, body="The river rose.")
    answer = desk.post(change(post), typed(desk, change(post), then="drop"))
    assert answer.url == change(post)
    assert "It held.</textarea>" in shown(desk, change(post))
    assert not Unsaved.objects.exists()
    assert post.versions.count() == 1


@pytest.mark.parametrize("kind", ["post", "page"])
def test_beginning_with_an_empty_form_forgets_them(desk, kind):
    add = f"{ADD}?kind={kind}"
    desk.post(KEEP, typed(desk, add, title="A flo"))
    answer = desk.post(ADD, typed(desk, offered(desk), then="drop"))
    page = shown(desk, answer.url)
    assert f'name="kind" value="{kind}"' in page
    assert 'value="A flo"' not in page
    assert not Unsaved.objects.exists()


def test_old_words_over_a_newer_text_overwrite_nothing(desk, ceo, writer):
    post = make_draft(ceo)
    keep(desk, post, body="Mine.")
    workflow.save_version(post, edited(post, body="Theirs."), by=writer)
    sent = typed(desk, change(post))
    assert sent["body"] == "Mine."
    answer = desk.post(change(post), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Sam Ortiz has saved another text here" in page
    assert "<ins>" in page
    assert "Mine.</textarea>" in page


def test_second_who_opens_it_sees_who_is_writing(desk, ceo, writer, at_desk):
    post = make_draft(ceo)
    keep(at_desk(writer), post, body="Theirs, half typed.")
    page = shown(desk, change(post))
    assert f"Sam Ortiz is writing here, last at {timezone.localtime():%H:%M}." in page
    assert "half typed" not in page
    assert "is writing here" not in shown(at_desk(writer), change(post))


def test_words_that_somebody_left_are_said_to_be_there(desk, ceo, writer, at_desk):
    post = make_draft(ceo)
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        keep(at_desk(writer), post, body="Theirs.")
    assert "Sam Ortiz has words here that are not saved, last " in shown(desk, change(post))


def test_answer_tells_who_writes_and_who_has_saved(desk, ceo, writer, at_desk):
    post = make_draft(ceo)
    address = reverse("admin:blog_post_keep", args=[post.pk])
    sent = typed(desk, change(post), body="Mine.")
    assert desk.post(address, sent).json()["others"] == ""
    keep(at_desk(writer), post, body="Theirs.")
    assert "Sam Ortiz is writing here" in desk.post(address, sent).json()["others"]
    workflow.save_version(post, edited(post, body="Theirs."), by=writer)
    assert "Sam Ortiz has saved another text here at" in desk.post(address, sent).json()["others"]
    workflow.save_version(post, edited(post, body="Hers."), by=ceo)
    assert "You have saved another text here at" in desk.post(address, sent).json()["others"]


def test_who_has_left_is_said_to_write_no_more(desk, ceo, writer, at_desk):
    post = make_draft(ceo)
    address = reverse("admin:blog_post_keep", args=[post.pk])
    his = at_desk(writer)
    keep(his, post, body="Theirs.")
    answer = desk.get(address, {"seen": "1"})
    assert "Sam Ortiz is writing here" in answer.json()["others"]
    assert "no-store" in answer["Cache-Control"]
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        said = at_desk(ceo).get(address, {"seen": "1"}).json()["others"]
        assert "Sam Ortiz has words here that are not saved" in said
    his.post(change(post), typed(his, change(post), then="drop"))
    assert desk.get(address, {"seen": "1"}).json()["others"] == ""
    workflow.save_version(post, edited(post, body="Theirs."), by=writer)
    assert "has saved another text" in desk.get(address, {"seen": "1"}).json()["others"]
    assert desk.get(address, {"seen": "x" * 99}).status_code == 200
    assert Unsaved.objects.count() == 0


def test_form_whose_post_was_made_meanwhile_is_kept_with_that_post(desk):
    sent = typed(desk, ADD, title="A floor", body=TEXT)
    desk.post(ADD, sent)
    desk.post(KEEP, sent | {"body": "Longer."})
    assert Unsaved.objects.get().post == Post.objects.get()


@pytest.mark.parametrize("who", ["counsel", "auditor", "moderator"])
def test_who_may_not_write_keeps_nothing(ceo, at_desk, request, who):
    post = make_draft(ceo)
    browser = at_desk(request.getfixturevalue(who))
    said = {"title": "Mine", "body": "Mine.", "draft_key": "00000000-0000-4000-8000-000000000000"}
    for step in ("keep", "look"):
        for args in ([], [post.pk]):
            address = reverse(f"admin:blog_post_{step}", args=args)
            assert browser.post(address, said).status_code == 403
            assert browser.get(address).status_code in (403, 405)
    assert not Unsaved.objects.exists()
    with pytest.raises(Refused, match="may not write posts"):
        workflow.keep({}, by=make_user("Nora Out"), post=post, draft_key=None, kind="post")


def test_nobody_sees_the_words_of_somebody_else(desk, ceo, writer, at_desk):
    post = make_draft(ceo)
    keep(at_desk(writer), post, body="zqcanary")
    keep(at_desk(writer), title="zqcanary")
    for page in (change(post), ADD):
        assert "zqcanary" not in shown(desk, page)


def test_nothing_too_long_and_nothing_empty_is_kept(desk, ceo):
    post = make_draft(ceo)
    address = reverse("admin:blog_post_keep", args=[post.pk])
    answer = desk.post(address, {"title": "T", "body": "x" * 200_001})
    assert answer.status_code == 413
    assert "longer than 200,000 characters" in answer.json()["problem"]
    assert desk.post(address, {}).status_code == 400
    assert desk.post(address, {"title": "T", "body": "x" * 2_000_000}).status_code == 400
    assert desk.put(address).status_code == 405
    assert desk.get(KEEP).status_code == 405
    assert desk.post("/admin/blog/post/999/keep/", {"body": "x"}).status_code == 404
    assert not Unsaved.objects.exists()


def test_new_form_without_a_key_has_no_place_to_be_kept(desk, ceo):
    assert desk.post(KEEP, {"title": "T", "body": "B", "draft_key": "x"}).status_code == 200
    assert not Unsaved.objects.exists()


def test_file_that_comes_along_is_not_kept(desk, ceo, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        keep(desk, make_draft(ceo), body="Mine.", **{"lead-file": file})
    assert "lead-file" not in Unsaved.objects.get().values
    assert json.dumps(Unsaved.objects.get().values)


def test_nothing_is_asked_of_kept_words_before_they_are_saved(desk, ceo):
    post = make_draft(ceo)
    keep(desk, post, title="", publish_at="soon")
    page = shown(desk, change(post))
    assert "Give it a title." not in page
    assert 'value="soon"' in page
    assert "Error:" not in page


def test_words_that_nobody_comes_back_to_go_after_thirty_days(desk, ceo):
    post = make_draft(ceo)
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        keep(desk, post, body="Old.")
    keep(desk, title="New.")
    job = next(job for job in JOBS if job.run == workflow.forget_unsaved)
    assert job.run() == 1
    assert Unsaved.objects.get().post is None


def test_blanked_words_are_not_kept_either(desk, ceo):
    post = make_draft(ceo, body="The secret.")
    keep(desk, post, body="The secret, and more.")
    workflow.redact(post.versions.get(), by=ceo, reason="A court.")
    assert not Unsaved.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_leave_one_row(ceo, at_desk, run_together):
    post = make_draft(ceo)
    browsers = [at_desk(ceo) for _ in range(4)]
    address = reverse("admin:blog_post_keep", args=[post.pk])
    sent = typed(browsers[0], change(post))
    answers = run_together(
        4,
        lambda n: browsers[n].post(address, sent | {"body": f"Window {n}."}).status_code,
        reraise=True,
    )
    assert answers == [200] * 4
    assert Unsaved.objects.count() == 1


def test_words_are_kept_where_there_is_no_byline_yet(desk):
    Author.objects.all().delete()
    assert keep(desk, title="A flo").status_code == 200
    assert Unsaved.objects.count() == 1


MARK = "[picture 1 is coming: river.jpg]"


def test_place_of_a_picture_on_its_way_is_not_kept_and_it_is_asked_for_again(desk, ceo):
    post = make_draft(ceo)
    keep(desk, post, body=f"The river.\n\n{MARK}\n\nIt rose.")
    assert Unsaved.objects.get().values["body"] == ["The river.\n\nIt rose."]
    page = shown(desk, change(post))
    assert "is coming" not in page
    assert "1 picture had not come yet.</strong> Add it again." in page


def test_picture_alone_that_did_not_come_is_asked_for_again(desk, ceo):
    post = make_draft(ceo, body="The river.")
    keep(desk, post, body=f"The river.{MARK}[picture 2 is coming]")
    assert "2 pictures had not come yet.</strong> Add them again." in shown(desk, change(post))
    keep(desk, post, body="The river.")
    assert "had not come yet" not in shown(desk, change(post))


def test_second_new_post_begins_empty_and_offers_the_first(desk, ceo, at_desk):
    keep(desk, title="A flood", body="One.")
    second = typed(at_desk(ceo), ADD)
    assert second["title"] == ""
    page = shown(desk, ADD)
    assert "You have words in another new post that are not saved:" in page
    assert ">A flood</a>, kept at" in page
    desk.post(KEEP, second | {"title": "A dike", "body": "Two."})
    assert {row.values["body"][0] for row in Unsaved.objects.all()} == {"One.", "Two."}
    assert shown(desk, ADD).count("kept at") == 2


def test_each_new_post_is_found_again_from_the_newsroom_and_the_list(desk, ceo, writer, at_desk):
    post = make_draft(ceo, title="A floor")
    keep(desk, post, title="A higher floor")
    keep(desk, title="A flood")
    keep(desk, body="Nameless.")
    for address in ("/admin/", "/admin/blog/post/"):
        page = shown(desk, address)
        assert "You have words that are not saved:" in page
        assert f'<a href="{change(post)}">A higher floor</a>, kept at' in page
        assert "No title yet</a>, kept at" in page
        assert "not saved:" not in shown(at_desk(writer), address)
    form = typed(desk, first_match(r'href="([^"]*draft=[^"]*)">A flood<', shown(desk, "/admin/")))
    assert (form["title"], form["draft_key"]) == (
        "A flood",
        str(Unsaved.objects.get(values__title=["A flood"]).draft_key),
    )


def test_page_that_is_begun_is_found_again_as_a_page(desk):
    desk.post(KEEP, typed(desk, f"{ADD}?kind=page", title="About"))
    assert typed(desk, offered(desk))["kind"] == "page"


@pytest.mark.parametrize(
    "key", ["x", "", "00000000-0000-4000-8000-000000000000", "%00", "9" * 5000]
)
def test_address_of_no_form_is_an_empty_form(desk, key):
    assert typed(desk, f"{ADD}?draft={key}")["title"] == ""


def test_form_that_shows_kept_words_goes_on_in_their_slot_and_is_not_elsewhere(desk, ceo):
    key = uuid.uuid4()
    workflow.keep({"title": ["A flood"]}, by=ceo, post=None, draft_key=key, kind="post")
    page = shown(desk, offered(desk))
    assert f'name="draft_key" value="{key}"' in page
    assert "in another new post" not in page


def test_key_of_somebody_else_shows_nothing(desk, writer, at_desk):
    keep(at_desk(writer), title="zqcanary")
    key = Unsaved.objects.get().draft_key
    assert "zqcanary" not in shown(desk, f"{ADD}?draft={key}")


def test_who_comes_back_to_a_form_that_was_published_finds_its_post(desk):
    sent = typed(desk, ADD, title="A floor", body=TEXT, then="publish")
    desk.post(ADD, sent)
    answer = desk.get(f"{ADD}?draft={sent['draft_key']}")
    assert answer.url == change(Post.objects.get())
    assert "Published already." in shown(desk, answer.url)


def test_form_that_is_sent_a_second_time_makes_no_second_post(desk):
    sent = typed(desk, ADD, title="A floor", body=TEXT, then="publish")
    desk.post(ADD, sent)
    entries = Entry.objects.count()
    answer = desk.post(ADD, sent)
    post = Post.objects.get()
    page = shown(desk, answer.url)
    assert "This is published already." in page
    assert f'<a href="{post.get_absolute_url()}">See it as readers do</a>.' in page
    assert (Entry.objects.count(), Version.objects.count()) == (entries, 1)
    assert desk.post(ADD, sent | {"body": "Longer."}).status_code == 409
    assert Post.objects.count() == 1


def test_words_for_a_post_that_went_meanwhile_get_a_sentence(desk, ceo, monkeypatch):
    def keep(*args, **kwargs):
        raise IntegrityError

    post = make_draft(ceo)
    monkeypatch.setattr(workflow, "keep", keep)
    answer = desk.post(f"/admin/blog/post/{post.pk}/keep/", {"body": "New words."})
    assert answer.status_code == 404
    assert answer.json()["problem"].startswith("This text is not here any more.")
