"""Pictures of an import are found by their path, else by their name, and never outside the folder."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as Canvas

from blog.models import Image
from ledger.record import Actor
from transfer.pictures import Pictures

pytestmark = pytest.mark.django_db
OPERATOR = Actor.system("command")


def picture(colour: int = 0, width: int = 40, kind: str = "PNG") -> bytes:
    """The bytes of a small picture; each colour is another one."""
    data = io.BytesIO()
    Canvas.new("RGB", (width, 30), (colour, 90, 120)).save(data, kind)
    return data.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.fixture
def folder(tmp_path):
    """A folder of uploads with one name twice."""
    uploads = tmp_path / "uploads"
    put(uploads, "2014/05/plan.png", picture(1))
    put(uploads, "2015/01/plan.png", picture(2))
    put(uploads, "2015/01/Été.png", picture(3))
    return uploads


@pytest.fixture
def pictures(folder):
    return Pictures(folder, by=OPERATOR)


def test_picture_is_found_by_its_path_and_kept_once(pictures):
    address = pictures.find(
        "https://old.example/wp-content/uploads/2014/05/plan.png?w=300",
        alt="  A\nplan ",
        caption="c" * 400,
        source_url="https://old.example/plan",
    )
    again = pictures.find("2014/05/plan.png")
    image = Image.objects.get()
    assert address == again == image.address
    assert (address.width, address.height) == (40, 30)
    assert (image.alt, len(image.caption), image.name) == ("A plan", 300, "plan.png")
    assert image.source_url == "https://old.example/plan"
    assert (pictures.kept, pictures.refused, pictures.missing) == (1, {}, {})


def test_two_files_of_one_name_are_told_apart_by_their_folders(pictures):
    first, second = pictures.find("/2014/05/plan.png"), pictures.find("/2015/01/plan.png")
    assert first is not None and second is not None
    assert first.key != second.key


def test_name_alone_finds_a_file_only_if_no_other_has_it(pictures):
    assert pictures.find("https://old.example/plan.png") is None
    assert [*pictures.missing] == ["https://old.example/plan.png"]
    assert pictures.find("https://cdn.example/x/%C3%89t%C3%A9.png") is not None


def test_accents_and_capitals_may_be_written_otherwise(pictures):
    assert pictures.find("2015/01/e\u0301te\u0301.PNG") is not None


@pytest.mark.parametrize("name", ["plan-300x200.png", "plan-scaled.png", "plan.png"])
def test_smaller_copy_means_the_original(pictures, name):
    assert pictures.find(f"2014/05/{name}") == pictures.find("2014/05/plan.png")


def test_smaller_copy_serves_when_the_original_is_gone(folder):
    put(folder, "2016/02/hall-300x200.png", picture(9))
    put(folder, "2011/11/hall.png", picture(8))
    pictures = Pictures(folder, by=OPERATOR)
    address = pictures.find("2016/02/hall-300x200.png")
    assert address != pictures.find("2011/11/hall.png")


@pytest.mark.parametrize(
    "wanted",
    [
        "../secret.png",
        "2014/../../secret.png",
        "%2e%2e/secret.png",
        "..\\secret.png",
        "/etc/passwd",
        "link.png",
        "inside/secret.png",
        "2014/05/plan.png\0.jpg",
        "http://[broken/plan.png",
        "",
        "/",
        "...",
    ],
)
def test_nothing_outside_the_folder_is_ever_found(folder, wanted):
    put(folder.parent, "secret.png", picture(7))
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    (folder / "inside").symlink_to(folder.parent)
    assert Pictures(folder, by=OPERATOR).find(wanted) is None
    assert not Image.objects.exists()


def test_file_that_is_no_picture_is_refused_with_a_sentence(folder):
    put(folder, "logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    pictures = Pictures(folder, by=OPERATOR)
    assert pictures.find("logo.png") is None
    assert pictures.find("logo.png") is None
    assert list(pictures.refused) == ["logo.png"]
    assert pictures.refused["logo.png"].endswith(".")
    assert pictures.kept == 0 and not pictures.missing


def test_dry_run_counts_and_keeps_nothing(folder):
    pictures = Pictures(folder, by=OPERATOR, dry_run=True)
    assert pictures.find("2014/05/plan.png") is None
    assert pictures.find("2014/05/plan.png") is None
    assert pictures.find("nowhere.png") is None
    assert (pictures.kept, list(pictures.missing)) == (1, ["nowhere.png"])
    assert not Image.objects.exists()


def test_without_a_folder_everything_is_missing():
    pictures = Pictures(None, by=OPERATOR)
    assert pictures.find("2014/05/plan.png") is None
    assert list(pictures.missing) == ["2014/05/plan.png"]
