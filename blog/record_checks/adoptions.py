"""Adoptions against the record, both ways, and the posts they made public against what was signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blog.adoptable import OF_POSTS, adopted_entries, keys_of, list_hash
from blog.models import Adoption, Rendering
from blog.record_checks.rows import batches
from ledger.models import Entry, subject_of
from ledger.verify import Problem

Named = tuple[str, str, int | None]
"""The hashes of words and of their HTML, and the batch they came in."""


def adoptions_are_recorded() -> Iterator[Problem]:
    """Yield each adoption whose entry is missing or says something else."""
    adoptions = Adoption.objects.select_related("batch").order_by("pk")
    for some in batches(adoptions):
        entries = {
            entry.key: entry
            for entry in Entry.objects.filter(key__in=[adoption.record for adoption in some])
        }
        for adoption in some:
            entry = entries.get(adoption.record)
            if entry is None:
                yield Problem(subject_of(adoption), "no entry of the record belongs to it.")
            elif not _says(entry, adoption):
                yield Problem(subject_of(adoption), f"entry {entry.sequence} says something else.")


def recorded_adoptions_hold() -> Iterator[Problem]:
    """Yield each entry about an adoption that is gone, or whose posts are not those that were signed."""
    for entry in Entry.objects.filter(verb="adopt_batch").order_by("sequence").iterator():
        adoption = Adoption.objects.select_related("batch").filter(record=entry.key).first()
        if adoption is None:
            yield Problem(f"entry {entry.sequence}", "the adoption it records is gone.")
        else:
            yield from _wrong_posts(adoption, entry)


def recorded_posts_were_adopted() -> Iterator[Problem]:
    """Yield each entry that calls a post adopted and does not follow the signature over its import."""
    entries = Entry.objects.filter(verb__in=("adopt_batch", "adopt")).order_by("sequence")
    batch, end = "", 0
    for entry in entries.iterator():
        if entry.verb == "adopt_batch":
            count = entry.facts.get("count")
            batch = entry.subject
            # A post that was retracted has an entry for that as well.
            end = entry.sequence + 2 * (count if isinstance(count, int) else 0)
        elif entry.sequence > end or batch != f"blog.batch:{entry.facts.get('batch')}":
            yield Problem(
                f"entry {entry.sequence}", "no signature over an import stands before it."
            )


def _says(entry: Entry, adoption: Adoption) -> bool:
    batch = adoption.batch
    facts = {"file": batch.file_hash, "list": adoption.list_hash, "count": adoption.count}
    said = (entry.verb, entry.subject, entry.actor, entry.facts)
    return said == ("adopt_batch", subject_of(batch), adoption.by, facts)


def _wrong_posts(adoption: Adoption, entry: Entry) -> Iterator[Problem]:
    """Compare the posts of an adoption with the words that came, and their list with what was signed."""
    listed: list[tuple[str, str]] = []
    for some in batches(adopted_entries(adoption)):
        came = _imported(some)
        for one in some:
            content, html, batch = _named(one)
            if came.get(one.subject) != (content, html, batch):
                yield Problem(f"entry {one.sequence}", "it names other words than were imported.")
            listed.append((content, html))
    is_whole = len(listed) == adoption.count
    if not is_whole or list_hash(adoption.batch, listed) != adoption.list_hash:
        yield Problem(f"entry {entry.sequence}", "its posts are not those that were signed.")


def _named(entry: Entry) -> Named:
    facts = entry.facts
    return str(facts.get("content")), str(facts.get("html")), facts.get("batch")


def _imported(entries: Iterable[Entry]) -> dict[str, Named]:
    """Return the first words of the posts of these entries, by the name of the post. One query."""
    posts = keys_of(entry.subject for entry in entries)
    html = Rendering.objects.filter(version__post__in=posts, version__number=1).first_made()
    found = html.values_list(
        "version__post", "version__content_hash", "html_hash", "version__batch"
    )
    return {f"{OF_POSTS}{post}": (content, first, batch) for post, content, first, batch in found}
