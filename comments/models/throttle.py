"""What slows floods down: how often one key did something."""

from __future__ import annotations

from django.db import models


class Throttle(models.Model):
    """How often one key did something in the current window. One row per key."""

    key = models.CharField(max_length=100, primary_key=True)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
