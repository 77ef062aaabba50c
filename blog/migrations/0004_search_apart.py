"""Posts and pages are looked up apart from comments, of which there are many more.

SQLite's full-text table learns the kind of each entry, and is filled when its triggers come back
after the migration. PostgreSQL has an index for each part.
"""

from typing import Any

from django.db import migrations

_TABLE = """
    CREATE VIRTUAL TABLE blog_search USING fts5(
        {columns}, content='blog_searchentry', content_rowid='id', tokenize='ascii', prefix='4 5'
    )
"""
_INDEX = "CREATE INDEX {} ON blog_searchentry USING gin (blog_search_vector(tokens)) {}"

SQLITE = ("DROP TABLE blog_search", _TABLE.format(columns="tokens, kind"))
SQLITE_BACK = (
    "DROP TABLE blog_search",
    _TABLE.format(columns="tokens"),
    "INSERT INTO blog_search(blog_search) VALUES ('rebuild')",
)
POSTGRESQL = (
    "DROP INDEX blog_search",
    _INDEX.format("blog_search_posts", "WHERE kind <> 'comment'"),
    _INDEX.format("blog_search_comments", "WHERE kind = 'comment'"),
)
POSTGRESQL_BACK = (
    "DROP INDEX blog_search_posts",
    "DROP INDEX blog_search_comments",
    _INDEX.format("blog_search", ""),
)


def part(apps: Any, schema_editor: Any) -> None:
    """Divide the index; on SQLite it stays empty until its triggers are back."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        schema_editor.execute(statement)


def join(apps: Any, schema_editor: Any) -> None:
    """Make one index of both again."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_BACK if is_sqlite else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0003_words_to_search"),
    ]

    operations = [
        migrations.RunPython(part, join),
    ]
