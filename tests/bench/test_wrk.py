"""What wrk prints is read: figures, units, failures; anything else is refused."""

from __future__ import annotations

import pytest

from bench.load.figures import Load
from bench.load.wrk import milliseconds, read

PRINTED = """\
Running 3s test @ http://127.0.0.1:8000/post.html
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us    0.89ms  12.92ms   93.69%
    Req/Sec    56.20k     8.07k   62.00k    86.54%
  Latency Distribution
     50%  250.00us
     75%  491.00us
     90%  700.00us
     99%    1.16s 
  167004 requests in 3.10s, 1.76GB read
{trouble}Requests/sec:  53872.26
Transfer/sec:    581.30MB
"""  # noqa: W291 - wrk prints a space behind whole seconds


def test_figures_are_read():
    assert read(PRINTED.format(trouble="")) == Load(167004, 3.1, p50=0.25, p99=1160.0)


def test_failures_of_both_kinds_are_added():
    trouble = (
        "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n"
    )
    assert read(PRINTED.format(trouble=trouble)).failed == 15


@pytest.mark.parametrize(
    ("told", "expected"),
    [("635.00us", 0.635), ("12.92ms", 12.92), ("1.20s", 1200), ("2.00m", 120_000)],
)
def test_every_unit_is_read(told, expected):
    assert milliseconds(told) == expected


@pytest.mark.parametrize("told", ["", "12", "12.9", "ms", "-nanus", "1.2 s"])
def test_what_is_no_time_is_refused(told):
    with pytest.raises(ValueError, match="where a time belongs"):
        milliseconds(told)


@pytest.mark.parametrize("printed", ["", "unable to connect to 127.0.0.1:1 Connection refused\n"])
def test_what_holds_no_figures_is_refused(printed):
    with pytest.raises(ValueError, match="no figures"):
        read(printed)
