"""The numbers of what public pages show, which triggers keep; PostgreSQL sends them instead."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from blog.page_store.shown import CREATE_INDEX, CREATE_TABLE, TABLE


def make(_: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(CREATE_TABLE)
        schema_editor.execute(CREATE_INDEX)


def unmake(_: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("blog", "0018_care_of_the_spam_filter")]

    operations = [migrations.RunPython(make, unmake)]
