"""A site that counts reads, with a key of the day of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from audience import day_key, days, noting
from blog.models import Post
from tests.cast import make_post


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Count, and begin with nothing noted; the folder of the keys."""
    settings.COUNT_READS = True
    settings.READS_FOLDER = tmp_path / "reads"
    noting.take()
    noting.know_nobody()
    days.forget()
    day_key.leave()
    return tmp_path / "reads"


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post at /posts/floor/."""
    return make_post(ceo, title="Why we raised the floor", slug="floor")
