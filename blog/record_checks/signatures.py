"""Reviews and approvals against the record, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blog.adoptable import OF_POSTS
from blog.models import Approval, Review
from blog.models.review import Decision
from blog.record_checks.rows import batches, of_post
from ledger.models import Entry, subject_of
from ledger.verify import Problem


def approvals_are_recorded() -> Iterator[Problem]:
    """Yield each approval whose entry is missing or says something else."""
    approvals = Approval.objects.select_related("review__version", "review__rendering")
    for batch in batches(approvals.order_by("pk")):
        entries = {
            entry.key: entry
            for entry in Entry.objects.filter(key__in=[approval.record for approval in batch])
        }
        for approval in batch:
            entry = entries.get(approval.record)
            if entry is None:
                yield Problem(subject_of(approval), "no entry of the record belongs to it.")
            elif not _says(entry, approval):
                yield Problem(subject_of(approval), f"entry {entry.sequence} says something else.")


def recorded_approvals_exist() -> Iterator[Problem]:
    """Yield each entry about a decision whose approval is gone."""
    entries = Entry.objects.filter(verb__in=Decision.values, subject__startswith=OF_POSTS)
    for batch in batches(entries.order_by("sequence")):
        keys = [entry.key for entry in batch]
        found = set(Approval.objects.filter(record__in=keys).values_list("record", flat=True))
        for entry in batch:
            if entry.key not in found:
                yield Problem(f"entry {entry.sequence}", "the approval it records is gone.")


def reviews_are_recorded() -> Iterator[Problem]:
    """Yield each review that nobody asked for on record, or whose words, HTML or needs were others."""
    reviews = Review.objects.select_related("version", "rendering")
    reviews = reviews.defer("version__body", "rendering__html").order_by("pk")
    for batch in batches(reviews):
        asked = _asked(batch)
        for review in batch:
            entry = asked.get(str(review.pk))
            if entry is None:
                yield Problem(
                    subject_of(review), "no entry of the record says that it was asked for."
                )
            elif not _asks(entry, review):
                yield Problem(subject_of(review), f"entry {entry.sequence} says something else.")


def recorded_reviews_exist() -> Iterator[Problem]:
    """Yield each entry about a question whose review is gone."""
    entries = Entry.objects.filter(verb="submit", subject__startswith=OF_POSTS)
    for batch in batches(entries.order_by("sequence")):
        numbers = [str(entry.facts.get("review", "")) for entry in batch]
        asked = [int(number) for number in numbers if number.isdecimal() and len(number) <= 18]
        reviews = Review.objects.filter(pk__in=asked).values_list("pk", flat=True)
        found = {str(pk) for pk in reviews}
        for entry, number in zip(batch, numbers, strict=True):
            if number not in found:
                yield Problem(f"entry {entry.sequence}", "the review it records is gone.")


def _says(entry: Entry, approval: Approval) -> bool:
    review = approval.review
    facts = {
        "approval": approval.pk,
        "review": approval.review_id,
        "signature": approval.signature,
        "version": review.version.number,
        "content": review.version.content_hash,
        "html": review.rendering.html_hash,
    }
    said = (entry.verb, entry.subject, entry.actor, entry.facts)
    return said == (approval.decision, of_post(review.version), approval.by, facts)


def _asked(reviews: Iterable[Review]) -> dict[str, Entry]:
    """Return by review the entry that was made when it was opened; a later one proves nothing."""
    subjects = {of_post(review.version) for review in reviews}
    entries = Entry.objects.filter(verb="submit", subject__in=subjects).order_by("-sequence")
    return {str(entry.facts.get("review")): entry for entry in entries}


def _asks(entry: Entry, review: Review) -> bool:
    facts = {
        "review": review.pk,
        "version": review.version.number,
        "content": review.version.content_hash,
        "html": review.rendering.html_hash,
        "needs": review.needs,
    }
    return (entry.subject, entry.facts) == (of_post(review.version), facts)
