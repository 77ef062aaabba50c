"""Tables to search in, and on each database the index that answers.

SQLite's full-text table holds no text of its own: it reads that of `blog_searchentry`, and triggers
keep it up, which are guards (`blog/search/database.py`). PostgreSQL indexes what a function makes of
the tokens; the function is said to be dear, so that the index is used even for the commonest word.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQLITE = (
    """
    CREATE VIRTUAL TABLE blog_search USING fts5(
        tokens, content='blog_searchentry', content_rowid='id', tokenize='ascii', prefix='4 5'
    )
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION blog_search_vector(tokens text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$ BEGIN RETURN array_to_tsvector(string_to_array(btrim(tokens), ' ')); END $$
    """,
    """
    CREATE INDEX blog_search ON blog_searchentry USING gin (blog_search_vector(tokens))
    """,
)


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index; its tables are empty."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        schema_editor.execute(statement)


def unmake(apps: Any, schema_editor: Any) -> None:
    """Drop the index before its tables."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE blog_search")
    else:
        schema_editor.execute("DROP INDEX blog_search")
        schema_editor.execute("DROP FUNCTION blog_search_vector(text)")


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0002_pictures_imports_and_old_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("post", "Posts"), ("page", "Pages"), ("comment", "Comments")],
                        max_length=7,
                    ),
                ),
                ("number", models.BigIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        help_text="Since when readers can see it; the newest is found first."
                    ),
                ),
                ("title", models.CharField(max_length=301)),
                ("text", models.TextField()),
                ("tokens", models.TextField()),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="blog.post",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["id", "kind", "post", "at", "number"], name="search_without_words"
                    ),
                    models.Index(fields=["at"], name="search_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="found_once")
                ],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
