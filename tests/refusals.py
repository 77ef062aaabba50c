"""How tests try to go round the guards: statements by hand, and the sentences that refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

UNSIGNED = "A public post needs every signature"
FINAL = "is final and cannot be"


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """The database refuses in these words, and the transaction around it goes on."""
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        yield


def execute(statement: str, *values: Any) -> None:
    """Run one statement of SQL, past every model."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
