"""What the database itself refuses: nobody reaches around the signatures, superuser included."""

from __future__ import annotations

from dataclasses import replace

from blog.import_guards import guards_of_imports
from blog.models.version import LISTS, TEXTS
from ledger.guards import Guard, append_only, refusal, register

_KEPT = (
    "id",
    "post_id",
    "number",
    "author_id",
    "authorship",
    "markup",
    "content_hash",
    "saved_at",
    "saved_by_label",
)

# `redact` may blank the words once, after it took them off the site; every hash, number and name
# stays.
_REDACTION = " AND ".join(
    [
        "OLD.redacted_at IS NULL",
        "NEW.redacted_at IS NOT NULL",
        *(f"NEW.{column} = ''" for column in TEXTS),
        *(f"NEW.{column} = OLD.{column}" for column in _KEPT),
        "COALESCE(NEW.saved_by, -1) = COALESCE(OLD.saved_by, -1)",
        "COALESCE(NEW.batch_id, -1) = COALESCE(OLD.batch_id, -1)",
        *(f"CAST(NEW.{column} AS TEXT) = '[]'" for column in LISTS),
        """NOT EXISTS (
            SELECT 1 FROM blog_post p
            WHERE p.live_version_id = NEW.id AND p.state IN ('scheduled', 'published')
        )""",
    ]
)
_RENDERING_REDACTION = " AND ".join(
    [
        "NEW.html = ''",
        "CAST(NEW.headings AS TEXT) = '[]'",
        *(
            f"NEW.{column} = OLD.{column}"
            for column in ("id", "version_id", "renderer", "words", "html_hash")
        ),
        "EXISTS (SELECT 1 FROM blog_version v WHERE v.id = NEW.version_id AND v.redacted_at IS NOT NULL)",
    ]
)

_LIVE = "NEW.state IN ('scheduled', 'published')"

_IS_LIVE_REVIEW = """EXISTS (
    SELECT 1 FROM blog_post p JOIN blog_review r ON r.id = NEW.review_id
    WHERE p.live_version_id = r.version_id AND p.live_rendering_id = r.rendering_id
    AND p.state IN ('scheduled', 'published')
)"""


def _signed(*, needs: str, need: str, count: str) -> str:
    """Return the SQL condition that the live version of NEW has a complete review.

    Complete means as many accounts as signatures: of each signature the latest decision counts, and
    an account counts once.
    """
    return f"""EXISTS (
    SELECT 1 FROM blog_review r
    JOIN blog_version v ON v.id = r.version_id
    JOIN blog_rendering g ON g.id = r.rendering_id AND g.version_id = v.id
    WHERE r.version_id = NEW.live_version_id AND r.rendering_id = NEW.live_rendering_id
    AND v.post_id = NEW.id AND v.redacted_at IS NULL AND {count} > 0
    AND {count} = (
        SELECT COUNT(DISTINCT a."by") FROM {needs}
        JOIN blog_approval a ON a.review_id = r.id AND a.signature = {need}
        WHERE a.decision = 'approved' AND NOT EXISTS (
            SELECT 1 FROM blog_approval b
            WHERE b.review_id = a.review_id AND b.signature = a.signature AND b.id > a.id
        )
    )
)"""  # noqa: S608 - constants of this module, no value from outside


_SIGNED_SQLITE = _signed(
    needs="json_each(r.needs) n", need="n.value", count="json_array_length(r.needs)"
)
_SIGNED_POSTGRESQL = _signed(
    needs="jsonb_array_elements_text(r.needs) n(need)",
    need="n.need",
    count="jsonb_array_length(r.needs)",
)


# An import's words are public by the one signature over all of it, but only the first words of a
# post, in their first HTML; `Rendering.objects.adopted()` asks the same.
_ADOPTED = """EXISTS (
    SELECT 1 FROM blog_version v
    JOIN blog_adoption a ON a.batch_id = v.batch_id
    JOIN blog_rendering g ON g.id = NEW.live_rendering_id AND g.version_id = v.id
    WHERE v.id = NEW.live_version_id AND v.post_id = NEW.id
    AND v.number = 1 AND v.redacted_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM blog_rendering e WHERE e.version_id = v.id AND e.id < g.id
    )
)"""


def _public_posts_are_signed() -> Guard:
    """Build the guard at the heart of this site; lists in JSON are read differently in each database."""

    def for_database(signed: str) -> Guard:
        return refusal(
            "blog_post_signed",
            "blog_post",
            on=["INSERT", "UPDATE"],
            message="A public post needs every signature of its review. One for the text before a change"
            " does not count.",
            when=f"{_LIVE} AND NOT ({signed} OR {_ADOPTED})",
            needs=(
                *("blog_version", "blog_rendering", "blog_review", "blog_approval"),
                *("blog_batch", "blog_adoption"),
            ),
        )

    return replace(
        for_database(_SIGNED_SQLITE), postgresql=for_database(_SIGNED_POSTGRESQL).postgresql
    )


_IN_VIEW = "('scheduled', 'published', 'paused')"

# An undone correction may show readers earlier words again, and a schedule keeps those that were signed
# for it; but what was changed before anybody could read it has lost its signature.
_SUPERSEDED = f"""NEW.state IN {_IN_VIEW} AND NOT (
    OLD.state = 'published'
    OR OLD.state IN ('scheduled', 'paused')
    AND COALESCE(OLD.live_version_id, -1) = COALESCE(NEW.live_version_id, -1)
) AND EXISTS (
    SELECT 1 FROM blog_version v JOIN blog_version w ON w.post_id = v.post_id AND w.number > v.number
    WHERE v.id = NEW.live_version_id
)"""  # noqa: S608 - constants of this module, no value from outside


def _public_changes_are_sealed() -> tuple[Guard, ...]:
    """Build the guards of the rows that tell readers what changed."""
    return (
        *append_only("blog_publicchange", keys=[["id"], ["record"], ["undoes_id"]]),
        refusal(
            "blog_publicchange_own",
            "blog_publicchange",
            on=["INSERT"],
            message="A public change goes from words of its post to those that readers see now.",
            when="""NOT EXISTS (
                SELECT 1 FROM blog_rendering g JOIN blog_version v ON v.id = g.version_id
                WHERE g.id = NEW.before_id AND v.post_id = NEW.post_id
            ) OR NOT EXISTS (
                SELECT 1 FROM blog_post p WHERE p.id = NEW.post_id AND (
                    p.state = 'published' AND p.live_rendering_id = NEW.after_id
                    OR p.state IN ('draft', 'retracted') AND NEW.after_id IS NULL
                )
            ) OR NEW.undoes_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM blog_publicchange c
                WHERE c.id = NEW.undoes_id AND c.post_id = NEW.post_id
                AND c.before_id = NEW.after_id AND c.after_id = NEW.before_id
            )""",
            needs=("blog_post", "blog_version", "blog_rendering"),
        ),
    )


def register_all() -> None:
    """Name every guard of posts to the ledger, which installs them after each migration."""
    register(
        *append_only(
            "blog_version",
            keys=[["id"], ["post_id", "number"]],
            but=_REDACTION,
            needs=("blog_post",),
        ),
        *append_only(
            "blog_rendering",
            keys=[["id"], ["version_id", "renderer"]],
            but=_RENDERING_REDACTION,
            needs=("blog_version",),
        ),
        *append_only("blog_imageuse", keys=[["id"], ["image_id", "version_id"]]),
        *append_only("blog_review"),
        *append_only("blog_approval", keys=[["id"], ["record"]]),
        _public_posts_are_signed(),
        refusal(
            "blog_post_newest",
            "blog_post",
            on=["UPDATE"],
            message="Only the newest text of a post goes out. A signature for the text before a change"
            " does not count.",
            when=_SUPERSEDED,
            needs=("blog_version",),
        ),
        refusal(
            "blog_image_sealed",
            "blog_image",
            on=["UPDATE"],
            message="A picture keeps the key and the size of the file that came.",
            when="NEW.key <> OLD.key OR NEW.width <> OLD.width OR NEW.height <> OLD.height",
        ),
        *guards_of_imports(),
        *_public_changes_are_sealed(),
        refusal(
            "blog_approval_live",
            "blog_approval",
            on=["INSERT"],
            message="A signature cannot be taken back while its post is scheduled or published.",
            when=f"NEW.decision <> 'approved' AND {_IS_LIVE_REVIEW}",
            needs=("blog_post", "blog_review"),
        ),
        refusal(
            "blog_review_own_rendering",
            "blog_review",
            on=["INSERT"],
            message="A review names a rendering of its own version.",
            when="NOT EXISTS (SELECT 1 FROM blog_rendering g"
            " WHERE g.id = NEW.rendering_id AND g.version_id = NEW.version_id)",
            needs=("blog_rendering",),
        ),
    )
