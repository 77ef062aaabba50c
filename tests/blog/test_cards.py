"""The card that other sites show beside a link to a post."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from blog import workflow
from blog.cards import SIZE, Card, card_of, drawn, has_letters_for
from blog.models import Author, Post, Site
from tests.cast import edited, make_draft, make_post
from tests.pictures import drawn as picture
from tests.pictures import known, lead

CARD = Card(
    title="Why we raised the floor",
    byline="Written by Dana Whitfield",
    site="Letters from the shop floor",
    accent="#1D4F7C",
    face="",
    initials="DW",
)
MOST_BYTES = 25_000


def pixels(card: Card) -> Image.Image:
    with Image.open(io.BytesIO(drawn(card))) as found:
        return found.convert("RGB")


def address_in(page: str) -> str:
    found = re.search(r'property="og:image" content="http://testserver([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "title",
    [
        "Floor",
        "We promised 90 per cent recycled steel and will stop at 71",
        "Łódź, Český Krumlov, İstanbul: " + "a very long title that goes on " * 5,
        "W" * 200,
        "",
    ],
)
def test_card_has_its_size_and_stays_small(title):
    data = drawn(replace(CARD, title=title))
    assert len(data) <= MOST_BYTES
    assert pixels(replace(CARD, title=title)).size == SIZE


def test_nothing_is_drawn_over_the_edges_or_over_the_line():
    wide = replace(CARD, title="Wide words " * 18, byline="Guest post by somebody " * 12)
    card = pixels(wide)
    paper = (251, 250, 247)
    for left, top, right, bottom in ((1122, 0, 1200, 630), (17, 0, 78, 630), (80, 425, 1120, 449)):
        shown = {card.getpixel((x, y)) for x in range(left, right) for y in range(top, bottom, 3)}
        assert shown == {paper}, (left, top)


def test_each_part_changes_the_picture_and_its_name():
    other = {"title": "Other", "byline": "Other", "site": "Other", "accent": "#9B1C1C"}
    for name, value in (other | {"initials": "OT"}).items():
        changed = replace(CARD, **{name: value})
        assert changed.digest != CARD.digest
        assert drawn(changed) != drawn(CARD)


@given(st.text(max_size=200), st.text(max_size=120))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_make_a_card_or_none(title, byline):
    if has_letters_for(title + byline):
        assert drawn(replace(CARD, title=title, byline=byline)).startswith(b"\x89PNG")


@pytest.mark.django_db
def test_page_names_a_card_that_is_there_and_asked_for_again(client, ceo):
    make_post(ceo, slug="floor")
    page = client.get("/posts/floor/").content.decode()
    assert 'name="twitter:card" content="summary_large_image"' in page
    answer = client.get(address_in(page))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "public, max-age=300, must-revalidate"
    again = client.get(address_in(page), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with Image.open(io.BytesIO(answer.content)) as card:
        assert card.size == SIZE


@pytest.mark.django_db
def test_new_title_has_another_address_and_the_old_one_leads_there(client, ceo):
    post = make_post(ceo, slug="floor")
    before = address_in(client.get("/posts/floor/").content.decode())
    workflow.save_version(post, edited(post, title="The floor is higher"), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    after = address_in(client.get("/posts/floor/").content.decode())
    assert after != before
    old = client.get(before)
    assert (old.status_code, old["Location"]) == (302, after)


@pytest.mark.django_db
def test_lead_picture_is_shown_instead(client, ceo):
    known()
    make_post(ceo, slug="floor", images=(lead(),))
    assert "/media/images/" in address_in(client.get("/posts/floor/").content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted", "never"])
def test_what_nobody_can_read_has_no_card(ceo, state):
    post = make_draft(ceo, slug="floor")
    if state == "scheduled":
        workflow.schedule(post, by=ceo, seen=1, at=timezone.now() + timedelta(hours=1))
    elif state == "retracted":
        workflow.publish(post, by=ceo, seen=1)
        workflow.retract(post, by=ceo, notice="Wrong.")
    path = "/posts/never/card-0.png" if state == "never" else "/posts/floor/card-0.png"
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["你好", "שלום", "Hi 🎉"])
def test_letters_that_our_face_lacks_are_not_drawn_as_boxes(client, ceo, title):
    make_post(ceo, slug="floor", title=title)
    page = client.get("/posts/floor/").content.decode()
    assert "og:image" not in page
    assert 'name="twitter:card" content="summary"' in page
    assert client.get("/posts/floor/card-0.png").status_code == 404


@pytest.mark.django_db
def test_nobody_lends_a_face_to_the_words_of_somebody_else(ceo):
    name = default_storage.save("site/face.png", ContentFile(picture()))
    Site.objects.update(portrait=name)
    post = Post.objects.select_related("live_version__author").get(pk=make_post(ceo).pk)
    card = card_of(post, Site.current())
    assert card is not None
    assert card.face == ""


@pytest.mark.django_db
def test_portrait_is_drawn_and_a_lost_one_costs_nothing(ceo):
    name = default_storage.save("site/face.png", ContentFile(picture(size=(80, 80))))
    Author.objects.update(portrait=name)
    post = Post.objects.select_related("live_version__author").get(pk=make_post(ceo).pk)
    card = card_of(post, Site.current())
    assert card is not None
    assert pixels(card).getpixel((110, 536)) == (220, 30, 30)
    default_storage.delete(name)
    assert drawn(replace(card, title="Anew"))
