"""What /proc says is read: ticks of a process and its children, families, shared memory."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys

import pytest

from bench.load.processes import Stat, answering, family, pss_mb, read_stat, running, used_ms

LINE = (
    "{pid} ({name}) S {parent} 1 1 0 -1 4194304 100 0 0 0 70 20 5 3 20 0 1 0 6621353 3133440 382\n"
)
ROLLUP = """\
56060b2f8000-7ffd56d83000 ---p 00000000 00:00 0                          [rollup]
Rss:              177200 kB
Pss:               80896 kB
Pss_Dirty:           112 kB
"""


@pytest.mark.parametrize("name", ["nginx", "tmux: server", "a) S 9 (b", ")))"])
def test_line_is_read_whatever_the_name_holds(name):
    line = LINE.format(pid=17, name=name, parent=4)
    assert read_stat(line) == Stat(pid=17, parent=4, ticks=70 + 20 + 5 + 3)


def test_family_is_everybody_below():
    stats = [Stat(1, 0, 9), Stat(20, 1, 1), Stat(30, 40, 4), Stat(40, 20, 2), Stat(50, 1, 7)]
    assert {stat.pid for stat in family(stats, [20])} == {20, 30, 40}
    assert {stat.pid for stat in family(stats, [40, 50])} == {30, 40, 50}
    assert family(stats, [999]) == []


def test_shared_memory_counts_by_its_share():
    assert pss_mb(ROLLUP) == 79.0


def test_child_counts_while_it_runs_and_after():
    """What a child has used stays in the sum when it has ended and was waited for."""
    busy = "import time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ninput()"
    before = used_ms([os.getpid()])
    with subprocess.Popen(
        [sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in {stat.pid for stat in family(running(), [os.getpid()])}
        assert used_ms([os.getpid()]) - before >= 150
        child.communicate(b"\n")
    assert used_ms([os.getpid()]) - before >= 150


def test_process_at_the_other_end_of_a_connection_is_known(port):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("HEAD", "/page")
    line.getresponse().read()
    assert answering([os.getppid(), os.getpid()], line.sock) == os.getpid()
    assert answering([os.getppid()], line.sock) is None
    line.close()
