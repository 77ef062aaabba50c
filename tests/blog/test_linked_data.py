"""What pages tell search engines: JSON that parses, says what the page says, and ends no element."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from blog import workflow
from blog.models import Author, Site
from blog.templatetags.linked_data import _json
from tests.cast import edited, make_post
from tests.comments.conftest import make_public
from tests.pictures import known, lead
from tests.surface import SITE

VALUES = st.recursive(
    st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
NASTY = "</script><!--\u2028\\\"'&amp; \x00\x1f\u202e 😀"


def data_of(client: Client, path: str) -> dict[str, Any]:
    """The one block of data of a page."""
    page = client.get(path).content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.S)
    found: dict[str, Any] = json.loads(block)
    assert found["@context"] == "https://schema.org"
    return found


@given(VALUES)
def test_any_value_comes_back_and_has_no_letter_that_ends_an_element(value):
    printed = _json(value)
    assert json.loads(printed) == value
    assert not set(printed) & set("<>&'`\u2028\u2029")


@pytest.mark.django_db
def test_post_says_who_what_when_and_how_much(client, ceo, moderator):
    Author.objects.update(
        bio="She runs the works.",
        profile_links=[
            {"label": "Mastodon", "url": "https://social.example/@dana"},
        ],
    )
    known()
    post = make_post(
        ceo,
        slug="floor",
        standfirst="Higher now.",
        disclosure="We own the river.",
        images=(lead(),),
    )
    make_public(post, moderator)
    said = data_of(client, "/posts/floor/")
    assert said["@type"] == "BlogPosting"
    assert said["headline"] == "Why we raised the floor"
    assert said["url"] == said["mainEntityOfPage"] == f"{SITE}/posts/floor/"
    assert said["description"] == "Higher now."
    assert (said["creditText"], said["backstory"]) == (
        "Written by Dana Whitfield",
        "We own the river.",
    )
    assert said["commentCount"] == 1
    assert said["wordCount"] > 5
    assert said["image"].startswith(f"{SITE}/media/images/")
    assert datetime.fromisoformat(said["datePublished"]).tzinfo
    assert said["author"]["@type"] == "Person"
    assert said["author"]["url"] == f"{SITE}/authors/dana-whitfield/"
    assert said["author"]["sameAs"] == ["https://social.example/@dana"]
    assert said["publisher"]["name"] == "Letters from the shop floor"


@pytest.mark.django_db
def test_post_without_picture_names_its_card_and_no_comments_are_told_too(client, ceo):
    make_post(ceo, slug="floor")
    said = data_of(client, "/posts/floor/")
    assert client.get(said["image"].removeprefix(SITE)).status_code == 200
    assert said["commentCount"] == 0


@pytest.mark.django_db
def test_correction_is_told(client, ceo):
    post = make_post(ceo, slug="floor", body="It rose.")
    workflow.save_version(post, edited(post, body="It fell.", correction="It fell."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    said = data_of(client, "/posts/floor/")
    (notice,) = said["correction"]
    assert (notice["@type"], notice["text"]) == ("CorrectionComment", "It fell.")
    assert said["dateModified"] == notice["datePublished"]


@pytest.mark.django_db
def test_nasty_words_stay_words(client, ceo):
    text = NASTY.replace("\x00", "")
    Site.objects.update(name=text, tagline=text)
    Author.objects.update(name=text, role=text, bio=text)
    make_post(ceo, slug="floor", title=text)
    assert data_of(client, "/posts/floor/")["headline"] == text
    assert data_of(client, "/")["name"] == text
    assert data_of(client, "/authors/dana-whitfield/")["mainEntity"]["jobTitle"] == text


@pytest.mark.django_db
def test_front_page_says_how_it_is_searched(client, ceo):
    said = data_of(client, "/")
    assert said["@type"] == "Blog"
    target = said["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{SITE}/search/?q={{search_term_string}}"
