"""A site whose newsletter is on, a clock that the test moves, and readers who joined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from newsletter import owning
from newsletter.models import Newsletter
from tests.newsletter.readers import NOON


@pytest.fixture
def clock() -> Iterator[Any]:
    """A Tuesday noon at which time stands still until the test moves it."""
    with time_machine.travel(NOON, tick=False) as moving:
        yield moving


@pytest.fixture
def newsletter(ceo: User, clock: Any) -> Newsletter:
    """The newsletter, switched on an hour ago."""
    owning.switch_on(by=ceo)
    clock.shift(3600)
    return Newsletter.current()
