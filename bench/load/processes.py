"""What a server's processes use, read from Linux's /proc: time of the processor, and memory."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds of one tick, the unit of /proc/PID/stat."""


@dataclass(frozen=True)
class Stat:
    """One process: its number, its parent's, and the ticks it and the children it has buried used."""

    pid: int
    parent: int
    ticks: int


def read_stat(text: str) -> Stat:
    """Read one /proc/PID/stat (proc(5)); the name in it may hold spaces and brackets of its own."""
    head, _, rest = text.rpartition(")")
    fields = rest.split()
    # utime, stime, cutime and cstime are the fields 14 to 17 of the whole line.
    return Stat(int(head.split()[0]), int(fields[1]), sum(map(int, fields[11:15])))


def family(stats: Iterable[Stat], roots: Iterable[int]) -> list[Stat]:
    """Return those of `stats` that are one of `roots` or descend from one."""
    everybody = list(stats)
    known = set(roots)
    while more := {s.pid for s in everybody if s.parent in known} - known:
        known |= more
    return [stat for stat in everybody if stat.pid in known]


def running() -> Iterator[Stat]:
    """Yield every process of this machine that is there."""
    for folder in PROC.glob("[0-9]*"):
        # One that ends meanwhile is counted by its parent.
        with suppress(FileNotFoundError, ProcessLookupError):
            yield read_stat((folder / "stat").read_text("utf-8", "replace"))


def used_ms(roots: Iterable[int]) -> float:
    """Return the milliseconds, user and system, that `roots` and all below them have used so far.

    A child that has ended and was waited for is in its parent's count, so the sum never falls.
    """
    return sum(stat.ticks for stat in family(running(), roots)) * TICK_MS


def pss_mb(rollup: str) -> float:
    """Return the megabytes of one smaps_rollup: what is shared counts by its share."""
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def web_workers(roots: Iterable[int]) -> list[int]:
    """Return the web workers below `roots`.

    Granian's workers are forks of it, so they and their parent were started by the same words.
    """
    found = family(running(), roots)
    words = {stat.pid: (PROC / str(stat.pid) / "cmdline").read_bytes() for stat in found}
    return [
        stat.pid
        for stat in found
        if b"granian" in words[stat.pid] and words[stat.pid] == words.get(stat.parent)
    ]


def worker_memory_mb(roots: Iterable[int]) -> float:
    """Return the Pss in megabytes of the largest web worker below `roots`."""
    rollups = (PROC / str(pid) / "smaps_rollup" for pid in web_workers(roots))
    return max(pss_mb(rollup.read_text("ascii")) for rollup in rollups)


def answering(workers: Iterable[int], client: socket.socket) -> int | None:
    """Return which of the workers holds the other end of a connection of 127.0.0.1.

    None while none does, as before it was taken from the queue, or when somebody else does.
    """
    inode = peer_inode((PROC / "net" / "tcp").read_text("ascii"), client)
    return next((pid for pid in workers if inode in _sockets(pid)), None)


def peer_inode(table: str, client: socket.socket) -> str:
    """Return the inode of the other end by /proc/net/tcp (proc(5)); empty when it is not there."""
    here, there = (f":{end[1]:04X}" for end in (client.getsockname(), client.getpeername()))
    for line in map(str.split, table.splitlines()):
        if line[1].endswith(there) and line[2].endswith(here):
            return line[9]
    return ""


def _sockets(pid: int) -> set[str]:
    """Return the inodes of a process's sockets."""
    found = set()
    for link in (PROC / str(pid) / "fd").iterdir():
        # One that was closed meanwhile is none.
        with suppress(FileNotFoundError):
            found.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found
