"""The numbers of what public pages show, which triggers keep; PostgreSQL sends them instead."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make(_: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE TABLE IF NOT EXISTS blog_page_key"
            " (key TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID"
        )
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS blog_page_key_number ON blog_page_key (number)"
        )


def unmake(_: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE blog_page_key")


class Migration(migrations.Migration):
    dependencies = [("blog", "0018_care_of_the_spam_filter")]

    operations = [migrations.RunPython(make, unmake)]
