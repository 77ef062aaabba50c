"""Pictures in the newsroom: put into a text with script and without, and the library of them."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from blog import images, workflow
from blog.image_addresses import ImageAddress
from blog.image_files import store
from blog.markup import render
from blog.models import Image, Post, Version
from blog.models.version import Markup
from blog.snippets import put_at_end, snippet
from ledger.models import Entry
from tests.blog.test_admin_editor import ADD, change, newest, typed
from tests.cast import edited, make_draft, make_post, make_user
from tests.pictures import drawn, kept, known, lead

pytestmark = pytest.mark.django_db

SEND = "/admin/blog/image/send/"
LIBRARY = "/admin/blog/image/"
AWKWARD = 'The "river" [at *noon*] & <b>`more`</b> \\ _x_ 2 ~ 3'


def upload(data: bytes | None = None, name: str = "river.png") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, drawn() if data is None else data, "image/png")


def errors(page: str) -> str:
    """Everything that the form says is wrong."""
    return unescape(" ".join(re.findall(r'<ul class="errorlist.*?</ul>', page, re.S)))


def text_in(page: str) -> str:
    """What stands in the field of the text."""
    found = re.search(r'<textarea name="body"[^>]*>\s?\n?(.*?)</textarea>', page, re.S)
    assert found
    return unescape(found[1])


@pytest.fixture
def desk(ceo, at_desk):
    """The CEO's browser; she works alone."""
    return at_desk(ceo)


@pytest.mark.parametrize("markup", Markup.values)
def test_snippet_shows_every_word_as_it_was_typed(markup):
    address = ImageAddress("0" * 32, 600, 400)
    shown = snippet(address, alt=AWKWARD, caption=AWKWARD, markup=markup)
    html = render(f"Before.\n\n{shown}\n\nAfter.", markup).html
    assert f'alt="{AWKWARD}"'.replace('"', "'") in unescape(html).replace('"', "'")
    caption = re.search(r"<figcaption>(.*?)</figcaption>", html, re.S)
    assert caption and unescape(caption[1]).replace("“", '"').replace("”", '"') == AWKWARD


def test_picture_goes_to_the_end_of_a_text():
    assert put_at_end("One.\n\nTwo.  \n", "![x](y)") == "One.\n\nTwo.\n\n![x](y)\n"
    assert put_at_end(" \n", "![x](y)") == "![x](y)\n"


def test_without_script_a_picture_is_put_at_the_end_of_the_text(desk):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="picture")
    sent |= {"picture-file": upload(), "picture-alt": "The river", "picture-caption": "In May"}
    answer = desk.post(ADD, sent, follow=True)
    assert "Saved, with the picture at the end of the text" in answer.content.decode()
    image = Image.objects.get()
    assert (
        Version.objects.get().body == f'It rained.\n\n![The river]({image.address.url} "In May")\n'
    )
    assert (image.alt, image.caption, image.uploaded_by_label) == (
        "The river",
        "In May",
        "Dana Whitfield",
    )
    assert Version.objects.get().image_uses.get().image == image


def test_decorative_picture_has_no_words(desk):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="picture")
    desk.post(
        ADD, sent | {"picture-file": upload(), "picture-decorative": "on", "picture-alt": "x"}
    )
    assert f"![]({Image.objects.get().address.url})" in Version.objects.get().body


def test_picture_without_words_is_asked_about_and_sent_no_second_time(desk):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="picture")
    sent |= {"picture-alt": "", "picture-caption": ""}
    page = desk.post(ADD, sent | {"picture-file": upload()}).content.decode()
    assert "Say in one sentence what the picture shows" in errors(page)
    assert (text_in(page), Post.objects.count()) == ("It rained.", 0)
    address = Image.objects.get().address.url
    assert f'name="picture-address" value="{address}"' in page
    assert "[&#x27;" not in page
    sent |= {"picture-address": address, "picture-alt": "The river"}
    desk.post(ADD, sent)
    assert Version.objects.get().body == f"It rained.\n\n![The river]({address})\n"


@pytest.mark.parametrize("then", ["picture", "save", "publish"])
def test_file_that_is_no_picture_costs_no_word(desk, then):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then=then)
    page = desk.post(ADD, sent | {"picture-file": upload(b"<svg/>")}).content.decode()
    assert "An SVG is a drawing" in errors(page)
    assert "The picture is not in the text yet" in page
    assert (text_in(page), Post.objects.count(), Image.objects.count()) == ("It rained.", 0, 0)


def test_button_without_a_file_asks_for_one(desk):
    page = desk.post(ADD, typed(desk, ADD, title="A", body="B", then="picture")).content.decode()
    assert "Choose a file first." in errors(page)


def test_picture_is_kept_when_the_title_is_missing(desk):
    sent = typed(desk, ADD, title="", body="It rained.", then="picture")
    page = desk.post(ADD, sent | {"picture-file": upload(), "picture-alt": "X"}).content.decode()
    assert "Give it a title." in errors(page)
    assert text_in(page) == f"It rained.\n\n![X]({Image.objects.get().address.url})\n"


def test_post_with_a_picture_that_came_along_is_saved_and_not_published(desk):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="publish")
    desk.post(ADD, sent | {"picture-file": upload(), "picture-alt": "X"})
    assert Post.objects.get().state == Post.State.DRAFT
    assert "![X](" in Version.objects.get().body


def test_text_of_another_hand_is_no_reason_to_lose_a_picture(desk, ceo):
    post = make_draft(ceo)
    sent = typed(desk, change(post), body="Mine.", then="picture")
    workflow.save_version(post, edited(post, body="Hers."), by=ceo)
    answer = desk.post(change(post), sent | {"picture-file": upload(), "picture-alt": "X"})
    assert answer.status_code == 409
    assert text_in(answer.content.decode()) == f"Mine.\n\n![X]({Image.objects.get().address.url})\n"


def test_text_in_html_gets_a_figure(desk, ceo):
    post = make_draft(ceo, body="<p>It rained.</p>", markup=Markup.HTML)
    sent = typed(desk, change(post), then="picture")
    desk.post(
        change(post),
        sent | {"picture-file": upload(), "picture-alt": "A & B", "picture-caption": "<May>"},
    )
    url = Image.objects.get().address.url
    assert newest(post).body == (
        f'<p>It rained.</p>\n\n<figure><img src="{url}" alt="A &amp; B" width="64" height="48">'
        "<figcaption>&lt;May&gt;</figcaption></figure>\n"
    )


def test_text_that_names_a_missing_picture_is_not_saved_and_not_lost(desk):
    body = f"![A river](/media/images/{'a' * 32}-10x10.jpg)"
    page = desk.post(ADD, typed(desk, ADD, title="A", body=body, then="save")).content.decode()
    assert "This site has no picture under the address" in unescape(page)
    assert (text_in(page), Post.objects.count()) == (body, 0)


def test_lead_picture_is_chosen_replaced_and_removed(desk, ceo):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="save")
    more = {
        "lead-alt": "The river",
        "lead-caption": "In May",
        "lead-focus_x": "20",
        "lead-focus_y": "",
    }
    desk.post(ADD, sent | more | {"lead-file": upload()})
    post, first = Post.objects.get(), Image.objects.get()
    entry = {
        "address": first.address.url,
        "alt": "The river",
        "caption": "In May",
        "focus": "20% 50%",
    }
    assert newest(post).images == [entry]
    desk.post(change(post), typed(desk, change(post), title="Another", then="save"))
    assert (newest(post).title, newest(post).images) == ("Another", [entry])
    other = upload(drawn(size=(20, 10)))
    desk.post(change(post), typed(desk, change(post), then="save") | {"lead-file": other})
    assert (
        newest(post).images[0]["address"] == Image.objects.first().address.url != entry["address"]
    )
    desk.post(change(post), typed(desk, change(post), then="save") | {"lead-remove": "on"})
    assert newest(post).images == []


def test_lead_picture_without_words_is_asked_about_and_not_lost(desk):
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="save")
    sent |= {"lead-file": upload(), "lead-caption": "In May"}
    page = desk.post(ADD, sent).content.decode()
    assert 'name="lead-caption" value="In May"' in page
    assert "Something is missing at the lead picture" in page
    assert "Say in one sentence what the picture shows" in errors(page)
    assert '<details class="post-more" open>' in page
    assert f'name="lead-address" value="{Image.objects.get().address.url}"' in page
    assert not Post.objects.exists()


def test_lead_picture_that_is_refused_leaves_the_old_one(desk, ceo):
    post = make_draft(ceo, images=(lead(known().address),))
    sent = typed(desk, change(post), then="save") | {"lead-file": upload(b"no picture")}
    page = desk.post(change(post), sent).content.decode()
    assert "no picture that can be read" in errors(page)
    assert newest(post).images == [lead()]


@pytest.mark.parametrize("percent", ["101", "-1", "x"])
def test_focal_point_outside_of_the_picture_is_refused(desk, ceo, percent):
    post = make_draft(ceo, images=(lead(known().address),))
    sent = typed(desk, change(post), then="save") | {"lead-focus_x": percent}
    assert errors(desk.post(change(post), sent).content.decode())
    assert newest(post).images == [lead()]


def test_form_without_the_fields_of_the_lead_picture_leaves_it(desk, ceo):
    post = make_draft(ceo, images=(lead(known().address),))
    sent = {k: v for k, v in typed(desk, change(post), title="New", then="save").items()
            if not k.startswith("lead-")}  # fmt: skip
    desk.post(change(post), sent)
    assert (newest(post).title, newest(post).images) == ("New", [lead()])


def test_sent_picture_is_kept_and_answered_with_its_address(desk):
    answer = desk.post(SEND, {"file": upload()})
    image = Image.objects.get()
    assert answer.json() == {
        "address": image.address.url,
        "thumbnail": f"/media/images/{image.address.name}-64.jpg",
        "name": "river.png", "alt": "", "decorative": False, "caption": "", "note": "",
    }  # fmt: skip


def test_described_picture_is_answered_with_its_snippet_and_remembers_its_words(desk):
    image = kept()
    said = {"address": image.address.url, "alt": "The river", "caption": "In May"}
    answer = desk.post(SEND, said)
    assert answer.json()["snippet"] == f'![The river]({image.address.url} "In May")'
    image.refresh_from_db()
    assert (image.alt, image.caption) == ("The river", "In May")
    assert Entry.objects.latest("sequence").verb == "change_image"
    desk.post(SEND, said | {"alt": "A brook"})
    image.refresh_from_db()
    assert image.alt == "The river"
    assert "<figure>" in desk.post(SEND, said | {"markup": "html"}).json()["snippet"]


def test_picture_is_described_later_and_stays_among_those_that_wait_for_it(desk):
    image = kept()
    answer = desk.post(SEND, {"address": image.address.url, "later": "on", "caption": "In May"})
    assert answer.json()["snippet"] == f'![]({image.address.url} "In May")'
    image.refresh_from_db()
    assert (image.alt, image.is_decorative) == ("", False)
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="picture")
    page = desk.post(ADD, sent | {"picture-address": image.address.url, "picture-later": "on"})
    assert "Say in one sentence what the picture shows" in errors(page.content.decode())


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "Choose a file first."),
        ({"address": "/media/images/nothing.jpg", "alt": "X"}, "Choose a file first."),
        ({"address": f"/media/images/{'0' * 32}-1200x800.jpg"}, "Say in one sentence what"),
        ({"address": f"/media/images/{'0' * 32}-1200x800.jpg", "alt": "x" * 301}, "at most 300"),
    ],
)
def test_what_cannot_be_put_into_a_text_is_said(desk, sent, problem):
    known()
    answer = desk.post(SEND, sent)
    assert problem in answer.json()["problem"]
    assert answer.status_code == (400 if problem.startswith("Choose") else 422)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"words", drawn()[:50]])
def test_sent_file_that_is_no_picture_is_answered_in_a_sentence(desk, data):
    answer = desk.post(SEND, {"file": upload(data)})
    assert (answer.status_code, list(answer.json())) == (422, ["problem"])
    assert not Image.objects.exists()


def test_moving_picture_says_that_it_stands_still(desk):
    from PIL import Image as Pillow

    moving = SimpleUploadedFile("a.gif", b"", "image/gif")
    frames = [Pillow.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    moving.seek(0)
    assert desk.post(SEND, {"file": moving}).json()["note"].startswith("It moves")


def test_full_disk_is_said_and_nothing_typed_is_lost(desk, monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images, "keep", full)
    assert desk.post(SEND, {"file": upload()}).status_code == 422
    sent = typed(desk, ADD, title="A flood", body="It rained.", then="picture")
    page = desk.post(ADD, sent | {"picture-file": upload(), "picture-alt": "X"}).content.decode()
    assert "could not be kept just now" in errors(page)
    assert text_in(page) == "It rained."


@pytest.mark.parametrize("who", ["counsel", "auditor", "moderator"])
def test_who_does_not_write_adds_no_pictures(who, at_desk, request):
    browser = at_desk(request.getfixturevalue(who))
    assert browser.post(SEND, {"file": upload()}).status_code == 403
    assert browser.post(f"{LIBRARY}add/", {"files": [upload()]}).status_code == 403
    assert not Image.objects.exists()


def test_pictures_are_sent_with_a_token_and_by_post_only(ceo, at_desk, desk):
    assert desk.get(SEND).status_code == 403
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ceo)
    assert strict.post(SEND, {"file": upload()}).status_code == 403


def test_empty_library_says_how_pictures_come(desk):
    assert "No picture is here yet." in desk.get(LIBRARY).content.decode()
    assert "No picture is here yet." not in desk.get(f"{LIBRARY}?q=river").content.decode()


def test_library_shows_finds_and_narrows(desk, ceo):
    used = kept(drawn(size=(30, 20)), name="used.png", alt="The old floor")
    unused = kept(drawn(size=(31, 20)), name="unused.png", is_decorative=True)
    kept(drawn(size=(32, 20)), name="silent.png")
    make_draft(ceo, body=f"![X]({used.address.url})")
    for query, names in {
        "": {"used", "unused", "silent"},
        "?q=old floor": {"used"},
        "?q=unused": {"unused"},
        "?use=used": {"used"},
        "?use=unused": {"unused", "silent"},
        "?use=undescribed": {"silent"},
    }.items():
        page = desk.get(LIBRARY + query).content.decode()
        shown = set(re.findall(r">(\w+)\.png</a>", page))
        assert (query, shown) == (query, names)
    assert f'src="/media/images/{unused.address.name}-31.jpg"' in desk.get(LIBRARY).content.decode()
    assert desk.get(f"{LIBRARY}?q={'x' * 5000}").status_code == 200


def test_library_takes_several_and_names_what_it_refuses(desk):
    files = [
        upload(drawn(size=(9, 9)), "a.png"),
        upload(b"<svg/>", "b.svg"),
        upload(drawn(), "c.png"),
    ]
    page = desk.post(f"{LIBRARY}add/", {"files": files}, follow=True).content.decode()
    assert "2 pictures kept" in page
    assert "“b.svg”: An SVG is a drawing" in page
    assert set(Image.objects.values_list("name", flat=True)) == {"a.png", "c.png"}
    assert "Choose a file first" in desk.post(f"{LIBRARY}add/", follow=True).content.decode()


def test_library_changes_what_is_offered_and_no_text(desk, ceo):
    image = kept(alt="The river")
    post = make_post(ceo, body=f"![The river]({image.address.url})")
    address = f"{LIBRARY}{image.pk}/change/"
    page = desk.get(address).content.decode()
    assert "Texts that are written already keep the words they have." in page
    assert f"![The river]({image.address.url})" in unescape(page)
    assert change(post) in page
    said = {"name": "r.png", "alt": "A brook", "caption": "May", "focus_x": "0", "focus_y": "100"}
    desk.post(address, said)
    image.refresh_from_db()
    assert (image.alt, image.caption, image.focus_x, image.focus_y) == ("A brook", "May", 0, 100)
    assert "The river" in newest(post).body
    assert Entry.objects.latest("sequence").verb == "change_image"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"alt": ""}, "Say in one sentence what the picture shows"),
        ({"focus_x": "101"}, "Write a percentage from 0 to 100."),
        ({"focus_y": "99999999999"}, ""),
    ],
)
def test_library_refuses_what_cannot_be(desk, said, sentence):
    image = kept(alt="The river")
    whole = {"name": "r.png", "alt": "A", "caption": "", "focus_x": "1", "focus_y": "1"}
    answer = desk.post(f"{LIBRARY}{image.pk}/change/", whole | said)
    assert answer.status_code == 200
    assert sentence in unescape(answer.content.decode())


def test_library_deletes_what_no_text_shows_files_and_all(desk):
    image = kept()
    page = desk.get(f"{LIBRARY}{image.pk}/delete/").content.decode()
    assert "river.png" in page
    done = desk.post(f"{LIBRARY}{image.pk}/delete/", {"post": "yes"}, follow=True)
    assert "“river.png” is deleted." in done.content.decode()
    assert not Image.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix] == []


def test_library_keeps_what_a_text_shows(desk, ceo):
    image, unused = kept(), kept(drawn(size=(9, 9)), name="unused.png")
    make_draft(ceo, body=f"![X]({image.address.url})")
    one = desk.post(f"{LIBRARY}{image.pk}/delete/", {"post": "yes"}, follow=True)
    assert one.status_code in {200, 403}
    several = {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"}
    assert desk.post(LIBRARY, several, follow=True).status_code == 200
    assert Image.objects.filter(pk=image.pk).exists()
    desk.post(LIBRARY, several | {"_selected_action": [unused.pk]})
    assert not Image.objects.filter(pk=unused.pk).exists()


def test_library_names_the_posts_of_a_picture_in_few_questions(
    desk, ceo, django_assert_max_num_queries
):
    image = kept()
    for number in range(12):
        make_post(ceo, slug=f"post-{number}", body=f"![X]({image.address.url})")
    with django_assert_max_num_queries(12):
        page = desk.get(f"{LIBRARY}{image.pk}/change/").content.decode()
    assert page.count("/admin/blog/post/") >= 12


@pytest.mark.django_db(transaction=True)
def test_files_go_only_when_the_row_is_gone_for_good(desk, monkeypatch):
    image = kept()
    genuine, seen = store.delete, []

    def delete(*args) -> None:
        seen.append(connection.in_atomic_block)
        genuine(*args)

    monkeypatch.setattr(store, "delete", delete)
    desk.post(f"{LIBRARY}{image.pk}/delete/", {"post": "yes"})
    assert not Image.objects.exists()
    assert seen == [False]


def test_library_says_how_many_files_may_come_at_once(desk):
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    assert f"at most {most} files" in desk.get(f"{LIBRARY}add/").content.decode()
    several = [upload(b"", f"{number}.png") for number in range(most + 1)]
    assert desk.post(f"{LIBRARY}add/", {"files": several}).status_code == 400
    assert desk.post(f"{LIBRARY}add/", {"files": several[:most]}).status_code == 302


def test_full_disk_is_said_in_the_library_too(desk, monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images, "keep", full)
    page = desk.post(f"{LIBRARY}add/", {"files": [upload()]}, follow=True).content.decode()
    assert "“river.png”: The picture could not be kept just now" in page


def test_text_saved_while_a_picture_is_being_deleted_keeps_it(desk, ceo, monkeypatch):
    image = kept()
    from blog.admin import images as library

    verb = library.remove_picture

    def saved_first(*args, **options):
        make_draft(ceo, body=f"![X]({image.address.url})")
        return verb(*args, **options)

    monkeypatch.setattr(library, "remove_picture", saved_first)
    page = desk.post(f"{LIBRARY}{image.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    assert "stands in a text, so it stays" in page
    assert Image.objects.filter(pk=image.pk).exists()


def test_counsel_looks_and_changes_nothing(counsel, ceo, at_desk):
    image = kept(alt="The river")
    browser = at_desk(counsel)
    assert browser.get(LIBRARY).status_code == 200
    assert browser.get(f"{LIBRARY}{image.pk}/change/").status_code == 200
    assert browser.post(f"{LIBRARY}{image.pk}/change/", {"alt": "X"}).status_code == 403
    assert browser.post(f"{LIBRARY}{image.pk}/delete/", {"post": "yes"}).status_code == 403


def test_moderator_and_plain_staff_have_no_library(moderator, ceo, at_desk):
    assert at_desk(moderator).get(LIBRARY).status_code == 403
    assert at_desk(make_user("Pia Plain")).get(LIBRARY).status_code == 403
