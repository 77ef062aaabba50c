"""What leaves comes back: out of one site, into an empty one, and out of that again to the same bytes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from blog import roles
from blog.models import Author, Image, Post, Site
from comments.models import Comment
from ledger import guards
from tests.cast import make_user
from tests.transfer.files import run
from tests.transfer.whole_site import make_whole_site

pytestmark = pytest.mark.django_db(transaction=True)

ADOPTED = re.compile(r"\s*<p[^>]*>[^<]*Published before this record began[^<]*</p>")
_NUMBERS = re.compile(r"(?<=/comments/)\d+|(?<=reply=)\d+|(?<=[\"#]c)\d+|(?<=-)\d+(?=\")")


def files_in(folder: Path, *, but: str = "public/") -> dict[str, bytes]:
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {name: data for name, data in found.items() if not name.startswith(but)}


def pages() -> dict[str, str]:
    """Return the HTML of every post and page that readers reach, without numbers of rows."""
    client = Client()
    found = {}
    for post in Post.objects.reachable():
        html = client.get(post.get_absolute_url()).content.decode()
        found[post.get_absolute_url()] = html
    return found


def emptied(settings: Any, media: Path) -> User:
    """Empty the database and the folder of files, and return somebody who can sign there."""
    guards.drop()
    call_command("flush", interactive=False, verbosity=0)
    guards.install()
    settings.MEDIA_ROOT = media
    assert not Post.objects.exists()
    return make_user("Nora Vance", roles.CEO)


def moved(settings: Any, tmp_path: Path, name: str) -> Path:
    """Export, empty, import, adopt, and export again; return the new export."""
    run("export_site", tmp_path / name)
    emptied(settings, tmp_path / f"media of {name}")
    run("import_markdown", tmp_path / name, "--adopt-as", "nora")
    run("export_site", tmp_path / f"{name} again")
    return tmp_path / f"{name} again"


def test_a_whole_site_comes_back_to_the_same_bytes(
    ceo: User, moderator: User, settings: Any, tmp_path: Path
) -> None:
    make_whole_site(ceo, moderator)
    before = pages()
    again = moved(settings, tmp_path, "first")
    one, other = files_in(tmp_path / "first"), files_in(again)
    assert other.keys() == one.keys()
    for name in one.keys() - {"manifest.json"}:
        assert other[name] == one[name], name
