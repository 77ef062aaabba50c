"""What the address line of a list may ask."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest


class PlainLookups(admin.ModelAdmin):
    """A list that takes no regular expressions: a database stops at a broken one, or for very long."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse them, with 400; all else is as Django has it."""
        is_expression = lookup.endswith(("__regex", "__iregex"))
        return not is_expression and super().lookup_allowed(lookup, value, request)
