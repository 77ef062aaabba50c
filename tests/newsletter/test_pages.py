"""The pages of the newsletter are as every page is; and odd input at its doors."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator

import html5lib
import pytest
from django.test import Client

from newsletter import moving
from newsletter.links import choices_address, confirm_address
from newsletter.models import Subscriber
from tests.cast import make_post
from tests.newsletter.readers import OWN, make_reader
from tests.shared import naughty
from tests.test_headers import EXPECTED, broken_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(newsletter, ceo) -> list[str]:
    """The addresses of all pages of a site whose newsletter is on."""
    make_post(ceo, slug="floor")
    reader = make_reader()
    links = [choices_address(reader), confirm_address(reader)]
    gone = make_reader("ben@example.org")
    links.append(choices_address(gone))
    gone.delete()
    paths = [link.removeprefix("http://testserver") for link in links]
    return ["/subscribe/", "/subscribe/sent/", "/posts/floor/", *paths]


@pytest.fixture
def _quiet_log() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_page_is_valid_and_under_the_policy(pages, client):
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
        tree = parser.parse(answer.content.decode())
        assert parser.errors == [], path
        ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
        assert [value for value, count in ids.items() if count > 1] == [], path
        assert len(tree.findall(".//h1")) == 1, path
        assert {name: answer[name] for name in EXPECTED} == EXPECTED, path
        assert broken_rules(path, answer) == [], path
    assert client.cookies == {}


def test_reading_a_page_changes_nothing(pages, client):
    before = list(Subscriber.objects.values())
    for path in pages:
        for method in ("get", "head", "options"):
            getattr(client, method)(path)
        assert client.put(path).status_code == client.delete(path).status_code == 405, path
    assert list(Subscriber.objects.values()) == before


@pytest.mark.usefixtures("_quiet_log")
def test_naughty_strings_are_answered_with_the_form(newsletter, settings):
    settings.THROTTLE = False
    client, counted = Client(), Counter[int]()
    for string in naughty():
        text = string.encode("utf-8", "replace").decode()
        for fields in (
            {"email": text},
            {"email": f"{text}@example.org"},
            {"email": "mara@example.org", "kind": text},
        ):
            counted[client.post("/subscribe/", fields, **OWN).status_code] += 1
    assert set(counted) <= {303, 413, 422}
    assert counted[422] > len(naughty()) / 4
    for email in Subscriber.objects.values_list("email", flat=True):
        assert email.isprintable()
        assert " " not in email


@pytest.mark.usefixtures("_quiet_log")
def test_bytes_that_are_no_text_are_refused(newsletter):
    for body in (b"email=%00", b"email=%ff%fe", b"email=%ed%a0%80@example.org", b"\xff\xfe", b""):
        answer = Client().post(
            "/subscribe/", body, content_type="application/x-www-form-urlencoded", **OWN
        )
        assert answer.status_code == 422, body


def test_naughty_strings_in_a_file_are_named_or_taken(newsletter, ceo):
    texts = naughty()
    data = "\n".join(["email", *texts]).encode("utf-8", "replace")
    with pytest.raises(moving.BadFile):
        moving.bring_in(data, by=ceo)
    assert not Subscriber.objects.exists()
