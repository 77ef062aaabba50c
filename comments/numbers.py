"""Numbers of comments, taken before the comments are written.

The place of a comment in its thread is spelt with its own number, so that many comments can be
written at once only by who knows their numbers beforehand.
"""

from __future__ import annotations

from django.db import connections, router

from comments.models import Comment


def reserve(count: int) -> list[int]:
    """Return `count` numbers that no comment has or will be given, in rising order. One query.

    Call it in the transaction that writes the comments: on SQLite, which keeps no numbers back, the
    transaction is what keeps others from taking the same ones.
    """
    using = router.db_for_write(Comment)
    table = Comment._meta.db_table
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + 1 + count))
