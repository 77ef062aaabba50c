"""Tell what readers saw change before there was a table for it, from the record.

The guards step aside during migrations, so these rows go in without them; the record, which nothing
has touched, is what they are made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import migrations

SHOWS = ("publish", "schedule", "correct", "adopt")
HIDES = ("unpublish", "retract", "redact")
KINDS = {"unpublish": "taken_back", "retract": "retraction", "redact": "retraction"}


def tell(apps: Any, schema_editor: Any) -> None:
    """Write a row for each change that the record knows of. Reads the entries about posts once."""
    model = apps.get_model("blog", "PublicChange")
    for changes in _in_batches(_changes(apps)):
        model.objects.bulk_create(model(**change) for change in changes)


def forget(apps: Any, schema_editor: Any) -> None:
    """Remove the rows; the table goes next."""
    apps.get_model("blog", "PublicChange").objects.all().delete()


def _in_batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 500:
            yield batch
            batch = []
    yield batch


def _changes(apps: Any) -> Iterator[dict[str, Any]]:
    """Yield the values of each row, walking along the record: what each post shows is kept by its name."""
    entries = apps.get_model("ledger", "Entry").objects.filter(
        verb__in=(*SHOWS, *HIDES), subject__startswith="blog.post:"
    )
    shown: dict[str, Any] = {}
    for entry in entries.order_by("sequence").iterator(chunk_size=500):
        before = shown.get(entry.subject)
        if entry.verb in SHOWS:
            shown[entry.subject] = entry
        elif entry.verb != "redact" or _names_same(before, entry):
            shown.pop(entry.subject, None)
        else:
            continue
        kind = _kind(before, entry)
        if kind:
            yield _row(apps, before, entry, kind)


def _kind(before: Any, entry: Any) -> str | None:
    """Return what a change was to readers; nothing where they saw nothing, or the same words."""
    if before is None or datetime.fromisoformat(before.facts["from"]) > entry.at:
        return None
    if entry.verb in HIDES:
        # What an import says was retracted elsewhere was never public here.
        return None if before.verb == "adopt" and before.at == entry.at else KINDS[entry.verb]
    if entry.verb != "correct" or _names_same(before, entry):
        return None
    # Entries that say more are there when these rows were taken away and come back.
    kind: str = entry.facts.get("change", "correction")
    return kind


def _names_same(before: Any, entry: Any) -> bool:
    return before is not None and before.facts["version"] == entry.facts["version"]


def _row(apps: Any, before: Any, entry: Any, kind: str) -> dict[str, Any]:
    post = int(entry.subject.partition(":")[2])
    return {
        "post_id": post,
        "kind": kind,
        "before": _html(apps, post, before),
        "after": _html(apps, post, entry) if entry.verb == "correct" else None,
        "notice": _notice(apps, post, entry) if kind == "retraction" else "",
        "at": entry.at,
        "record": entry.key,
    }


def _html(apps: Any, post: int, entry: Any) -> Any:
    renderings = apps.get_model("blog", "Rendering").objects.filter(version__post=post)
    facts = entry.facts
    same = renderings.filter(version__number=facts["version"], html_hash=facts["html"])
    return same.order_by("pk").first()


def _notice(apps: Any, post: int, entry: Any) -> str:
    """Return what stood in place of the words; of a post that came back, nobody has kept it."""
    found = apps.get_model("blog", "Post").objects.get(pk=post)
    kept: str = found.retraction_notice if found.state == "retracted" else ""
    return entry.facts.get("reason", kept)[:1000]


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0007_public_changes"),
        ("ledger", "0001_the_record"),
    ]

    operations = [
        migrations.RunPython(tell, forget),
    ]
