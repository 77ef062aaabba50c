"""Signing, taking back, retracting and blanking, each on a page of its own."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from blog import workflow
from blog.models import Approval, Post, Site, Topic
from ledger.models import Entry
from tests.cast import edited, make_draft, make_post, make_user


def at(name: str, *args: object) -> str:
    return reverse(f"admin:blog_post_{name}", args=args)


def shown(browser, name: str, *args: object) -> str:
    page: str = unescape(browser.get(at(name, *args)).content.decode())
    return page


def review_of(browser, post: Post) -> str:
    match = re.search(r'name="review" value="(\d+)"', shown(browser, "sign", post.pk))
    assert match
    return match[1]


def decide(browser, post: Post, then: str, note: str = "", review: str = "") -> str:
    said = {"then": then, "note": note, "review": review or review_of(browser, post)}
    page: str = unescape(browser.post(at("sign", post.pk), said, follow=True).content.decode())
    return page


@pytest.fixture
def asked(ceo, counsel, writer) -> Post:
    """A text the writer drafted for the CEO and asked approval for; counsel must sign too."""
    Site.objects.update(needs_counsel=True)
    post = make_draft(writer, author=ceo.author, disclosure="We own the quarry.")
    workflow.submit(post, by=writer)
    return post


def test_signing_page_shows_what_goes_out_and_who_else_is_needed(asked, ceo, at_desk):
    page = shown(at_desk(ceo), "sign", asked.pk)
    assert "<p>The river rose two metres.</p>" in page
    assert "Written by Dana Whitfield" in page
    assert "We own the quarry." in page
    assert "Readers see nothing of this yet." in page
    assert "Waiting for Dana Whitfield and counsel" in page
    assert 'value="sign"' in page
    assert 'value="sign_publish"' not in page


def test_signing_page_tells_language_topics_and_a_missing_brief(writer, ceo, at_desk):
    post = make_draft(writer, author=ceo.author)
    post.topics.add(Topic.objects.create(name="Water", slug="water"))
    workflow.submit(post, by=writer)
    page = shown(at_desk(ceo), "sign", post.pk)
    assert "Language: English · Topics: <bdi>Water</bdi>" in page
    assert "No brief: readers see only the title." in page
    briefed = make_draft(writer, author=ceo.author, slug="briefed", brief=("It held.",))
    workflow.submit(briefed, by=writer)
    page = shown(at_desk(ceo), "sign", briefed.pk)
    assert ">In brief</p>" in page
    assert "No brief" not in page


def test_signing_page_shows_what_would_change_for_readers(ceo, counsel, writer, at_desk):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="The river rose three metres."), by=writer)
    workflow.submit(post, by=writer)
    page = re.sub(r"<span[^>]*>[^<]*</span>", "", shown(at_desk(ceo), "sign", post.pk))
    assert "<del>two</del><ins>three</ins>" in page


def test_only_signer_finds_what_a_writer_asks_her_to_sign(ceo, writer, at_desk):
    post = make_draft(writer, author=ceo.author)
    browser = at_desk(ceo)
    assert "What is to be signed" not in shown(browser, "change", post.pk)
    workflow.submit(post, by=writer)
    assert "What is to be signed" in shown(browser, "change", post.pk)
    decide(browser, post, "sign")
    page = shown(browser, "change", post.pk)
    assert "What is signed" in page and "to be signed" not in page


def test_two_signatures_and_the_last_signer_publishes(asked, ceo, counsel, writer, at_desk, client):
    page = decide(at_desk(counsel), asked, "sign")
    assert "Signed. It still waits for Dana Whitfield." in page
    page = decide(at_desk(ceo), asked, "sign_publish")
    assert "Signed, and published." in page
    assert client.get(asked.get_absolute_url()).status_code == 200
    assert [approval.by for approval in Approval.objects.all()] == [counsel.pk, ceo.pk]


def test_writer_publishes_once_all_have_signed(asked, ceo, counsel, writer, at_desk):
    decide(at_desk(counsel), asked, "sign")
    decide(at_desk(ceo), asked, "sign")
    page = at_desk(writer).get(at("change", asked.pk)).content.decode()
    assert "Signed, ready to publish" in page
    assert 'value="publish"' in page


def test_changes_come_back_with_the_note(asked, ceo, writer, at_desk):
    decide(at_desk(ceo), asked, "changes", "Shorter, please.")
    page = shown(at_desk(writer), "change", asked.pk)
    assert "Changes requested by Dana Whitfield" in page
    assert "Shorter, please." in page


def test_changes_need_a_note_and_nothing_typed_is_lost(asked, ceo, at_desk):
    page = decide(at_desk(ceo), asked, "changes", "  ")
    assert "Say in a few words what should change." in page
    assert not Approval.objects.exists()


def test_signature_is_for_the_text_that_was_shown(asked, ceo, writer, at_desk):
    browser = at_desk(ceo)
    review = review_of(browser, asked)
    workflow.save_version(asked, edited(asked, body="Other words."), by=writer)
    workflow.submit(asked, by=writer)
    page = decide(browser, asked, "sign", "I agree.", review)
    assert "The text has changed since." in page
    assert "I agree.</textarea>" in page
    assert not Approval.objects.exists()


def test_signature_can_be_taken_back_before_publication(asked, ceo, at_desk):
    browser = at_desk(ceo)
    decide(browser, asked, "sign")
    page = decide(browser, asked, "revoke", "A number is wrong.")
    assert "Your signature is taken back." in page


def test_writer_cannot_sign(asked, writer, at_desk):
    browser = at_desk(writer)
    assert 'value="sign"' not in shown(browser, "sign", asked.pk)
    assert "no signature here that your account" in decide(browser, asked, "sign")
    assert not Approval.objects.exists()


def test_moderator_neither_reads_nor_signs_a_draft(asked, moderator, at_desk):
    browser = at_desk(moderator)
    for step in ("sign", "preview", "earlier"):
        assert browser.get(reverse(f"admin:blog_post_{step}", args=[asked.pk])).status_code == 403
    signing = reverse("admin:blog_post_sign", args=[asked.pk])
    assert browser.post(signing, {"then": "sign"}).status_code == 403
    assert not Approval.objects.exists()


def test_superuser_without_a_byline_cannot_sign(asked, at_desk):
    root = make_user("Root", is_superuser=True)
    assert "no signature here that your account" in decide(at_desk(root), asked, "sign")


def test_signing_needs_a_button_and_a_known_question(asked, ceo, at_desk):
    browser = at_desk(ceo)
    assert "Press one of the buttons." in decide(browser, asked, "")
    for odd in ("x", "0", "9" * 30, "-1", "\u0663"):
        said = {"then": "sign", "review": odd}
        assert browser.post(at("sign", asked.pk), said).status_code == 404
    assert not Approval.objects.exists()


def test_question_of_another_post_is_not_answered_here(asked, ceo, writer, at_desk):
    other = make_draft(writer, author=ceo.author, title="Other")
    review = workflow.submit(other, by=writer)
    said = {"then": "sign", "review": review.pk}
    assert at_desk(ceo).post(at("sign", asked.pk), said).status_code == 404


def test_nothing_to_sign_leads_back(ceo, counsel, at_desk):
    post = make_draft(ceo)
    answer = at_desk(ceo).get(at("sign", post.pk), follow=True)
    assert "Nobody has asked for a signature yet." in answer.content.decode()


def test_signing_needs_the_token(asked, ceo):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ceo)
    assert browser.post(at("sign", asked.pk), {"then": "sign"}).status_code == 403


def test_ceo_signs_from_the_editor(ceo, counsel, at_desk):
    browser = at_desk(ceo)
    said = {"title": "Mine", "body": "My words.", "then": "sign"}
    answer = browser.post(at("add"), said)
    post = Post.objects.get()
    assert answer.url == at("sign", post.pk)
    assert "Signed, and published." in decide(browser, post, "sign_publish")


def test_taking_back_asks_first_and_hides_at_once(ceo, at_desk, client):
    post, browser = make_post(ceo), at_desk(ceo)
    assert "becomes a draft again" in shown(browser, "take_back", post.pk)
    assert Post.objects.get().is_published
    browser.post(at("take_back", post.pk))
    assert client.get(post.get_absolute_url()).status_code == 404


def test_taking_back_a_draft_is_refused(ceo, at_desk):
    post = make_draft(ceo)
    page = at_desk(ceo).post(at("take_back", post.pk)).content.decode()
    assert "This post is not public and not scheduled." in page


def test_retracting_puts_the_notice_in_its_place(ceo, at_desk, client):
    post = make_post(ceo)
    at_desk(ceo).post(at("retract", post.pk), {"note": "The figures were wrong."})
    page = client.get(post.get_absolute_url())
    assert page.status_code == 200
    assert "The figures were wrong." in page.content.decode()
    assert "The river rose" not in page.content.decode()


def test_retracting_needs_a_notice(ceo, at_desk):
    post = make_post(ceo)
    page = at_desk(ceo).post(at("retract", post.pk), {"note": " "}).content.decode()
    assert "Write the notice" in page
    assert Post.objects.get().is_published


def test_blanking_takes_the_words_away_for_ever_and_says_so(ceo, at_desk, client):
    post, browser = make_post(ceo, body="The password is swordfish."), at_desk(ceo)
    page = shown(browser, "blank", post.pk, 1)
    assert "It is retracted at the same moment" in page
    browser.post(at("blank", post.pk, 1), {"note": "It held a password."})
    public = client.get(post.get_absolute_url()).content.decode()
    assert "It held a password." in public
    page = shown(browser, "earlier", post.pk)
    assert "The words were blanked on" in page
    assert "swordfish" not in page + public


def test_blanking_needs_the_right_and_a_reason(ceo, writer, at_desk):
    post = make_post(ceo)
    assert at_desk(writer).get(at("blank", post.pk, 1)).status_code == 403
    assert at_desk(writer).post(at("blank", post.pk, 1), {"note": "x"}).status_code == 403
    page = at_desk(ceo).post(at("blank", post.pk, 1), {"note": ""}).content.decode()
    assert "Say why the words are blanked." in page
    assert Post.objects.get().is_published


def test_earlier_versions_show_who_when_and_what_changed(ceo, writer, at_desk):
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="The river <b>fell</b>."), by=writer)
    page = at_desk(ceo).get(at("earlier", post.pk)).content.decode()
    assert "Sam Ortiz" in page
    assert "Approved by Dana Whitfield" in page
    assert "Readers see this one." in page
    assert "<b>fell" not in page
    assert at("preview", post.pk, 1) in page


@pytest.mark.parametrize("query", ["?old=1&new=1", "?old=x&new=2", "?old=1", "?old=1&new=999999"])
def test_comparing_what_cannot_be_compared_says_so(ceo, at_desk, query):
    post = make_post(ceo)
    page = at_desk(ceo).get(at("earlier", post.pk) + query)
    assert "Choose two different numbers" in page.content.decode()


@pytest.mark.parametrize("name", ["sign", "take_back", "retract"])
def test_opening_a_page_changes_nothing(asked, ceo, at_desk, name):
    before = Entry.objects.count()
    at_desk(ceo).get(at(name, asked.pk), {"then": "sign", "note": "x"})
    assert Entry.objects.count() == before


def test_history_of_the_admin_is_the_earlier_versions(ceo, at_desk):
    post = make_post(ceo)
    answer = at_desk(ceo).get(at("history", post.pk))
    assert answer.url == at("earlier", post.pk)
