"""Pictures are served to whoever may read words that show them, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.image_addresses import FOLDER, FORMATS
from blog.image_files import store
from blog.models import Image, Post
from tests.cast import edited, make_draft, make_post, make_user
from tests.pictures import drawn, kept, known, lead

pytestmark = pytest.mark.django_db

# Who may see what is not public, and who may not.
SEES = {"ceo": True, "writer": True, "counsel": True, "auditor": True, "root": True,
        "moderator": False, "plain staff": False, "reader": False, "nobody": False}  # fmt: skip


@pytest.fixture
def image(db: None) -> Image:
    """A picture that no text shows yet."""
    return kept(drawn(size=(600, 400)))


def showing(image: Image) -> str:
    """A text with the picture in it."""
    return f"![A river]({image.address.url})"


def publish(post: Post, by: User) -> Post:
    """Sign and publish the newest text."""
    workflow.approve(workflow.submit(post, by=by), by=by)
    return workflow.publish(post, by=by)


def status(client: Client, image: Image) -> int:
    """What the address in a text answers."""
    return client.get(image.address.url).status_code


def names(image: Image) -> list[str]:
    """The names of all files of a picture, and that of the address in texts."""
    address = image.address
    files = [address.file_name(width, kind) for width in address.widths for kind in FORMATS]
    return [*files, f"{address.name}.jpg"]


@pytest.fixture
def browsers(ceo, writer, counsel, auditor, moderator) -> dict[str, Client]:
    """The browser of each person of `SEES`."""
    users = {"ceo": ceo, "writer": writer, "counsel": counsel, "auditor": auditor,
             "moderator": moderator, "root": make_user("Root Root", is_superuser=True),
             "plain staff": make_user("Pia Plain"),
             "reader": make_user("Nora Out", is_staff=False, is_superuser=True)}  # fmt: skip
    found = {name: Client() for name in SEES}
    for name, user in users.items():
        found[name].force_login(user)
    return found


def test_picture_of_a_public_post_is_served_in_every_file(client, ceo, image):
    make_post(ceo, body=showing(image))
    for name in names(image):
        answer = client.get(FOLDER + name)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == FORMATS[name.rpartition(".")[2]]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == "inline"
        assert answer.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(answer.content) == int(answer.headers["Content-Length"]) > 0


def test_address_in_a_text_answers_with_the_largest_jpeg(client, ceo, image):
    make_post(ceo, body=showing(image))
    largest = store.shown_path(image.address.file_name(600, "jpg")).read_bytes()
    assert client.get(image.address.url).content == largest


def test_public_picture_touches_no_session_and_takes_one_question(
    client, ceo, image, django_assert_num_queries
):
    make_post(ceo, body=showing(image))
    client.force_login(ceo)
    with django_assert_num_queries(1):
        answer = client.get(image.address.url)
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies


def test_same_file_again_is_not_sent_again(client, ceo, image):
    make_post(ceo, body=showing(image))
    first = client.get(image.address.url)
    again = client.get(image.address.url, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    other = client.get(image.address.url, HTTP_IF_NONE_MATCH='"another"')
    assert other.status_code == 200


def test_head_answers_without_a_body(client, ceo, image):
    make_post(ceo, body=showing(image))
    answer = client.head(image.address.url)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pictures_are_only_read(client, ceo, image, method):
    make_post(ceo, body=showing(image))
    assert getattr(client, method)(image.address.url).status_code == 405


def test_lead_picture_and_picture_of_a_page_are_public_too(client, ceo, image):
    other = kept(drawn(size=(50, 50)))
    make_post(ceo, images=(lead(image.address),))
    make_post(ceo, slug="about", kind=Post.Kind.PAGE, body=showing(other))
    assert (status(client, image), status(client, other)) == (200, 200)


def nothing(image: Image, ceo: User) -> None:
    """No text shows the picture."""


def drafted(image: Image, ceo: User) -> None:
    """A draft shows it."""
    make_draft(ceo, body=showing(image))


def signed(image: Image, ceo: User) -> None:
    """A draft that has every signature shows it."""
    post = make_draft(ceo, body=showing(image))
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)


def waiting(image: Image, ceo: User) -> None:
    """A newer text of a public post shows it, and is not published."""
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body=showing(image)), by=ceo)


def scheduled(image: Image, ceo: User) -> None:
    """A post shows it that readers see from tomorrow on."""
    post = make_draft(ceo, body=showing(image))
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo, at=timezone.now() + timedelta(days=1))


def retracted(image: Image, ceo: User) -> None:
    """A post showed it, and was retracted."""
    workflow.retract(make_post(ceo, body=showing(image)), by=ceo, notice="It was wrong.")


def taken_back(image: Image, ceo: User) -> None:
    """A post showed it, and is a draft again."""
    workflow.unpublish(make_post(ceo, body=showing(image)), by=ceo)


def corrected(image: Image, ceo: User) -> None:
    """A post showed it, until its words were corrected."""
    post = make_post(ceo, body=showing(image))
    workflow.save_version(post, edited(post, body="Without a picture."), by=ceo)
    publish(post, ceo)


def blanked(image: Image, ceo: User) -> None:
    """A post showed it, until its words were blanked."""
    post = make_post(ceo, body=showing(image))
    workflow.redact(post.versions.get(), by=ceo, reason="A court ordered it.")


HIDDEN = [nothing, drafted, signed, waiting, scheduled, retracted, taken_back, corrected, blanked]


@pytest.mark.parametrize("hide", HIDDEN, ids=lambda hide: hide.__name__)
def test_what_is_not_public_is_seen_by_those_with_the_right_only(
    browsers: dict[str, Client], ceo: User, image: Image, hide: Callable[[Image, User], None]
) -> None:
    hide(image, ceo)
    for who, browser in browsers.items():
        for name in names(image):
            answer = browser.get(FOLDER + name)
            assert (who, answer.status_code) == (who, 200 if SEES[who] else 404)
            cached = answer.headers["Cache-Control"]
            assert "no-store" in cached and "private" in cached and "public" not in cached
            assert "ETag" not in answer.headers


def test_picture_that_is_not_to_be_seen_is_like_one_that_is_not_there(client, ceo, image):
    hidden = client.get(image.address.url)
    missing = client.get(f"{FOLDER}{'f' * 32}-600x400.jpg")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert dict(hidden.headers) | {"Expires": ""} == dict(missing.headers) | {"Expires": ""}


def test_remembered_file_is_not_confirmed_once_it_is_hidden(client, ceo, image):
    post = make_post(ceo, body=showing(image))
    first = client.get(image.address.url)
    workflow.retract(post, by=ceo, notice="It was wrong.")
    etag = first.headers["ETag"]
    assert client.get(image.address.url, HTTP_IF_NONE_MATCH=etag).status_code == 404


def test_picture_of_a_schedule_is_public_when_its_moment_comes(client, ceo, image):
    scheduled(image, ceo)
    assert status(client, image) == 404
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert status(client, image) == 200


def test_picture_in_two_posts_stays_while_one_is_public(client, ceo, image):
    first, _ = (make_post(ceo, title=title, body=showing(image)) for title in ("One", "Two"))
    workflow.retract(first, by=ceo, notice="It was wrong.")
    assert status(client, image) == 200


@pytest.mark.parametrize(
    "name",
    [
        "{key}-600x401.jpg", "{key}-600x400-300.jpg", "{key}-600x400-600.png", "{key}-600x400.webp",
        "{key}-600x400-960.jpg", "{key}-0600x400.jpg", "{key}.png", "{KEY}-600x400.jpg",
        "..%2Foriginals%2F{key}.png", "%2e%2e/originals/{key}.png", ".lock", "", "{key}-600x400.jpg/",
        "{key}-600x400.jpg%00", "{key}-600x400.jpg%0a", "{key}-٦00x400.jpg",
    ],
)  # fmt: skip
def test_other_names_lead_nowhere(client, ceo, image, name):
    make_post(ceo, body=showing(image))
    address = FOLDER + name.format(key=image.key, KEY=image.key.upper())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("path", ["originals/{key}.png", "media/originals/{key}.png"])
def test_originals_have_no_address(browsers, image, path):
    assert browsers["root"].get(f"/media/{path.format(key=image.key)}").status_code == 404


def test_lost_file_is_not_found(client, ceo):
    make_post(ceo, body=showing(known()))
    assert status(client, known()) == 404


def test_post_page_shows_its_lead_picture_in_place(client, ceo, image):
    post = make_post(
        ceo,
        images=(
            lead(image.address, alt="A “river” & its <bank>", caption="In May", focus="90% 12%"),
        ),
    )
    page = client.get(post.get_absolute_url()).content.decode()
    figure = page[page.index('<figure class="picture">') : page.index("</figure>")]
    assert page.index("<h1") < page.index(figure) < page.index("The river rose")
    assert 'alt="A “river” &amp; its &lt;bank&gt;"' in figure
    assert 'width="600" height="400"' in figure
    assert 'fetchpriority="high"' in figure
    assert "focus-x9 focus-y1" in figure
    assert "In May</figcaption>" in figure
    for kind in ("avif", "webp", "jpg"):
        assert f"{image.address.name}-480.{kind} 480w, " in figure
        assert f"{image.address.name}-600.{kind} 600w" in figure
    assert f'<meta property="og:image" content="http://testserver{image.address.url}">' in page
    assert '<meta property="og:image:width" content="600">' in page
    assert '<meta property="og:image:alt" content="A “river” &amp; its &lt;bank&gt;">' in page


def test_post_without_a_lead_picture_shows_none(client, ceo):
    page = client.get(make_post(ceo).get_absolute_url()).content.decode()
    assert "/media/images/" not in page and 'class="picture"' not in page


def test_feed_holds_the_lead_picture_with_its_full_address(client, ceo, image):
    make_post(ceo, images=(lead(image.address, alt="A & B"),))
    feed = client.get("/feed.atom").content.decode()
    assert f'&lt;img src="http://testserver{image.address.url}" alt="A &amp;amp; B"' in feed


def test_whoever_signs_sees_the_lead_picture(ceo, counsel, at_desk, image):
    post = make_draft(ceo, images=(lead(image.address),))
    workflow.submit(post, by=ceo)
    page = at_desk(ceo).get(f"/admin/blog/post/{post.pk}/sign/").content.decode()
    assert image.address.url in page
