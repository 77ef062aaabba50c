"""JSON read piece by piece: numbers as they are, and those that no machine counts refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from transfer.items import SourceError
from transfer.json_pieces import nested, rows

ENDLESS = "9" * 6000


def read(folder: Path, text: str) -> list[object]:
    path = folder / "given.json"
    path.write_text(text)
    return [value for _, value in rows(path, lambda place: len(place) == 1)]


def test_numbers_come_as_they_are_written(tmp_path):
    found = read(tmp_path, '{"a": 1577836800000, "b": [-3, 0.5, true, null], "c": "x"}')
    assert found == [1577836800000, [-3, 0.5, True, None], "x"]
    assert isinstance(found[0], int)


@pytest.mark.parametrize("number", [ENDLESS, f"-{ENDLESS}", f"{ENDLESS}.5", "1e999999", "9" * 19])
def test_number_that_no_machine_counts_is_no_valid_json(number, tmp_path):
    with pytest.raises(SourceError, match=r"given\.json is no valid JSON"):
        read(tmp_path, f'{{"a": [{number}]}}')
    assert nested(f"[{number}]") is None
