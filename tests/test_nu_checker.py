"""The Nu HTML checker finds neither an error nor a warning in any page, style sheet or drawing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from blog.models import Post, Site
from comments.arrival import stamp_for
from config import first_run
from newsletter import owning
from newsletter.links import choices_address, confirm_address
from tests.browser.scene import make_scene
from tests.cast import make_post
from tests.comments.conftest import make_public
from tests.newsletter.readers import make_reader
from tests.nu_checker import nu_faults
from tests.surface import is_html
from tests.test_permissions import (  # noqa: F401 - fixtures
    _takes_mail,
    addresses,
    people,
    staff_routes,
    values,
)

pytestmark = [pytest.mark.node, pytest.mark.django_db]


OWN: dict[str, Any] = {"HTTP_ORIGIN": settings.SITE_URL}

# Our own sheets and drawings; the one of the public site is checked as readers get it, joined.
STATIC = settings.BASE_DIR / "static"
OUR_FILES = [
    str(path.relative_to(STATIC))
    for path in (*STATIC.glob("css/*.css"), *STATIC.rglob("*.svg"))
    if path.name != "site.css"
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for the checker."""
    found = tmp_path / "documents"
    found.mkdir()
    return found


def page(client: Any, path: str, *statuses: int) -> bytes:
    """The bytes of a page that must answer with one of `statuses`, or 200."""
    answer = client.get(path)
    assert answer.status_code in (statuses or (200,)), path
    assert is_html(answer), path
    return bytes(answer.content)


def answers_to_comments(client: Client, post: Post) -> Iterator[tuple[str, bytes]]:
    """What a reader gets who sends a comment, or tries to."""
    address = f"{post.get_absolute_url()}comments/"
    whole = {"name": "Mara Quist", "body": "A *word* about the pump.", "stamp": stamp_for(post.pk)}
    sent: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
        "preview": (OWN, {**whole, "preview": "1"}, 200),
        "refused": (OWN, {**whole, "email": "mara@", "body": ""}, 422),
        "from elsewhere": ({"HTTP_ORIGIN": "https://evil.example"}, whole, 403),
    }
    for name, (headers, fields, status) in sent.items():
        answer = client.post(address, fields, **headers)
        assert answer.status_code == status, name
        yield f"comment, {name}.html", bytes(answer.content)
    thanks = client.post(address, whole, **OWN, follow=True)
    yield "comment, sent.html", bytes(thanks.content)
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    yield "comment, closed.html", bytes(client.post(address, whole, **OWN).content)


def newsletter_pages(client: Client, ceo: User) -> Iterator[tuple[str, bytes]]:
    """What a reader meets who joins and leaves."""
    owning.switch_on(by=ceo)
    reader = make_reader()
    paths = ["/subscribe/", "/subscribe/sent/", choices_address(reader), confirm_address(reader)]
    for path in paths:
        yield f"newsletter, {path}.html", page(client, path.removeprefix(settings.SITE_URL))
    refused = client.post("/subscribe/", {"email": "mara@"}, **OWN)
    assert refused.status_code == 422
    yield "newsletter, refused.html", bytes(refused.content)


def test_what_readers_see(client, ceo, moderator, folder):
    Site.objects.update(contact_email="desk@example.com")
    documents = {
        f"{name}.html": page(client, path, 200, 404, 409)
        for name, path in make_scene(ceo, moderator).items()
    }
    post = make_post(ceo, title="Long talk", slug="long-talk")
    for number in range(52):
        make_public(post, moderator, body=f"Thought number {number}.")
    for number in range(20):
        make_post(ceo, title=f"Letter {number}", slug=f"letter-{number}")
    for path in ("/page/2/", "/authors/dana-whitfield/?page=2", "/posts/long-talk/?comments=2"):
        documents[f"{path}.html"] = page(client, path)
    report = client.post(f"/comments/{post.comments.first().pk}/report/", {}, **OWN)
    documents["report, refused.html"] = bytes(report.content)
    documents |= answers_to_comments(client, post)
    documents |= newsletter_pages(client, ceo)
    assert nu_faults(documents, folder) == {}


def test_site_before_its_first_post_and_before_its_first_person(client, db, folder):
    setup = first_run.new_link().removeprefix(settings.SITE_URL)
    documents = {"not set up.html": page(client, "/"), "setup.html": page(client, setup)}
    refused = client.post(setup, {})
    documents["setup, refused.html"] = bytes(refused.content)
    Site(name="Letters from the shop floor", sender_email="letters@example.com").save()
    for path in ("/", "/archive/", "/corrections/", "/search/", "/admin/login/"):
        documents[f"empty, {path}.html"] = page(client, path)
    documents["404.html"] = page(client, "/nowhere/", 404)
    documents["500.html"] = render_to_string("500.html").encode()
    for path in ("/admin/password_reset/", "/admin/reset/MQ/x/"):
        documents[f"{path}.html"] = page(client, path)
    documents["sign in, refused.html"] = bytes(client.post("/admin/login/", {}).content)
    assert nu_faults(documents, folder) == {}


def test_newsroom(request: Any, folder: Path):
    clients: dict[str, Client] = request.getfixturevalue("people")
    keys: dict[str, Any] = request.getfixturevalue("values")
    documents = {}
    for route in staff_routes():
        for path in addresses(route, keys):
            answer: Any = clients["r"].get(path)
            if is_html(answer) and answer.content:
                documents[f"{path}.html"] = bytes(answer.content)
    for name in ("admin:blog_post_add", "admin:blog_site_change", "admin:comments_comment_crisis"):
        path = reverse(name, args=["1"] if name.endswith("site_change") else [])
        documents[f"{name}, refused.html"] = bytes(clients["r"].post(path, {}).content)
    for tab in ("public", "private", "spam", "questions"):
        path = f"/admin/comments/comment/?tab={tab}"
        documents[f"{path}.html"] = page(clients["r"], path)
    assert len(documents) > 100
    assert nu_faults(documents, folder) == {}


def test_style_sheets_and_drawings(client, ceo, folder):
    Site.objects.update(accent="#0F5563")
    documents = {
        "site.css": bytes(client.get("/site.0.css").content),
        "theme.css": bytes(client.get("/theme.css").content),
    }
    for name in OUR_FILES:
        documents[name] = Path(str(finders.find(name))).read_bytes()
    assert nu_faults(documents, folder) == {}
