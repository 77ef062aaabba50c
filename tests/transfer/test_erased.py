"""What somebody had erased here is not brought back by an old copy of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from comments.models import Comment, Correspondent
from comments.moderation import erase_person
from tests.comments.conftest import make_public
from tests.transfer.files import run
from tests.transfer.sources import BY, Given, make_article, make_remark
from tests.transfer.whole_site import make_whole_site
from transfer.models import Imported
from transfer.storing import bring

pytestmark = pytest.mark.django_db

ADDRESS = "mara@example.org"
LEFT_OUT = "Comments whose writer had everything erased here, left out"


def told(*remarks: Any, **more: Any) -> dict[str, Any]:
    return bring(Given(make_article(remarks=remarks), **more), by=BY).as_json()


def hers(key: str, **said: Any) -> Any:
    return make_remark(key, email=ADDRESS.title(), **said)


def test_same_source_again_adds_and_tells_nothing(ceo: User, moderator: User) -> None:
    told(hers("1"))
    erase_person(ADDRESS, by=moderator)
    summary = told(hers("1"))
    assert "Changed since, not touched" not in summary
    assert Comment.objects.get().body == ""
    assert Imported.objects.get(kind="comment").digest == ""


def test_older_copy_brings_nothing_of_her_and_all_of_others(ceo: User, moderator: User) -> None:
    told(hers("1"))
    erase_person(ADDRESS, by=moderator)
    later = timezone.now() + timedelta(seconds=1)
    remarks = (hers("1"), make_remark("2", name="Bo", parent="1"), hers("3", at=later))
    summary = told(*remarks, origin="https://copy.example.com")
    assert summary[LEFT_OUT] == 1
    came = Comment.objects.exclude(body="").order_by("created_at")
    assert [comment.name for comment in came] == ["Bo", "Mara Quist"]
    assert [comment.created_at for comment in came][1] == later


def test_summary_of_an_import_names_no_reader(ceo: User) -> None:
    told(hers("1", name="Zqcanary"))
    summary = told(
        hers("1", name="Zqcanary", body="Changed."), hers("2", name="Zqcanary", body=" ")
    )
    assert "zqcanary" not in json.dumps(summary).lower()


def test_later_export_holds_nothing_of_her(ceo: User, moderator: User, tmp_path: Path) -> None:
    make_whole_site(ceo, moderator)
    comment = Comment.objects.filter(email="mara@example.com").first()
    assert comment is not None
    words = {"name": "Zqcanary", "body": "Zqcanary said a word.", "email": "mara@example.com"}
    make_public(comment.post, moderator, **words)
    run("export_site", tmp_path / "before")
    assert holding(tmp_path / "before", b"mara@example.com")
    erase_person("mara@example.com", by=moderator)
    run("export_site", tmp_path / "after")
    for word in (b"mara@example.com", b"zqcanary"):
        assert holding(tmp_path / "after", word) == []
    assert not Correspondent.objects.filter(email="mara@example.com").exists()


def holding(folder: Path, word: bytes) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if word in path.read_bytes().lower()]
