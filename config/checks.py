"""System checks: deploy mistakes that `manage.py check --deploy` tells before a reader does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.utils.translation import to_locale


@register(Tags.database)
def no_atomic_requests(**kwargs: Any) -> list[CheckMessage]:
    """Forbid ATOMIC_REQUESTS: a verb owns its transaction and writes the record last in it."""
    if any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values()):
        hint = "Remove ATOMIC_REQUESTS; each verb opens its own transaction."
        return [checks.Error("ATOMIC_REQUESTS is on.", hint=hint, id="plainspoken.E001")]
    return []


@register(Tags.translation)
def language_is_spoken(**kwargs: Any) -> list[CheckMessage]:
    """Warn when no catalogue has our sentences in the language of the site: its pages would mix two."""
    folder = to_locale(settings.LANGUAGE_CODE)
    names = {folder, folder.partition("_")[0]}
    catalogues = [Path(path, name) for path in settings.LOCALE_PATHS for name in names]
    if "en" in names or any((path / "LC_MESSAGES/django.mo").exists() for path in catalogues):
        return []
    hint = f"Put a catalogue at locale/{folder}/LC_MESSAGES/django.po, and run: make messages"
    sentence = f"No catalogue has our sentences in “{settings.LANGUAGE_CODE}”."
    return [checks.Warning(sentence, hint=hint, id="plainspoken.W003")]


@register(Tags.security, deploy=True)
def proxies_are_named(**kwargs: Any) -> list[CheckMessage]:
    """Warn when https is served from behind a proxy that nobody named."""
    if settings.IS_HTTPS and not settings.TRUSTED_PROXIES:
        hint = "Set TRUSTED_PROXIES to the address of the server that ends TLS, e.g. 127.0.0.1."
        return [
            checks.Warning(
                "SITE_URL is https but no proxy is trusted.", hint=hint, id="plainspoken.W001"
            )
        ]
    return []


@register(Tags.security, deploy=True)
def mail_leaves_the_machine(**kwargs: Any) -> list[CheckMessage]:
    """Warn while mail is written to files."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        hint = "Set EMAIL_URL, e.g. smtp+tls://user:password@mail.example.com:587."
        return [
            checks.Warning("Mail goes to files, not to people.", hint=hint, id="plainspoken.W002")
        ]
    return []
