"""Bodies that no browser sends: too large, of odd types, cut off, with a wrong length. Never a 5xx."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from blog.models import Post, Topic
from comments.models import Comment
from tests.cast import make_post
from tests.wire import Answer, ask

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=x"
PATH = "/posts/floor/comments/"
WORDS = b"name=Mara&body=Thank+you."

CODECS = ["utf-16", "utf-7", "idna", "punycode", "rot13", "zip", "base64", "undefined", "nonsense"]
# As the parameter of a Content-Type; the last ones spell what a header cannot hold, or nothing known.
CHARSETS = [f"charset={name}" for name in CODECS] + [
    "charset*=utf-8''%00",
    "x*=nonsense''%FF",
    "x" * 20_000,
]


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> Iterator[None]:
    """Brake nobody, and write no line for each answer."""
    settings.THROTTLE = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def post(ceo: Any) -> Post:
    """A public post with a topic."""
    post = make_post(ceo, title="Floor", slug="floor", body="Raised.")
    post.topics.add(Topic.objects.create(name="Water", slug="water"))
    return post


def send(body: bytes, content_type: str | None = FORM, **environ: Any) -> Answer:
    """Send a body to the address that takes comments."""
    return ask(PATH, method="POST", body=body, CONTENT_TYPE=content_type, **environ)


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """A body of parts: what stands in Content-Disposition, and the content."""
    blocks = [
        b"--x\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    ]
    return b"".join(blocks) + b"--x--\r\n"


# Sizes


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=Mara&body=" + b"a" * 3_000_000, FORM),
        (multipart(('name="name"', b"Mara"), ('name="body"', b"a" * 3_000_000)), BOUNDARY),
        (b"&".join(b"f%d=1" % number for number in range(2000)), FORM),
        (multipart(*((f'name="f{number}"', b"1") for number in range(5000))), BOUNDARY),
        (multipart(*((f'name="f"; filename="{n}.txt"', b"1") for n in range(200))), BOUNDARY),
    ],
    ids=["3 MB form", "3 MB part", "2,000 fields", "5,000 parts", "200 files"],
)
def test_oversized_body_is_refused(body, content_type):
    assert send(body, content_type).status in {400, 413}
    assert not Comment.objects.exists()


def test_long_addresses_queries_and_headers_are_survived():
    assert ask("/" + "a" * 5000 + "/").status == 404
    assert ask("/posts/" + "a" * 5000 + "/").status == 404
    assert ask("/search/", query="q=" + "word+" * 2000).status == 200
    assert ask("/search/", query="&".join(f"a{number}=1" for number in range(5000))).status in {
        200,
        400,
    }
    assert ask("/", HTTP_COOKIE="; ".join(f"c{number}=1" for number in range(700))).status == 200
    assert (
        ask("/admin/", HTTP_COOKIE="; ".join(f"c{number}=1" for number in range(700))).status == 302
    )


# Types of content


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "text/plain"])
def test_odd_charset_of_a_comment_is_never_a_fault(charset, kind):
    body = multipart(('name="name"', b"Mara"), ('name="body"', b"Th\xc3\xa4nk you."))
    answer = send(body if "multipart" in kind else WORDS, f"{kind}; {charset}")
    assert answer.status in {303, 400, 422}


@pytest.mark.parametrize("charset", CHARSETS)
def test_odd_charset_of_a_question_is_never_a_fault(charset):
    for path in ("/search/", "/posts/floor/", "/topics/water/"):
        answer = ask(path, query="q=%E2%82%AC&page=1", CONTENT_TYPE=f"{FORM}; {charset}")
        assert answer.status in {200, 400, 404}


@pytest.mark.parametrize("charset", CHARSETS)
def test_odd_charset_at_the_door_of_the_newsroom_is_never_a_fault(charset):
    for path in ("/admin/login/", "/admin/password_reset/", "/setup/x/"):
        for method in ("GET", "POST"):
            kind = f"{FORM}; {charset}"
            answer = ask(path, method=method, query="next=%E2%82%AC", body=WORDS, CONTENT_TYPE=kind)
            assert answer.status < 500, (path, method)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WORDS, None),
        (WORDS, ""),
        (WORDS, "nonsense"),
        (b'{"name": "Mara", "body": "\\ud800"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"--x\r\nContent-Disposition: form-data; name=", BOUNDARY),
        (b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nThank', BOUNDARY),
        (b"", BOUNDARY),
        (multipart(('name="body"', b"Thank you.")), "multipart/form-data"),
        (multipart(('name="body"', b"Thank you.")), "multipart/form-data; boundary=" + "x" * 300),
        (multipart(('name="body"; filename="../../a"', b"Thank you.")), BOUNDARY),
        (multipart(("name*=utf-16''body", b"Thank you.")), BOUNDARY),
        (multipart(("name*=nonsense''%FF", b"Thank you.")), BOUNDARY),
        (multipart(('name="body"\r\nContent-Transfer-Encoding: base64', b"!")), BOUNDARY),
        (multipart(('name="body"\r\nContent-Type: text/plain; charset=zip', b"a")), BOUNDARY),
    ],
)  # fmt: skip
def test_body_that_is_no_form_is_refused(body, content_type):
    assert send(body, content_type).status in {400, 413, 415, 422}
    assert not Comment.objects.exists()


@pytest.mark.parametrize("length", ["", "-1", "9" * 30, "10", "99999"])
def test_wrong_length_of_a_body_is_never_a_fault(length):
    environ = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(WORDS)}
    assert send(WORDS, **environ).status in {303, 400, 413, 422}
