"""From an empty database to a site of one's own: setup, the owner's look, a first post."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from blog import outbox
from blog.models import Post
from tests.browser.conftest import FOUNDERS_PASSWORD, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEMO_WORDS = re.compile(r"plainspoken|noordvliet|oldenkamp|demonstration", re.IGNORECASE)


def logo() -> Any:
    """A small picture, as a browser uploads it."""
    written = io.BytesIO()
    Image.new("RGB", (300, 80), "#7A1F3D").save(written, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": written.getvalue()}


def test_own_site_in_the_admin_alone(visit: Callable[..., Page], founded: None):
    page = visit("/admin/", javascript=False)
    sign_in(page, "edda", FOUNDERS_PASSWORD)

    # Click 1 and click 2: a first post is live.
    page.get_by_role("link", name="Write a post").click()
    page.get_by_label("Title", exact=True).fill("Why I write here")
    page.get_by_label("Text", exact=True).fill("Because you asked, and because letters get lost.")
    page.get_by_role("button", name="Publish").click()
    page.goto("/posts/why-i-write-here/")
    expect(page.get_by_text("letters get lost")).to_be_visible()
    expect(page.get_by_text("Written by Edda Marsh")).to_be_visible()

    page.goto("/admin/blog/site/")
    page.get_by_label("Name", exact=False).first.fill("The Marsh Letters")
    page.get_by_label("Logo").set_input_files([logo()])
    page.get_by_label("Accent").fill("#FFEE00")
    page.get_by_label("Links at the top").fill("Shop | https://shop.marsh.example/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("too light to read")).to_be_visible()
    page.get_by_label("Accent").fill("#7A1F3D")
    page.get_by_label("Logo").set_input_files([logo()])
    page.get_by_role("button", name="Save", exact=True).click()

    about = Post.objects.get(slug="about")
    page.goto(f"/admin/blog/post/{about.pk}/change/")
    page.get_by_label("Text", exact=True).fill("We mend boats on the east coast.")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("In the menu", exact=True).select_option(label="At the top")
    page.get_by_role("button", name="Publish").click()

    reader = visit("/")
    expect(reader.get_by_role("link", name="The Marsh Letters").first).to_be_visible()
    expect(reader.get_by_role("link", name="About").first).to_be_visible()
    expect(reader.get_by_role("link", name="Shop")).to_be_visible()
    assert reader.locator("header img").evaluate("image => image.naturalWidth") > 0
    accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
    assert "#7A1F3D" in reader.evaluate(accent)
    reader.get_by_role("link", name="About").first.click()
    expect(reader.get_by_text("We mend boats on the east coast.")).to_be_visible()


def test_nothing_on_an_own_site_speaks_of_anything_else(founded: None, client: Client):
    client.login(username="edda", password=FOUNDERS_PASSWORD)
    client.post(
        "/admin/blog/post/add/", {"title": "One", "body": "Two.", "then": "publish", "kind": "post"}
    )
    assert Post.objects.published().posts().exists()
    reader = Client()
    seen, waiting = (
        set(),
        ["/", "/feed.atom", "/sitemap.xml", "/robots.txt", "/nowhere/", "/search/?q=x"],
    )
    while waiting:
        path = waiting.pop()
        seen.add(path)
        body = reader.get(path).content.decode()
        assert not DEMO_WORDS.search(body), path
        links = re.findall(r'href="(/[^"#]*)"', body)
        waiting += [
            link
            for link in links
            if link not in seen and not link.startswith(("/static", "/media"))
        ]
        waiting = list(dict.fromkeys(waiting))
    assert {"/privacy/", "/comment-policy/", "/posts/one/", "/archive/"} <= seen
    for path in (
        "/admin/",
        "/admin/blog/post/",
        "/admin/blog/site/1/change/",
        "/admin/comments/comment/",
    ):
        body = client.get(path).content.decode()
        assert not DEMO_WORDS.search(body), path
        assert "Django" not in body, path
    fields = {"name": "Mara", "body": "A thought about boats.", "visibility": "public"}
    reader.post("/posts/one/comments/", fields, HTTP_ORIGIN="http://testserver")
    reader.post("/admin/password_reset/", {"email": "edda@marsh.example"})
    outbox.send_due()
    # Who decides alone hears of waiting comments on Friday.
    outbox.send_due(now=timezone.now() + timedelta(days=7))
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert not DEMO_WORDS.search(str(message.message()))
        assert "Marsh & Daughters" in message.from_email
