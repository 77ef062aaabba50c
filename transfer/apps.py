"""Moving in and out: blogs that come from elsewhere, and everything that leaves as files."""

from __future__ import annotations

from django.apps import AppConfig


class TransferConfig(AppConfig):
    """Imports and exports."""

    name = "transfer"
    verbose_name = "Moving in and out"
