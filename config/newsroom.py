"""The admin site of the newsroom."""

from __future__ import annotations

from django.contrib.admin import AdminSite


class Newsroom(AdminSite):
    """Django's admin under the site's own name."""
