"""The one-time link by which the first person sets up a new site."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse

from blog.models import Site


def new_link() -> str:
    """Make a link that founds this site once, and return its address; an older link ends.

    Only a hash of its token is stored.
    """
    token = secrets.token_urlsafe(32)
    Site.objects.bulk_create([Site(pk=1)], ignore_conflicts=True)
    # This column alone: somebody may be founding the site at this moment, by an older link.
    Site.objects.filter(pk=1).update(setup_token_hash=_hash(token))
    return settings.SITE_URL + reverse("first_run", args=[token])


def is_open(token: str) -> bool:
    """Whether `token` may found this site now: it is the one last made, and nobody has an account."""
    kept = Site.current().setup_token_hash
    # Compared in any case, and in constant time, so that the answer's delay tells nothing.
    is_ours = hmac.compare_digest(_hash(token), kept or _hash(""))
    return is_ours and bool(kept) and not get_user_model().objects.exists()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
