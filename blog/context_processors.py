"""What every template of the site knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from blog.menu import menu_of
from blog.middleware import site_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site, its menu (read when a template asks for it) and the page's own address."""
    return {
        "site": SimpleLazyObject(lambda: site_of(request)),
        "menu": SimpleLazyObject(lambda: menu_of(site_of(request))),
        "canonical_url": settings.SITE_URL + request.path,
    }
