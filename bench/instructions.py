"""How many instructions of the processor a page costs in process, which no neighbour changes.

    python bench/instructions.py                                  a stored page, its 304, and a render
    python bench/instructions.py --only stored --most 100000      ends with 1 above
    python bench/instructions.py --write FILE                     keeps the figures
    python bench/instructions.py --baseline FILE                  ends with 1 at 5 % more than there

Valgrind's callgrind counts what the WSGI application does for N requests and then for 2N, in one process
after a warming; the second less the first, by N, is a figure per request without what does not repeat.
Linux's own counter (`perf stat`) is not used: most virtual machines have none. A baseline is one of the same
version of Python, since each compiles to code of its own. Takes three minutes; needs Debian's valgrind.

Prints a line of JSON with instructions per request. A run of all kinds writes "Instructions" in
bench/RESULTS.md. A checkout without a store of pages has only what is rendered, whatever is asked for.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import report
from bench.load.programs import installed
from bench.load.site import NO_STORE, Site, on_sqlite

PATH = "/posts/talk-50/"
REQUESTS = {"stored": 300, "unchanged": 300, "rendered": 3}
"""N for each kind of request."""

MARK = "getloadavg"
"""Callgrind writes down what it has counted before this function of the C library, called by nobody else."""

TOLERATED = 1.05
_TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)


def per_request(parts: list[str], requests: int) -> float:
    """Return instructions per request from callgrind's two files, one for N requests and one for 2N.

    What both have once (the mark, the end of a loop) falls out. Raises ValueError for other files.
    """
    totals = [_TOTALS.search(part) for part in parts]
    if len(totals) != 2 or not all(totals):
        raise ValueError("Callgrind did not write one total for N and one for 2N requests.")
    once, twice = (int(found[1]) for found in totals if found)
    return (twice - once) / requests


def count(site: Site, requests: dict[str, int], folder: Path) -> dict[str, int]:
    """Return the instructions of one request of each kind, asked for in one process."""
    valgrind, vgdb = (installed(name, "valgrind") for name in ("valgrind", "vgdb"))
    script = Path(__file__).parent / "load" / "calls.py"
    folder.mkdir()
    subprocess.run(
        [
            *(valgrind, "--tool=callgrind", "-q", "--instr-atstart=no", f"--dump-before={MARK}"),
            *(f"--callgrind-out-file={folder}/out", sys.executable, str(script), vgdb, PATH),
            *(f"{kind}={number}" for kind, number in requests.items()),
        ],
        cwd=site.folder,
        env={**site.environ(is_storing="rendered" not in requests), "PYTHONHASHSEED": "0"},
        stdout=sys.stderr,
        check=True,
    )
    found = {}
    for place, (kind, number) in enumerate(requests.items()):
        # Of the three of each kind, the first is the warming.
        parts = [(folder / f"out.{3 * place + part}").read_text("utf-8") for part in (2, 3)]
        found[kind] = round(per_request(parts, number))
    return found


def complaints(
    found: dict[str, Any], most: int | None, baseline: dict[str, Any] | None
) -> list[str]:
    """Return a sentence for each figure that is too high; raises ValueError if they cannot be compared."""
    counts = {kind: number for kind, number in found.items() if kind in REQUESTS}
    said = [
        f"{kind}: {number:,} instructions a request, and {most:,} are allowed."
        for kind, number in counts.items()
        if most is not None and number > most
    ]
    if baseline is None:
        return said
    if missing := ", ".join(counts.keys() - baseline.keys()):
        raise ValueError(f"The baseline has no figure for {missing}: make it anew with --write.")
    if baseline["python"] != found["python"]:
        raise ValueError(
            f"The baseline is of Python {baseline['python']} and this is {found['python']}:"
            " make it anew with --write."
        )
    return said + [
        f"{kind}: {number:,} instructions a request, {number / baseline[kind] - 1:.1%} above"
        f" the {baseline[kind]:,} of the baseline."
        for kind, number in counts.items()
        if number > baseline[kind] * TOLERATED
    ]


def baseline_in(name: str) -> dict[str, Any]:
    """Read the file of a baseline; an argument that is none is refused by argparse."""
    try:
        read = json.loads(Path(name).read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise argparse.ArgumentTypeError(f"{name} cannot be read: {fault}") from fault
    if not isinstance(read, dict) or "python" not in read:
        raise argparse.ArgumentTypeError(f"{name} is no file that --write made.")
    return read


def main() -> None:
    """Count, print, and judge if there is something to judge by."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=REQUESTS, action="append", help="may be given twice")
    parser.add_argument("--most", type=int, help="instructions a request")
    parser.add_argument("--baseline", type=baseline_in, help="a file that --write made")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    before = report.load_average()
    found: dict[str, Any] = {"benchmark": "instructions", "python": platform.python_version()}
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as folder:
        site = on_sqlite(Path(folder) / "site", posts=20, talks=(50,))
        found |= counted(site, options.only or list(REQUESTS), Path(folder))
    print(json.dumps(found), flush=True)
    if options.write:
        options.write.write_text(json.dumps(found) + "\n", "utf-8")
    if not options.only:
        tell(before, found)
    try:
        said = complaints(found, options.most, options.baseline)
    except ValueError as fault:
        raise SystemExit(str(fault)) from fault
    if said:
        raise SystemExit("\n".join(said))


def counted(site: Site, kinds: list[str], folder: Path) -> dict[str, int]:
    """Count the kinds; a site without a store has but one, and no page with a tag."""
    if NO_STORE:
        return count(site, {"rendered": REQUESTS["rendered"]}, folder / "rendered")
    found: dict[str, int] = {}
    for is_rendered in (False, True):
        requests = {k: REQUESTS[k] for k in kinds if (k == "rendered") == is_rendered}
        if requests:
            found |= count(site, requests, folder / f"rendered-{is_rendered}")
    return found


def tell(before: float, found: dict[str, Any]) -> None:
    """Write the section of the report."""
    names = {
        "stored": "stored page with 50 comments, 200",
        "unchanged": "stored page, asked with its tag, 304",
        "rendered": "page with 50 comments, rendered",
    }
    rows = [[name, f"{found[kind]:,}"] for kind, name in names.items() if kind in found]
    what = "Counted by callgrind in one process; the machine's load does not change them."
    table = report.table(["a request", "instructions"], rows)
    report.write("Instructions", before, what, *NO_STORE, table)


if __name__ == "__main__":
    main()
