"""`bench/RESULTS.md`: a table in Markdown for each benchmark, each in a section of its own."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.load.figures import Round, Spread, ratios, short
from bench.load.places import ROOT

RESULTS = ROOT / "bench" / "RESULTS.md"
_PROC = Path("/proc")

HEAD = """# Results of the page benchmarks

`make bench` writes this file; each section says when, and how busy the machine was.

How to read it:

- **CPU ms** is what counts: milliseconds of processor, user and system, that all processes of a server
  used, by the number of requests they answered. It is read from `/proc` before and after each round. Neither
  the load generator nor waiting is in it.
- A figure is the median of the rounds, and behind it stands the middle half of them. All rows of a table
  take turns, so a noisy minute hits all of them; a ratio is the median of the ratios within a round.
- The reference for a page is nginx with the page's own bytes, compressed beforehand, from a file. Plain
  Django is the small project in `bench/peers`: the same words, on the same server as ours.
- p50, p99 and requests a second are what the load generator saw, on the same machine. Compare them within a
  table only: they depend on who else used it.
- A load average above the number of processors means that others were at work. The processor's caches are
  shared with them, so figures are then too high, and ratios are worth more than figures.
"""


def put(text: str, title: str, section: str) -> str:
    """Return the report with `section` under the heading `title`, in place of an older one."""
    _, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    sections = {part.partition("\n")[0]: part.strip() for part in parts}
    sections[f"## {title}"] = f"## {title}\n\n{section.strip()}"
    return "\n\n".join([HEAD.strip(), *sections.values()]) + "\n"


def write(title: str, before: float, what: str, *parts: str) -> None:
    """Print a section, and put it into the file of results.

    Args:
        title: its heading.
        before: the load average when the benchmark began.
        what: a sentence on how it was measured.
        parts: its paragraphs and tables.
    """
    section = "\n\n".join([circumstances(before, what), *parts]).strip()
    print(f"\n{title}\n\n{section}", flush=True)
    old = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    RESULTS.write_text(put(old, title, section), "utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, as wide as its cells; the first column is words, the others numbers."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = [f":{'-' * (widths[0] - 1)}", *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    lines = [
        [row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in (head, *rows)
    ]
    lines.insert(1, rule)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def compared(
    found: Mapping[str, Sequence[Round]],
    references: Mapping[str, str],
    *,
    times: str,
    sizes: Mapping[str, int] | None = None,
) -> str:
    """Return the table of some rows, each by the one that `references` names for it.

    Args:
        found: the rounds of each row, by its name, in the order of the table.
        references: for each row the name of the one whose processor is 1.
        times: the heading of the column of ratios.
        sizes: the bytes of the body of each row's answer, if the table shall tell.
    """
    head = ["", "CPU ms (middle half)", times, "p50 ms", "p99 ms", "requests/s"]
    rows = []
    for name, rounds in found.items():
        cpu = Spread.of([each.cpu for each in rounds])
        by = ratios(rounds, found[references[name]])
        felt = [Spread.of([getattr(r, part) for r in rounds]) for part in ("p50", "p99", "rate")]
        ratio = "1" if references[name] == name else by.told(2)
        rows.append([name, cpu.told(), ratio, *(short(each.median) for each in felt)])
    if sizes is not None:
        head.append("bytes")
        rows = [[*row, f"{sizes[row[0]]:,}"] for row in rows]
    return table(head, rows)


def load_average() -> float:
    """Return how many processes wanted a processor in the last minute, on average."""
    return os.getloadavg()[0]


def circumstances(before: float, what: str) -> str:
    """Return a paragraph on when, where and how busy; `before` is the load average at the start."""
    memory = memory_gb((_PROC / "meminfo").read_text("ascii"))
    is_virtual = " hypervisor" in (_PROC / "cpuinfo").read_text("ascii", "replace")
    processors = f"{os.cpu_count()} {'shared virtual ' if is_virtual else ''}processors"
    after = load_average()
    busy = max(before, after) > 2 * (os.cpu_count() or 1)
    return (
        f"{datetime.now(UTC):%-d %B %Y}; {processors}, {memory:.0f} GB of memory, Linux, "
        f"CPython {platform.python_version()}. {what} "
        f"Load average {before:.1f} at the start and {after:.1f} at the end"
        + (": others were at work, and these figures are provisional." if busy else ".")
    )


def memory_gb(meminfo: str) -> float:
    """Return the gigabytes of /proc/meminfo's first line."""
    found = re.search(r"^MemTotal: +(\d+) kB", meminfo, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024 / 1024
