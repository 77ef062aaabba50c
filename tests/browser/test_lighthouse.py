"""Lighthouse finds nothing to better for people, browsers and search engines, on a phone.

Its figure for speed depends on who else uses the machine: `bench/lighthouse.py` measures that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blog.models import Post
from tests.browser.test_first_view import post  # noqa: F401 - a fixture
from tests.config.test_serve import Site, free_port, static  # noqa: F401 - a fixture
from tests.lighthouse import lighthouse, require_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.django_db(transaction=True)]

CATEGORIES = ("accessibility", "best-practices", "seo")


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The site as a machine in production serves it, from the database of the test."""
    require_lighthouse()
    collected = request.getfixturevalue("static")
    request.getfixturevalue("post")
    site = Site(tmp_path, collected, free_port(), request.getfixturevalue("database_url"))
    site.serve()
    yield site
    site.end()


def test_index_and_post_with_50_comments_have_full_marks(served: Site):
    for path in ("/", Post.objects.get().get_absolute_url()):
        report = lighthouse(f"http://localhost:{served.port}{path}", CATEGORIES)
        assert report.faults == [], path
        assert report.scores == dict.fromkeys(CATEGORIES, 100), path
