"""Words and their HTML against their hashes, and those against the record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from blog.models import Rendering, Version
from blog.record_checks.rows import CHUNK, batches, of_post
from blog.words import words_of
from ledger.models import Entry, subject_of
from ledger.verify import Problem

Said = tuple[str, str, str, str]
"""A verb, its subject, and the number and the hash of a version."""


def words_are_as_hashed() -> Iterator[Problem]:
    """Yield each version whose words are not what its hash was taken over.

    Blanked words cannot be hashed again; for them the entry of the blanking must name the hash.
    """
    versions = Version.objects.select_related("author").order_by("pk")
    for batch in batches(versions):
        said = _said(batch)
        for version in batch:
            sentence = _wrong_words(version, said)
            if sentence:
                yield Problem(subject_of(version), sentence)


def html_is_as_hashed() -> Iterator[Problem]:
    """Yield each rendering whose HTML is not what its hash was taken over."""
    renderings = Rendering.objects.filter(version__redacted_at__isnull=True).order_by("pk")
    for rendering in renderings.iterator(chunk_size=CHUNK):
        if hashlib.sha256(rendering.html.encode()).hexdigest() != rendering.html_hash:
            yield Problem(subject_of(rendering), "its HTML is not what its hash was taken over.")


def _said(versions: Iterable[Version]) -> set[Said]:
    """Return what the record says about these versions and the others of their posts. One query."""
    subjects = {of_post(version) for version in versions}
    entries = Entry.objects.filter(verb__in=("save_version", "redact"), subject__in=subjects)
    rows = entries.values_list("verb", "subject", "facts")
    return {(v, s, str(facts.get("version")), str(facts.get("content"))) for v, s, facts in rows}


def _wrong_words(version: Version, said: set[Said]) -> str | None:
    named = (of_post(version), str(version.number), version.content_hash)
    if ("save_version", *named) not in said:
        return "no entry of the record says that it was saved."
    if version.redacted_at:
        is_said = ("redact", *named) in said
        return None if is_said else "its words are blanked, but no entry says so."
    is_same = words_of(version).content_hash == version.content_hash
    return None if is_same else "its words are not what its hash was taken over."
