"""axe finds nothing on the pages that a reader or a colleague meets seldom, in all four views.

Each page is loaded once and looked at in every width and scheme, which takes a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page

from blog import workflow
from blog.models import Author, Image, Post, Site, Topic
from comments.models import Comment
from config import first_run
from ledger.models import Entry
from newsletter import owning
from newsletter.links import choices_address, confirm_address
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import PASSWORD, make_draft, make_post
from tests.comments.conftest import make_comment, make_public
from tests.newsletter.readers import make_reader
from tests.pictures import known

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Page]


SETTLED = "() => document.getAnimations().forEach(one => one.finish())"


def wrong_here(page: Page, name: str) -> Iterator[tuple[str, object]]:
    """What is wrong on the page that is open, by its name and view."""
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        # Links of the admin fade into their new colour.
        page.evaluate(SETTLED)
        found = faults(page)
        if found:
            yield f"{name}, {width} {scheme}", found
        if overflow(page) > 0:
            yield f"{name}, {width}, too wide", overflow(page)


def wrong(page: Page, paths: list[str]) -> dict[str, object]:
    """What is wrong on each of some pages."""
    found: dict[str, object] = {}
    for path in paths:
        page.goto(path)
        found |= wrong_here(page, path)
    return found


def local(address: str) -> str:
    """The path of an address of the site."""
    return address.removeprefix(settings.SITE_URL)


def test_site_before_its_first_person_and_before_its_first_post(visit: Visit):
    page = visit("/", bypass_csp=True)
    found = wrong(page, ["/", local(first_run.new_link())])
    Site(name="Letters from the shop floor", sender_email="letters@example.com").save()
    paths = ["/", "/archive/", "/corrections/", "/search/", "/admin/password_reset/"]
    assert found | wrong(page, [*paths, "/admin/reset/MQ/x/"]) == {}


def test_what_readers_meet_seldom(visit: Visit, ceo: User, moderator: User):
    owning.switch_on(by=ceo)
    post = make_post(ceo, slug="floor")
    make_public(post, moderator)
    for number in range(21):
        make_post(ceo, title=f"Letter {number}", slug=f"letter-{number}")
    reader = make_reader()
    year = post.published_at.year if post.published_at else 0
    paths = ["/page/2/", f"/archive/{year}/", "/subscribe/", "/subscribe/sent/"]
    paths += [local(choices_address(reader)), local(confirm_address(reader))]
    page = visit("/", bypass_csp=True)
    found = wrong(page, paths)
    page.goto("/posts/floor/")
    page.locator("#id_body").fill("Said too late.")
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    page.locator("#comment-form").evaluate("form => form.submit()")
    page.get_by_text("Comments on this post are closed.").first.wait_for()
    found |= wrong_here(page, "a comment sent too late")
    assert found == {}


POSTS, COMMENTS, REST = ("blog_post_",), ("comments_", "newsletter_", "ledger_"), ("auth_", "blog_")


@pytest.fixture
def newsroom(ceo: User, writer: User, moderator: User) -> list[tuple[str, str]]:
    """Pages of the newsroom by name and address, of a site that gives them something to show."""
    post = make_post(ceo, slug="floor")
    make_public(post, moderator)
    make_comment(post, name="Ines", body="A second thought.")
    known()
    topic = Topic.objects.create(name="Water", slug="water")
    draft = make_draft(writer, title="Dam", slug="dam")
    workflow.submit(draft, by=writer)
    workflow.add_note(draft, "Who counted the pumps?", by=ceo)
    rows: list[tuple[str, Any]] = [
        *((f"blog_post_{name}", draft.pk) for name in ("change", "sign", "notes", "earlier")),
        *((f"blog_post_{name}", post.pk) for name in ("change", "share", "retract")),
        *((f"blog_post_{name}", None) for name in ("coming", "quiet")),
        *((f"comments_comment_{name}", None) for name in ("crisis", "person")),
        ("comments_comment_change", Comment.objects.earliest("pk").pk),
        *((f"{kind}_changelist", None) for kind in ("blog_topic", "blog_image", "comments_block")),
        *((f"{kind}_changelist", None) for kind in ("auth_user", "ledger_entry", "blog_author")),
        ("blog_topic_change", topic.pk),
        ("blog_image_change", Image.objects.earliest("pk").pk),
        ("blog_author_change", Author.objects.earliest("pk").pk),
        ("blog_site_change", Site.current().pk),
        ("auth_user_change", writer.pk),
        ("ledger_entry_change", Entry.objects.earliest("pk").pk),
        ("newsletter_newsletter_changelist", None),
    ]
    return [
        (name, reverse(f"admin:{name}", args=[] if key is None else [key])) for name, key in rows
    ]


def test_refused_sign_in(visit: Visit, ceo: User):
    page = visit("/admin/", bypass_csp=True)
    sign_in(page, "nobody", "wrong")
    page.locator(".errornote").wait_for()
    assert dict(wrong_here(page, "refused sign-in")) == {}


@pytest.mark.parametrize("part", [POSTS, COMMENTS, REST], ids=["posts", "comments", "rest"])
def test_newsroom(visit: Visit, ceo: User, newsroom: list[tuple[str, str]], part: tuple[str, ...]):
    page = visit("/admin/", bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    page.get_by_role("heading", name="Newsroom").wait_for()
    left_out = POSTS if part == REST else ()
    paths = [
        path for name, path in newsroom if name.startswith(part) and not name.startswith(left_out)
    ]
    assert len(paths) > 5
    assert wrong(page, paths) == {}
