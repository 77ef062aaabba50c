"""What is wrong with a form is said at its top, and leads to its field."""

from __future__ import annotations

import re

import pytest

from blog import workflow
from tests.blog.test_admin_editor import ADD, change, typed
from tests.cast import edited, make_draft
from tests.pictures import known, lead

pytestmark = pytest.mark.django_db


def links(page: str) -> list[tuple[str, str]]:
    """Where each mistake leads, and what it says."""
    box = re.search(r'<ul class="mistakes">(.*?)</ul>', page, re.S)
    return re.findall(r'<a href="#(\w[\w-]*)">(.*?)</a>', box[1]) if box else []


def test_each_mistake_leads_to_its_field(ceo, at_desk):
    desk = at_desk(ceo)
    sent = typed(desk, ADD, title="", body="", slug="no spaces", close_comments_after="-1")
    page = desk.post(ADD, sent).content.decode()
    assert [target for target, _ in links(page)] == [
        "id_title",
        "id_body",
        "id_slug",
        "id_close_comments_after",
    ]
    assert all(f'id="{target}"' in page for target, _ in links(page))
    assert links(page)[0][1] == "Title: Give it a title."
    assert re.search(r'<div class="errornote" role="alert" tabindex="-1" autofocus>', page)
    assert '<details class="post-more" open>' in page


def test_what_a_picture_lacks_leads_to_its_field(ceo, at_desk):
    desk = at_desk(ceo)
    post = make_draft(ceo, images=(lead(known().address, alt="A dam"),))
    page = desk.post(change(post), typed(desk, change(post), **{"lead-alt": ""})).content.decode()
    assert [target for target, _ in links(page)] == ["id_lead-alt"]
    assert 'id="id_lead-alt"' in page


def test_both_texts_of_a_conflict_open_beside_the_form(ceo, writer, at_desk):
    post, desk = make_draft(ceo), at_desk(ceo)
    sent = typed(desk, change(post), body="Mine.")
    workflow.save_version(post, edited(post, body="Theirs."), by=writer)
    page = desk.post(change(post), sent).content.decode()
    assert links(page) == []
    assert re.search(r'<a href="[^"]*/earlier/" target="_blank">See both texts<span', page)
