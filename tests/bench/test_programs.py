"""Programs of the benchmarks: which packages they need, and a clear sentence where they cannot be had."""

from __future__ import annotations

import subprocess

import pytest

from bench.load import programs

SIMULATED = """\
The following NEW packages will be installed:
  libluajit-5.1-2 libluajit-5.1-common wrk
Inst libluajit-5.1-common (2.1.0 Debian:12 [all])
Inst libluajit-5.1-2 (2.1.0 Debian:12 [amd64])
Inst wrk (4.1.0-3+b2 Debian:12 [amd64])
Conf wrk (4.1.0-3+b2 Debian:12 [amd64])
"""


@pytest.fixture(autouse=True)
def nothing_is_here(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(programs, "_UNPACKED", tmp_path)
    monkeypatch.setattr(programs, "_WHERE", str(tmp_path))
    programs.program.cache_clear()
    yield
    programs.program.cache_clear()


def test_packages_are_those_that_would_be_installed():
    assert programs.new_packages(SIMULATED) == ["libluajit-5.1-common", "libluajit-5.1-2", "wrk"]
    assert programs.new_packages("wrk is already the newest version (4.1.0).\n") == []


@pytest.mark.parametrize(
    "fault", [FileNotFoundError("apt-get"), subprocess.CalledProcessError(100, "apt-get")]
)
def test_what_cannot_be_had_is_told_in_a_sentence(monkeypatch, tmp_path, fault):
    def fails(*command: str, **options: object) -> str:
        raise fault

    monkeypatch.setattr(programs, "_run", fails)
    with pytest.raises(SystemExit, match=r"needs Debian's package wrk.*apt-get install wrk"):
        programs.needed("wrk", "wrk")
    with pytest.raises(programs.Missing):
        programs.program("wrk", "wrk")
    assert not (tmp_path / "wrk").exists()


def test_what_works_only_installed_is_asked_for():
    with pytest.raises(SystemExit, match="apt-get install valgrind"):
        programs.installed("valgrind", "valgrind")


def test_unpacked_program_finds_the_libraries_beside_it(monkeypatch, tmp_path):
    def run(*command: str, **options: object) -> str:
        if command[0] == "dpkg":
            binary = tmp_path / "wrk.partial" / "usr" / "bin" / "wrk"
            binary.parent.mkdir(parents=True)
            binary.write_text("#!/bin/sh\n")
            binary.chmod(0o755)
            (tmp_path / "wrk.partial/usr/lib/x86_64-linux-gnu").mkdir(parents=True)
        elif "download" in command:
            (tmp_path / "wrk.partial" / "wrk.deb").touch()
        return SIMULATED

    monkeypatch.setattr(programs, "_run", run)
    found = programs.program("wrk", "wrk")
    assert found.path == str(tmp_path / "wrk/usr/bin/wrk")
    assert found.environ["LD_LIBRARY_PATH"] == str(tmp_path / "wrk/usr/lib/x86_64-linux-gnu")
