"""The command that imports: what it asks for, what it tells, and what it refuses in one sentence."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from blog import roles
from blog.models import Adoption, Batch, Post
from comments.models import Comment
from ledger.models import Entry
from ledger.verify import Chain
from tests.cast import make_user
from tests.transfer.sources import ImportTest

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A file of three articles with two comments each."""
    path = tmp_path / "old-blog.txt"
    path.write_text("3 2", encoding="utf-8")
    return path


def run(*arguments: object, **options: object) -> str:
    """Run the command and return what it prints."""
    out = io.StringIO()
    call_command(ImportTest(stdout=out), *map(str, arguments), **options)
    return out.getvalue()


def test_it_imports_and_tells(ceo, export):
    out = run(export)
    assert "Posts imported: 3" in out
    assert "Comments imported: 6" in out
    assert "Control characters dropped: 3" in out
    assert Post.objects.count() == 3
    batch = Batch.objects.get()
    assert (batch.source, batch.file_name, batch.begun_by_label) == (
        "test",
        "old-blog.txt",
        "The system",
    )


def test_second_run_says_that_all_is_here(ceo, export):
    run(export)
    assert "Here already from an earlier import: 9" in run(export)
    assert Post.objects.count() == 3


def test_dry_run_tells_in_the_same_order(ceo, export):
    told = run(export, "--dry-run")
    assert run(export) in told
    assert told.index("Posts imported") < told.index("Comments imported")


def test_dry_run_tells_and_writes_nothing(ceo, export):
    before = Entry.objects.count()
    out = run(export, "--dry-run")
    assert "Posts imported: 3" in out
    assert out.endswith("This was a dry run: nothing was written.\n")
    assert Post.objects.count() == Batch.objects.count() == 0
    assert Entry.objects.count() == before


def test_import_can_be_adopted_in_the_same_breath(ceo, export, client):
    out = run(export, "--adopt-as", "dana")
    assert "Adopted by Dana Whitfield: 3" in out
    assert Post.objects.published().count() == 3
    assert Entry.objects.get(verb="adopt_batch").channel == "command"
    page = client.get("/posts/note-1/").content.decode()
    assert "Word 1 about note 1" in page
    assert "2 comments" in page
    assert list(Chain().problems()) == []


def test_import_can_be_adopted_by_a_later_run(ceo, export):
    run(export)
    assert "Adopted by Dana Whitfield: 3" in run(export, "--adopt-as", "dana")
    assert "No post waits to be adopted." in run(export, "--adopt-as", "dana")
    assert Adoption.objects.count() == 1


@pytest.mark.parametrize(
    ("username", "sentence"),
    [("nobody", "There is no active account “nobody”."), ("sam", "may not adopt an import")],
)
def test_wrong_signer_is_refused_before_anything_is_done(ceo, writer, export, username, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(export, "--adopt-as", username)
    assert Post.objects.count() == 0


def test_person_who_left_signs_nothing(ceo, export):
    make_user("Ida Roth", roles.CEO, is_active=False)
    with pytest.raises(CommandError, match="no active account"):
        run(export, "--adopt-as", "ida")


def test_missing_file_is_named(ceo, tmp_path):
    with pytest.raises(CommandError, match=r"There is no file .*absent\.xml"):
        run(tmp_path / "absent.xml")


def test_folder_in_place_of_a_file_is_refused(ceo, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path)


def test_path_that_no_system_takes_gets_one_sentence(ceo, export):
    endless = "x" * 5000
    for arguments in ([endless], [export, "--media", endless]):
        with pytest.raises(CommandError, match="x: File name too long"):
            run(*arguments)


def test_missing_media_folder_is_named(ceo, export, tmp_path):
    with pytest.raises(CommandError, match=r"There is no folder .*absent"):
        run(export, "--media", tmp_path / "absent")


def test_file_of_another_kind_is_refused_in_one_sentence(ceo, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sirs,", encoding="utf-8")
    with pytest.raises(CommandError, match=r"^This is no export of a test\.$"):
        run(path)
    assert Batch.objects.count() == 0


def test_read_only_site_takes_no_import_but_a_dry_run(ceo, export, settings):
    settings.READ_ONLY = True
    with pytest.raises(CommandError, match="read-only"):
        run(export)
    assert "Posts imported: 3" in run(export, "--dry-run")


def test_database_without_tables_is_told_in_one_line(ceo, export, monkeypatch):
    from ledger import tables

    monkeypatch.setattr(tables.connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        run(export)


def test_stop_at_the_keyboard_says_how_to_go_on(ceo, tmp_path, monkeypatch):
    path = tmp_path / "large.txt"
    path.write_text("450 1", encoding="utf-8")
    from transfer import steps

    taken = []
    genuine = steps.Step.bring

    def stop(step, *args, **kwargs):
        taken.append(1)
        if len(taken) == 2:
            raise KeyboardInterrupt
        return genuine(step, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(steps.Step, "bring", stop)
        with pytest.raises(CommandError, match="Run the same command again") as stopped:
            run(path)
    assert stopped.value.returncode == 130
    assert Post.objects.count() == 200
    out = run(path)
    assert "Of these, here already from before it broke off: 400" in out
    assert Post.objects.count() == Comment.objects.count() == 450


def test_busy_database_says_how_to_go_on(ceo, export, monkeypatch):
    from transfer import storing

    def busy() -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(storing, "_one_at_a_time", busy)
    with pytest.raises(CommandError, match=r"did not answer in time\. Run the same command again"):
        run(export)


def test_bar_stays_off_the_output_that_others_read(ceo, export, capsys):
    out = run(export)
    assert not re.search(r"\d%|it/s", out + capsys.readouterr().out)
