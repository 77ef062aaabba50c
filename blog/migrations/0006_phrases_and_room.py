"""PostgreSQL finds two words in a row by its index, and keeps what search need not read out of its way.

Before, a phrase of common words had to read the tokens of thousands of posts. Now each pair of words
is indexed as well, under a letter that no word begins with. Tokens and text lie outside the rows, as
they are, so that counting does not read them and a longer phrase need not unpack them. What is said
of the expression lets the planner guess how much a common word finds: it looks at no statistics of a
partial index.
"""

from typing import Any

from django.db import migrations
from django.db.models.functions import Length

PAIRS = """
    CREATE OR REPLACE FUNCTION blog_search_vector(tokens text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$
    DECLARE said text[] := string_to_array(btrim(tokens), ' ');
    BEGIN
        RETURN array_to_tsvector(said || ARRAY(
            SELECT '_' || one || '_' || next FROM unnest(said, said[2:]) AS pairs(one, next)
            WHERE one <> 'x' AND next <> 'x'
        ));
    END $$
"""
WORDS = """
    CREATE OR REPLACE FUNCTION blog_search_vector(tokens text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$ BEGIN RETURN array_to_tsvector(string_to_array(btrim(tokens), ' ')); END $$
"""
STORE = "UPDATE blog_searchentry SET tokens = tokens || ''"
"""What is there already is stored anew; while the indexes are away, for that is quicker."""

DROP = ("DROP INDEX blog_search_posts", "DROP INDEX blog_search_comments")
INDEX = tuple(
    f"CREATE INDEX {name} ON blog_searchentry USING gin (blog_search_vector(tokens)) WHERE {part}"
    for name, part in (
        ("blog_search_posts", "kind <> 'comment'"),
        ("blog_search_comments", "kind = 'comment'"),
    )
)
MAKE = (
    PAIRS,
    *DROP,
    "ALTER TABLE blog_searchentry ALTER COLUMN tokens SET STORAGE EXTERNAL",
    "ALTER TABLE blog_searchentry SET (toast_tuple_target = 128)",
    STORE,
    *INDEX,
    "CREATE STATISTICS blog_search_words ON (blog_search_vector(tokens)) FROM blog_searchentry",
)
UNMAKE = (
    "DROP STATISTICS blog_search_words",
    WORDS,
    *DROP,
    "ALTER TABLE blog_searchentry ALTER COLUMN tokens SET STORAGE EXTENDED",
    "ALTER TABLE blog_searchentry RESET (toast_tuple_target)",
    STORE,
    *INDEX,
)
LONGEST_TOKENS = 340_000
"""Words and pairs of a text have to fit into one MiB, the most that PostgreSQL takes."""


def shorten(apps: Any, schema_editor: Any) -> None:
    """Cut the few texts whose pairs would not fit, on both databases alike."""
    entries = apps.get_model("blog", "SearchEntry").objects.annotate(length=Length("tokens"))
    for entry in entries.filter(length__gt=LONGEST_TOKENS + 2):
        entry.tokens = f"{entry.tokens[:LONGEST_TOKENS].rpartition(' ')[0]} "
        entry.save(update_fields=["tokens"])


def make(apps: Any, schema_editor: Any) -> None:
    """Index pairs."""
    _execute(schema_editor, MAKE)


def unmake(apps: Any, schema_editor: Any) -> None:
    """Index words alone."""
    _execute(schema_editor, UNMAKE)


def _execute(schema_editor: Any, statements: tuple[str, ...]) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0005_modes_and_mail_in_html"),
    ]

    operations = [
        migrations.RunPython(shorten, migrations.RunPython.noop),
        migrations.RunPython(make, unmake),
    ]
