"""What the database itself keeps true of comments: the count of those that readers see."""

from __future__ import annotations

from comments.models.comment import SHOWN_SQL
from ledger.guards import Guard, register

_TABLE, _TALLY = "comments_comment", "comments_tally"
_NEW, _OLD = SHOWN_SQL.format(row="NEW"), SHOWN_SQL.format(row="OLD")
_READ = ("post_id", "kind", "state", "visibility")
"""The columns that decide whether a comment is counted, and where."""

_TAKEN = f"UPDATE {_TALLY} SET comments = comments - 1 WHERE post_id = OLD.post_id AND {_OLD};"  # noqa: S608 - constants
_ADDED = f"""
    INSERT INTO {_TALLY} (post_id, comments) SELECT NEW.post_id, 0
    WHERE {_NEW} AND NOT EXISTS (SELECT 1 FROM {_TALLY} WHERE post_id = NEW.post_id);
    UPDATE {_TALLY} SET comments = comments + 1 WHERE post_id = NEW.post_id AND {_NEW};
"""  # noqa: S608 - constants of this module


def _sqlite(event: str, *, takes: bool, adds: bool) -> str:
    """Return the trigger of one event; writers come one by one here, so a post has one row."""
    moment = f"UPDATE OF {', '.join(_READ)}" if event == "update" else event.upper()
    does = (_TAKEN if takes else "") + (_ADDED if adds else "")
    return (
        f"CREATE TRIGGER guard_comments_counted_{event} AFTER {moment} ON {_TABLE} BEGIN {does} END"
    )


# Whoever writes at the same time is not waited for: a row that somebody else is joining stays as it
# is, and a new one beside it holds the difference. So two who decide about comments of the same posts
# in another order never wait for each other.
_POSTGRESQL = f"""
    WITH moved AS (
        SELECT post_id, SUM(change) AS change FROM (
            SELECT OLD.post_id, -1 AS change WHERE TG_OP <> 'INSERT' AND {_OLD}
            UNION ALL SELECT NEW.post_id, 1 WHERE TG_OP <> 'DELETE' AND {_NEW}
        ) each GROUP BY post_id HAVING SUM(change) <> 0
    ), joined AS (
        DELETE FROM {_TALLY} WHERE id IN (
            SELECT t.id FROM {_TALLY} t JOIN moved USING (post_id) FOR UPDATE OF t SKIP LOCKED
        ) RETURNING post_id, comments
    )
    INSERT INTO {_TALLY} (post_id, comments) SELECT post_id, SUM(change) FROM (
        SELECT post_id, comments AS change FROM joined UNION ALL SELECT post_id, change FROM moved
    ) parts GROUP BY post_id HAVING SUM(change) <> 0;
    RETURN NULL;
"""  # noqa: S608 - constants of this module

_FUNCTION = (
    "CREATE OR REPLACE FUNCTION guard_comments_counted() RETURNS trigger LANGUAGE plpgsql "
    f"AS $guard$ BEGIN {_POSTGRESQL} END $guard$"
)
_TRIGGER = (
    f"CREATE TRIGGER guard_comments_counted AFTER INSERT OR DELETE OR UPDATE OF {', '.join(_READ)} "
    f"ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION guard_comments_counted()"
)
_EMPTIED = f"DELETE FROM {_TALLY}"  # noqa: S608 - a constant
_COUNTED_ANEW = f"""
    INSERT INTO {_TALLY} (post_id, comments) SELECT post_id, COUNT(*) FROM {_TABLE}
    WHERE {SHOWN_SQL.format(row=_TABLE)} GROUP BY post_id
"""  # noqa: S608 - constants of this module

COUNTED = Guard(
    name="comments_counted",
    table=_TABLE,
    needs=(_TALLY,),
    sqlite=(
        _sqlite("insert", takes=False, adds=True),
        _sqlite("update", takes=True, adds=True),
        _sqlite("delete", takes=True, adds=False),
    ),
    postgresql=(_FUNCTION, _TRIGGER),
    after=(_EMPTIED, _COUNTED_ANEW),
)
"""A guard like the others, so that migrations, flushes, checks and `/readyz` treat it like one."""


def register_all() -> None:
    """Name the guards of comments to the ledger, which installs them after each migration."""
    register(COUNTED)
