"""What leaves comes back: out of one site, into an empty one, and out of that again to the same bytes.

Two things differ, and no more: numbers of rows, and the line “Published before this record began” on
pages that were signed where they come from and are adopted here. A site that was adopted itself comes
back without any difference but numbers.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from blog import roles
from blog.models import Author, Image, OldAddress, Post, Series, Site, Topic
from comments.models import AnswerDraft, Appeal, Comment, Correspondent, Edit, Report
from ledger import guards
from tests.cast import make_ceo, make_post, make_user
from tests.comments.conftest import make_public
from tests.shared import file
from tests.surface import body_of
from tests.transfer.files import run
from tests.transfer.whole_site import make_whole_site

pytestmark = pytest.mark.django_db(transaction=True)

_ADOPTED = "<p>Published before this record began.</p>"
_NO_NOTES = re.compile(r'<section id="notes"[^>]*>\s*</section>')
# Numbers of rows in addresses and anchors, and the seal of a form, which holds one and the time.
_NUMBERS = re.compile(
    r'(?<=[#"]c)\d+|(?<=/comments/)\d+|(?<=reply=)\d+|(?<=:post-)\d+|(?<=posts:)\d+'
    r'|(?<="brief-)\d+|(?<=name="stamp" value=")[^"]+|(?<=data-reply-to=")\d+'
)
KINDS = (
    *(Author, Image, OldAddress, Post, Series, Topic),
    *(AnswerDraft, Appeal, Comment, Correspondent, Edit, Report),
)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return what an export holds, the public copy and the list of everything left out."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in sorted(found.items())
        if path.is_file() and not name.startswith("public/") and name != "manifest.json"
    }


def public_in(folder: Path) -> dict[str, str]:
    """Return the public copy without numbers of rows."""
    found = {path.relative_to(folder / "public").as_posix(): path for path in public(folder)}
    return {name: _NUMBERS.sub("N", path.read_text()) for name, path in found.items()}


def public(folder: Path) -> Iterator[Path]:
    texts = {".html", ".atom", ".xml", ".txt"}
    return (path for path in (folder / "public").rglob("*") if path.suffix in texts)


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def pages() -> dict[str, str]:
    """Return the HTML of every post and page that readers reach, without numbers of rows."""
    client = Client()
    return {
        post.get_absolute_url(): _NUMBERS.sub(
            "N", client.get(post.get_absolute_url()).content.decode()
        )
        for post in Post.objects.reachable()
    }


_CHANGES_LINK = re.compile(r'<p class="changes-link">.*?</p>', re.DOTALL)


def without_notes(pages: dict[str, str]) -> dict[str, str]:
    """Return pages without the lines about adoption and changes, and what is left empty by that."""
    said = {at: _CHANGES_LINK.sub("", html.replace(_ADOPTED, "")) for at, html in pages.items()}
    shown = {at: _NO_NOTES.sub("", html) for at, html in said.items()}
    return {at: "\n".join(filter(str.strip, html.splitlines())) for at, html in shown.items()}


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the lines in which pages differ, with their addresses."""
    found = []
    for name in sorted({*before, *after}):
        one, other = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        lines = difflib.unified_diff(one, other, name, name, n=0, lineterm="")
        found += [line for line in lines if not line.startswith("@@")]
    return found


def counts() -> dict[str, int]:
    return {kind.__name__: kind._default_manager.count() for kind in KINDS}


def emptied(settings: Any, media: Path) -> None:
    """Empty the database, take another folder for files, and let somebody sign there."""
    guards.drop()
    call_command("flush", interactive=False, verbosity=0)
    guards.install()
    settings.MEDIA_ROOT = media
    assert not any(counts().values())
    make_user("Nora Vance", roles.CEO)


def move(settings: Any, tmp_path: Path, name: str, *options: str) -> tuple[Path, Path]:
    """Export, empty, import, adopt and export again; return both exports."""
    before, after = tmp_path / name, tmp_path / f"{name} again"
    run("export_site", before, *options)
    emptied(settings, tmp_path / f"media of {name}")
    run("import_markdown", before, "--adopt-as", "nora")
    run("export_site", after, *options)
    return before, after


def test_a_whole_site_comes_back_to_the_same_bytes(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    seen, counted = pages(), counts()
    before, after = move(settings, tmp_path, "site")
    assert files_in(after) == files_in(before)
    assert counts() == counted
    for part in ("items", "site", "format", "program"):
        assert manifest(after)[part] == manifest(before)[part]
    # What changed here before stays with the record of the old site, and so do the pages about it.
    lost = set(public_in(before)) - set(public_in(after))
    assert all(name.endswith("/history/index.html") for name in lost)
    told = [manifest(folder)["counts"] for folder in (before, after)]
    assert told[0].pop("public files") - told[1].pop("public files") == len(lost)
    assert told[0] == told[1]
    files = [set(manifest(folder)["files"]) for folder in (before, after)]
    assert files[0] - files[1] == {f"public/{name}" for name in lost}
    assert files[1] <= files[0]
    assert not differences(without_notes(seen), without_notes(pages()))
    assert "chain unbroken" in run("verify_ledger")


def test_a_site_that_was_adopted_comes_back_without_a_difference(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    move(settings, tmp_path, "first")
    seen = pages()
    before, after = move(settings, tmp_path, "second")
    assert not differences(seen, pages())
    assert files_in(after) == files_in(before)
    assert not differences(public_in(before), public_in(after))


@pytest.mark.parametrize("name", ["themeunittestdata.wordpress.xml", "cc-labs.wordpress.xml"])
def test_an_imported_blog_comes_back_without_a_difference(
    name: str, settings: Any, tmp_path: Path
) -> None:
    make_ceo()
    run("import_wordpress", file(f"wordpress/{name}"), "--adopt-as", "dana")
    seen, counted = pages(), counts()
    before, after = move(settings, tmp_path, "blog", "--without-copy")
    assert files_in(after) == files_in(before)
    assert counts() == counted
    assert not differences(seen, pages())
    assert "chain unbroken" in run("verify_ledger")


def test_settings_come_back_to_a_site_that_has_none(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    move(settings, tmp_path, "site")
    site = Site.current()
    assert (site.name, site.accent) == ("Letters from the shop floor", "#0F5563")
    assert body_of(Client().get(site.logo_url)).startswith("RIFF")
    assert Author.objects.get(slug="dana-whitfield").bio == "She runs the shop."
    assert Topic.objects.get(slug="water").description == "Rivers and rain."


def test_settings_that_are_there_stay(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    run("export_site", tmp_path / "site")
    emptied(settings, tmp_path / "media")
    Site(name="Another site").save()
    said = run("import_markdown", tmp_path / "site")
    assert "left as they are here" in said
    assert Site.current().name == "Another site"


def test_a_second_import_adds_nothing(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    move(settings, tmp_path, "site")
    counted = counts()
    run("import_markdown", tmp_path / "site")
    assert counts() == counted


def test_a_later_export_adds_only_what_is_new(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    run("export_site", tmp_path / "one", "--without-copy")
    post = Post.objects.get(slug="part-1")
    make_public(post, moderator, name="Late", body="A word that came after the move began.")
    make_post(ceo, title="One more", slug="one-more")
    counted = counts()
    run("export_site", tmp_path / "two", "--without-copy")
    emptied(settings, tmp_path / "files")
    run("import_markdown", tmp_path / "one", "--adopt-as", "nora")
    said = run("import_markdown", tmp_path / "two", "--adopt-as", "nora")
    assert "Posts imported: 1" in said
    assert counts() == counted
    assert Comment.objects.get(name="Late").post.slug == "part-1"


def test_a_dry_run_writes_nothing(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    run("export_site", tmp_path / "site")
    emptied(settings, tmp_path / "files")
    said = run("import_markdown", tmp_path / "site", "--dry-run")
    assert "nothing was written" in said
    assert not any(counts().values())
    assert not (tmp_path / "files").exists()
