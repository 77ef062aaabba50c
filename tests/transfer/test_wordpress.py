"""A blog that moves here from WordPress, by the command, as an operator brings it in."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from blog import markup
from blog.models import Adoption, Batch, Image, OldAddress, Post, Topic
from comments.models import Comment
from ledger.models import Entry
from tests import shared
from tests.hidden_posts import SECRET
from tests.surface import body_of
from tests.test_leaks import leaks_in, seen
from tests.transfer.test_pictures import picture, put
from tests.transfer.wxr import AUTHOR, OLD, attachment, comment, export, filed, item, meta, written
from transfer.models import Imported

pytestmark = pytest.mark.django_db
THEME = "wordpress/themeunittestdata.wordpress.xml"
LABS = "wordpress/cc-labs.wordpress.xml"


def imported(path: Path, *options: str) -> str:
    """Run the command and return what it says."""
    said = io.StringIO()
    call_command("import_wordpress", path, *options, stdout=said)
    return said.getvalue()


def numbers(said: str) -> dict[str, int]:
    """The counts of a summary by their labels."""
    found = re.findall(r"^(\w[^:\n]*(?:: [^:\n]+)?): ([\d,]+)$", said, re.MULTILINE)
    return {label: int(number.replace(",", "")) for label, number in found}


def parents_in(path: Path) -> dict[str, str]:
    """What each comment of an export answers, read by another parser."""
    parents = {}
    for element in ElementTree.parse(path).iter():
        if element.tag.endswith("}comment"):
            told = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
            parent = told["comment_parent"]
            parents[told["comment_id"]] = "" if parent == "0" else parent
    return parents


def parents_here() -> dict[str, str]:
    """The same of what is here."""
    rows = Imported.objects.filter(kind="comment").select_related("comment")
    keys = {row.comment_id: row.key for row in rows}
    return {row.key: keys.get(row.comment.parent_id, "") for row in rows if row.comment}


def status_of(client, address: str) -> int:
    """The status of an answer whose file is closed again."""
    answer = client.get(address)
    if answer.streaming:
        # Closing the answer would close the connection of the test too.
        answer.file_to_stream.close()
    return int(answer.status_code)


def test_every_item_of_the_theme_file_is_accounted_for(ceo):
    told = numbers(imported(shared.file(THEME)))
    assert (told["Posts imported"], told["Pages imported"]) == (58, 21)
    assert (told["Skipped: menu item"], told["Skipped: picture"], told["Skipped: file"]) == (
        70,
        35,
        2,
    )
    assert 58 + 21 + 70 + 35 + 2 == 186
    assert Post.objects.posts().count() == 58 and Post.objects.pages().count() == 21
    waiting = Batch.objects.get().versions.values("post").distinct().count()
    # 56 published posts, of which one has a password; one draft; one of the future.
    assert waiting == 55 + 21
    assert {post.state for post in Post.objects.all()} == {Post.State.DRAFT}


def test_comments_of_the_theme_file_keep_their_states_and_parents(ceo):
    imported(shared.file(THEME))
    assert Counter(Comment.objects.values_list("state", flat=True)) == {
        "approved": 30,
        "pending": 3,
    }
    assert Comment.objects.filter(kind="mention").count() == 4
    assert parents_here() == parents_in(shared.file(THEME))
    assert sum(map(bool, parents_here().values())) == 10


def test_every_picture_of_the_theme_file_comes_along_with_its_folder(client, tmp_path, ceo):
    media = tmp_path / "media"
    named = re.findall(
        r"<wp:attachment_url>[^<]*/(\d{4}/\d\d/[^<]+\.jpe?g)<", shared.file(THEME).read_text()
    )
    for number, name in enumerate(dict.fromkeys(named)):
        put(media, name, picture(number % 250, 30 + number, "JPEG"))
    told = numbers(imported(shared.file(THEME), "--media", str(media), "--adopt-as", "dana"))
    brought = told["Pictures of its library that came along"]
    assert brought >= 30 and brought + told.get("Skipped: picture", 0) == 35
    page = body_of(client.get("/posts/post-format-gallery/"))
    assert page.count("<picture") + page.count("<img") > 100
    assert "files.wordpress.com" not in "".join(re.findall(r"<img[^>]*>", page))


def test_every_item_of_a_real_blog_is_accounted_for(ceo):
    told = numbers(imported(shared.file(LABS)))
    assert (told["Posts imported"], told["Pages imported"]) == (219, 5)
    assert (told["Comments imported"], told["Mentions imported"]) == (119, 62)
    assert Comment.objects.count() == 181
    assert parents_here() == parents_in(shared.file(LABS))


def test_old_addresses_of_a_real_blog_lead_to_its_posts(client, ceo):
    imported(shared.file(LABS), "--adopt-as", "dana")
    root = ElementTree.parse(shared.file(LABS)).getroot()
    links = [item.findtext("link", "") for item in root.iter("item")]
    paths = [link.removeprefix("http://labs.creativecommons.org") for link in links]
    answers = {path: client.get(path) for path in paths if path != "/"}
    assert len(answers) > 200
    wrong = [path for path, answer in answers.items() if answer.status_code not in {200, 301}]
    assert wrong == []


def test_signature_takes_over_what_was_public_and_only_that(client, ceo):
    said = imported(shared.file(THEME), "--adopt-as", "dana")
    assert "Adopted by Dana Whitfield: 76" in said
    assert Adoption.objects.get().count == 76 and Post.objects.published().count() == 76
    hidden = Post.objects.exclude(pk__in=Post.objects.published())
    assert {post.slug for post in hidden} == {"scheduled", "draft", "template-password-protected"}
    for post in hidden:
        assert client.get(post.get_absolute_url()).status_code == 404
    assert "until the password is entered" not in body_of(client.get("/search/?q=password"))
    page = body_of(client.get("/posts/template-sticky/"))
    assert "Published before this record began" in page
    call_command("verify_ledger", stdout=io.StringIO())


def test_second_run_adds_nothing(ceo):
    imported(shared.file(THEME))
    before = Post.objects.count(), Comment.objects.count(), OldAddress.objects.count()
    entries = Entry.objects.count()
    said = imported(shared.file(THEME))
    assert numbers(said)["Here already from an earlier import"] == 79 + 33
    assert (Post.objects.count(), Comment.objects.count(), OldAddress.objects.count()) == before
    assert Entry.objects.count() == entries


def test_dry_run_says_the_same_and_writes_nothing(tmp_path, ceo):
    media = tmp_path / "media"
    put(media, "2014/05/plan.png", picture(1))
    content = f'<img src="{OLD}/wp-content/uploads/2014/05/plan.png">'
    path = written(tmp_path, export(item(1, content, inside=comment(1)), item(2, type="page")))
    foretold = imported(path, "--media", str(media), "--dry-run")
    rows = (Post, Comment, Batch, Imported, OldAddress, Image, Topic)
    assert [kind.__name__ for kind in rows if kind.objects.exists()] == []
    done = imported(path, "--media", str(media))
    assert numbers(foretold) == numbers(done)
    assert numbers(done)["Files kept as pictures"] == 1


def test_changed_export_is_told_and_changes_nothing(tmp_path, ceo):
    imported(written(tmp_path, export(item(1, "First words."))))
    said = imported(written(tmp_path, export(item(1, "Other words."), item(2))))
    assert "Changed since, not touched:\n  Post 1" in said
    assert Post.objects.get(slug="post-1").versions.get().body == "<p>First words.</p>"
    assert Post.objects.count() == 2


def test_post_comes_with_picture_topic_comments_and_old_addresses(client, tmp_path, ceo):
    media = tmp_path / "media"
    put(media, "2014/05/plan.png", picture(1, 900))
    put(media, "hall.png", picture(2, 900))
    content = (
        f'[caption]<img src="{OLD}/wp-content/uploads/2014/05/plan-300x200.png" alt="A plan">'
        f' The plan[/caption]\n\nSee <a href="{OLD}/2014/05/post-2/">the other</a>.'
        '\n\n<img src="https://x.example/far.png" alt="Far away">'
    )
    inside = comment(1) + comment(2, parent=1, user_id=7) + filed("Water", "water")
    hall = attachment(9, f"{OLD}/wp-content/uploads/hall.png", alt="Our hall")
    path = written(
        tmp_path,
        export(item(1, content, inside=inside + meta("_thumbnail_id", "9")), item(2), hall),
    )
    imported(path, "--media", str(media), "--adopt-as", "dana")
    page = body_of(client.get("/posts/post-1/"))
    assert "<figcaption>The plan</figcaption>" in page
    sources = re.findall(r'\s(?:src|srcset|poster)="([^"]*)"', page)
    assert sum(source.startswith("/media/images/") for source in sources) >= 2
    assert [source for source in sources if not source.startswith("/")] == []
    assert 'href="https://x.example/far.png"' in page and "Far away" in page
    assert 'alt="Our hall"' in page and 'alt="A plan"' in page
    for source in re.findall(r'src="(/media/images/[^"]*)"', page):
        assert status_of(client, source) == 200
    for old in ("/2014/05/post-1/", "/2014/05/post-1", "/?p=1", "/?p=1&utm_source=x"):
        assert client.get(old)["Location"] == "/posts/post-1/"
    assert client.get("/2014/05/post-2/").status_code == 301
    assert client.get("/category/water/")["Location"] == "/topics/water/"
    assert client.get("/author/dana/")["Location"] == "/authors/dana-whitfield/"
    assert client.get("/category/water/feed/")["Location"] == "/topics/water/feed.atom"
    for feed in ("/comments/feed/", "/2014/05/post-1/feed/", "/author/dana/feed/"):
        assert client.get(feed)["Location"] == "/feed.atom"
    assert client.get("/?author=7")["Location"] == "/authors/dana-whitfield/"
    answer = Comment.objects.get(parent__isnull=False)
    assert answer.author is not None and answer.name == "Dana Whitfield"


def test_nobody_signs_who_may_not(tmp_path, ceo, writer):
    path = written(tmp_path, export(item(1)))
    with pytest.raises(CommandError, match="may not adopt"):
        imported(path, "--adopt-as", "sam")
    assert not Post.objects.exists()


HIDDEN = {
    "a draft": {"status": "draft"},
    "waiting for review": {"status": "pending"},
    "private": {"status": "private"},
    "of the future": {"status": "future", "date_gmt": "2090-01-01 00:00:00"},
    "dated in the future": {"date_gmt": "2090-01-01 00:00:00"},
    "behind a password": {"password": "enter"},
    "in the bin": {"status": "trash"},
}


def secret_export(folder: Path, **said: str) -> Path:
    """An export in which all that can be said of one post, and of one page, holds the secret word."""
    url = f"{OLD}/wp-content/uploads/{SECRET}.png"
    file = attachment(9, url, alt=f"{SECRET} alt", caption=f"{SECRET} caption", parent=1)
    inside = (
        comment(1, f"{SECRET} comment", author=f"{SECRET} reader")
        + comment(
            2,
            "ping",
            type="pingback",
            author=f"{SECRET} elsewhere",
            author_url="https://x.example/",
        )
        + filed(f"{SECRET} topic", f"{SECRET}-topic")
        + filed(f"{SECRET} tag", f"{SECRET}-tag", "post_tag")
        + meta("_thumbnail_id", "9")
        + meta("_wp_old_slug", f"{SECRET}-before")
    )
    content = f'{SECRET} body <img src="{url}" alt="{SECRET}">\n\n[gallery ids="9"]'
    post = item(
        1,
        content,
        inside=inside,
        excerpt=f"{SECRET} excerpt",
        title=f"{SECRET} title",
        name=f"{SECRET}-slug",
        creator=SECRET,
        **said,
    )
    page = item(
        2, f"{SECRET} page", title=f"{SECRET} page", name=f"{SECRET}-page", type="page", **said
    )
    open_one = item(3, "Open words.", title="Open", inside=filed("Water", "water"))
    writer = f"<wp:author><wp:author_login>{SECRET}</wp:author_login></wp:author>"
    return written(folder, export(post, page, file, open_one, channel=AUTHOR + writer))


def guessed(client) -> dict[str, str]:
    """What the old addresses answer, by address."""
    paths = [f"/2014/05/{SECRET}-slug/", f"/2014/05/{SECRET}-before/", f"/2014/05/{SECRET}-page/"]
    paths += ["/?p=1", "/?page_id=2", f"/author/{SECRET}/", f"/category/{SECRET}-topic/"]
    paths += [
        f"/tag/{SECRET}-tag/",
        f"/tag/{SECRET}-tag/feed/",
        f"/wp-content/uploads/{SECRET}.png",
    ]
    return {path: f"{(answer := client.get(path)).status_code} {answer.headers}" for path in paths}


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_was_not_public_there_is_on_no_public_page_here(client, tmp_path, ceo, kind):
    media = tmp_path / "media"
    put(media, f"{SECRET}.png", picture(1))
    imported(secret_export(tmp_path, **HIDDEN[kind]), "--media", str(media), "--adopt-as", "dana")
    assert client.get("/posts/post-3/").status_code == 200
    assert leaks_in(seen(client)) == []
    for address, answer in guessed(client).items():
        assert SECRET not in answer, address
        # The front page answers for a number that nobody knows.
        assert answer.startswith("200" if "?" in address else "404"), address
    image = Image.objects.get()
    assert status_of(client, image.address.url) == 404


def test_the_same_is_everywhere_when_it_was_public(client, tmp_path, ceo):
    media = tmp_path / "media"
    put(media, f"{SECRET}.png", picture(1))
    imported(secret_export(tmp_path), "--media", str(media), "--adopt-as", "dana")
    found = {*leaks_in(seen(client))}
    assert {"/", "/archive/", "/feed.atom", "/sitemap.xml", "/search/?q=body"} <= found
    assert {f"/posts/{SECRET}-slug/", f"/topics/{SECRET}-topic/", f"/authors/{SECRET}/"} <= found
    assert status_of(client, Image.objects.get().address.url) == 200
    moved = [path for path, answer in guessed(client).items() if answer.startswith("301")]
    assert len(moved) == 9


@pytest.mark.parametrize("name", [THEME, LABS])
def test_no_letter_of_a_post_is_lost_on_its_page(ceo, name):
    """Whatever WordPress showed of a text stands on the page: all but tags and shortcodes it knew."""
    imported(shared.file(name))
    shown = {
        row.key: row.post for row in Imported.objects.filter(kind="post").select_related("post")
    }
    lost = {}
    for element in ElementTree.parse(shared.file(name)).getroot().iter("item"):
        told = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
        content = next(child.text or "" for child in element if "content" in child.tag)
        if told["post_type"] in {"post", "page"}:
            rendering = shown[told["post_id"]].versions.get().renderings.get()
            missing = letters(_without_code(content)) - letters(_readable(rendering.html))
            lost |= {told["title"]: missing} if missing else {}
    assert lost == {}


def _readable(html: str) -> str:
    """What readers read, and where the cards lead: WordPress showed a player in place of an address."""
    addresses = re.findall(r'<figure class="elsewhere"><a href="([^"]*)"', html)
    return "\n".join([markup.plain_text(html), *map(unescape, addresses)])


def _without_code(content: str) -> str:
    """A content without what nobody ever saw: comments, styles, tags, shortcodes of WordPress itself."""
    code = (
        r"<!--.*?-->|<style\b.*?</style>|\[/?(?:caption|gallery|audio)\b[^\]]*\]|<[a-zA-Z/][^>]*>"
    )
    return unescape(re.sub(code, "", content, flags=re.DOTALL))


def letters(text: str) -> Counter[str]:
    return Counter(
        character for character in unicodedata.normalize("NFC", text) if character.isalnum()
    )
