"""A lesson says what was decided; how wrong the filter was follows from its weights."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_remember_recent_comments")]

    operations = [
        # So that the column can come back where there are lessons already.
        migrations.AlterField("lesson", "error", models.IntegerField(default=0)),
        migrations.RemoveField("lesson", "error"),
    ]
