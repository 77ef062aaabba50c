"""What real processes of the web server noted is in the database once they were told to stop."""

from __future__ import annotations

import signal
import urllib.request

import pytest

from tests.audience.readers import FIREFOX
from tests.config.test_serve import PATIENCE, Site, migrated, site, static

__all__ = ["migrated", "site", "static"]
pytestmark = pytest.mark.django_db

PUBLISH = "from tests.cast import *; make_post(make_ceo(), slug='floor')"
COUNT = (
    "from audience.models import Mark, Reads; print(Reads.objects.total(), Mark.objects.count())"
)


def test_stop_writes_what_was_noted(site: Site) -> None:
    made = site.manage("shell", "-c", PUBLISH)
    assert made.returncode == 0, made.stderr
    process = site.serve("--workers", "2")
    for number in range(6):
        heads = {"User-Agent": f"{FIREFOX} {number % 3}", "Accept": "text/html"}
        address = f"http://127.0.0.1:{site.port}/posts/floor/"
        with urllib.request.urlopen(urllib.request.Request(address, headers=heads)) as page:
            assert page.status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert site.manage("shell", "-c", COUNT).stdout.split()[-2:] == ["3", "3"]
