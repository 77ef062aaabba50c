"""The rows of the record: what happened, who did it, chained by hashes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC
from typing import Any, NoReturn, Self

from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

from ledger.canonical import digest

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""


class Channel(models.TextChoices):
    """Through which door something was done."""

    WEB = "web", _("web page")
    ADMIN = "admin", _("admin")
    COMMAND = "command", _("command line")
    MAIL = "mail", _("e-mail")
    WORKER = "worker", _("worker")
    SETUP = "setup", _("setup")


class EntryIsFinal(IntegrityError):
    """Somebody tried to change or remove an entry; the database would have refused as well."""


def subject_of(instance: models.Model) -> str:
    """Return how the record names a row, e.g. `blog.post:12`.

    Raises:
        ValueError: the row has not been saved yet.
    """
    if instance.pk is None:
        raise ValueError(f"Save the {instance._meta.verbose_name} before recording it.")
    return f"{instance._meta.label_lower}:{instance.pk}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries, asked for as people ask."""

    def about(self, subject: models.Model | str) -> Self:
        """Return the entries on one row (or on its name, e.g. `blog.post:12`), oldest first."""
        name = subject if isinstance(subject, str) else subject_of(subject)
        return self.filter(subject=name).order_by("sequence")

    def head(self) -> Entry | None:
        """Return the latest entry."""
        return self.order_by("-sequence").first()


class Entry(models.Model):
    """One thing that happened. `ledger.record.record` writes it; nothing changes it afterwards.

    There is no foreign key: accounts and comments may go, the entry stays as it was.
    """

    sequence = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("when"), help_text=_("In UTC."))
    actor = models.BigIntegerField(
        _("account"), null=True, help_text=_("Number of the account; empty for the system.")
    )
    actor_label = models.TextField(_("who"), help_text=_("The name as it was then."))
    channel = models.CharField(_("through"), max_length=16, choices=Channel.choices)
    verb = models.CharField(_("did"), max_length=100)
    subject = models.CharField(_("what"), max_length=200, db_index=True)
    facts = models.JSONField(_("facts"), default=dict, help_text=_("Without personal data."))
    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4)
    previous = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1), name="entry_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.actor_label} {self.verb} {self.subject}"

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert a new entry.

        Raises:
            EntryIsFinal: the entry is already in the record.
        """
        if force_update or update_fields is not None or not self._state.adding:
            raise EntryIsFinal(f"Entry {self.sequence} is final: nothing changes the record.")
        super().save(force_insert=True, using=using)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse, always.

        Raises:
            EntryIsFinal: the record only grows.
        """
        raise EntryIsFinal(f"Entry {self.sequence} is final: the record only grows.")

    def compute_hash(self) -> str:
        """Return the SHA-256, as hex, of the canonical JSON of every field but `hash` itself."""
        return digest(
            {
                "sequence": self.sequence,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "actor": self.actor,
                "actor_label": self.actor_label,
                "channel": self.channel,
                "verb": self.verb,
                "subject": self.subject,
                "facts": self.facts,
                "key": str(self.key),
                "previous": self.previous,
            }
        )
