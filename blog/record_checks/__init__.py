"""Posts against the record: what an auditor's `verify_ledger` asks of the rows of this app."""

from __future__ import annotations

from blog.record_checks.adoptions import (
    adoptions_are_recorded,
    recorded_adoptions_hold,
    recorded_posts_were_adopted,
)
from blog.record_checks.changes import public_changes_are_recorded, recorded_changes_exist
from blog.record_checks.public import public_posts_are_recorded
from blog.record_checks.signatures import (
    approvals_are_recorded,
    recorded_approvals_exist,
    recorded_reviews_exist,
    reviews_are_recorded,
)
from blog.record_checks.words import html_is_as_hashed, words_are_as_hashed
from ledger.verify import register_check


def register_all() -> None:
    """Have `verify_ledger` ask these too."""
    for check in (
        approvals_are_recorded,
        recorded_approvals_exist,
        reviews_are_recorded,
        recorded_reviews_exist,
        adoptions_are_recorded,
        recorded_adoptions_hold,
        recorded_posts_were_adopted,
        words_are_as_hashed,
        html_is_as_hashed,
        public_posts_are_recorded,
        public_changes_are_recorded,
        recorded_changes_exist,
    ):
        register_check(check)
