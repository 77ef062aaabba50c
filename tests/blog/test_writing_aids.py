"""Counts and advice beside the text: on opening the form, and with every keeping."""

from __future__ import annotations

from html import unescape

from django.urls import reverse

from tests.blog.test_admin_editor import ADD, change, typed
from tests.cast import make_draft


def test_advice_stands_beside_the_text_and_stops_nobody(ceo, at_desk):
    browser, post = at_desk(ceo), make_draft(ceo, body="Click here to .")
    page = unescape(browser.get(change(post)).content.decode())
    assert "Something seems to be missing here: “to .”." in page
    assert 'href="#id_body" data-excerpt="to ."' in page
    assert "4 words · 1 minute to read" in page
    browser.post(change(post), typed(browser, change(post), then="publish"))
    post.refresh_from_db()
    assert post.is_published


def test_advice_comes_with_every_keeping(ceo, at_desk):
    browser = at_desk(ceo)
    sent = typed(browser, ADD, title="T", body="It rose by 12%.", brief_1="word " * 12)
    aside = unescape(browser.post(reverse("admin:blog_post_keep"), sent).json()["advice"])
    assert "Where is 12% from?" in aside
    assert "4 words · 1 minute to read · In brief: 3 seconds" in aside
    assert "No brief" not in aside
    bare = sent | {"brief_1": ""}
    aside = unescape(browser.post(reverse("admin:blog_post_keep"), bare).json()["advice"])
    assert "No brief: readers see only the title." in aside
    sent |= {f"brief_{n}": "word " * 80 for n in (1, 2, 3)}
    aside = unescape(browser.post(reverse("admin:blog_post_keep"), sent).json()["advice"])
    assert "In brief: 61 seconds, <strong>more than a minute</strong>" in aside


def test_nobody_who_works_alone_is_told_of_a_field_she_does_not_have(ceo, at_desk):
    browser = at_desk(ceo)
    sent = typed(browser, ADD, title="T", body="Words.", authorship="guest")
    aside = browser.post(reverse("admin:blog_post_keep"), sent).json()["advice"]
    assert "Say who the guest is" in aside
    assert "Disclosure" not in aside
