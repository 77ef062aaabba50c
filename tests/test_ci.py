"""What CI runs leaves nothing out, whatever stands in its environment."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWITCH = re.compile(r"(?:environ\.get\(\"|\$\()(NO_[A-Z]+)\b")


def test_ci_unsets_every_switch_that_leaves_tests_out() -> None:
    sources = [ROOT / "Makefile", *(ROOT / "tests").rglob("*.py")]
    switches = {found for path in sources for found in SWITCH.findall(path.read_text("utf-8"))}
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    (unset,) = (line for line in lines if line.startswith("unset "))
    assert switches
    assert switches <= set(unset.split()[1:])
    assert lines.index(unset) < lines.index("make test")


def test_ci_counts_instructions_and_cannot_pass_without() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    lines = ci.splitlines()
    assert "set -euo pipefail" in lines
    assert "[valgrind]=valgrind" in ci
    assert lines.count("make gate") == 1
    rules = (ROOT / "Makefile").read_text("utf-8")
    (gate,) = re.findall(r"^gate: .*\n\t(.*)\n\n", rules, re.MULTILINE)
    for part in ("stored", "unchanged", "--most 100000 ", "--baseline bench/instructions.json"):
        assert part in gate
    assert not gate.startswith("-")
    assert "||" not in gate
