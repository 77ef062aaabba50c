"""The load: wrk, with the headers of a browser, and what it prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping

from bench.load.figures import Load
from bench.load.programs import needed

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0, "h": 3_600_000.0}
_TIME = re.compile(r"([\d.]+)(us|ms|s|m|h)")
_PERCENTILE = re.compile(r"^ +(50|99)% +(\S+) *$", re.MULTILINE)
_DONE = re.compile(r"^ +(\d+) requests in (\S+),", re.MULTILINE)
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_BROKEN = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")


def milliseconds(told: str) -> float:
    """Read one of wrk's times, such as `635.91us` or `1.20s`."""
    found = _TIME.fullmatch(told)
    if found is None:
        raise ValueError(f"wrk printed {told!r} where a time belongs.")
    return float(found[1]) * _UNITS[found[2]]


def read(printed: str) -> Load:
    """Read what `wrk --latency` prints; raises ValueError when it is not that."""
    done = _DONE.search(printed)
    percentiles = {key: milliseconds(value) for key, value in _PERCENTILE.findall(printed)}
    if done is None or len(percentiles) < 2:
        raise ValueError(f"wrk printed no figures:\n{printed}")
    refused, broken = _REFUSED.search(printed), _BROKEN.search(printed)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    seconds = milliseconds(done[2]) / 1000
    return Load(int(done[1]), seconds, percentiles["50"], percentiles["99"], failed)


def ask(
    address: str,
    *,
    headers: Mapping[str, str],
    seconds: int,
    connections: int,
) -> Load:
    """Ask for `address` over so many connections at a time for so many seconds.

    SystemExit where wrk cannot be had.
    """
    wrk = needed("wrk", "wrk")
    command = [wrk.path, "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=30s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    ended = subprocess.run(
        [*command, address], env=wrk.environ, capture_output=True, text=True, check=True
    )
    return read(ended.stdout)
