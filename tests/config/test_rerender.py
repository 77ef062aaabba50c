"""`manage.py rerender`: comments follow the rules at once, posts only after a signature."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from blog import markup, workflow
from blog.models import Post, Review
from comments import sanitize
from ledger.models import Entry
from tests.cast import make_post
from tests.comments.conftest import make_public

pytestmark = pytest.mark.django_db


def test_comments_follow_newer_rules_at_once(ceo, moderator, monkeypatch, capsys):
    comment = make_public(make_post(ceo), moderator, body="Some *words*.")
    monkeypatch.setattr(sanitize, "VERSION", 2)
    monkeypatch.setattr(
        sanitize, "render", lambda text: sanitize.Sanitized(f"<p>{text}</p>", False)
    )
    call_command("rerender")
    comment.refresh_from_db()
    assert (comment.body_html, comment.sanitizer) == ("<p>Some *words*.</p>", 2)
    assert (comment.body, comment.state) == ("Some *words*.", "approved")
    assert "Comments whose HTML changed: 1" in capsys.readouterr().out
    assert Entry.objects.filter(verb="rerender").count() == 1
    call_command("rerender")
    assert "Comments whose HTML changed: 0" in capsys.readouterr().out


def test_post_keeps_its_signed_html_until_the_new_one_is_signed(ceo, counsel, monkeypatch, client):
    post = make_post(ceo)
    made = markup.render("The river rose.")
    monkeypatch.setattr(markup, "VERSION", markup.VERSION + 1)
    monkeypatch.setattr(markup, "render", lambda source, kind: made)
    call_command("rerender")
    call_command("rerender")
    assert Review.objects.count() == 2
    assert "two metres" in client.get(post.get_absolute_url()).content.decode()

    workflow.approve(Review.objects.first(), by=ceo)
    published = workflow.publish(post, by=ceo)
    assert published.updated_at is None
    page = client.get(post.get_absolute_url()).content.decode()
    assert "two metres" not in page
    assert Post.objects.get().live_version == post.live_version
    call_command("verify_ledger")


def test_unchanged_html_proposes_nothing(ceo, monkeypatch, capsys):
    make_post(ceo)
    monkeypatch.setattr(markup, "VERSION", markup.VERSION + 1)
    call_command("rerender")
    assert "wants a signature: 0" in capsys.readouterr().out
