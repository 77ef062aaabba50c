"""What a person meets who writes, signs and corrects in the newsroom for the first time."""

from __future__ import annotations

import pytest

from blog.models import Post, Topic
from tests.blog.test_admin_editor import ADD, TEXT, typed
from tests.cast import make_draft


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
