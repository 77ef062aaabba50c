"""The file of results: tables that line up, and sections that replace their older selves alone."""

from __future__ import annotations

import pytest

from bench.load import report
from bench.load.figures import Round


def test_table_lines_up():
    assert report.table(
        ["", "ms", "× it"], [["nginx", "0.0167", "1"], ["ours", "0.02", "1.3"]]
    ) == (
        "|       |     ms | × it |\n"
        "| :---- | -----: | ---: |\n"
        "| nginx | 0.0167 |    1 |\n"
        "| ours  |   0.02 |  1.3 |"
    )


def test_each_row_is_compared_with_the_one_named_for_it():
    found = {
        "nginx": [Round(0.01, 1, 2, 3000), Round(0.02, 1, 2, 3000)],
        "ours": [Round(0.02, 3, 4, 1000), Round(0.04, 3, 4, 1000)],
    }
    told = report.compared(
        found, dict.fromkeys(found, "nginx"), times="× nginx", sizes={"nginx": 9000, "ours": 8000}
    )
    head, _, nginx, ours = (
        [cell.strip() for cell in line.split("|")[1:-1]] for line in told.split("\n")
    )
    assert head == [
        "",
        "CPU ms (middle half)",
        "× nginx",
        "p50 ms",
        "p99 ms",
        "requests/s",
        "bytes",
    ]
    assert nginx == ["nginx", "0.0150 (0.0100–0.0200)", "1", "1.00", "2.00", "3,000", "9,000"]
    assert ours == [
        "ours",
        "0.0300 (0.0200–0.0400)",
        "2.0 (2.0–2.0)",
        "3.00",
        "4.00",
        "1,000",
        "8,000",
    ]


def test_section_is_put_into_an_empty_report():
    assert report.put("", "A page", "It is fast.\n") == f"{report.HEAD}\n## A page\n\nIt is fast.\n"


def test_section_replaces_itself_and_nothing_else():
    first = report.put(report.put("", "A page", "old"), "Growth", "### Posts\n\nstays")
    second = report.put(first, "A page", "new")
    assert second == first.replace("old", "new")
    assert second.index("## A page") < second.index("## Growth")


def test_what_is_written_says_when_and_keeps_other_sections(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    report.RESULTS.write_text(report.put("", "Growth", "stays"))
    report.write("A page", 0.25, "Two rounds.", "First.", "Second.\n")
    written = report.RESULTS.read_text("utf-8")
    assert "## Growth\n\nstays\n\n## A page\n\n" in written
    assert " Two rounds. Load average 0.2 at the start" in written
    assert written.endswith("\n\nFirst.\n\nSecond.\n")
    assert "A page\n\n" in capsys.readouterr().out


@pytest.mark.parametrize(("after", "is_provisional"), [(0.5, False), (10_000.0, True)])
def test_circumstances_say_how_busy_the_machine_was(monkeypatch, after, is_provisional):
    monkeypatch.setattr(report, "load_average", lambda: after)
    told = report.circumstances(0.25, "Two rounds.")
    assert f"Two rounds. Load average 0.2 at the start and {after:.1f} at the end" in told
    assert ("provisional" in told) is is_provisional
    assert "processors" in told


def test_memory_is_read():
    assert report.memory_gb("MemTotal:       24683724 kB\nMemFree: 1 kB\n") == 24683724 / 1024**2
