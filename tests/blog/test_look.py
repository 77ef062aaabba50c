"""The live preview: the public page, made of the words as they stand in the form."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import workflow
from blog.models import Author, Post, Rendering, Series, Site, Topic, Unsaved, Version
from ledger.models import Entry
from tests.blog.test_admin_editor import ADD, TEXT, change, typed
from tests.cast import make_draft, make_post
from tests.pictures import known

LOOK = "/admin/blog/post/look/"
RICH = """\
We raised the floor.[^1]

## What it cost

| Part | Euros |
| --- | ---: |
| Stone | 12,500 |

### The stones

> It held.

## What it brought

- Sleep

### Who slept

Everybody, see [the plan](https://example.com/plan).

[^1]: By forty centimetres.
"""


@pytest.fixture
def desk(ceo, at_desk) -> Client:
    """The CEO's browser; counsel may sign as well, so the form asks for everything."""
    browser: Client = at_desk(ceo)
    return browser


def look(client: Client, post: Post | None = None, **said: object) -> Any:
    """The preview of a form after somebody typed `said` into it."""
    page = change(post) if post else ADD
    address = reverse("admin:blog_post_look", args=[post.pk]) if post else LOOK
    return client.post(address, typed(client, page, **said))


def main_of(answer: Any) -> str:
    """What a page shows between its header and its footer, every space as one."""
    found = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", found[0])


def without_comments(main: str) -> str:
    """The same without what a preview does not show: the thread, and the way to earlier changes."""
    main = re.sub(r'<p class="changes-link">.*?</p> ?', "", main)
    start = main.index('<section id="comments"')
    rest = main.find("<nav", start)
    return main[:start] + (main[rest:] if rest >= 0 else "</main>")


SAID = {
    "title": "Why we raised the floor & the roof",
    "body": RICH,
    "standfirst": "What forty centimetres bought us.",
    "brief_1": "We raised the floor.",
    "brief_2": "It held.",
    "authorship": "with",
    "authorship_detail": "Sam Ortiz",
}


@pytest.mark.parametrize("is_new", [True, False])
def test_preview_is_the_public_page(desk, ceo, client, is_new):
    older = make_post(ceo, title="Before", slug="before")
    series = Series.objects.create(name="Building", slug="building")
    workflow.change_post(older, {"series": series, "series_part": 1}, by=ceo)
    topic = Topic.objects.create(name="Floods", slug="floods")
    said = {**SAID, "topics": [topic.pk], "series": series.pk, "series_part": "2"}
    post = None if is_new else make_draft(ceo, slug="why-we-raised-the-floor-the-roof")
    with time_machine.travel(timezone.now(), tick=False):
        seen = look(desk, post, **said)
        address = change(post) if post else ADD
        desk.post(address, typed(desk, address, **said, then="publish"))
    found = Post.objects.get(slug="why-we-raised-the-floor-the-roof")
    assert found.is_published
    shown = main_of(seen).replace("brief-0", f"brief-{found.pk}")
    assert shown == without_comments(main_of(client.get(found.get_absolute_url())))
    assert "Part 2 of 2: Building" in shown
    assert "Floods" in shown


@pytest.mark.parametrize("scenario", ["draft", "live", "page"])
def test_looking_saves_nothing(desk, ceo, client, scenario):
    kind = Post.Kind.PAGE if scenario == "page" else Post.Kind.POST
    post = make_post(ceo, kind=kind) if scenario != "draft" else make_draft(ceo)
    before = Entry.objects.count(), Post.objects.values().get()
    answer = look(desk, post, body="zqcanary", slug="elsewhere", title="Another")
    assert "zqcanary" in answer.content.decode()
    assert before == (Entry.objects.count(), Post.objects.values().get())
    assert Version.objects.count() == Rendering.objects.count() == 1
    assert not Unsaved.objects.exists()
    assert "zqcanary" not in client.get(post.get_absolute_url()).content.decode()


def test_correction_of_a_live_post_shows_its_notice(desk, ceo):
    post = make_post(ceo)
    page = look(desk, post, body="Three metres.", correction="Three, not two.").content.decode()
    assert "Three, not two." in page
    assert "corrected" in page
    assert "corrected" not in look(desk, post).content.decode()


def test_preview_names_the_address_the_page_will_have(desk, settings):
    page = look(desk, title="A floor", body=TEXT).content.decode()
    assert f'rel="canonical" href="{settings.SITE_URL}/posts/a-floor/"' in page
    assert "/admin/" not in page


def test_page_of_the_menu_is_shown_as_a_page(desk):
    sent = typed(desk, f"{ADD}?kind=page", title="About", body=TEXT)
    page = desk.post(LOOK, sent).content.decode()
    assert "It held." in page
    assert "p-author" not in page


def test_half_a_form_is_shown_as_far_as_it_goes(desk):
    page = look(desk, body="The river ro", brief_1="x" * 400, standfirst="y" * 400)
    assert page.status_code == 200
    for part in ("The river ro", "x" * 400, "y" * 400):
        assert part in page.content.decode()


def test_lead_picture_is_shown(desk, ceo):
    image = known()
    said = {"lead-address": image.address.url, "lead-alt": "A dam", "lead-caption": "In May"}
    page = look(desk, body=TEXT, title="A dam", **said).content.decode()
    assert image.address.url in page
    assert "In May" in page


def test_preview_is_never_kept_by_a_cache_nor_framed_by_anybody(desk, ceo):
    answer = look(desk, make_draft(ceo))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert 'name="robots" content="noindex"' in answer.content.decode()


def test_without_a_byline_it_says_what_is_missing(desk):
    Author.objects.all().delete()
    answer = look(desk, title="A floor", body=TEXT)
    assert answer.status_code == 422
    assert answer.json()["problem"] == "There is no byline yet. Add an author first."


def test_too_long_text_is_refused_in_a_sentence(desk):
    answer = desk.post(LOOK, {"title": "T", "body": "x" * 200_001})
    assert answer.status_code == 413
    assert "Split it into parts" in answer.json()["problem"]


def test_moment_of_publication_is_the_one_typed(desk):
    Site.objects.update(time_zone="America/New_York")
    page = look(desk, title="Soon", body=TEXT, publish_at="2040-07-01T09:00").content.decode()
    assert "1 July 2040" in page


def test_text_that_grows_when_it_is_normalised_is_refused_in_a_sentence(desk):
    answer = look(desk, title="A floor", body="\U0001d160" * 70_000)
    assert answer.status_code == 413
    assert "Split it into parts." in answer.json()["problem"]
