"""What the database refuses about imports: what came in one file, and the one signature over it."""

from __future__ import annotations

from ledger.guards import Guard, append_only, no_truncate, not_replaced, refusal

_KEPT_OF_BATCH = ("id", "source", "file_name", "file_hash", "begun_at", "begun_by_label")

_CHANGED_BATCH = " OR ".join(
    [
        *(f"NEW.{column} <> OLD.{column}" for column in _KEPT_OF_BATCH),
        "COALESCE(NEW.begun_by, -1) <> COALESCE(OLD.begun_by, -1)",
        "(OLD.finished_at IS NOT NULL AND NEW.finished_at IS NULL)",
        # What it tells may quote words that `redact` had to blank.
        """(
            EXISTS (SELECT 1 FROM blog_adoption a WHERE a.batch_id = OLD.id)
            AND (NEW.finished_at <> OLD.finished_at OR NOT EXISTS (
                SELECT 1 FROM blog_version v
                WHERE v.batch_id = OLD.id AND v.redacted_at IS NOT NULL
            ))
        )""",
    ]
)


def guards_of_imports() -> tuple[Guard, ...]:
    """Build the guards of imports: what came in one file, and the signature over it."""
    return (
        *append_only("blog_adoption", keys=[["id"], ["batch_id"], ["record"]]),
        refusal(
            "blog_adoption_whole",
            "blog_adoption",
            on=["INSERT"],
            message="Only an import that is finished, and that brought posts, is adopted.",
            when="NOT EXISTS (SELECT 1 FROM blog_batch b JOIN blog_version v ON v.batch_id = b.id"
            " WHERE b.id = NEW.batch_id AND b.finished_at IS NOT NULL)",
            needs=("blog_batch", "blog_version"),
        ),
        refusal(
            "blog_batch_unchanged",
            "blog_batch",
            on=["UPDATE"],
            message="An import says for ever which file it was, and is final once it is adopted.",
            when=_CHANGED_BATCH,
            needs=("blog_adoption", "blog_version"),
        ),
        refusal(
            "blog_batch_kept",
            "blog_batch",
            on=["DELETE"],
            message="An import that brought posts stays.",
            when="EXISTS (SELECT 1 FROM blog_version v WHERE v.batch_id = OLD.id)",
            needs=("blog_version",),
        ),
        no_truncate("blog_batch", "An import that brought posts stays."),
        not_replaced("blog_batch", [["id"]]),
        refusal(
            "blog_version_imported",
            "blog_version",
            on=["INSERT"],
            message="Only an import that goes on brings words in, and only the first of a post.",
            when="NEW.batch_id IS NOT NULL AND (NEW.number <> 1 OR NOT EXISTS ("
            "SELECT 1 FROM blog_batch b WHERE b.id = NEW.batch_id AND b.finished_at IS NULL)"
            " OR EXISTS (SELECT 1 FROM blog_adoption a WHERE a.batch_id = NEW.batch_id))",
            needs=("blog_batch", "blog_adoption"),
        ),
    )
