"""The site, the bylines and the subjects, as their owner edits them."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from blog import roles
from blog.models import Author, Series, Site, Topic
from ledger.models import Entry
from tests.cast import make_draft, make_user

SITE = "/admin/blog/site/1/change/"


def picture(width: int = 900, height: int = 600, kind: str = "PNG") -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "#1D4F7C").save(written, kind)
    return SimpleUploadedFile(f"My Logo.{kind.lower()}", written.getvalue())


def said(**changes: object) -> dict[str, object]:
    fields = {
        "name": "Letters",
        "time_zone": "Europe/Berlin",
        "comment_mode": "moderated",
        "trust_after": 1,
        "decide_within": 24,
    }
    return fields | changes


def fetched(client, address: str) -> bytes:
    """The bytes of a picture that is served as one."""
    served = client.get(address)
    assert (served.status_code, served["Content-Type"]) == (200, "image/webp")
    return b"".join(served.streaming_content)


def errors(browser, address: str, **changes: object) -> str:
    page = browser.post(address, changes)
    assert page.status_code == 200
    return " ".join(re.findall(r'errorlist"[^>]*>(.*?)</ul>', unescape(page.content.decode())))


@pytest.fixture
def desk(ceo, at_desk):
    """The CEO's browser."""
    return at_desk(ceo)


def test_list_of_the_one_site_is_its_form(desk):
    assert desk.get("/admin/blog/site/").url == SITE
    assert desk.get(SITE).status_code == 200


def test_site_is_neither_added_twice_nor_deleted(ceo, at_desk):
    browser = at_desk(make_user("Root", is_superuser=True))
    assert browser.get("/admin/blog/site/add/").status_code == 403
    assert browser.post("/admin/blog/site/1/delete/", {"post": "yes"}).status_code == 403
    assert Site.objects.count() == 1


def test_owner_sets_words_links_and_menu(desk, client):
    links = {
        "header_links": "Shop | https://shop.example\n\nCareers | /careers/",
        "footer_links": "Imprint | /imprint/",
        "profile_links": "LinkedIn | https://www.linkedin.com/in/dana",
    }
    words = {"tagline": "From the shop floor", "footer_text": "Made in Gent", "legal_line": "© W"}
    assert desk.post(SITE, said(**links, **words)).status_code == 302
    page = client.get("/").content.decode()
    for text in (
        "Letters",
        "https://shop.example",
        "/careers/",
        "/imprint/",
        "Made in Gent",
        "© W",
    ):
        assert text in page
    assert Site.current().links[0].label == "LinkedIn"
    assert "Shop | https://shop.example\nCareers | /careers/" in desk.get(SITE).content.decode()


@pytest.mark.parametrize(
    "line",
    [
        "Shop",
        "| /shop/",
        "Shop | shop.example",
        "Shop | javascript:alert(1)",
        "Shop | //evil.example",
    ],
)
def test_link_that_cannot_be_read_is_quoted_and_kept(desk, line):
    page = unescape(desk.post(SITE, said(header_links=line)).content.decode())
    assert f"This one cannot be read: {line}" in page
    assert f"{line}</textarea>" in page
    assert Site.current().header_links == []


def test_accent_tells_its_measured_contrast(desk):
    assert "its contrast is 1.0 to 1" in errors(desk, SITE, **said(accent="#FFFFF0"))
    assert "six digits" in errors(desk, SITE, **said(accent="blue"))
    desk.post(SITE, said(accent="#1d4f7c"))
    assert Site.current().accent == "#1D4F7C"


@pytest.mark.parametrize(
    ("field", "size"), [("logo", (120, 80)), ("favicon", (180, 180)), ("portrait", (480, 480))]
)
def test_pictures_are_written_anew_in_their_size_and_served(desk, client, field, size):
    desk.post(SITE, said(**{field: picture()}))
    file = getattr(Site.current(), field)
    assert re.fullmatch(r"site/[0-9a-f]{32}\.webp", file.name)
    with Image.open(io.BytesIO(fetched(client, file.url))) as kept:
        assert kept.size == size


def test_same_picture_again_keeps_its_name_and_is_still_served(desk, client):
    for _ in range(2):
        desk.post(SITE, said(logo=picture()))
        assert fetched(client, Site.current().logo.url)


def test_picture_can_be_taken_away(desk):
    desk.post(SITE, said(logo=picture()))
    desk.post(SITE, said(**{"logo-clear": "on"}))
    assert not Site.current().logo


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n cut off"),
        SimpleUploadedFile("a.gif", b"GIF89a\x01\x00\x01\x00"),
        SimpleUploadedFile("a.png", b"0" * (8 * 1024 * 1024 + 1)),
    ],
    ids=["svg", "broken", "gif", "too large"],
)
def test_what_is_no_picture_is_refused(desk, upload):
    upload.seek(0)
    assert "hoose a" in errors(desk, SITE, **said(logo=upload))
    assert not Site.current().logo


def test_every_change_of_the_site_is_recorded_by_its_fields(desk, ceo):
    Site.objects.update(name="Letters", time_zone="Europe/Berlin", sender_email="")
    desk.post(SITE, said(tagline="From the shop floor", header_links="A | /a/"))
    entry = Entry.objects.latest("sequence")
    assert (entry.verb, entry.subject, entry.actor) == ("change_site", "blog.site:1", ceo.pk)
    assert entry.facts == {"fields": ["tagline", "header_links"]}
    desk.post(SITE, said(tagline="From the shop floor", header_links="A | /a/"))
    assert Entry.objects.latest("sequence") == entry


def test_who_must_sign_is_asked_once_there_is_a_team(desk, counsel):
    assert "needs_counsel" in desk.get(SITE).content.decode()
    desk.post(SITE, said(needs_counsel="on"))
    assert Site.current().needs_counsel
    assert Entry.objects.latest("sequence").facts["needs_counsel"] is True


def test_working_alone_nothing_asks_for_counsel(desk):
    assert "needs_counsel" not in desk.get(SITE).content.decode()
    desk.post(SITE, said(needs_counsel="on"))
    assert not Site.current().needs_counsel


def test_counsel_is_not_needed_before_there_is_one(desk):
    other = make_user("Vera Vice")
    Author.objects.create(name="Vera Vice", slug="vera-vice", user=other)
    assert "Nobody has the role Counsel yet." in errors(desk, SITE, **said(needs_counsel="on"))


def test_counsel_is_not_needed_while_one_account_alone_can_sign(ceo, at_desk):
    ceo.groups.add(Group.objects.get(name=roles.COUNSEL))
    root = at_desk(make_user("Root", is_superuser=True))
    assert "Nobody else can sign here yet." in errors(root, SITE, **said(needs_counsel="on"))
    assert not Site.current().needs_counsel


def test_counsel_who_left_does_not_lock_the_rest_of_the_site(ceo, counsel, desk):
    Site.objects.update(needs_counsel=True)
    counsel.delete()
    desk.post(SITE, said(needs_counsel="on", tagline="From the shop floor"))
    assert Site.current().tagline == "From the shop floor"


def test_unknown_time_zone_is_refused(desk):
    assert "Select a valid choice" in errors(desk, SITE, **said(time_zone="Mars/Olympus"))


@pytest.mark.parametrize("role", [roles.WRITER, roles.MODERATOR, roles.AUDITOR, roles.COUNSEL])
def test_only_the_owner_changes_the_site(ceo, at_desk, role):
    browser = at_desk(make_user("Otto Other", role))
    assert browser.post(SITE, said()).status_code == 403
    assert Site.current().name == "Letters from the shop floor"


def test_account_behind_a_byline_is_recorded(desk, ceo):
    vera = make_user("Vera Vice")
    byline = {"name": "Vera Vice", "role": "Operations", "user": vera.pk, "portrait": picture()}
    desk.post("/admin/blog/author/add/", byline)
    author = Author.objects.get(user=vera)
    assert author.slug == "vera-vice"
    assert author.portrait_url.endswith(".webp")
    entry = Entry.objects.about(author).get()
    assert (entry.verb, entry.facts["account"]) == ("change_author", vera.pk)


def test_only_ceo_and_administrators_link_accounts_to_bylines(ceo, at_desk):
    editor = make_user("Edda Editor")
    editor.user_permissions.set(Permission.objects.filter(codename__in=["change_author"]))
    change = reverse("admin:blog_author_change", args=[ceo.author.pk])
    fields = {"name": "Dana W.", "slug": "dana-whitfield", "user": editor.pk}
    at_desk(editor).post(change, fields)
    author = Author.objects.get()
    assert (author.name, author.user) == ("Dana W.", ceo)


def test_writer_does_not_touch_bylines(ceo, writer, at_desk):
    change = reverse("admin:blog_author_change", args=[ceo.author.pk])
    assert at_desk(writer).post(change, {"name": "x", "user": writer.pk}).status_code == 403


def test_byline_with_posts_is_not_deleted(ceo, at_desk):
    make_draft(ceo)
    root = at_desk(make_user("Root", is_superuser=True))
    root.post(reverse("admin:blog_author_delete", args=[ceo.author.pk]), {"post": "yes"})
    assert Author.objects.filter(user=ceo).exists()


@pytest.mark.parametrize(("model", "path"), [(Topic, "topic"), (Series, "series")])
def test_subject_gets_its_address_from_its_name(desk, model, path):
    desk.post(f"/admin/blog/{path}/add/", {"name": "Floods & rivers"})
    assert model.objects.get().slug == "floods-rivers"
    page = errors(desk, f"/admin/blog/{path}/add/", name="Floods - rivers")
    assert "already exists" in page
    assert "Write an address" in errors(desk, f"/admin/blog/{path}/add/", name="洪水")


def test_byline_of_a_colleague_who_can_sign_in_is_not_taken(ceo, admin_client, admin_user):
    path = reverse("admin:blog_author_change", args=[ceo.author.pk])
    fields = {"name": "Dana Whitfield", "slug": "dana-whitfield", "user": str(admin_user.pk)}
    admin_client.post(path, fields)
    assert Author.objects.get().user == ceo
    ceo.is_active = False
    ceo.save()
    admin_client.post(path, fields)
    assert Author.objects.get().user == admin_user
