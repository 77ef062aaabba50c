"""The system check that tells when readers would find nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning

from blog import search_index


@register(Tags.database)
def what_is_public_is_indexed(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of an empty index beside public posts; before the first `migrate` there is nothing to say."""
    if not databases or not search_index.is_missing():
        return []
    hint = "Run manage.py reindex."
    return [CheckWarning("The search index is empty.", hint=hint, id="blog.W001")]
