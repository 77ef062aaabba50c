"""A folder or an archive from a stranger is opened whole, or refused before anything is unpacked."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from tests.transfer.files import write, zipped
from transfer import folders
from transfer.items import SourceError


def names_in(path: Path) -> list[str]:
    with folders.opened(path) as folder:
        return [found.name for found in folders.files(folder)]


def sentence_about(path: Path) -> str:
    with pytest.raises(SourceError) as error, folders.opened(path):
        pass
    return str(error.value)


def entry(name: str, *, mode: int = 0o100644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def archive_with(path: Path, *entries: zipfile.ZipInfo, content: str = "x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in entries:
            archive.writestr(one, content, zipfile.ZIP_DEFLATED)
    return path


def test_a_folder_shows_its_files_by_name_without_hidden_ones(tmp_path: Path) -> None:
    write(tmp_path, {"b.md": "b", "a/c.md": "c", ".git/config": "", "__MACOSX/x": "", ".env": ""})
    assert names_in(tmp_path) == ["b.md", "a/c.md"]


def test_an_archive_shows_the_same_as_the_folder(tmp_path: Path) -> None:
    files = {"posts/a.md": "Ünïcode", "über.md": "x", "posts/": ""}
    path = zipped(tmp_path / "site.zip", files)
    assert names_in(path) == ["über.md", "posts/a.md"]
    with folders.opened(path) as folder:
        found = {one.name: one for one in folders.files(folder)}
        assert folders.read_text(found["posts/a.md"], limit=100) == "Ünïcode"
    assert not folder.exists()


def test_a_folder_and_its_archive_have_one_hash(tmp_path: Path) -> None:
    files = {"posts/a.md": "a", "b.md": "b"}
    whole = write(tmp_path / "site", files)
    with folders.opened(zipped(tmp_path / "site.zip", files)) as unpacked:
        hashes = {folders.hash_of_all(folders.files(one)) for one in (whole, unpacked)}
    assert len(hashes) == 1


def test_links_are_not_followed_and_can_be_told(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.md": "secret"})
    folder = write(tmp_path / "in", {"a.md": "a"})
    (folder / "folder").symlink_to(outside)
    (folder / "b.md").symlink_to(outside / "secret.md")
    assert names_in(folder) == ["a.md"]
    assert sorted(folders.links(folder)) == ["b.md", "folder"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "a/../../evil.md",
        "/etc/evil.md",
        "C:\\evil.md",
        "c:evil.md",
        "a\\..\\..\\evil.md",
        "a//b.md",
        "./a.md",
        "\\\\server\\share\\evil.md",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = archive_with(tmp_path / "site.zip", entry(name))
    assert "leads elsewhere" in sentence_about(path)
    assert [one.name for one in tmp_path.iterdir()] == ["site.zip"]


def test_a_name_cut_by_a_nul_is_refused(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("abc_evil.md"))
    path.write_bytes(path.read_bytes().replace(b"abc_evil.md", b"abc\0evil.md"))
    assert "leads elsewhere" in sentence_about(path)


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666, 0o140666])
def test_a_link_or_a_device_is_refused(tmp_path: Path, mode: int) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md", mode=mode), content="/etc/passwd")
    assert "link or a device" in sentence_about(path)


def test_a_bomb_is_refused_by_the_directory_alone(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md"), content="0" * 30_000_000)
    assert path.stat().st_size < 100_000
    assert "far more than it should" in sentence_about(path)


def test_more_than_can_be_unpacked_in_all_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_BYTES", 1000)
    path = archive_with(tmp_path / "site.zip", *map(entry, "abc"), content="word " * 100)
    assert "unpacks to more than" in sentence_about(path)


def test_too_many_files_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md"))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x05\x06")
    data[at + 8 : at + 12] = struct.pack("<HH", 65_535, 65_535)
    path.write_bytes(data)
    assert "more than 50,000 files" in sentence_about(path)


def test_too_many_files_in_a_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_FILES", 2)
    write(tmp_path, {"a": "", "b": "", "c": ""})
    with pytest.raises(SourceError, match="more than 2 files"):
        list(folders.files(tmp_path))


def test_a_size_that_lies_is_noticed_while_unpacking(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md"), content="word " * 1000)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 5000), struct.pack("<I", 100)))
    assert "damaged" in sentence_about(path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("Plan.md"), entry("plan.md"))
    assert "two files called" in sentence_about(path)


def test_a_file_that_is_a_folder_too_is_refused(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a"), entry("a/b.md"))
    assert "could not be unpacked" in sentence_about(path)


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md"), content="some words " * 500)
    path.write_bytes(path.read_bytes()[:-30])
    assert "neither a folder nor a .zip" in sentence_about(path)


def test_a_damaged_file_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md"), content="some words " * 500)
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert "damaged" in sentence_about(path)


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "site.zip", entry("a.md"))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert "password" in sentence_about(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4", b"PK\x05\x06"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "site.zip"
    path.write_bytes(content)
    assert sentence_about(path)


def test_a_path_to_nothing_is_refused(tmp_path: Path) -> None:
    assert "There is no folder" in sentence_about(tmp_path / "nothing")


def test_a_text_that_is_too_long_or_no_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "x" * 101, "b.md": b"\xff\xfe\x00"})
    for found, says in zip(folders.files(tmp_path), ("larger than", "UTF-8"), strict=True):
        with pytest.raises(SourceError, match=says):
            folders.read_text(found, limit=100)
