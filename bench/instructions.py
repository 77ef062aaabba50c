"""How many instructions of the processor a page costs in process, which no neighbour changes.

    python bench/instructions.py                    a stored page, its 304, and a render
    python bench/instructions.py --only stored --most 100000
                                                    ends with 1 above
    python bench/instructions.py --baseline FILE    ends with 1 where a price changed by more than 5 %
    python bench/instructions.py --write FILE       keeps the figures for this version of Python

`make gate` judges a stored page and its 304 by both, with `bench/instructions.json`, as CI does; a baseline
is made anew with `--only stored --only unchanged --write bench/instructions.json`.

Valgrind's callgrind counts, in one process, what the WSGI application does for blocks of N requests after a
warming. The median of the blocks is taken, since what a process does each second or minute, such as a look
at whether a file is still there, falls into few of them. In the same process a reference is counted that is
always the same work, and only the price in times of it is compared with another machine's
(`load/reference.py`, docs/decisions/0038-gate-on-instructions.md). Linux's own counter (`perf stat`) is not
used: most virtual machines have none. Takes three minutes, the gate half of one; needs Debian's valgrind.

Prints a line of JSON with instructions per request. A run of all kinds writes "Instructions" in
bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import baseline, report
from bench.load.places import ROOT
from bench.load.programs import installed
from bench.load.site import Site, on_sqlite

PATH = "/posts/talk-50/"
REQUESTS = {"stored": 20, "unchanged": 20, "rendered": 1}
"""N for each kind of request; so few that a busy machine too does most blocks within one second."""

BLOCKS = 15

MARK = "getloadavg"
"""Callgrind writes down what it has counted before this function of the C library, called by nobody else."""

_TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)


def per_request(parts: list[str], requests: int) -> int:
    """Return the median of instructions per request, from callgrind's files of blocks of so many.

    Raises ValueError for other files.
    """
    totals = [_TOTALS.search(part) for part in parts]
    if not all(totals) or len(totals) != BLOCKS:
        raise ValueError(f"Callgrind did not write a total for each of {BLOCKS} blocks.")
    return round(statistics.median(int(found[1]) for found in totals if found) / requests)


def count(site: Site, requests: dict[str, int], folder: Path) -> dict[str, int]:
    """Return the instructions of one request of each kind and of the reference, in one process."""
    requests = {baseline.REFERENCE: 20, **requests}
    folder.mkdir()
    _run(site, requests, folder)
    return {
        kind: per_request(_blocks(folder, place), number)
        for place, (kind, number) in enumerate(requests.items())
    }


def _run(site: Site, requests: dict[str, int], folder: Path) -> None:
    valgrind, vgdb = (installed(name, "valgrind") for name in ("valgrind", "vgdb"))
    calls = str(ROOT / "bench" / "load" / "calls.py")
    subprocess.run(
        [
            *(valgrind, "--tool=callgrind", "-q", "--instr-atstart=no", f"--dump-before={MARK}"),
            f"--callgrind-out-file={folder}/out",
            *(sys.executable, "-P", calls, vgdb, PATH, str(BLOCKS)),
            *(f"{kind}={number}" for kind, number in requests.items()),
        ],
        cwd=site.folder,
        env={
            **site.environ(is_storing="rendered" not in requests),
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": f"{site.folder}{os.pathsep}{ROOT}",
        },
        stdout=sys.stderr,
        check=True,
    )


def _blocks(folder: Path, place: int) -> list[str]:
    """Return the files of one kind; the first is the warming's, and numbers begin with 1."""
    first = place * (BLOCKS + 1) + 2
    return [(folder / f"out.{first + n}").read_text("utf-8") for n in range(BLOCKS)]


def complaints(
    counts: baseline.Counts, most: int | None, kept: baseline.Counts | None
) -> list[str]:
    """Return a sentence for each figure that is too high; ValueError if they cannot be compared."""
    said = [] if most is None else baseline.too_many(counts, most)
    return said if kept is None else said + baseline.changed(counts, kept)


def main() -> None:
    """Count, print, and judge if there is something to judge by."""
    options = _options()
    before = report.load_average()
    python = platform.python_version()
    try:
        kept = options.baseline and baseline.of_version(options.baseline, python)
        with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as folder:
            site = on_sqlite(Path(folder) / "site", posts=20, talks=(50,))
            counts = counted(site, options.only or list(REQUESTS), Path(folder))
        print(json.dumps({"benchmark": "instructions", "python": python, **counts}), flush=True)
        if options.write:
            baseline.keep(options.write, python, counts)
        if not options.only:
            tell(before, counts)
        said = complaints(counts, options.most, kept)
    except ValueError as fault:
        raise SystemExit(str(fault)) from fault
    if said:
        raise SystemExit("\n".join(said))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=REQUESTS, action="append", help="may be given twice")
    parser.add_argument("--most", type=int, help="instructions a request")
    parser.add_argument("--baseline", type=baseline.baseline_in, help="a file that --write made")
    parser.add_argument("--write", type=Path)
    return parser.parse_args()


def counted(site: Site, kinds: list[str], folder: Path) -> dict[str, int]:
    """Count the kinds; what is rendered, on a site whose store is off."""
    found: dict[str, int] = {}
    for is_rendered in (False, True):
        requests = {k: REQUESTS[k] for k in kinds if (k == "rendered") == is_rendered}
        if requests:
            found |= count(site, requests, folder / f"rendered-{is_rendered}")
    return found


def tell(before: float, found: baseline.Counts) -> None:
    """Write the section of the report."""
    names = {
        "stored": "stored page with 50 comments, 200",
        "unchanged": "stored page, asked with its tag, 304",
        "rendered": "page with 50 comments, rendered",
        baseline.REFERENCE: "reference, the same work whatever the site does",
    }
    rows = [[name, f"{found[kind]:,}"] for kind, name in names.items() if kind in found]
    what = "Counted by callgrind in one process; the machine's load does not change them."
    table = report.table(["a request", "instructions"], rows)
    report.write("Instructions", before, what, table)


if __name__ == "__main__":
    main()
