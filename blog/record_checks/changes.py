"""What readers were told about changes against the record, both ways."""

from __future__ import annotations

from collections.abc import Iterator

from blog.models import PublicChange
from blog.record_checks.rows import batches
from ledger.models import Entry, subject_of
from ledger.verify import Problem

_VERBS: dict[str, tuple[str, ...]] = {
    PublicChange.Kind.TYPO: ("correct",),
    PublicChange.Kind.CORRECTION: ("correct",),
    PublicChange.Kind.RETRACTION: ("retract", "redact"),
    PublicChange.Kind.TAKEN_BACK: ("unpublish",),
    PublicChange.Kind.UNDONE: ("undo_publish",),
}


def public_changes_are_recorded() -> Iterator[Problem]:
    """Yield each public change whose entry is missing or says something else."""
    changes = PublicChange.objects.select_related("post", "before", "after").order_by("pk")
    for some in batches(changes.defer("before__html", "after__html")):
        keys = [change.record for change in some]
        entries = {entry.key: entry for entry in Entry.objects.filter(key__in=keys)}
        for change in some:
            entry = entries.get(change.record)
            if entry is None:
                yield Problem(subject_of(change), "no entry of the record belongs to it.")
            elif not _says(entry, change):
                yield Problem(subject_of(change), f"entry {entry.sequence} says something else.")


def recorded_changes_exist() -> Iterator[Problem]:
    """Yield each entry about a public change that readers are no longer told of."""
    entries = Entry.objects.filter(facts__has_key="change").order_by("sequence")
    for some in batches(entries):
        changes = PublicChange.objects.filter(record__in=[entry.key for entry in some])
        known = set(changes.values_list("record", flat=True))
        for entry in some:
            if entry.key not in known:
                yield Problem(f"entry {entry.sequence}", "the public change it records is gone.")


def _says(entry: Entry, change: PublicChange) -> bool:
    """Whether an entry names this change; entries from before there were such rows say less."""
    facts = entry.facts
    if entry.subject != subject_of(change.post) or entry.verb not in _VERBS[change.kind]:
        return False
    if change.after and facts.get("html") != change.after.html_hash:
        return False
    told = (facts.get("change", change.kind), facts.get("before", change.before.html_hash))
    return told == (change.kind, change.before.html_hash)
